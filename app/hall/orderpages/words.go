package orderpages

import (
	"net/http"
	"strings"
	"time"

	"hallway/app/hall"
	"hallway/app/hall/order"
	"hallway/app/text"
)

// words is what a template says things with.
type words struct {
	*server
	Lang text.Lang
}

// T is a sentence of the order desk.
func (w words) T(name string, args ...any) string {
	return text.T(w.Lang, "desk.orders."+name, args...)
}

// Kind, State and Event name what an order is, how it stands and what happened.
func (w words) Kind(k order.Kind) string { return text.T(w.Lang, "kiosk.order.kind."+string(k)) }

// State names how far an order has come.
func (w words) State(s order.State) string { return w.T("state." + string(s)) }

// Event names something that happened or can be done.
func (w words) Event(k string) string { return w.T("event." + k) }

// LightWord says what a light means, so that nobody needs its colour.
func (w words) LightWord(l order.Light) string { return w.T("light." + string(l)) }

// Unit names who owns an order.
func (w words) Unit(u order.Unit) string {
	if d, ok := w.goods.Department(string(u)); ok {
		return d.Name.In(w.Lang)
	}
	if u == order.Desk {
		return w.T("desk")
	}
	return string(u)
}

// Subject names what an order is about, "" for nothing prepared.
func (w words) Subject(code string) string {
	if x, ok := w.goods.Subject(code); ok {
		return x.Name.In(w.Lang)
	}
	return code
}

// Time is a time on the hall's clock.
func (w words) Time(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(w.zone).Format("2006-01-02 15:04")
}

// Hall is the hall's name.
func (w words) Hall() string { return w.info.Name.In(w.Lang) }

// Other is the language that can be changed to.
func (w words) Other() string { return text.T(w.Lang.Other(), "desk.orders.language") }

// wordsOf speaks the language that the browser chose.
func (s *server) wordsOf(r *http.Request) words {
	w := words{s, text.ZhHans}
	if c, err := r.Cookie(cookieLang); err == nil && c.Value == string(text.En) {
		w.Lang = text.En
	}
	return w
}

// page is what every page of the desk has.
type page struct {
	words
	Staff   hall.Staff // zero before the sign-in
	Title   string
	Problem string // what went wrong, "" for nothing
	Done    string // what was done, "" for nothing
	Again   int    // seconds after which the page is fetched anew; 0 = not
}

// Role names the role of who is signed in.
func (p page) Role() string { return p.T("role." + string(p.Staff.Role)) }

// UnitName names a department by its code.
func (w words) UnitName(code string) string { return w.Unit(order.Unit(code)) }

// Actor names who did something: a terminal, a member of staff, or the hall.
func (w words) Actor(a string) string {
	kind, number, _ := strings.Cut(a, " ")
	return w.T("actor."+kind, number)
}
