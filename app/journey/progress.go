package journey

import "hallway/app/operation"

// askBy leads to the way in which the citizen asks for progress.
func (m Model) askBy(name string, op operation.ID) (Model, []Command) {
	if name == "card" {
		return m.askCard(op)
	}
	if name == "order" {
		return m.push(Place{Screen: OrderNumber}), nil
	}
	return m.push(Place{Screen: Receipt}), nil
}

// loadCases asks how things stand.
func (m Model) loadCases(op operation.ID, q operation.CaseQuery) (Model, []Command) {
	m = m.work(op, "kiosk.busy.cases", false)
	return m, []Command{LoadCases{m.Visits, op, q}}
}

func (m Model) casesLoaded(c CasesLoaded) Model {
	if c.Err != nil {
		return m.sorry(refusal(c.Err))
	}
	m.Visit.Work = Work{}
	m.Visit.Cases = c.Cases
	return m.replace(Place{Screen: Cases}).touched()
}
