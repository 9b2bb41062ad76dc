package catalogue

import (
	"strings"
	"testing"

	"hallway/app/hall/order"
)

func TestSampleHasSubjectsForEveryKindOfOrder(t *testing.T) {
	c := mustSample(t)
	for _, k := range order.Kinds() {
		if len(c.SubjectsOf(k)) < 2 {
			t.Errorf("%s has %d prepared subjects", k, len(c.SubjectsOf(k)))
		}
	}
	if _, ok := c.Subject(c.Subjects[0].Code); !ok {
		t.Error("a subject is not found by its code")
	}
}

func TestMistakesInSubjectsAreNamed(t *testing.T) {
	_, err := ParseFile("x.json", []byte(`{"subjects": [
		{"code": "s1", "kinds": ["help", "wish", "help"], "department": "none", "name": {"zh-Hans": "路灯", "en": "Lamps"}},
		{"code": "s1", "kinds": [], "department": "none", "name": {"zh-Hans": "路灯"}}]}`))
	for _, want := range []string{
		"x.json:2: subjects[0] (s1) department: unknown department none", "subjects[0] (s1) kinds: unknown kind of order wish",
		"kind help is there twice", "x.json:3: subjects[1] (s1) name.en: is missing", "subjects[1] (s1) kinds: must not be empty", "subjects[1] code: s1 is also that of subjects[0]",
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("lacks %q:\n%v", want, err)
		}
	}
}
