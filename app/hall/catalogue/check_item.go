package catalogue

import (
	"fmt"
	"slices"
)

var (
	fieldTypes   = []string{"text", "phone", "number", "choice"}
	fieldSources = []string{"", "name", "number", "address", "birth", "sex", "ethnicity"}
	fieldHolds   = []string{"", "person", "place", "code", "identity", "date"}
)

// item checks one item against the lists that it refers to.
func (c checker) item(all Catalogue, it Item) {
	_, known := find(all.Classes, func(k Class) bool { return k.Code == it.Class })
	c.must(known, "class", "unknown class "+it.Class)
	_, known = all.Department(it.Department)
	c.must(known, "department", "unknown department "+it.Department)
	_, known = all.Pool(it.Pool)
	c.must(known, "pool", "unknown pool "+it.Pool)
	c.local("name", it.Name)
	c.local("summary", it.Summary)
	c.local("basis", it.Basis)
	c.within("legal_days", it.LegalDays, 0, maxDays)
	c.within("pledge_days", it.PledgeDays, 0, it.LegalDays)
	c.must(it.FeeFen >= 0, "fee_fen", "must not be negative")
	c.within("mean_minutes", it.Minutes, 0, maxMinutes)
	c.booking(it)
	c.materials(it.Materials)
	c.must(len(it.Phones) > 0, "phones", "must not be empty")
	for i, p := range it.Phones {
		c.must(phonePattern.MatchString(p), fmt.Sprintf("phones[%d]", i), "must be area code, dash and number, or five digits that begin with 1")
	}
	c.must(len(it.Steps) > 0, "steps", "must not be empty")
	for i, s := range it.Steps {
		c.local(fmt.Sprintf("steps[%d]", i), s)
	}
	c.must(it.Apply == (len(it.Form) > 0), "form", "an item has a form exactly when apply is true")
	c.form(it.Form)
}

func (c checker) booking(it Item) {
	if it.Bookable {
		c.within("slot_places", it.SlotPlaces, 1, maxPlaces)
		return
	}
	c.must(it.SlotPlaces == 0, "slot_places", "only bookable items have places")
}

func (c checker) materials(all []Material) {
	for i, m := range all {
		at := fmt.Sprintf("materials[%d].", i)
		c.local(at+"name", m.Name)
		c.optional(at+"note", m.Note)
		c.within(at+"copies", m.Copies, 0, maxCopies)
	}
}

func (c checker) form(all []FormField) {
	names := map[string]bool{}
	for i, f := range all {
		at := fmt.Sprintf("form[%d].", i)
		c.must(codePattern.MatchString(f.Name), at+"name", wantCode)
		c.must(!names[f.Name], at+"name", f.Name+" is there twice")
		names[f.Name] = true
		c.local(at+"label", f.Label)
		c.must(slices.Contains(fieldTypes, f.Type), at+"type", "must be text, phone, number or choice")
		c.must(slices.Contains(fieldSources, f.From), at+"from", "cards have no field "+f.From)
		c.must(f.From == "" || f.Type == "text", at+"type", "fields of the card are text")
		c.must(slices.Contains(fieldHolds, f.Holds), at+"holds", "must be person, place, code, identity or date")
		c.must(f.Holds == "" || f.Type == "text", at+"holds", "only a text holds something of a kind")
		c.within(at+"max", f.Max, 0, maxAnswer)
		c.choices(at, f)
	}
}

func (c checker) choices(at string, f FormField) {
	if f.Type != "choice" {
		c.must(len(f.Choices) == 0, at+"choices", "only choice fields have choices")
		return
	}
	c.must(len(f.Choices) >= 2, at+"choices", "must be two or more")
	values := map[string]bool{}
	for i, v := range f.Choices {
		at := fmt.Sprintf("%schoices[%d].", at, i)
		c.must(codePattern.MatchString(v.Value), at+"value", wantCode)
		c.must(!values[v.Value], at+"value", v.Value+" is there twice")
		values[v.Value] = true
		c.local(at+"label", v.Label)
	}
}
