package counter

import (
	"strconv"
	"strings"
	"time"

	"hallway/app/hall/api"
	"hallway/app/text"
	"hallway/queue"
)

// The controls that open a menu, and those of a menu. Its lines are "pick.0"
// and so on.
const (
	CtlHold     = "do." + api.ActionHold
	CtlTransfer = "do." + api.ActionTransfer
	CtlReturn   = "do." + api.ActionReturn
	CtlPause    = "do." + api.ActionPause
	CtlList     = "menu.list"
	CtlClose    = "menu.close"
	CtlPage     = "menu.page" // the next page, and behind the last one the first
	pickLine    = "pick."
)

// PerPage is how many lines a menu shows at once; a digit picks one.
const PerPage = 8

// A Menu asks what an action needs before it is sent. The zero Menu is closed.
type Menu struct {
	Step  step
	Draft api.CounterCommand
	Of    *api.Counter // state when it was opened; its lines do not move under a finger
	Page  int
}

// step is what a menu asks.
type step string

const (
	askHold     step = "hold"     // why the ticket is laid aside
	askPause    step = "pause"    // why the window makes a pause
	askReturn   step = "return"   // why the call is taken back
	askTransfer step = "transfer" // to which pool
	askBack     step = "back"     // whether the person comes back
	askWhy      step = "why"      // why out of order
	askList     step = "list"     // which ticket
	askTicket   step = "ticket"   // what to do with it
	askPriority step = "priority" // why it has priority
	askCancel   step = "cancel"   // why it is given up
)

// opens are the controls that open a menu.
var opens = map[string]step{
	CtlHold: askHold, CtlTransfer: askTransfer, CtlReturn: askReturn, CtlPause: askPause, CtlList: askList,
}

// reasons are the codes that a step offers; the hall stores the code, each
// language has a text for it.
var reasons = map[step][]string{
	askHold:     {"papers", "payment", "leader", "device", "other"},
	askPause:    {"meal", "break", "meeting", "device", "other"},
	askReturn:   {"wrong_call", "not_ready", "other"},
	askWhy:      {"needs_help", "comes_back", "agreed", "other"},
	askPriority: {"elder", "disabled", "soldier", "pregnant", "other"},
	askCancel:   {"left", "wrong_service", "other"},
}

// A line is one choice of a menu: what the draft becomes, and what is asked
// next. Without a next step the draft is sent.
type line struct {
	label, note string
	draft       api.CounterCommand
	next        step
}

// lines are the choices of the open menu.
func (m Model) lines() []line {
	switch m.Menu.Step {
	case askList:
		return m.ticketLines()
	case askTicket:
		return m.ticketActions()
	case askTransfer:
		return m.targets()
	case askBack:
		return m.wayBack()
	}
	var out []line
	for _, code := range reasons[m.Menu.Step] {
		l := line{label: text.T(m.Lang, "counter.reason."+code), draft: m.Menu.Draft}
		l.draft.Reason = code
		out = append(out, l)
	}
	return out
}

// ticketLines are all tickets that the window can do something with: what it
// laid aside, who missed a call, who waits, in this order.
func (m Model) ticketLines() []line {
	var out []line
	for _, list := range [][]api.CounterTicket{m.Menu.Of.Held, m.Menu.Of.Missed, m.Menu.Of.Line} {
		for _, t := range list {
			out = append(out, line{label: t.Number + "  " + t.Service.In(m.Lang), note: m.remark(t), draft: api.CounterCommand{Number: t.Number}, next: askTicket})
		}
	}
	return out
}

// remark says how a ticket in the list stands.
func (m Model) remark(t api.CounterTicket) string {
	waited := text.T(m.Lang, "counter.minutes", int(max(0, m.Menu.Of.Time-t.IssuedAt)/int64(time.Minute/time.Millisecond)))
	switch queue.State(t.State) {
	case queue.OnHold:
		return text.T(m.Lang, "counter.list.held")
	case queue.Missed:
		return text.T(m.Lang, "counter.list.missed")
	}
	if t.Lane == string(queue.Normal) || t.Lane == "" {
		return waited
	}
	return text.T(m.Lang, "counter.lane."+t.Lane) + " · " + waited
}

// ticketActions are what can be done with the ticket that was picked.
func (m Model) ticketActions() []line {
	n := m.Menu.Draft.Number
	act := func(action string, next step) line {
		return line{label: text.T(m.Lang, "counter.ticket."+action), draft: api.CounterCommand{Action: action, Number: n}, next: next}
	}
	call, cancel := act(api.ActionCall, askWhy), act(api.ActionCancel, askCancel)
	switch t := m.picked(); queue.State(t.State) {
	case queue.OnHold:
		return []line{act(api.ActionResume, ""), act(api.ActionRequeue, ""), cancel}
	case queue.Missed:
		return []line{act(api.ActionRejoin, ""), call, cancel}
	default:
		lane := act(api.ActionPrioritise, askPriority)
		lane.draft.Lane = string(queue.Priority)
		return []line{call, lane, cancel}
	}
}

// picked is the ticket that was picked from the list.
func (m Model) picked() api.CounterTicket {
	for _, list := range [][]api.CounterTicket{m.Menu.Of.Held, m.Menu.Of.Missed, m.Menu.Of.Line} {
		for _, t := range list {
			if t.Number == m.Menu.Draft.Number {
				return t
			}
		}
	}
	return api.CounterTicket{}
}

// targets are the pools that the person at the window can be sent to.
func (m Model) targets() []line {
	var out []line
	for _, t := range m.Menu.Of.Targets {
		l := line{label: t.Name.In(m.Lang), draft: m.Menu.Draft, next: askBack}
		l.draft.Pool = t.Pool
		if !t.Open {
			l.note = text.T(m.Lang, "counter.target.closed")
		}
		out = append(out, l)
	}
	return out
}

// wayBack asks whether a person who is sent on comes back here. Where no window
// is open the hall wants to know why.
func (m Model) wayBack() []line {
	next := askWhy
	for _, t := range m.Menu.Of.Targets {
		if t.Pool == m.Menu.Draft.Pool && t.Open {
			next = ""
		}
	}
	there := line{label: text.T(m.Lang, "counter.send.there"), draft: m.Menu.Draft, next: next}
	back := line{label: text.T(m.Lang, "counter.send.back"), draft: m.Menu.Draft, next: next}
	back.draft.Back = true
	return []line{there, back}
}

// openMenu opens what a control asks first.
func (m Model) openMenu(control string) Model {
	state := m.Counter
	m.Menu = Menu{Step: opens[control], Of: &state}
	m.Menu.Draft.Action, _ = strings.CutPrefix(control, "do.")
	if m.Menu.Step == askList {
		m.Menu.Draft.Action = ""
	}
	return m
}

// inMenu does what a control of the menu does.
func (m Model) inMenu(p Press, control string) (Model, []Command) {
	switch control {
	case CtlClose:
		m.Menu = Menu{}
		return m, nil
	case CtlPage:
		m.Menu.Page = (m.Menu.Page + 1) % m.pages()
		return m, nil
	}
	i, _ := strconv.Atoi(strings.TrimPrefix(control, pickLine))
	l := m.lines()[m.Menu.Page*PerPage+i]
	if l.next != "" {
		m.Menu.Step, m.Menu.Draft, m.Menu.Page = l.next, l.draft, 0
		return m, nil
	}
	m.Menu = Menu{}
	m.Pending = l.draft
	m.Pending.CommandID = string(p.ID)
	return m, []Command{Send{m.Sitting, m.Pending}}
}

// pages is how many pages the menu has.
func (m Model) pages() int { return max(1, (len(m.lines())+PerPage-1)/PerPage) }

// menuControl is what a control means while a menu is open: digits pick lines,
// clearing closes it.
func menuControl(control string) string {
	if control == CtlClear {
		return CtlClose
	}
	if d, ok := strings.CutPrefix(control, digitKey); ok && len(d) == 1 && d[0] >= '1' && d[0] <= '9' {
		return pickLine + string(d[0]-1)
	}
	return control
}

// enabledInMenu reports whether a control of the open menu does something.
func (m Model) enabledInMenu(control string) bool {
	switch control {
	case CtlClose:
		return true
	case CtlPage:
		return m.pages() > 1
	}
	d, ok := strings.CutPrefix(control, pickLine)
	i, err := strconv.Atoi(d)
	return ok && err == nil && i >= 0 && i < PerPage && m.Menu.Page*PerPage+i < len(m.lines())
}
