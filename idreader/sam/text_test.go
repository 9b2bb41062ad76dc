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
	"hallway/idreader/sam/sim"

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

// people returns invented persons of every kind.
func people(t testing.TB) (all []idreader.Person) {
	t.Helper()
	for _, s := range sim.AllSpecimens() {
		p, err := sam.DecodeText(s.Card.Text())
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	return all
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

func TestUnknownKindsOfCardAreNotRead(t *testing.T) {
	for _, letter := range []string{"Q", "j", "K", "\u3000"} {
		p, err := sam.DecodeText(put(encode(t, invented()), 248, letter))
		var unsupported *sam.KindError
		if !errors.As(err, &unsupported) || unsupported.Kind != "" || p.Name != "" {
			t.Errorf("letter %s: got %v, %v", letter, p, err)
		}
	}
	if _, err := sam.EncodeText(idreader.Person{Kind: "passport", Name: "张三丰"}); !errors.As(err, new(*sam.KindError)) {
		t.Errorf("encoded: %v", err)
	}
}

// Offsets of the three other layouts, counted by hand and not through the
// encoder.
func TestPermitFieldsLieWhereTheStandardsSay(t *testing.T) {
	for kind, c := range map[idreader.Kind]struct {
		fields map[int]string
		want   idreader.Person
	}{
		idreader.Residence: {
			map[int]string{
				0: "陈美玲", 30: "2", 32: "  ", 36: "19811001", 52: "天津市和平区示例路66号3门202", 122: "810000198110010021",
				158: "天津市公安局和平分局", 188: "20210412", 204: "20260412", 220: "H00000000", 238: "01", 248: "J",
			},
			idreader.Person{
				Name: "陈美玲", Sex: idreader.Female, Birth: idreader.Date{Year: 1981, Month: 10, Day: 1},
				Address: "天津市和平区示例路66号3门202", Number: "810000198110010021", Issuer: "天津市公安局和平分局",
				ValidFrom: idreader.Date{Year: 2021, Month: 4, Day: 12}, ValidTo: idreader.Date{Year: 2026, Month: 4, Day: 12},
				PassNumber: "H00000000", TimesIssued: "01",
			},
		},
		idreader.Foreigner2017: {
			map[int]string{
				0: "SPECIMEN, ZHENGJIAN YANGBEN", 120: "2", 122: "KAZ110090123105", 152: "KAZ", 158: "证件样本",
				188: "20180206", 204: "20280205", 220: "19901231", 236: "01", 240: "1100", 248: "I",
			},
			idreader.Person{
				Name: "证件样本", NameEn: "SPECIMEN, ZHENGJIAN YANGBEN", Sex: idreader.Female, Number: "KAZ110090123105",
				Birth: idreader.Date{Year: 1990, Month: 12, Day: 31}, Nationality: "KAZ", CardVersion: "01", AcceptingOffice: "1100",
				ValidFrom: idreader.Date{Year: 2018, Month: 2, Day: 6}, ValidTo: idreader.Date{Year: 2028, Month: 2, Day: 5},
			},
		},
		idreader.Foreigner2023: {
			map[int]string{
				0: "证件样本", 30: "1", 32: "01", 36: "19850101", 52: "SPECIMEN, WITH A NAME OF 46 CHARACT", 122: "932682198501010017",
				188: "20231201", 204: "20331130", 220: "ERS IN ALL.", 242: "SAU", 248: "Y", 250: "105",
			},
			idreader.Person{
				Name: "证件样本", NameEn: "SPECIMEN, WITH A NAME OF 46 CHARACTERS IN ALL.", Sex: idreader.Male, TimesRenewed: "01",
				Birth: idreader.Date{Year: 1985, Month: 1, Day: 1}, Number: "932682198501010017", Nationality: "SAU", FormerNumber: "105",
				ValidFrom: idreader.Date{Year: 2023, Month: 12, Day: 1}, ValidTo: idreader.Date{Year: 2033, Month: 11, Day: 30},
			},
		},
	} {
		text := []byte(strings.Repeat(" \x00", 128))
		for at, s := range c.fields {
			put(text, at, s)
		}
		c.want.Kind = kind
		got, err := sam.DecodeText(text)
		if d := cmp.Diff(c.want, got); d != "" || err != nil {
			t.Errorf("%s: %v %s", kind, err, d)
		}
	}
}

func TestEverySpecimenIsEncodedAsItIsDecoded(t *testing.T) {
	seen := map[idreader.Kind]bool{}
	for _, want := range people(t) {
		seen[want.Kind] = true
		got, err := sam.DecodeText(encode(t, want))
		if d := cmp.Diff(want, got); d != "" || err != nil {
			t.Errorf("%s: %v %s", want.Kind, err, d)
		}
	}
	if len(seen) != 4 {
		t.Errorf("only %d kinds", len(seen))
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
		"unknown ethnicity":  {32, "99", []string{idreader.WarnEthnicity}, func(p idreader.Person) bool { return p.Ethnicity == "99" }},
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
	for _, p := range people(f) {
		f.Add(encode(f, p))
	}
	f.Add(put(encode(f, invented()), 248, "J"))
	f.Add(make([]byte, 256))
	f.Add([]byte("short"))
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := sam.DecodeText(text)
		if err != nil {
			if p.DisplayName() != "" || p.Number != "" {
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
