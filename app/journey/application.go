package journey

import (
	"hallway/app/hall/catalogue"
	"hallway/app/operation"
	"hallway/app/text"
	"hallway/idreader"
)

// show is why the view looks at personal data: the citizen sees it on the
// screen that stands before them.
const show idreader.Purpose = "show to the citizen who laid the card"

// prefill is what the card says for a field, "" when it says nothing.
func prefill(f catalogue.FormField, p idreader.Person, lang text.Lang) string {
	switch f.From {
	case "name":
		return p.DisplayName()
	case "number":
		return string(p.Number)
	case "address":
		return p.CurrentAddress()
	case "birth":
		return p.Birth.String()
	case "sex":
		if lang == text.En {
			return p.Sex.English()
		}
		return p.Sex.Chinese()
	case "ethnicity":
		if lang == text.En {
			return p.Ethnicity.English()
		}
		return p.Ethnicity.Chinese()
	}
	return ""
}

// questions are the fields of the form that the card did not answer.
func (m Model) questions() []catalogue.FormField {
	var all []catalogue.FormField
	person := m.Visit.Person.Reveal("find what is left to ask")
	for _, f := range m.known().Form {
		if prefill(f, person, m.Visit.Lang) == "" {
			all = append(all, f)
		}
	}
	return all
}

// question is the field that the screen asks for.
func (m Model) question() (catalogue.FormField, bool) {
	q, step := m.questions(), m.Place().Step
	if m.Place().Screen != Field || step >= len(q) {
		return catalogue.FormField{}, false
	}
	return q[step], true
}

// nextQuestion asks the question with that number, or shows all answers when
// none is left.
func (m Model) nextQuestion(step int) Model {
	if step < len(m.questions()) {
		return m.push(Place{Screen: Field, Step: step})
	}
	return m.push(Place{Screen: Review})
}

// answer takes the choice for the question on the screen.
func (m Model) answer(value string) (Model, []Command) {
	f, ok := m.question()
	if !ok {
		return m, nil
	}
	m.setTyped(f.Name, value)
	return m.nextQuestion(m.Place().Step + 1), nil
}

// fields are all answers of the form, from the card and typed.
func (m Model) fields(purpose idreader.Purpose) map[string]string {
	person, typed := m.Visit.Person.Reveal(purpose), m.Visit.Typed.Reveal(purpose)
	all := map[string]string{}
	for _, f := range m.known().Form {
		v := prefill(f, person, text.ZhHans)
		if v == "" {
			v = typed[f.Name]
		}
		if v != "" {
			all[f.Name] = v
		}
	}
	return all
}

// submit files the application.
func (m Model) submit(op operation.ID) (Model, []Command) {
	m = m.work(op, "kiosk.busy.apply", true)
	return m, []Command{Apply{m.Visits, operation.ApplicationRequest{
		Op: op, Item: m.Visit.Item, Lang: m.Visit.Lang, Person: own(m.Visit.Person),
		Fields: idreader.Conceal(m.fields("file the application"))}}}
}

func (m Model) filed(f Filed) (Model, []Command) {
	if f.Err != nil {
		return m.sorry(refusal(f.Err)), nil
	}
	m.Visit.Accepted = f.Accepted
	return m.result(Accepted)
}
