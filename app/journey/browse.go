package journey

import (
	"hallway/app/hall/catalogue"
	"hallway/app/operation"
)

// direct is how many services are listed at once, without classes before.
const direct = 8

// begin starts what the citizen came for.
func (m Model) begin(f Flow) (Model, []Command) {
	m.Visit.Flow = f
	switch {
	case f == FlowOrder:
		return m.push(Place{Screen: Orders}), nil
	case f == FlowProgress:
		return m.push(Place{Screen: Progress}), nil
	case f != FlowNumber && len(m.items()) <= direct:
		return m.push(Place{Screen: Items}), nil
	}
	return m.push(Place{Screen: Audience}), nil
}

// browse leads from audience to class to service to the card.
func (m Model) browse(kind, name string, op operation.ID) (Model, []Command) {
	switch kind {
	case "audience":
		m.Visit.Audience, m.Visit.Class = catalogue.Audience(name), ""
		return m.push(Place{Screen: Classes}), nil
	case "class":
		m.Visit.Class = name
		return m.push(Place{Screen: Items}), nil
	}
	m.Visit.Item = name
	return m.askCard(op)
}

// serves reports whether the flow can be done for an item.
func (f Flow) serves(i catalogue.Item) bool {
	switch f {
	case FlowApplication:
		return i.Apply
	case FlowBooking:
		return i.Bookable
	}
	return true
}

// classes are those of the audience with a service for the flow.
func (m Model) classes() []catalogue.Class {
	var all []catalogue.Class
	for _, c := range m.goods().ClassesOf(m.Visit.Audience) {
		if m.offers(c.Code) > 0 {
			all = append(all, c)
		}
	}
	return all
}

// goods is what the hall offers: nothing until it was reached once.
func (m Model) goods() catalogue.Catalogue {
	if m.Hall.Catalogue == nil {
		return catalogue.Catalogue{}
	}
	return *m.Hall.Catalogue
}

// offers counts the services of a class for the flow.
func (m Model) offers(class string) int {
	n := 0
	for _, i := range m.goods().ItemsOf(class) {
		if m.Visit.Flow.serves(i) {
			n++
		}
	}
	return n
}

// items are the services for the flow in the chosen class, or in all while no
// class is chosen.
func (m Model) items() []catalogue.Item {
	var all []catalogue.Item
	for _, i := range m.goods().Items {
		if m.Visit.Flow.serves(i) && (m.Visit.Class == "" || i.Class == m.Visit.Class) {
			all = append(all, i)
		}
	}
	return all
}

// item is the chosen service.
func (m Model) item() (catalogue.Item, bool) { return m.itemOf(m.Visit.Item) }

func (m Model) itemOf(code string) (catalogue.Item, bool) { return m.goods().Item(code) }

// pool is the waiting line of an item.
func (m Model) pool(i catalogue.Item) catalogue.Pool {
	p, _ := m.goods().Pool(i.Pool)
	return p
}

// department is who answers for an item.
func (m Model) department(i catalogue.Item) catalogue.Department {
	d, _ := m.goods().Department(i.Department)
	return d
}
