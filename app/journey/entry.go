package journey

import (
	"maps"
	"regexp"
	"strings"

	"hallway/app/hall/catalogue"
	"hallway/app/operation"
	"hallway/idreader"
)

// receiptMax is how many digits a receipt number has.
const receiptMax = 18

// entry is how the text that the keyboard types must look.
type entry struct {
	name     string // under which the answer is kept, "" for a receipt number
	keys     string // "digits" or "letters"
	max      int    // characters
	required bool
	shape    *regexp.Regexp
	wrong    string // key of the sentence for a wrong shape
}

// Shapes of what is typed. A mobile number has 11 digits from 13 to 19, a
// landline number its area code.
var (
	phoneShape = regexp.MustCompile(`^(1[3-9]\d{9}|0\d{9,11})$`)
	digitShape = regexp.MustCompile(`^\d+$`)
)

// entryOf is the entry of the present screen.
func (m Model) entryOf() (entry, bool) {
	switch m.Place().Screen {
	case Receipt:
		return entry{keys: "digits", max: receiptMax, required: true}, true
	case OrderText:
		return entry{name: orderText, keys: "letters", max: maxOrderText, required: m.Visit.Draft.Subject == ""}, true
	case OrderPhone:
		return entry{orderPhone, "digits", 12, false, phoneShape, "kiosk.entry.phone"}, true
	case OrderNumber:
		return entry{name: orderNumber, keys: "digits", max: receiptMax, required: true}, true
	case OrderSecret:
		return entry{name: orderSecret, keys: "letters", max: 9, required: true}, true
	case Phone:
		return entry{phoneAnswer, "digits", 12, false, phoneShape, "kiosk.entry.phone"}, true
	case Field:
		if f, ok := m.question(); ok && f.Type != "choice" {
			return formEntry(f), true
		}
	}
	return entry{}, false
}

func formEntry(f catalogue.FormField) entry {
	e := entry{name: f.Name, keys: "letters", max: f.Max, required: f.Required}
	if e.max == 0 {
		e.max = 60
	}
	switch f.Type {
	case "phone":
		e.keys, e.max, e.shape, e.wrong = "digits", 12, phoneShape, "kiosk.entry.phone"
	case "number":
		e.keys, e.shape, e.wrong = "digits", digitShape, "kiosk.entry.number"
	}
	return e
}

// text is what was typed so far.
func (m Model) text() string { return m.Visit.Entry.Reveal("typed by the citizen") }

func (m *Model) setText(s string) { m.Visit.Entry = idreader.Conceal(s) }

// typeKey changes what was typed.
func (m Model) typeKey(key string) Model {
	e, _ := m.entryOf()
	s := []rune(m.text())
	if key == "space" {
		key = " "
	}
	switch {
	case key == "clear":
		s = nil
	case key == "back":
		s = s[:max(0, len(s)-1)]
	case len(s) < e.max:
		s = append(s, []rune(key)...)
	}
	m.setText(string(s))
	m.Visit.Notice = Notice{}
	return m
}

// typed is the answer that is kept under a name.
func (m Model) typed(name string) string {
	return m.Visit.Typed.Reveal("typed by the citizen")[name]
}

func (m *Model) setTyped(name, value string) {
	all := maps.Clone(m.Visit.Typed.Reveal("typed by the citizen"))
	if all == nil {
		all = map[string]string{}
	}
	all[name] = value
	m.Visit.Typed = idreader.Conceal(all)
}

// loadEntry gives the keyboard the answer that is already known.
func (m *Model) loadEntry() {
	m.Visit.Entry.Wipe()
	m.Visit.Entry = idreader.Secret[string]{}
	if e, ok := m.entryOf(); ok && e.name != "" {
		m.setText(m.typed(e.name))
	}
}

// accept takes what was typed when it is right, and says what is wrong
// otherwise.
func (m Model) accept(op operation.ID) (Model, []Command) {
	e, _ := m.entryOf()
	s := strings.TrimSpace(m.text())
	if e.name == "" {
		return m.acceptReceipt(s, op)
	}
	if e.shape != nil && s != "" && !e.shape.MatchString(s) {
		m.Visit.Notice = Notice{Key: e.wrong, Tone: Bad}
		return m, nil
	}
	return m.keep(e.name, s, op)
}

// skip goes on without an answer.
func (m Model) skip(op operation.ID) (Model, []Command) {
	e, _ := m.entryOf()
	return m.keep(e.name, "", op)
}

// keep stores an answer and goes on.
func (m Model) keep(name, value string, op operation.ID) (Model, []Command) {
	m.setTyped(name, value)
	switch m.Place().Screen {
	case Phone:
		return m.push(Place{Screen: Confirm}), nil
	case Field:
		return m.nextQuestion(m.Place().Step + 1), nil
	}
	return m.orderKept(op)
}

func (m Model) acceptReceipt(s string, op operation.ID) (Model, []Command) {
	r, err := operation.ParseReceipt(s)
	if err != nil {
		m.Visit.Notice = Notice{Key: "kiosk.entry.receipt", Tone: Bad}
		return m, nil
	}
	return m.loadCases(op, operation.CaseQuery{Receipt: r.String()})
}
