package catalogue

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode"
)

func mustSample(t testing.TB) Catalogue {
	t.Helper()
	c, err := Sample()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestSampleHasTheClassesAndItemsOfACityDistrict(t *testing.T) {
	c := mustSample(t)
	if e, r := len(c.ClassesOf(Enterprise)), len(c.ClassesOf(Citizens)); e != 9 || r != 5 {
		t.Errorf("%d classes for enterprises and %d for residents, want 9 and 5", e, r)
	}
	var bookable, apply, choices int
	for _, i := range c.Items {
		if i.Bookable {
			bookable++
		}
		if i.Apply {
			apply++
		}
		for _, f := range i.Form {
			choices += len(f.Choices)
		}
	}
	if len(c.Items) < 48 || bookable < 15 || apply < 10 || choices < 20 {
		t.Errorf("%d items, %d bookable, %d to apply for, %d choices", len(c.Items), bookable, apply, choices)
	}
	if len(c.Pools) != 8 || len(c.Windows) != 10 {
		t.Errorf("%d pools and %d windows, want 8 and 10", len(c.Pools), len(c.Windows))
	}
}

func TestSampleFormsArePrefilledFromTheCardAndAskForAPhone(t *testing.T) {
	for _, i := range mustSample(t).Items {
		if !i.Apply {
			continue
		}
		have := map[string]bool{}
		own := 0
		for _, f := range i.Form {
			have[f.From], have[f.Type] = true, true
			if f.From == "" && f.Type != "phone" {
				own++
			}
		}
		if !have["name"] || !have["number"] || !have["address"] || !have["phone"] || own < 1 || own > 3 {
			t.Errorf("%s: the form lacks name, number, address or phone, or has %d questions of its own", i.Code, own)
		}
	}
}

// Every text is in the language it claims: Chinese with Han characters and
// full-width punctuation, English without either.
func TestSampleTextsAreInTheirLanguage(t *testing.T) {
	b, err := json.Marshal(mustSample(t))
	if err != nil {
		t.Fatal(err)
	}
	var tree any
	if err := json.Unmarshal(b, &tree); err != nil {
		t.Fatal(err)
	}
	n := 0
	walk(tree, func(zh, en string) {
		n++
		han := strings.ContainsFunc(zh, func(r rune) bool { return unicode.Is(unicode.Han, r) }) || strings.HasSuffix(zh, "%")
		if !han || strings.ContainsAny(zh, ",;:()?") {
			t.Errorf("not Chinese: %s", zh)
		}
		if strings.ContainsFunc(en, func(r rune) bool { return unicode.Is(unicode.Han, r) || r >= 0x3000 }) {
			t.Errorf("not English: %s", en)
		}
	})
	if n < 500 {
		t.Errorf("only %d texts", n)
	}
}

// walk calls f for every text in both languages.
func walk(v any, f func(zh, en string)) {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			walk(e, f)
		}
	case map[string]any:
		zh, isText := v["zh-Hans"].(string)
		if en, ok := v["en"].(string); ok && isText {
			f(zh, en)
			return
		}
		for _, e := range v {
			walk(e, f)
		}
	}
}

func TestSampleTelephonesRingNowhere(t *testing.T) {
	for _, i := range mustSample(t).Items {
		for _, p := range i.Phones {
			if !strings.HasPrefix(p, "022-0000") {
				t.Errorf("%s: %s could be somebody's", i.Code, p)
			}
		}
	}
}

func TestLookupsFindWhatIsThereAndNothingElse(t *testing.T) {
	c := mustSample(t)
	if i, ok := c.Item("E0101"); !ok || i.Class != "E01" {
		t.Errorf("E0101: %v, %+v", ok, i)
	}
	if p, ok := c.Pool("registration"); !ok || p.Prefix != "A" {
		t.Errorf("registration: %v, %+v", ok, p)
	}
	if _, ok := c.Department("police"); !ok {
		t.Error("no department police")
	}
	if w, ok := c.Window("10"); !ok || len(w.Pools) != 2 {
		t.Errorf("window 10: %v, %+v", ok, w)
	}
	if w := c.WindowsOf("registration"); len(w) != 2 || w[0].ID != "1" || w[1].ID != "2" {
		t.Errorf("registration is served by %v", w)
	}
	if items := c.ItemsOf("E01"); len(items) != 5 || items[0].Code != "E0101" {
		t.Errorf("E01 has %d items", len(items))
	}
	_, item := c.Item("nothing")
	_, pool := c.Pool("")
	if item || pool || len(c.ItemsOf("nothing")) != 0 {
		t.Error("found what is not there")
	}
}
