package idreader

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestCheckCharacterFollowsMod112(t *testing.T) {
	for _, c := range []struct {
		number IDNumber
		valid  bool
	}{
		{"11010519491231002X", true}, // example of GB 11643
		{"11010519491231002x", true},
		{"440524188001010014", true}, // example of GB 11643
		{"932682198501010017", true}, // foreigner's number of 2023
		{"KAZ110090123105", true},    // foreigner's number of 2017
		{"KAZ110090123106", false},
		{"KA1110090123105", false},
		{"KAZ1100901231A5", false},
		{"kaz110090123105", false},
		{"110105194912310021", false},
		{"11010519491231002", false},
		{"11010519491231002XX", false},
		{"1101051949123A002X", false},
		{"", false},
	} {
		if got := c.number.Valid(); got != c.valid {
			t.Errorf("%q: Valid is %v", string(c.number), got)
		}
	}
}

// MOD 11-2 finds every single wrong digit and every swap of neighbours.
func TestCheckCharacterFindsOneWrongDigitAndSwaps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		digits := []byte(rapid.StringMatching(`[0-9]{17}`).Draw(t, "digits"))
		c, ok := CheckCharacter(string(digits))
		if !ok {
			t.Fatal("17 digits refused")
		}
		i := rapid.IntRange(0, 16).Draw(t, "place")
		wrong := append([]byte(nil), digits...)
		wrong[i] = '0' + (wrong[i]-'0'+byte(rapid.IntRange(1, 9).Draw(t, "by")))%10
		if IDNumber(string(wrong) + string(c)).Valid() {
			t.Fatalf("%s and %s share a check character", digits, wrong)
		}
		if i < 16 && digits[i] != digits[i+1] {
			digits[i], digits[i+1] = digits[i+1], digits[i]
			if IDNumber(string(digits) + string(c)).Valid() {
				t.Fatalf("swap at %d not found in %s", i, digits)
			}
		}
	})
}

func TestNumberTellsBirthAndSex(t *testing.T) {
	n := IDNumber("11010519491231002X")
	if n.Birth() != (Date{1949, 12, 31}) || n.Sex() != Female {
		t.Errorf("got %v, %v", n.Birth(), n.Sex())
	}
	if s := IDNumber("440524188001010014").Sex(); s != Male {
		t.Errorf("odd order number is %v", s)
	}
	for _, bad := range []IDNumber{"", "1101051949123100", "11010519491331002X", "张三"} {
		if !bad.Birth().IsZero() {
			t.Errorf("%q has birth date %v", string(bad), bad.Birth())
		}
	}
	if s := IDNumber("1101051949123100?X").Sex(); s != SexUnknown {
		t.Errorf("no digit is %v", s)
	}
}

func TestNumberOf2017TellsBirthWithoutCenturyAndSex(t *testing.T) {
	n := IDNumber("KAZ110090123105")
	if !n.BornOn(Date{1990, 12, 31}) || !n.BornOn(Date{2090, 12, 31}) || n.BornOn(Date{1990, 12, 30}) || n.BornOn(Date{}) {
		t.Error("birth is told wrongly")
	}
	if n.Sex() != Female || !n.Birth().IsZero() {
		t.Errorf("sex %v, birth %v", n.Sex(), n.Birth())
	}
	if got := n.Masked(); got != "KAZ**********05" {
		t.Errorf("masked as %s", got)
	}
}

func TestNumberFitsItsKindOfDocument(t *testing.T) {
	for n, kinds := range map[IDNumber][]Kind{
		"11010519491231002X": {Resident}, "810000198110010021": {Resident, Residence}, "820000198110010021": {Resident, Residence},
		"830000199203080019": {Resident, Residence}, "932682198501010017": {Resident, Foreigner2023}, "KAZ110090123105": {Foreigner2017}, "": nil, "9": nil,
	} {
		for _, k := range []Kind{Resident, Residence, Foreigner2017, Foreigner2023} {
			if got := n.Of(k); got != slices.Contains(kinds, k) {
				t.Errorf("%s, %s: %v", string(n), k, got)
			}
		}
	}
}

func TestMaskingKeepsThreeAndFour(t *testing.T) {
	n := IDNumber("11010119491231002X")
	const want = "110***********002X"
	for _, got := range []string{n.Masked(), fmt.Sprint(n), fmt.Sprintf("%s", n), fmt.Sprintf("%q", n), fmt.Sprintf("%#v", n), fmt.Sprintf("%x", n)} {
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	for _, odd := range []IDNumber{"", "123456", "张三丰张三丰", "110101194912310\n2X"} {
		if got := odd.Masked(); got != "******************" {
			t.Errorf("%q is shown as %q", string(odd), got)
		}
	}
}

func TestTextMaskHidesTheEnd(t *testing.T) {
	for text, want := range map[string]string{"天津市和平区": "天津市*", "天津市": "天津*", "天": "天*", "": "", " 北京 ": "北*"} {
		if got := MaskText(text, 3); got != want {
			t.Errorf("%q is masked as %q, want %q", text, got, want)
		}
	}
}

func TestNameMaskShowsOneCharacter(t *testing.T) {
	for name, want := range map[string]string{"张三丰": "张*", " 㛃某 ": "㛃*", "𬴂": "𬴂*", "Li": "L*", "": "", "  ": ""} {
		if got := MaskName(name); got != want {
			t.Errorf("%q is masked as %q, want %q", name, got, want)
		}
	}
}
