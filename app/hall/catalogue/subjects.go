package catalogue

import (
	"slices"

	"hallway/app/hall/order"
	"hallway/app/text"
)

// A Subject is a matter that help orders are often about, prepared so that
// nobody has to type it.
type Subject struct {
	Code       string       `json:"code"`
	Kinds      []order.Kind `json:"kinds"`      // of orders for which it is offered
	Department string       `json:"department"` // that answers for it
	Name       text.Local   `json:"name"`
}

// Subject returns the prepared subject with a code.
func (c Catalogue) Subject(code string) (Subject, bool) {
	return find(c.Subjects, func(s Subject) bool { return s.Code == code })
}

// SubjectsOf returns the prepared subjects of a kind of order, in the
// catalogue's order.
func (c Catalogue) SubjectsOf(k order.Kind) []Subject {
	return filter(c.Subjects, func(s Subject) bool { return slices.Contains(s.Kinds, k) })
}

func (p *parser) checkSubjects() {
	for i, s := range p.all.Subjects {
		c := p.element(listSubjects, i, s.Code)
		c.local("name", s.Name)
		_, known := p.all.Department(s.Department)
		c.must(known, "department", "unknown department "+s.Department)
		c.must(len(s.Kinds) > 0, "kinds", "must not be empty")
		for j, k := range s.Kinds {
			c.must(k.Known(), "kinds", "unknown kind of order "+string(k))
			c.must(!slices.Contains(s.Kinds[:j], k), "kinds", "kind "+string(k)+" is there twice")
		}
	}
}
