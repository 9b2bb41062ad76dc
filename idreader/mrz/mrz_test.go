package mrz

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hallway/idreader"
)

var today = idreader.Date{Year: 2026, Month: 11, Day: 23}

// The specimens of ICAO Doc 9303 parts 4 to 7 and those of China's issuers, all
// of nobody, and permits built by the rules of layout.go for invented persons.
var specimens = []struct {
	name string
	zone string
	want Document
}{
	{"TD3", `P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<
L898902C36UTO7408122F1204159ZE184226B<<<<<10`,
		Document{Zone: TD3, Type: "P", Issuer: "UTO", Surname: "ERIKSSON", GivenNames: "ANNA MARIA", Number: "L898902C3", Nationality: "UTO",
			Birth: idreader.Date{Year: 1974, Month: 8, Day: 12}, Sex: "F", Expiry: idreader.Date{Year: 2012, Month: 4, Day: 15}, Optional: "ZE184226B"}},
	{"TD1", `I<UTOD231458907<<<<<<<<<<<<<<<
7408122F1204159UTO<<<<<<<<<<<6
ERIKSSON<<ANNA<MARIA<<<<<<<<<<`,
		Document{Zone: TD1, Type: "I", Issuer: "UTO", Surname: "ERIKSSON", GivenNames: "ANNA MARIA", Number: "D23145890", Nationality: "UTO",
			Birth: idreader.Date{Year: 1974, Month: 8, Day: 12}, Sex: "F", Expiry: idreader.Date{Year: 2012, Month: 4, Day: 15}}},
	{"TD1 with a long number", `I<UTOD23145890<7349<<<<<<<<<<<
3407127M9507122UTO<<<<<<<<<<<2
STEVENSON<<PETER<JOHN<<<<<<<<<`,
		Document{Zone: TD1, Type: "I", Issuer: "UTO", Surname: "STEVENSON", GivenNames: "PETER JOHN", Number: "D23145890734", Nationality: "UTO",
			Birth: idreader.Date{Year: 1934, Month: 7, Day: 12}, Sex: "M", Expiry: idreader.Date{Year: 2095, Month: 7, Day: 12}}},
	{"TD2", `I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<
D231458907UTO7408122F1204159<<<<<<<6`,
		Document{Zone: TD2, Type: "I", Issuer: "UTO", Surname: "ERIKSSON", GivenNames: "ANNA MARIA", Number: "D23145890", Nationality: "UTO",
			Birth: idreader.Date{Year: 1974, Month: 8, Day: 12}, Sex: "F", Expiry: idreader.Date{Year: 2012, Month: 4, Day: 15}}},
	{"MRV-A", `V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<
L8988901C4XXX4009078F96121096ZE184226B<<<<<<`,
		Document{Zone: MRVA, Type: "V", Issuer: "UTO", Surname: "ERIKSSON", GivenNames: "ANNA MARIA", Number: "L8988901C", Nationality: "XXX",
			Birth: idreader.Date{Year: 1940, Month: 9, Day: 7}, Sex: "F", Expiry: idreader.Date{Year: 2096, Month: 12, Day: 10}, Optional: "6ZE184226B"}},
	{"MRV-B", `V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<
L8988901C4XXX4009078F9612109<<<<<<<<`,
		Document{Zone: MRVB, Type: "V", Issuer: "UTO", Surname: "ERIKSSON", GivenNames: "ANNA MARIA", Number: "L8988901C", Nationality: "XXX",
			Birth: idreader.Date{Year: 1940, Month: 9, Day: 7}, Sex: "F", Expiry: idreader.Date{Year: 2096, Month: 12, Day: 10}}},
	{"TD2 with a long number", `I<UTOSTEVENSON<<PETER<JOHN<<<<<<<<<<
D23145890<UTO3407127M95071227349<<<8`,
		Document{Zone: TD2, Type: "I", Issuer: "UTO", Surname: "STEVENSON", GivenNames: "PETER JOHN", Number: "D23145890734", Nationality: "UTO",
			Birth: idreader.Date{Year: 1934, Month: 7, Day: 12}, Sex: "M", Expiry: idreader.Date{Year: 2095, Month: 7, Day: 12}}},
	{"Chinese passport of 2012", `POCHNZHENGJIAN<<YANGBEN<<<<<<<<<<<<<<<<<<<<<
E000000008CHN8310291F2202059NGKELMPONBPJB972`,
		Document{Zone: TD3, Type: "PO", Issuer: "CHN", Surname: "ZHENGJIAN", GivenNames: "YANGBEN", ChineseName: "证件样", Number: "E00000000", Nationality: "CHN",
			Birth: idreader.Date{Year: 1983, Month: 10, Day: 29}, Sex: "F", Expiry: idreader.Date{Year: 2022, Month: 2, Day: 5}, Optional: "NGKELMPONBPJB9"}},
	{"往来港澳通行证", `CSC000000004<2404200<8108038<6`,
		Document{Zone: Exit, Type: "CS", Number: "C00000000",
			Birth: idreader.Date{Year: 1981, Month: 8, Day: 3}, Expiry: idreader.Date{Year: 2024, Month: 4, Day: 20}}},
	{"往来台湾通行证", `CDL000000007<2508197<8208031<6`,
		Document{Zone: Exit, Type: "CD", Number: "L00000000",
			Birth: idreader.Date{Year: 1982, Month: 8, Day: 3}, Expiry: idreader.Date{Year: 2025, Month: 8, Day: 19}}},
	{"回乡证", `CRH1234567830002212119F8108038
NGKELMPONBPJLBLOAABA1234567842
ZHENG<JIAN<<YANG<BEN<<<<<<<<<<`,
		Document{Zone: Mainland, Type: "CR", Number: "H12345678", TimesIssued: "00", ChineseName: "证件样本", Surname: "ZHENG JIAN", GivenNames: "YANG BEN", Sex: "F",
			Birth: idreader.Date{Year: 1981, Month: 8, Day: 3}, Expiry: idreader.Date{Year: 2022, Month: 12, Day: 11}, Optional: "AABA1234567842"}},
	{"台胞证", `CT00000000<00262006084F8108038
NGKELMPONBPJLBLOAABR0000000001
ZHENG<JIAN<<YANG<BEN<<<<<<3500`,
		Document{Zone: Mainland, Type: "CT", Number: "00000000", TimesIssued: "02", ChineseName: "证件样本", Surname: "ZHENG JIAN", GivenNames: "YANG BEN", Sex: "F",
			Birth: idreader.Date{Year: 1981, Month: 8, Day: 3}, Expiry: idreader.Date{Year: 2020, Month: 6, Day: 8}, Optional: "AABR0000000001 3500"}},
	{"permit of a foreign national, invented", foreignPermit("H12345678", "01", "290101", "491231"),
		Document{Zone: Mainland, Type: "CF", Number: "H12345678", TimesIssued: "01", ChineseName: "证件样", Surname: "ZHENGJIAN", GivenNames: "YANGBEN", Sex: "F", Nationality: "UTO",
			Birth: idreader.Date{Year: 1949, Month: 12, Day: 31}, Expiry: idreader.Date{Year: 2029, Month: 1, Day: 1}}},
	{"回乡证 of 1999, invented", `C<CHN000100020003<<<<<<<<06<<4
4912310F2901019H12345678016128
ZHENGJIAN<<YANGBEN<<<<<<<<<<<<`,
		Document{Zone: Old1999, Type: "C", Issuer: "CHN", Number: "H12345678", TimesIssued: "01", Surname: "ZHENGJIAN", GivenNames: "YANGBEN", Sex: "F",
			Birth: idreader.Date{Year: 1949, Month: 12, Day: 31}, Expiry: idreader.Date{Year: 2029, Month: 1, Day: 1}, Optional: "000100020003"}},
	{"Chinese card by ICAO's rules", `C<CHNCA32732010<<<<<<<<<<<<<<<
8108038F2901178CHN<<<<<<<<<<<6
ZHENGJIAN<<YANGBEN<<<<<<<<<<<<`,
		Document{Zone: TD1, Type: "C", Issuer: "CHN", Number: "CA3273201", Nationality: "CHN", Surname: "ZHENGJIAN", GivenNames: "YANGBEN", Sex: "F",
			Birth: idreader.Date{Year: 1981, Month: 8, Day: 3}, Expiry: idreader.Date{Year: 2029, Month: 1, Day: 17}}},
}

// foreignPermit builds a permit of type CF with right check digits.
func foreignPermit(number, issues, expiry, birth string) string {
	return "CF" + digit(number) + digit(issues) + digit(expiry) + "F" + digit(birth) + "\n" +
		"NGKELMPONBPJ<<<UTO" + strings.Repeat("<", 12) + "\n" + "ZHENGJIAN<<YANGBEN" + strings.Repeat("<", 12)
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

func TestNameCodeEndsAtItsFirstFiller(t *testing.T) {
	second := digit("DE0000000") + "CHN" + digit("491231") + "F" + digit("290101") + digit("NGKELMPO<<<<A9")
	second += string(checkDigit(second[:10] + second[13:20] + second[21:43]))
	d, err := Parse([]string{"PDCHNZHENG<<JIAN" + strings.Repeat("<", 28), second}, today)
	if err != nil || !d.Valid() || d.ChineseName != "证件" {
		t.Errorf("name %q, checks %v, error %v", d.ChineseName, d.Checks, err)
	}
}

func TestNameCodeIsReadInChinesePassportsOnly(t *testing.T) {
	second := digit("E12345678") + "UTO" + digit("491231") + "F" + digit("290101") + digit("NGKELMPONBPJLB")
	second += string(checkDigit(second[:10] + second[13:20] + second[21:43]))
	d, err := Parse([]string{"P<UTOZHENGJIAN<<YANGBEN" + strings.Repeat("<", 21), second}, today)
	if err != nil || !d.Valid() || d.ChineseName != "" || d.Optional != "NGKELMPONBPJLB" {
		t.Errorf("name %q, optional %q, checks %v, error %v", d.ChineseName, d.Optional, d.Checks, err)
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

// passport builds a passport with right check digits around these fields.
func passport(names, birth, sex, expiry, personal, personalDigit string) []string {
	second := digit("E12345678") + "UTO" + digit(birth) + sex + digit(expiry) + personal + personalDigit
	second += string(checkDigit(second[:10] + second[13:20] + second[21:43]))
	return []string{"P<UTO" + names + strings.Repeat("<", 39-len(names)), second}
}

const empty = "<<<<<<<<<<<<<<"

func TestCenturyOfBirthsFollowsToday(t *testing.T) {
	for birth, want := range map[string]string{
		"261123": "2026-11-23", "261124": "1926-11-24", "000229": "2000-02-29", "600229": "1960-02-29", "491231": "1949-12-31", "010101": "2001-01-01",
	} {
		d, err := Parse(passport("A<<B", birth, "F", "300101", empty, "0"), today)
		if err != nil || !d.Valid() || d.Birth.String() != want || d.Expiry.String() != "2030-01-01" {
			t.Errorf("%s: %v, %v, %v; want %s", birth, d.Birth, d.Expiry, err, want)
		}
	}
}

func TestUnknownAndImpossibleDates(t *testing.T) {
	for birth, want := range map[string][2]string{
		"7408<<": {"1974-08", ""}, "74<<<<": {"1974", ""}, "<<<<<<": {"", ""}, "741332": {"", WarnBirth}, "74<<12": {"", WarnBirth}, "7413<<": {"", WarnBirth},
	} {
		d, err := Parse(passport("A<<B", birth, "F", "300101", empty, "0"), today)
		if err != nil || !d.Valid() || !d.Birth.IsZero() || d.BornAbout != want[0] || strings.Join(d.Warnings, " ") != want[1] {
			t.Errorf("%s: %q, %v, %q, %v", birth, d.BornAbout, d.Birth, d.Warnings, err)
		}
	}
	if d, err := Parse(passport("A<<B", "740812", "F", "300231", empty, "0"), today); err != nil || !slices.Equal(d.Warnings, []string{WarnExpiry}) {
		t.Errorf("%q, %v", d.Warnings, err)
	}
}

func TestSexLetters(t *testing.T) {
	for letter, want := range map[string]string{"M": "M", "F": "F", "<": "X", "X": "X"} {
		if d, _ := Parse(passport("A<<B", "740812", letter, "300101", empty, "0"), today); d.Sex != want || len(d.Warnings) != 0 {
			t.Errorf("%s: %q, %q", letter, d.Sex, d.Warnings)
		}
	}
	if d, _ := Parse(passport("A<<B", "740812", "Q", "300101", empty, "0"), today); d.Sex != "X" || !slices.Equal(d.Warnings, []string{WarnSex}) {
		t.Errorf("Q: %q, %q", d.Sex, d.Warnings)
	}
}

func TestNames(t *testing.T) {
	for names, want := range map[string][3]string{
		"ARKFREITH":                               {"ARKFREITH", "", ""},
		"VAN<DER<MUELLEN<<ANNA<MARIA":             {"VAN DER MUELLEN", "ANNA MARIA", ""},
		"SMITH<<JOHN<<PAUL":                       {"SMITH", "JOHN PAUL", ""},
		"<<ONLY<GIVEN":                            {"ONLY GIVEN", "", ""},
		"NILAVADHANANANDA<<CHAYAPA<DEJTHAMRONG<K": {"NILAVADHANANANDA", "CHAYAPA DEJTHAMRONG K", WarnTruncated},
		"BENNELONG<WOOLOOMOOLOO<WARRANDYTE<WARNA": {"BENNELONG WOOLOOMOOLOO WARRANDYTE WARNA", "", WarnTruncated},
		"": {"", "", ""},
	} {
		d, err := Parse(passport(names, "740812", "F", "300101", empty, "0"), today)
		if err != nil || d.Surname != want[0] || d.GivenNames != want[1] || strings.Join(d.Warnings, " ") != want[2] {
			t.Errorf("%s: %q, %q, %q, %v", names, d.Surname, d.GivenNames, d.Warnings, err)
		}
	}
}

func TestFillerAsCheckDigitMeansEmptyAndNothingElse(t *testing.T) {
	for _, c := range []struct {
		personal, digit string
		want            bool
	}{{empty, "<", true}, {empty, "0", true}, {empty, "1", false}, {"0000000000<<<<", "<", false}, {"0000000000<<<<", "0", true}} {
		if d, err := Parse(passport("A<<B", "740812", "F", "300101", c.personal, c.digit), today); err != nil || d.Valid() != c.want {
			t.Errorf("%s %s: %v, %v", c.personal, c.digit, d.Checks, err)
		}
	}
	d, err := Parse(passport("A<<B", "740812", "F", "300101", empty, "0"), today)
	lines := []string{"P<UTOA<<B" + strings.Repeat("<", 35), "E12345678<UTO7408122F3001019<<<<<<<<<<<<<<00"}
	if e, err2 := Parse(lines, today); err != nil || err2 != nil || !d.Valid() || e.Valid() {
		t.Errorf("a passport's number without digit passes: %v, %v, %v", e.Checks, err, err2)
	}
}

func TestOptionalDataBehindALongNumberIsKept(t *testing.T) {
	first := "I<UTOD23145890<7349<ABC<<<<<<<"
	second := "3407127M9507122UTO<<<<<<<<<XY"
	second += string(checkDigit(first[5:30] + second[0:7] + second[8:15] + second[18:29]))
	d, err := Parse([]string{first, second, "STEVENSON<<PETER<JOHN<<<<<<<<<"}, today)
	if err != nil || !d.Valid() || d.Number != "D23145890734" || d.Optional != "ABC XY" {
		t.Errorf("number %q, optional %q, checks %v, %v", d.Number, d.Optional, d.Checks, err)
	}
	// The digit of a long number is repaired like any other.
	d, err = Parse([]string{strings.Replace(first, "7349", "734S", 1), second, "STEVENSON<<PETER<JOHN<<<<<<<<<"}, today)
	if err != nil || d.Valid() || len(d.Repairs) != 0 {
		t.Errorf("a wrong repair stays: %v, %v", d.Repairs, err)
	}
}

func TestLettersInDatesFailEvenWhenTheSumAgrees(t *testing.T) {
	for a := byte('A'); a <= 'Z'; a++ {
		for b := byte('A'); b <= 'Z'; b++ {
			birth := string([]byte{a, b}) + "0812"
			d, err := Parse(passport("A<<B", birth, "F", "300101", empty, "0"), today)
			if err != nil || d.Valid() && len(d.Repairs) == 0 {
				t.Fatalf("%s passes without a repair, %v", birth, err)
			}
		}
	}
}

func TestDocumentNeverShowsItself(t *testing.T) {
	d, err := Parse(strings.Split(specimens[0].zone, "\n"), today)
	if err != nil {
		t.Fatal(err)
	}
	type box struct {
		hidden idreader.Secret[Document]
		Shown  Document
	}
	b, err := json.Marshal(box{idreader.Conceal(d), d})
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("swipe", "document", d, "box", box{idreader.Conceal(d), d})
	all := string(b) + log.String()
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		all += fmt.Sprintf(verb+verb, d, box{idreader.Conceal(d), d})
	}
	all += fmt.Sprintf("%p", idreader.Conceal(d))
	for _, secret := range []string{"ERIKSSON", "ANNA", "L898902C3", "1974"} {
		if strings.Contains(all, secret) || strings.Contains(all, hex.EncodeToString([]byte(secret))) {
			t.Errorf("%s shows: %s", secret, all)
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
