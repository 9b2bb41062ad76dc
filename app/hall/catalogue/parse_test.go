package catalogue

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// small is a whole catalogue with one of everything.
const small = `{
  "departments": [{"code": "police", "name": {"zh-Hans": "公安", "en": "Police"}}],
  "pools": [
    {"id": "house", "prefix": "G", "name": {"zh-Hans": "户籍", "en": "Household"}, "area": {"zh-Hans": "一楼", "en": "Floor 1"},
     "first": 1, "last": 799, "offline_from": 800, "offline_to": 999, "mean_minutes": 8}
  ],
  "windows": [{"id": "9", "name": {"zh-Hans": "户籍", "en": "Household"}, "pools": ["house"]}],
  "classes": [{"code": "R04", "audience": "resident", "name": {"zh-Hans": "户籍", "en": "Household"}, "icon": "household"}],
  "items": [
    {"code": "R0401", "class": "R04", "department": "police", "pool": "house",
     "name": {"zh-Hans": "换证", "en": "Renewal"}, "summary": {"zh-Hans": "换领", "en": "Renew"},
     "materials": [{"name": {"zh-Hans": "户口簿", "en": "Register"}, "copies": 0, "note": {"zh-Hans": "原件", "en": "Original"}}],
     "legal_days": 20, "pledge_days": 10, "fee_fen": 2000, "bookable": true, "apply": true, "needs_card": true, "slot_places": 2,
     "form": [{"name": "name", "label": {"zh-Hans": "姓名", "en": "Name"}, "type": "text", "from": "name", "required": true, "max": 30},
       {"name": "why", "label": {"zh-Hans": "原因", "en": "Reason"}, "type": "choice", "required": true,
        "choices": [{"value": "a", "label": {"zh-Hans": "期满", "en": "Expired"}}, {"value": "b", "label": {"zh-Hans": "损坏", "en": "Damaged"}}]}],
     "phones": ["022-00008800"], "steps": [{"zh-Hans": "提交", "en": "Hand in"}], "basis": {"zh-Hans": "法", "en": "Law"}}
  ]
}`

// messages returns the single errors in err.
func messages(err error) []string {
	if err == nil {
		return nil
	}
	return strings.Split(err.Error(), "\n")
}

func TestSmallestWholeCatalogueIsTaken(t *testing.T) {
	c, err := ParseFile("small.json", []byte(small))
	if err != nil {
		t.Fatal(err)
	}
	i, _ := c.Item("R0401")
	if i.Form[1].Choices[1].Label.In("en") != "Damaged" || i.FeeFen != 2000 || len(c.Version) != 16 {
		t.Errorf("got version %q, %+v", c.Version, i)
	}
}

// Each row breaks one thing; the whole list of errors must be the one given.
func TestEveryKindOfErrorIsReportedWithItsPlace(t *testing.T) {
	const item = "small.json:10: items[0] (R0401) "
	for _, c := range []struct{ old, broken, want string }{
		{`"code": "police"`, `"code": "po lice"`, "small.json:2: departments[0] (\"po lice\") code: must be 1 to 32 letters, digits, - or _\n" + item + "department: unknown department police"},
		{`"en": "Police"`, `"en": ""`, "small.json:2: departments[0] (police) name.en: is missing"},
		{`"en": "Police"`, `"en": " Police"`, "small.json:2: departments[0] (police) name.en: begins or ends with a space"},
		{`"en": "Police"`, `"eng": "Police"`, "small.json:2: departments[0] (police) name.en: is missing\nsmall.json:2: departments[0] (police) name.eng: unknown language"},
		{`"prefix": "G"`, `"prefix": "I"`, "small.json:4: pools[0] (house) prefix: must be one capital letter, not I or O"},
		{`"prefix": "G"`, `"prefix": "GG"`, "small.json:4: pools[0] (house) prefix: must be one capital letter, not I or O"},
		{`"last": 799`, `"last": 800`, "small.json:4: pools[0] (house) offline_from: range overlaps first to last"},
		{`"first": 1,`, `"first": 0,`, "small.json:4: pools[0] (house) first: is 0, must be 1 to 9999"},
		{`"offline_to": 999`, `"offline_to": 10000`, "small.json:4: pools[0] (house) offline_to: is 10000, must be 800 to 9999"},
		{`"mean_minutes": 8`, `"mean_minutes": 0`, "small.json:4: pools[0] (house) mean_minutes: is 0, must be 1 to 240"},
		{`["house"]`, `[]`, "small.json:4: pools[0] (house) id: no window serves this pool\nsmall.json:7: windows[0] (9) pools: must not be empty"},
		{`["house"]`, `["house", "home", "house"]`, "small.json:7: windows[0] (9) pools: unknown pool home\nsmall.json:7: windows[0] (9) pools: pool house is there twice"},
		{`"audience": "resident"`, `"audience": "all"`, "small.json:8: classes[0] (R04) audience: must be enterprise or resident"},
		{`"icon": "household"`, `"icon": "cat"`, "small.json:8: classes[0] (R04) icon: must be one of " + strings.Join(Icons, ", ")},
		{`"class": "R04"`, `"class": "R05"`, "small.json:8: classes[0] (R04) code: class has no items\n" + item + "class: unknown class R05"},
		{`"department": "police"`, `"department": "fire"`, item + "department: unknown department fire"},
		{`"pool": "house"`, `"pool": "home"`, item + "pool: unknown pool home"},
		{`"zh-Hans": "换领", `, ``, item + "summary.zh-Hans: is missing"},
		{`"en": "Register"`, `"en": ""`, item + "materials[0].name.en: is missing"},
		{`"en": "Original"`, `"en": ""`, item + "materials[0].note.en: is missing"},
		{`"copies": 0`, `"copies": -1`, item + "materials[0].copies: is -1, must be 0 to 20"},
		{`"legal_days": 20`, `"legal_days": 400`, item + "legal_days: is 400, must be 0 to 365"},
		{`"pledge_days": 10`, `"pledge_days": 21`, item + "pledge_days: is 21, must be 0 to 20"},
		{`"fee_fen": 2000`, `"fee_fen": -1`, item + "fee_fen: must not be negative"},
		{`"bookable": true`, `"bookable": false`, item + "slot_places: only bookable items have places"},
		{`"slot_places": 2`, `"slot_places": 0`, item + "slot_places: is 0, must be 1 to 100"},
		{`"apply": true`, `"apply": false`, item + "form: an item has a form exactly when apply is true"},
		{`"name": "why"`, `"name": "name"`, item + "form[1].name: name is there twice"},
		{`"type": "choice"`, `"type": "date"`, item + "form[1].type: must be text, phone, number or choice\n" + item + "form[1].choices: only choice fields have choices"},
		{`"from": "name"`, `"from": "photo"`, item + "form[0].from: cards have no field photo"},
		{`"type": "text"`, `"type": "phone"`, item + "form[0].type: fields of the card are text"},
		{`"max": 30`, `"max": 30, "holds": "cat"`, item + "form[0].holds: must be person, place, code, identity or date"},
		{`"type": "choice"`, `"type": "choice", "holds": "date"`, item + "form[1].holds: only a text holds something of a kind"},
		{`"max": 30`, `"max": 501`, item + "form[0].max: is 501, must be 0 to 500"},
		{`"value": "b"`, `"value": "a"`, item + "form[1].choices[1].value: a is there twice"},
		{`"en": "Damaged"`, `"en": ""`, item + "form[1].choices[1].label.en: is missing"},
		{`"022-00008800"`, `"8800"`, item + "phones[0]: must be area code, dash and number, or five digits that begin with 1"},
		{`["022-00008800"]`, `[]`, item + "phones: must not be empty"},
		{`[{"zh-Hans": "提交", "en": "Hand in"}]`, `[]`, item + "steps: must not be empty"},
		{`"en": "Hand in"`, `"en": ""`, item + "steps[0].en: is missing"},
		{`"en": "Law"`, `"en": ""`, item + "basis.en: is missing"},
		{`"fee_fen": 2000`, `"fee": 2000`, `small.json:10: items[0]: unknown field "fee"` + "\nsmall.json:8: classes[0] (R04) code: class has no items"},
		{`"fee_fen": 2000`, `"fee_fen": 1, "fee_fen": 2`, `small.json:10: items[0]: field "fee_fen" is there twice` + "\nsmall.json:8: classes[0] (R04) code: class has no items"},
		{`"windows":`, `"counters":`, "small.json:4: pools[0] (house) id: no window serves this pool\nsmall.json:7: \"counters\": unknown list; known are departments, pools, windows, classes, items, subjects"},
		{`[{"code": "police", "name": {"zh-Hans": "公安", "en": "Police"}}]`, `[]`, "small.json:1: departments: must not be empty\n" + item + "department: unknown department police"},
	} {
		if strings.Count(small, c.old) != 1 {
			t.Fatalf("%s occurs %d times", c.old, strings.Count(small, c.old))
		}
		_, err := ParseFile("small.json", []byte(strings.Replace(small, c.old, c.broken, 1)))
		got, want := messages(err), strings.Split(c.want, "\n")
		slices.Sort(got)
		slices.Sort(want)
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s for %s: %s", c.broken, c.old, d)
		}
	}
}

func TestTextThatIsNotJSONIsReportedAtItsLine(t *testing.T) {
	for broken, want := range map[string]string{
		"":                           "a.json:1: file: ends too early",
		"[]":                         "a.json:1: file: must be an object with lists",
		"{\n\"items\": {}}":          "a.json:2: file: must be items as a list",
		"{\n\n\"items\": [{]}":       "a.json:3: file: is not JSON",
		"{\"items\": [\n{}":          "a.json:2: file: ends too early",
		"{}\n{}":                     "a.json:2: file: something follows the closing brace",
		"{\"items\": [\n\n\"x\"\n]}": "a.json:3: items[0]: cannot unmarshal string",
	} {
		_, err := ParseFile("a.json", []byte(broken))
		if got := messages(err); len(got) == 0 || !slices.ContainsFunc(got, func(s string) bool { return strings.HasPrefix(s, want) }) {
			t.Errorf("%q: got %q, want %q", broken, got, want)
		}
	}
}

func TestErrorsOfAllFilesComeAtOnce(t *testing.T) {
	more := `{
  "pools": [{"id": "house", "prefix": "G", "name": {}, "area": {"zh-Hans": "一楼", "en": "Floor 1"},
    "first": 1, "last": 9, "offline_from": 10, "offline_to": 19, "mean_minutes": 8}]
}`
	_, err := Parse(fstest.MapFS{
		"a.json": {Data: []byte(strings.Replace(small, `"icon": "household"`, `"icon": ""`, 1))},
		"b.json": {Data: []byte(more)},
		"c.txt":  {Data: []byte("not read")},
	})
	want := []string{
		"a.json:8: classes[0] (R04) icon: must be one of " + strings.Join(Icons, ", "),
		"b.json:2: pools[0] (house) name.zh-Hans: is missing",
		"b.json:2: pools[0] (house) name.en: is missing",
		"b.json:2: pools[0] id: house is also that of pools[0] in a.json:4",
		"b.json:2: pools[0] prefix: G is also that of pools[0] in a.json:4",
	}
	if d := cmp.Diff(want, messages(err)); d != "" {
		t.Error(d)
	}
	if _, err := Parse(fstest.MapFS{}); err == nil {
		t.Error("a catalogue without files was taken")
	}
}

func TestVersionChangesWithTheContentOnly(t *testing.T) {
	a, err := ParseFile("a.json", []byte(small))
	if err != nil {
		t.Fatal(err)
	}
	b, err := ParseFile("b.json", []byte(strings.ReplaceAll(small, "\n", "\n ")))
	if err != nil || b.Version != a.Version {
		t.Errorf("other spaces: %s and %s, %v", a.Version, b.Version, err)
	}
	c, err := ParseFile("c.json", []byte(strings.Replace(small, `"copies": 0`, `"copies": 1`, 1)))
	if err != nil || c.Version == a.Version {
		t.Errorf("other content: %s and %s, %v", a.Version, c.Version, err)
	}
}

func TestExportedCatalogueIsReadAsTheSame(t *testing.T) {
	want := mustSample(t)
	b, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	got, err := ParseFile("export.json", b)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// FuzzParse: no bytes panic; every error has file, line and reason; what is
// taken is taken again after export.
func FuzzParse(f *testing.F) {
	f.Add([]byte(small))
	f.Add([]byte(strings.Replace(small, `"pool": "house"`, `"pool": "home"`, 1)))
	f.Add([]byte("{\"items\": [{]}"))
	f.Add([]byte("{\"\": 1}"))
	f.Add([]byte("{\"items\": null, \"version\": 1}"))
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := ParseFile("f.json", b)
		if err != nil {
			for _, e := range err.(interface{ Unwrap() []error }).Unwrap() {
				if e := e.(*Error); e.File != "f.json" || e.Line < 1 || e.Place == "" || e.Reason == "" {
					t.Fatalf("error without place: %+v", e)
				}
			}
			return
		}
		out, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		again, err := ParseFile("f.json", out)
		if err != nil || again.Version != c.Version {
			t.Fatalf("export is not read as the same: %v", err)
		}
	})
}
