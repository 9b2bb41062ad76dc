package counter

import (
	"errors"
	"strings"

	"hallway/app/hall/api"
	"hallway/app/operation"
	"hallway/devices"
	"hallway/queue"
)

// Update is what a message does to the model. It has no effects.
func Update(m Model, msg Msg) (Model, []Command) {
	switch msg := msg.(type) {
	case Tick:
		m.Now = msg.Now
		return m.ask(m.due())
	case Press:
		return m.press(msg)
	case Entered:
		return m.entered(msg), nil
	case Answered:
		return m.answered(msg)
	case Told:
		return m.told(msg), nil
	case Moved:
		return m.ask(msg.Seq > m.Counter.Seq)
	case VoiceChanged:
		m.Voice = msg.Voice
	case DeviceChanged:
		if msg.Kind == devices.Display {
			m.Display = msg.State
		} else {
			m.Keypad = msg.State
		}
	}
	return m, nil
}

// due reports whether the state must be confirmed again.
func (m Model) due() bool {
	wait := askEvery
	if m.Stale() {
		wait = askAgain
	}
	return m.Now.Sub(m.AskedAt) >= wait
}

// ask asks the hall for the state, one question at a time. While a command is
// under way its answer will tell.
func (m Model) ask(wanted bool) (Model, []Command) {
	if !wanted || !m.Signed || m.Asking || m.busy() {
		return m, nil
	}
	m.Asking, m.AskedAt = true, m.Now
	return m, []Command{Ask{m.Sitting}}
}

// press does what a control does, when the screen shows it as on.
func (m Model) press(p Press) (Model, []Command) {
	control := p.Control
	if control == CtlPrimary {
		control = m.primary()
	}
	if m.Menu.Step != "" {
		control = menuControl(control)
	} else if other, ok := toggles[control]; ok && !m.enabled(control) {
		control = other
	}
	if !m.enabled(control) {
		return m, nil
	}
	m.Notice = Notice{}
	if opens[control] != "" {
		return m.openMenu(control), nil
	}
	if m.Menu.Step != "" && control != CtlLang {
		return m.inMenu(p, control)
	}
	if action, ok := strings.CutPrefix(control, "do."); ok {
		m.Pending = api.CounterCommand{CommandID: string(p.ID), Action: action}
		return m, []Command{Send{m.Sitting, m.Pending}}
	}
	switch control {
	case CtlLang:
		m.Lang = m.Lang.Other()
	case CtlClerk:
		m.OnPIN = false
	case CtlPIN:
		m.OnPIN = true
	case CtlSignIn:
		return m.signIn()
	default:
		m.typed(strings.TrimPrefix(control, digitKey))
	}
	return m, nil
}

// toggles are controls whose key means the opposite when they are off.
var toggles = map[string]string{CtlPause: CtlWork, CtlHelp: CtlHelped}

// typed changes the field that has the keyboard.
func (m *Model) typed(key string) {
	field, limit := &m.Clerk, maxClerk
	if m.OnPIN {
		field, limit = &m.PIN, maxPIN
	}
	switch {
	case digitKey+key == CtlClear:
		*field = ""
	case digitKey+key == CtlBack:
		*field = (*field)[:max(0, len(*field)-1)]
	case len(*field) < limit:
		*field += key
	}
}

// signIn leads from the staff number to the PIN and from there to the hall.
func (m Model) signIn() (Model, []Command) {
	if !m.OnPIN || m.Clerk == "" {
		m.OnPIN = m.Clerk != ""
		return m, nil
	}
	m.Entry = true
	m.Sitting++
	return m, []Command{SignIn{m.Sitting, m.Clerk, m.PIN}}
}

func (m Model) entered(e Entered) Model {
	if e.Sitting != m.Sitting || !m.Entry {
		return m
	}
	m.Entry, m.PIN = false, ""
	if e.Err != nil {
		m.Notice = notice(e.Err, "counter.away")
		return m
	}
	m.Signed, m.Clerk, m.OnPIN = true, "", false
	m.Counter = e.Counter
	m.confirm(e.Counter)
	return m
}

// answered takes the hall's answer to a command. Without one the state is
// unknown, and the hall is asked for it at once.
func (m Model) answered(a Answered) (Model, []Command) {
	if a.Sitting != m.Sitting || a.ID != m.Pending.CommandID {
		return m, nil
	}
	action := m.Pending.Action
	m.Pending = api.CounterCommand{}
	var refused *operation.Refusal
	switch {
	case a.Err == nil && action == api.ActionSignOut:
		return m.leave(Notice{Key: "counter.signed_out"}), nil
	case a.Err == nil:
		m.confirm(a.Counter)
		if action == api.ActionNext && a.Counter.Ticket == nil {
			m.Notice = Notice{Key: "counter.nobody"}
		}
		return m, nil
	case errors.As(a.Err, &refused) && refused.Code == api.CodeSignedOut:
		return m.leave(notice(a.Err, "")), nil
	case errors.As(a.Err, &refused):
		m.Notice = notice(a.Err, "")
	default:
		m.Notice = Notice{Key: "counter.unknown", Bad: true}
		m.Doubt = true
	}
	return m.ask(true)
}

func (m Model) told(t Told) Model {
	if t.Sitting != m.Sitting || !m.Signed {
		return m
	}
	m.Asking = false
	var refused *operation.Refusal
	if errors.As(t.Err, &refused) && refused.Code == api.CodeSignedOut {
		return m.leave(notice(t.Err, ""))
	}
	if t.Err == nil && !m.busy() {
		m.confirm(t.Counter)
	}
	return m
}

// confirm takes a state that the hall told now. A state older than the one
// known, such as the stored answer to a repeated command, only proves that
// the hall is there.
func (m *Model) confirm(c api.Counter) {
	m.HeardAt, m.AskedAt, m.Doubt = m.Now, m.Now, false
	if c.Seq >= m.Counter.Seq {
		m.Counter = c
	}
}

// leave closes the window. Devices and language stay.
func (m Model) leave(n Notice) Model {
	left := Start(m.Window, m.Lang, m.Now)
	left.Sitting, left.Display, left.Keypad, left.Voice, left.Notice = m.Sitting+1, m.Display, m.Keypad, m.Voice, n
	return left
}

// notice says what a refusal means, or away when the hall gave no answer.
func notice(err error, away string) Notice {
	var refused *operation.Refusal
	if !errors.As(err, &refused) {
		return Notice{Key: away, Bad: true}
	}
	if key, ok := refusals[refused.Code]; ok {
		return Notice{Key: key, Bad: true}
	}
	return Notice{Key: "counter.refused", Args: []any{refused.Code}, Bad: true}
}

// primary is the action that a person most likely wants now.
func (m Model) primary() string {
	switch t := m.Counter.Ticket; {
	case !m.Signed:
		return CtlSignIn
	case t == nil && m.Counter.Pause != "":
		return CtlWork
	case t == nil:
		return CtlNext
	case t.State == string(queue.Called):
		return CtlStart
	default:
		return CtlFinish
	}
}

// enabled reports whether pressing a control does something.
func (m Model) enabled(control string) bool {
	if control == CtlLang {
		return true
	}
	if m.busy() {
		return false
	}
	if !m.Signed {
		return m.enabledAtSignIn(control)
	}
	if m.Stale() {
		return false
	}
	if m.Menu.Step != "" {
		return m.enabledInMenu(control)
	}
	return m.enabledAtDesk(control)
}

// enabledAtDesk reports whether an action is possible in the state that is
// shown.
func (m Model) enabledAtDesk(control string) bool {
	t, c := m.Counter.Ticket, m.Counter
	called := t != nil && t.State == string(queue.Called)
	switch control {
	case CtlNext:
		return !called && c.Pause == ""
	case CtlRecall, CtlMiss, CtlStart:
		return called
	case CtlFinish:
		return t != nil && !called
	case CtlHold, CtlTransfer, CtlReturn:
		return t != nil
	case CtlSignOut:
		return t == nil
	case CtlUndo:
		return c.Undo != ""
	case CtlList:
		return len(c.Line)+len(c.Held)+len(c.Missed) > 0
	case CtlPause, CtlWork:
		return (c.Pause == "") == (control == CtlPause)
	case CtlHelp, CtlHelped:
		return c.Emergency == (control == CtlHelped)
	}
	return false
}

func (m Model) enabledAtSignIn(control string) bool {
	switch control {
	case CtlClerk, CtlPIN, CtlBack, CtlClear:
		return true
	case CtlSignIn:
		return m.Clerk != "" && (!m.OnPIN || m.PIN != "")
	}
	return len(control) == len(digitKey)+1 && strings.HasPrefix(control, digitKey) && control[len(digitKey)] >= '0' && control[len(digitKey)] <= '9'
}
