package journey

import (
	"maps"
	"regexp"
	"strings"
	"time"

	"hallway/app/hall/catalogue"
	"hallway/app/ime"
	"hallway/app/operation"
	"hallway/idreader"
)

// receiptMax is how many digits a receipt number has.
const receiptMax = 18

// entry is how the text that the keyboard types must look.
type entry struct {
	name     string   // under which the answer is kept, "" for a receipt number
	keys     Keys     // "" for a text, which has several layouts
	kind     ime.Kind // of a text
	max      int      // characters
	required bool
	right    func(string) bool // nil takes everything
	wrong    string            // key of the sentence for what is not right
}

// Shapes of what is typed. A mobile number has 11 digits from 13 to 19, a
// landline number its area code.
var (
	phoneShape = regexp.MustCompile(`^(1[3-9]\d{9}|0\d{9,11})$`)
	digitShape = regexp.MustCompile(`^\d+$`)
)

func isPhone(s string) bool    { return phoneShape.MatchString(s) }
func isNumber(s string) bool   { return digitShape.MatchString(s) }
func isIdentity(s string) bool { return len(s) == identityMax && idreader.IDNumber(s).Valid() }

// isDate reports whether eight digits are a day that is not later than
// 2199-12-31.
func isDate(s string) bool {
	t, err := time.Parse("20060102", s)
	return err == nil && t.Year() >= 1900 && t.Year() < 2200
}

// How long the answers with a layout of their own are.
const (
	phoneMax    = 12
	identityMax = 18
	dateMax     = 8
)

// entryOf is the entry of the present screen.
func (m Model) entryOf() (entry, bool) {
	switch m.Place().Screen {
	case Receipt:
		return entry{keys: Digits, max: receiptMax, required: true}, true
	case OrderText:
		return entry{name: orderText, max: maxOrderText, required: m.Visit.Draft.Subject == ""}, true
	case OrderPhone:
		return entry{name: orderPhone, keys: PhoneKey, max: phoneMax, right: isPhone, wrong: "kiosk.entry.phone"}, true
	case OrderNumber:
		return entry{name: orderNumber, keys: Digits, max: receiptMax, required: true}, true
	case OrderSecret:
		return entry{name: orderSecret, keys: Code, max: 9, required: true}, true
	case Phone:
		return entry{name: phoneAnswer, keys: PhoneKey, max: phoneMax, right: isPhone, wrong: "kiosk.entry.phone"}, true
	case Field:
		if f, ok := m.question(); ok && f.Type != "choice" {
			return formEntry(f), true
		}
	}
	return entry{}, false
}

func formEntry(f catalogue.FormField) entry {
	e := entry{name: f.Name, max: f.Max, required: f.Required}
	if e.max == 0 {
		e.max = 60
	}
	switch holds(f) {
	case "phone":
		e.keys, e.max, e.right, e.wrong = PhoneKey, phoneMax, isPhone, "kiosk.entry.phone"
	case "number":
		e.keys, e.right, e.wrong = Digits, isNumber, "kiosk.entry.number"
	case "identity":
		e.keys, e.max, e.right, e.wrong = Identity, identityMax, isIdentity, "kiosk.entry.identity"
	case "date":
		e.keys, e.max, e.right, e.wrong = DateKeys, dateMax, isDate, "kiosk.entry.date"
	case "code":
		e.keys = Code
	case "person":
		e.kind = ime.Person
	case "place":
		e.kind = ime.Place
	}
	return e
}

// fromHolds is what the fields of a card hold when the card does not fill them.
var fromHolds = map[string]string{"name": "person", "address": "place", "number": "identity", "birth": "date"}

// holds is what a field holds: what the catalogue says, or else what its type
// or its place on the card says.
func holds(f catalogue.FormField) string {
	switch {
	case f.Type != "text":
		return f.Type
	case f.Holds != "":
		return f.Holds
	}
	return fromHolds[f.From]
}

// text is what was typed so far.
func (m Model) text() string { return m.Visit.Entry.Reveal("typed by the citizen") }

func (m *Model) setText(s string) { m.Visit.Entry = idreader.Conceal(s) }

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
	m.Visit.Board.Wipe()
	m.Visit.Board = idreader.Secret[board]{}
	e, ok := m.entryOf()
	if !ok {
		return
	}
	if e.name != "" {
		m.setText(e.typed(m.typed(e.name)))
	}
	m.setBoard(board{keys: m.layout(e)})
}

// stored is an answer as it is kept: a day is 1949-12-31.
func (e entry) stored(s string) string {
	if e.keys == DateKeys && len(s) == dateMax {
		return s[:4] + "-" + s[4:6] + "-" + s[6:]
	}
	return s
}

// typed is a kept answer as the keys type it.
func (e entry) typed(s string) string {
	if e.keys == DateKeys {
		return strings.ReplaceAll(s, "-", "")
	}
	return s
}

// accept takes what was typed when it is right, and says what is wrong
// otherwise.
func (m Model) accept(op operation.ID) (Model, []Command) {
	e, _ := m.entryOf()
	s := strings.TrimSpace(m.text())
	if e.name == "" {
		return m.acceptReceipt(s, op)
	}
	if e.right != nil && s != "" && !e.right(s) {
		m.Visit.Notice = Notice{Key: e.wrong, Tone: Bad}
		return m, nil
	}
	return m.keep(e.name, e.stored(s), op)
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
