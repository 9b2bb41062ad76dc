package mrz

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hallway/idreader"
)

var today = idreader.Date{Year: 2026, Month: 11, Day: 23}

// The specimens of ICAO Doc 9303 parts 4 to 7, and permits built by the rules
// of layout.go for invented persons.
var specimens = []struct {
	name string
	zone string
	want Document
}{
	{"TD3", `P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<
L898902C36UTO7408122F1204159ZE184226B<<<<<10`,
		Document{Format: TD3, Type: "P", Issuer: "UTO", Surname: "ERIKSSON", GivenNames: "ANNA MARIA", Number: "L898902C3", Nationality: "UTO",
			Birth: idreader.Date{Year: 1974, Month: 8, Day: 12}, Sex: "F", Expiry: idreader.Date{Year: 2012, Month: 4, Day: 15}, Optional: "ZE184226B"}},
	{"TD1", `I<UTOD231458907<<<<<<<<<<<<<<<
7408122F1204159UTO<<<<<<<<<<<6
ERIKSSON<<ANNA<MARIA<<<<<<<<<<`,
		Document{Format: TD1, Type: "I", Issuer: "UTO", Surname: "ERIKSSON", GivenNames: "ANNA MARIA", Number: "D23145890", Nationality: "UTO",
			Birth: idreader.Date{Year: 1974, Month: 8, Day: 12}, Sex: "F", Expiry: idreader.Date{Year: 2012, Month: 4, Day: 15}}},
	{"TD1 with a long number", `I<UTOD23145890<7349<<<<<<<<<<<
3407127M9507122UTO<<<<<<<<<<<2
STEVENSON<<PETER<JOHN<<<<<<<<<`,
		Document{Format: TD1, Type: "I", Issuer: "UTO", Surname: "STEVENSON", GivenNames: "PETER JOHN", Number: "D23145890734", Nationality: "UTO",
			Birth: idreader.Date{Year: 1934, Month: 7, Day: 12}, Sex: "M", Expiry: idreader.Date{Year: 2095, Month: 7, Day: 12}}},
	{"TD2", `I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<
D231458907UTO7408122F1204159<<<<<<<6`,
		Document{Format: TD2, Type: "I", Issuer: "UTO", Surname: "ERIKSSON", GivenNames: "ANNA MARIA", Number: "D23145890", Nationality: "UTO",
			Birth: idreader.Date{Year: 1974, Month: 8, Day: 12}, Sex: "F", Expiry: idreader.Date{Year: 2012, Month: 4, Day: 15}}},
	{"MRV-A", `V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<
L8988901C4XXX4009078F96121096ZE184226B<<<<<<`,
		Document{Format: MRVA, Type: "V", Issuer: "UTO", Surname: "ERIKSSON", GivenNames: "ANNA MARIA", Number: "L8988901C", Nationality: "XXX",
			Birth: idreader.Date{Year: 1940, Month: 9, Day: 7}, Sex: "F", Expiry: idreader.Date{Year: 2096, Month: 12, Day: 10}, Optional: "6ZE184226B"}},
	{"MRV-B", `V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<
L8988901C4XXX4009078F9612109<<<<<<<<`,
		Document{Format: MRVB, Type: "V", Issuer: "UTO", Surname: "ERIKSSON", GivenNames: "ANNA MARIA", Number: "L8988901C", Nationality: "XXX",
			Birth: idreader.Date{Year: 1940, Month: 9, Day: 7}, Sex: "F", Expiry: idreader.Date{Year: 2096, Month: 12, Day: 10}}},
	{"exit permit", exitPermit("CSC12345678", "290101", "491231"),
		Document{Format: Exit, Type: "CS", Number: "C12345678",
			Birth: idreader.Date{Year: 1949, Month: 12, Day: 31}, Expiry: idreader.Date{Year: 2029, Month: 1, Day: 1}}},
	{"mainland permit", mainlandPermit("CRH12345678", "02", "290101", "F", "491231"),
		Document{Format: Mainland, Type: "CR", Number: "H12345678", ChineseName: "证件样本", Surname: "ZHENGJIAN", GivenNames: "YANGBEN", Sex: "F",
			Birth: idreader.Date{Year: 1949, Month: 12, Day: 31}, Expiry: idreader.Date{Year: 2029, Month: 1, Day: 1}}},
}

// exitPermit builds a one-line permit with right check digits.
func exitPermit(number, expiry, birth string) string {
	n, e, b := digit(number[2:]), digit(expiry), digit(birth)
	return number[:2] + n + "<" + e + "<" + b + "<" + string(checkDigit(n+e+b))
}

// mainlandPermit builds a three-line permit with right check digits.
func mainlandPermit(number, issues, expiry, sex, birth string) string {
	return number[:2] + digit(number[2:]) + digit(issues) + digit(expiry) + sex + digit(birth) + "\n" +
		"NGKELMPONBPJLBLO" + strings.Repeat("<", 14) + "\n" + "ZHENGJIAN<YANGBEN" + strings.Repeat("<", 13)
}

func digit(s string) string { return s + string(checkDigit(s)) }

func TestSpecimensParseWithEveryCheckDigitRight(t *testing.T) {
	for _, s := range specimens {
		t.Run(s.name, func(t *testing.T) {
			got, err := Parse(strings.Split(s.zone, "\n"), today)
			if err != nil {
				t.Fatal(err)
			}
			if !got.Valid() {
				t.Errorf("checks %v", got.Checks)
			}
			got.Checks = nil
			if !cmp.Equal(s.want, got) {
				t.Errorf("got\n%+v", plain(got))
			}
		})
	}
}

// plain is a Document that prints.
type plain Document

func TestChinesePassportCarriesTheNameInThePersonalNumber(t *testing.T) {
	second := digit("E12345678") + "CHN" + digit("491231") + "F" + digit("290101") + digit("NGKELMPONBPJLB")
	second += string(checkDigit(second[:10] + second[13:20] + second[21:43]))
	d, err := Parse([]string{"POCHNZHENGJIAN<<YANGBEN" + strings.Repeat("<", 21), second}, today)
	if err != nil || !d.Valid() || d.ChineseName != "证件样" {
		t.Errorf("name %q, checks %v, error %v; want 证件样", d.ChineseName, d.Checks, err)
	}
}

func TestConfusedDigitsAreRepairedAndReported(t *testing.T) {
	good := strings.Split(specimens[0].zone, "\n")
	bad := []string{good[0], strings.Replace(good[1], "1204159", "I2O4159", 1)}
	d, err := Parse(bad, today)
	want := []Repair{{Line: 1, Column: 21, From: 'I', To: '1'}, {Line: 1, Column: 23, From: 'O', To: '0'}}
	if err != nil || !d.Valid() || !cmp.Equal(d.Repairs, want) {
		t.Errorf("repairs %v, valid %v, error %v; want %v", d.Repairs, d.Valid(), err, want)
	}
}

func TestRepairIsTakenBackWhenTheCheckDigitStillDisagrees(t *testing.T) {
	good := strings.Split(specimens[0].zone, "\n")
	d, err := Parse([]string{good[0], strings.Replace(good[1], "1204159", "I204158", 1)}, today)
	if err != nil || d.Valid() || len(d.Repairs) != 0 || d.Expiry != (idreader.Date{}) {
		t.Errorf("repairs %v, valid %v, expiry %v, error %v", d.Repairs, d.Valid(), d.Expiry, err)
	}
}

func TestEverySingleWrongDigitOfADateIsFound(t *testing.T) {
	good := strings.Split(specimens[0].zone, "\n")
	for i := 13; i < 19; i++ {
		for c := byte('0'); c <= '9'; c++ {
			line := []byte(good[1])
			if line[i] == c {
				continue
			}
			line[i] = c
			if d, err := Parse([]string{good[0], string(line)}, today); err != nil || d.Valid() {
				t.Errorf("column %d as %c is not noticed, error %v", i, c, err)
			}
		}
	}
}

func TestReaderDialectsNormaliseToTheSameLines(t *testing.T) {
	lines := strings.Split(specimens[1].zone, "\n")
	joined := strings.Join(lines, "")
	for _, raw := range []string{
		"\x01\x02" + strings.Join(lines, "\r") + "\r\x03\x04",
		strings.ReplaceAll(strings.Join(lines, "\r\n"), "<", "_"),
		strings.ToLower(joined),
		joined + "\r",
	} {
		if got, err := Normalise([]byte(raw)); err != nil || !cmp.Equal(got, lines) {
			t.Errorf("%q: %q, %v", raw, got, err)
		}
	}
}

func TestTextThatIsNoZoneIsAnErrorThatSaysSo(t *testing.T) {
	for _, raw := range []string{"", "\r\n", "HELLO", strings.Repeat("<", 31), strings.Repeat("?", 44) + "\n" + strings.Repeat("<", 44), strings.Repeat("A", 600)} {
		lines, err := Normalise([]byte(raw))
		if err == nil {
			_, err = Parse(lines, today)
		}
		if !errors.Is(err, ErrFormat) {
			t.Errorf("%q: %v", raw, err)
		}
	}
}

func FuzzZone(f *testing.F) {
	for _, s := range specimens {
		f.Add([]byte(s.zone))
	}
	f.Add([]byte("\x02C<CHN_______\r"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		lines, err := Normalise(raw)
		if err != nil {
			return
		}
		d, err := Parse(lines, today)
		if err == nil && len(d.Checks) == 0 {
			t.Error("a zone without checks")
		}
	})
}
