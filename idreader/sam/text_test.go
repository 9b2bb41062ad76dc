package sam_test

import (
	"encoding/binary"
	"errors"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"hallway/devices"
	"hallway/idreader"
	"hallway/idreader/sam"

	"github.com/google/go-cmp/cmp"
)

func invented() idreader.Person {
	return idreader.Person{
		Kind: idreader.Resident, Name: "欧阳㛃𬴂", Sex: idreader.Female, Ethnicity: "02",
		Birth:   idreader.Date{Year: 1983, Month: 5, Day: 16},
		Address: "天津市和平区示例路４０号院7号楼 1单元", Number: "120101198305160028", Issuer: "天津市公安局和平分局",
		ValidFrom: idreader.Date{Year: 2020, Month: 10, Day: 9}, ValidTo: idreader.Date{Year: 2040, Month: 10, Day: 9},
	}
}

func encode(t testing.TB, p idreader.Person) []byte {
	t.Helper()
	text, err := sam.EncodeText(p)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// put writes s as UTF-16LE over the text at offset.
func put(text []byte, offset int, s string) []byte {
	for i, u := range utf16.Encode([]rune(s)) {
		binary.LittleEndian.PutUint16(text[offset+2*i:], u)
	}
	return text
}

func TestTextHoldsEveryFieldOfAPerson(t *testing.T) {
	want := invented()
	got, err := sam.DecodeText(encode(t, want))
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// Offsets of GA/T 490, counted by hand and not through the encoder.
func TestTextFieldsLieWhereTheStandardSays(t *testing.T) {
	text := []byte(strings.Repeat(" \x00", 128))
	put(text, 0, "张三丰")
	put(text, 30, "1")
	put(text, 32, "01")
	put(text, 36, "19491231")
	put(text, 52, "北京市东城区示例路1号")
	put(text, 122, "110101194912310032")
	put(text, 158, "北京市公安局东城分局")
	put(text, 188, "20150301")
	put(text, 204, "长期")
	got, err := sam.DecodeText(text)
	want := idreader.Person{
		Kind: idreader.Resident, Name: "张三丰", Sex: idreader.Male, Ethnicity: "01",
		Birth: idreader.Date{Year: 1949, Month: 12, Day: 31}, Address: "北京市东城区示例路1号",
		Number: "110101194912310032", Issuer: "北京市公安局东城分局",
		ValidFrom: idreader.Date{Year: 2015, Month: 3, Day: 1}, LongTerm: true,
	}
	if d := cmp.Diff(want, got); d != "" || err != nil {
		t.Error(err, d)
	}
}

func TestOtherKindsOfCardAreNamedNotRead(t *testing.T) {
	for letter, kind := range map[string]idreader.Kind{
		"J": idreader.Residence, "I": idreader.Foreigner2017, "Y": idreader.Foreigner2023, "Q": "",
	} {
		p, err := sam.DecodeText(put(encode(t, invented()), 248, letter))
		var unsupported *sam.KindError
		if !errors.As(err, &unsupported) || unsupported.Kind != kind || p.Name != "" {
			t.Errorf("letter %s: got %v, %v", letter, p, err)
		}
		if !strings.Contains(err.Error(), string(kind)) {
			t.Errorf("letter %s: error %q does not name the kind", letter, err)
		}
	}
}

func TestTextWithoutNameOrNumberMakesNoSense(t *testing.T) {
	blank := strings.Repeat(" \x00", 128)
	for name, text := range map[string][]byte{
		"blank": []byte(blank), "zeros": make([]byte, 256), "short": encode(t, invented())[:255], "empty": nil,
		"no name": put(encode(t, invented()), 0, "               "), "no number": put(encode(t, invented()), 122, strings.Repeat("\x00", 18)),
	} {
		if _, err := sam.DecodeText(text); !errors.Is(err, devices.ErrProtocol) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestOddFieldsAreReadWithWarnings(t *testing.T) {
	for name, c := range map[string]struct {
		offset int
		text   string
		warn   []string
		check  func(idreader.Person) bool
	}{
		"lower-case x":       {122, "12010119620815003x", []string{idreader.WarnBirth, idreader.WarnSex}, func(p idreader.Person) bool { return p.Number == "12010119620815003X" }},
		"wrong check":        {122, "120101198305160029", []string{idreader.WarnNumber}, func(p idreader.Person) bool { return true }},
		"no such birth date": {36, "19830231", []string{idreader.WarnBirth}, func(p idreader.Person) bool { return p.Birth.IsZero() }},
		"unknown sex code":   {30, "5", []string{idreader.WarnSex}, func(p idreader.Person) bool { return p.Sex == "5" }},
		"blank ethnicity":    {32, "  ", nil, func(p idreader.Person) bool { return p.Ethnicity == "" }},
		"no last day":        {204, "        ", []string{idreader.WarnDates}, func(p idreader.Person) bool { return p.ValidTo.IsZero() && !p.LongTerm }},
		"NULs for spaces":    {158, "某局\x00\x00\x00\x00\x00\x00\x00\x00", nil, func(p idreader.Person) bool { return p.Issuer == "某局" }},
		"private use":        {0, "\ue123", nil, func(p idreader.Person) bool { return strings.HasPrefix(p.Name, "\ue123") }},
	} {
		p, err := sam.DecodeText(put(encode(t, invented()), c.offset, c.text))
		if err != nil || !slices.Equal(p.Warnings, c.warn) || !c.check(p) {
			t.Errorf("%s: error %v, warnings %v, want %v", name, err, p.Warnings, c.warn)
		}
	}
}

func TestHalfASurrogatePairIsReplaced(t *testing.T) {
	text := encode(t, invented())
	binary.LittleEndian.PutUint16(text[0:], 0xD86C)
	if p, err := sam.DecodeText(text); err != nil || !strings.HasPrefix(p.Name, "\uFFFD") {
		t.Errorf("got %q, %v", p.Name, err)
	}
}

func TestEncodingRefusesWhatDoesNotFit(t *testing.T) {
	p := invented()
	p.Name = strings.Repeat("𬴂", 8)
	if _, err := sam.EncodeText(p); err == nil || !strings.Contains(err.Error(), "name") || strings.Contains(err.Error(), "𬴂") {
		t.Errorf("got %v", err)
	}
}

// FuzzText: no text panics, no error quotes the card, and what was read can be
// written and read again.
func FuzzText(f *testing.F) {
	f.Add(encode(f, invented()))
	f.Add(put(encode(f, invented()), 204, "长期    "))
	f.Add(put(encode(f, invented()), 248, "J"))
	f.Add(make([]byte, 256))
	f.Add([]byte("short"))
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := sam.DecodeText(text)
		if err != nil {
			if p.Name != "" || p.Number != "" {
				t.Fatal("an error comes with a person")
			}
			return
		}
		again, err := sam.DecodeText(encode(t, p))
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(p, again); d != "" {
			t.Fatal(d)
		}
	})
}
