package idreader

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"log/slog"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func invented() Person {
	return Person{
		Kind: Resident, Name: "张三丰", Sex: Male, Ethnicity: "01", Birth: Date{1949, 12, 31},
		Address: "某市某区某街道1号", Number: "110101194912310032", Issuer: "某市公安局某分局",
		ValidFrom: Date{2015, 3, 1}, LongTerm: true,
	}
}

// address matches what fmt prints of a pointer, in any base: a long run of
// digits that may hold the short parts of a person by chance.
var address = regexp.MustCompile(`\b(0[xX])?[0-9a-fA-F]{9,}\b`)

// leaks fails when text holds anything of the invented person.
func leaks(t *testing.T, how, text string) {
	t.Helper()
	text = address.ReplaceAllStringFunc(text, func(run string) string {
		if low := strings.ToLower(run); strings.Contains(low, "11010119491231") || strings.Contains(low, "e5bca0") {
			return run
		}
		return "address"
	})
	for _, part := range []string{"张三丰", "110101", "19491231", "1949", "某市", "5f20", "e5bca0", "\\u5f20"} {
		if strings.Contains(strings.ToLower(text), part) {
			t.Errorf("%s shows %q: %s", how, part, text)
		}
	}
}

func TestPersonalDataIsRedactedByEveryVerb(t *testing.T) {
	person := invented()
	secret := Conceal(person)
	// fmt calls no methods of unexported fields, nor after a bad verb.
	hidden := struct {
		s Secret[Person]
		t Secret[string]
	}{secret, Conceal("张三丰")}
	for _, v := range []any{
		secret, &secret, hidden, Event{Type: Read, Person: secret},
		Conceal("张三丰"), Conceal(map[string]string{"name": "张三丰"}), []Secret[Person]{secret},
		map[string]Secret[Person]{"a": secret}, error(fmt.Errorf("card of %v", secret)),
	} {
		for _, verb := range strings.Fields("%v %+v %#v %s %q %x %X %d %t %T %p %b %c %e %o %U %w %!") {
			leaks(t, fmt.Sprintf("%s of %T", verb, v), fmt.Sprintf(verb, v))
		}
	}
	const want = "[redacted]|[redacted]|[redacted]|[redacted]"
	if got := fmt.Sprintf("%s|%#v|%x|%+v", secret, secret, person, &person); got != want {
		t.Errorf("got %s", got)
	}
}

func TestPersonalDataIsRedactedByEncodings(t *testing.T) {
	event := Event{Type: Read, Person: Conceal(invented())}
	for _, v := range []any{event, event.Person, invented(), map[Secret[Person]]int{}} {
		j, err := json.Marshal(v)
		if err != nil {
			t.Errorf("json of %T: %v", v, err)
		}
		leaks(t, "json", string(j))
	}
	x, err := xml.Marshal(event)
	if err != nil || !strings.Contains(string(x), Redacted) {
		t.Errorf("xml: %s, %v", x, err)
	}
	leaks(t, "xml", string(x))
	for _, v := range []any{event, event.Person, invented()} {
		var g bytes.Buffer
		if err := gob.NewEncoder(&g).Encode(v); err != nil || !bytes.Contains(g.Bytes(), []byte(Redacted)) {
			t.Errorf("gob of %T: %v, %q", v, err, g.Bytes())
		}
		leaks(t, "gob", g.String())
	}
}

func TestPersonalDataIsRedactedInLogs(t *testing.T) {
	var buf bytes.Buffer
	for _, h := range []slog.Handler{slog.NewTextHandler(&buf, nil), slog.NewJSONHandler(&buf, nil)} {
		p := invented()
		slog.New(h).Info("read", "secret", Conceal(p), "person", p, "pointer", &p, "event", Event{Person: Conceal(p)}, "number", p.Number.Masked()[3:])
	}
	if n := strings.Count(buf.String(), Redacted); n < 6 {
		t.Errorf("only %d redactions in %s", n, buf.String())
	}
	leaks(t, "slog", strings.ReplaceAll(buf.String(), "0032", ""))
}

func TestSecretRevealsUntilWiped(t *testing.T) {
	s := Conceal(invented())
	copied := s
	if !s.Present() || s.Reveal("test").Name != "张三丰" {
		t.Fatal("value is not there")
	}
	copied.Wipe()
	if got := s.Reveal("test"); got.Name != "" || got.Number != "" {
		t.Error("a copy's Wipe left the value")
	}
	var none Secret[Person]
	none.Wipe()
	if none.Present() || none.Reveal("test").Name != "" {
		t.Error("the zero Secret has a value")
	}
}

func TestInspectFindsWhatDoesNotFit(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Person)
		want   []string
	}{
		"sound":             {func(*Person) {}, nil},
		"check character":   {func(p *Person) { p.Number = "110101194912310031" }, []string{WarnNumber}},
		"other birth":       {func(p *Person) { p.Birth = Date{1949, 12, 30} }, []string{WarnBirth}},
		"no birth":          {func(p *Person) { p.Birth = Date{} }, []string{WarnBirth}},
		"other sex":         {func(p *Person) { p.Sex = Female }, []string{WarnSex}},
		"ends too early":    {func(p *Person) { p.LongTerm, p.ValidTo = false, Date{2014, 1, 1} }, []string{WarnDates}},
		"no end":            {func(p *Person) { p.LongTerm = false }, []string{WarnDates}},
		"no beginning":      {func(p *Person) { p.ValidFrom = Date{} }, []string{WarnDates}},
		"unknown ethnicity": {func(p *Person) { p.Ethnicity = "99" }, []string{WarnEthnicity}},
		"not Hong Kong's":   {func(p *Person) { p.Kind = Residence }, []string{WarnForm}},
		"Hong Kong's":       {func(p *Person) { p.Kind, p.Number, p.Birth = Residence, "810000198110010013", Date{1981, 10, 1} }, nil},
		"number of 2017": {func(p *Person) {
			p.Kind, p.Number, p.Birth, p.Sex = Foreigner2017, "KAZ110090123105", Date{1990, 12, 31}, Female
		}, nil},
		"number of 2017, other check": {func(p *Person) {
			p.Kind, p.Number, p.Birth, p.Sex = Foreigner2017, "KAZ110090123104", Date{1990, 12, 31}, Female
		}, []string{WarnNumber}},
		"number of 2023": {func(p *Person) { p.Kind, p.Number, p.Birth = Foreigner2023, "932682198501010017", Date{1985, 1, 1} }, nil},
		"number of 2017 on a card of 2023": {func(p *Person) {
			p.Kind, p.Number, p.Birth, p.Sex = Foreigner2023, "KAZ110090123105", Date{1990, 12, 31}, Female
		}, []string{WarnForm}},
		"nothing readable": {func(p *Person) { *p = Person{} }, []string{WarnNumber, WarnBirth, WarnSex, WarnDates}},
	} {
		p := invented()
		c.change(&p)
		if got := p.Inspect(); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
}

func TestCardIsGoodOnItsLastDay(t *testing.T) {
	p := invented()
	if p.ExpiredOn(Date{2999, 1, 1}) {
		t.Error("a long-term card expired")
	}
	p.LongTerm, p.ValidTo = false, Date{2025, 3, 1}
	if p.ExpiredOn(Date{2025, 3, 1}) || !p.ExpiredOn(Date{2025, 3, 2}) {
		t.Error("expiry is not the day after the last")
	}
}

func TestNewestAddressAndEitherNameStandForThePrintedOnes(t *testing.T) {
	p := Person{Name: "证件样本", NameEn: "SPECIMEN", Address: "某路1号"}
	if p.DisplayName() != "证件样本" || p.CurrentAddress() != "某路1号" {
		t.Errorf("got %q, %q", p.DisplayName(), p.CurrentAddress())
	}
	p.Name, p.Newest = "", "某路2号"
	if p.DisplayName() != "SPECIMEN" || p.CurrentAddress() != "某路2号" {
		t.Errorf("got %q, %q", p.DisplayName(), p.CurrentAddress())
	}
}
