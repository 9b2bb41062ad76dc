package operation

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// The example of ISO 7064: the check digit of 0794 by MOD 11,10 is 5.
func TestCheckDigitOfTheStandardsExample(t *testing.T) {
	if got := checkDigit("0794"); got != '5' {
		t.Errorf("checkDigit = %c, want 5", got)
	}
}

func anyReceipt(t *rapid.T) Receipt {
	return Receipt{
		Centre:   rapid.StringMatching(`[0-9]{4}`).Draw(t, "centre"),
		Terminal: rapid.StringMatching(`[0-9]{3}`).Draw(t, "terminal"),
		Day:      rapid.StringMatching(`20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])`).Draw(t, "day"),
		Seq:      rapid.IntRange(1, 9999).Draw(t, "seq"),
	}
}

func TestReceiptSurvivesBeingTyped(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := anyReceipt(t)
		full := strings.NewReplacer("0", "０", "1", "１", "7", "７", "-", "　").Replace(r.String())
		for _, typed := range []string{r.String(), strings.ReplaceAll(r.String(), "-", ""), "  " + strings.ReplaceAll(r.String(), "-", " - "), full} {
			if got, err := ParseReceipt(typed); err != nil || got != r {
				t.Fatalf("ParseReceipt(%q) = %+v, %v; want %+v", typed, got, err, r)
			}
		}
	})
}

func TestEverySingleWrongDigitIsFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := []byte(strings.ReplaceAll(anyReceipt(t).String(), "-", ""))
		i := rapid.IntRange(0, len(d)-1).Draw(t, "place")
		d[i] = '0' + (d[i]-'0'+byte(rapid.IntRange(1, 9).Draw(t, "by")))%10
		if _, err := ParseReceipt(string(d)); !errors.Is(err, ErrReceiptCheck) {
			t.Fatalf("ParseReceipt(%s) = %v", d, err)
		}
	})
}

func TestOnlyWholeReceiptsAreMadeAndRead(t *testing.T) {
	good := Receipt{Centre: "0417", Terminal: "012", Day: "2026-11-23", Seq: 93}
	if got := good.String(); got != "0417-012-261123-0093-7" {
		t.Errorf("String = %q, want 0417-012-261123-0093-7", got)
	}
	for name, spoil := range map[string]func(*Receipt){
		"centre":   func(r *Receipt) { r.Centre = "41A7" },
		"terminal": func(r *Receipt) { r.Terminal = "0012" },
		"day":      func(r *Receipt) { r.Day = "2026-02-30" },
		"century":  func(r *Receipt) { r.Day = "1999-12-31" },
		"none":     func(r *Receipt) { r.Seq = 0 },
		"too many": func(r *Receipt) { r.Seq = 10000 },
	} {
		r := good
		spoil(&r)
		if r.Validate() == nil || r.String() != "" {
			t.Errorf("%s: %+v gives %q", name, r, r)
		}
	}
	noDay := "04170122613990093"
	for _, typed := range []string{"", "hello", good.String() + "1", strings.Repeat("-", 500), noDay + string(checkDigit(noDay))} {
		if _, err := ParseReceipt(typed); !errors.Is(err, ErrReceiptShape) {
			t.Errorf("ParseReceipt(%q) = %v, want ErrReceiptShape", clip(typed), err)
		}
	}
}

func FuzzParseReceipt(f *testing.F) {
	f.Add("0417-012-261123-0093-7")
	f.Add("０４１７ 012 261123 0093")
	f.Fuzz(func(t *testing.T, typed string) {
		if r, err := ParseReceipt(typed); err == nil {
			if again, err := ParseReceipt(r.String()); err != nil || again != r {
				t.Fatalf("%q reads as %+v, which does not read back: %v", typed, r, err)
			}
		}
	})
}
