package counter

import (
	"strings"
	"time"

	"hallway/app/hall/api"
	"hallway/app/text"
	"hallway/devices"
	"hallway/queue"
)

// A Screen is what the window shows, in the words that it shows.
type Screen struct {
	ID     string // "signin" or "desk"
	Lang   text.Lang
	Title  string // the window's number
	Name   string // what the window is for
	Clerk  string // who works there
	Ask    string // what the sign-in asks
	Lead   string // and why
	Lines  []Field
	Desk   Desk
	Keys   []Button // on-screen digits, three in a row
	Do     []Button
	Other  Button // the other language
	Banner Banner
	Link   Light
	Lights []Light // devices
}

// A Field is a line that digits are typed into.
type Field struct {
	ID, Label, Text, Hint string
	Focus                 bool
}

// A Desk is the work at an open window.
type Desk struct {
	Number  string // "" when nobody is called
	State   string
	Service string
	Facts   []Fact
	Waiting Fact
	Mark    string // says that the number was given out while the hall was away
	Stale   bool   // what is shown may no longer be true
}

// A Fact is a label with its value.
type Fact struct{ Label, Value string }

// A Button is a control with its name and the key that stands for it.
type Button struct {
	ID, Label, Hint string
	Enabled         bool
	Primary         bool
}

// A Banner is one sentence across the window.
type Banner struct {
	Key, Text string
	Bad       bool
}

// A Light says whether something works.
type Light struct {
	ID, Text string
	OK       bool
}

// View says what the window shows for a model.
func View(m Model) Screen {
	s := Screen{ID: "signin", Lang: m.Lang, Title: text.T(m.Lang, "counter.window", m.Window)}
	s.Other = Button{ID: CtlLang, Label: text.T(m.Lang.Other(), "counter.language"), Hint: "F12", Enabled: true}
	s.Banner, s.Lights = banner(m), lights(m)
	if !m.Signed {
		s.Ask, s.Lead = text.T(m.Lang, "counter.welcome"), text.T(m.Lang, "counter.welcome.lead")
		s.Lines, s.Keys = fields(m), keys(m)
		s.Do = []Button{m.button(CtlSignIn, signInLabel(m), "Enter")}
		return s
	}
	s.ID = "desk"
	s.Name, s.Clerk = m.Counter.Name.In(m.Lang), m.Counter.Clerk
	s.Desk, s.Do, s.Link = desk(m), actions(m), link(m)
	return s
}

func fields(m Model) []Field {
	return []Field{
		{ID: CtlClerk, Label: text.T(m.Lang, "counter.clerk"), Text: m.Clerk, Hint: text.T(m.Lang, "counter.clerk.hint"), Focus: !m.OnPIN},
		{ID: CtlPIN, Label: text.T(m.Lang, "counter.pin"), Text: strings.Repeat("●", len(m.PIN)), Hint: text.T(m.Lang, "counter.pin.hint"), Focus: m.OnPIN},
	}
}

func keys(m Model) []Button {
	var all []Button
	for _, d := range "123456789" {
		all = append(all, m.button(digitKey+string(d), string(d), ""))
	}
	return append(all, m.button(CtlClear, text.T(m.Lang, "counter.clear"), ""),
		m.button(digitKey+"0", "0", ""), m.button(CtlBack, "⌫", ""))
}

func signInLabel(m Model) string {
	switch {
	case m.Entry:
		return text.T(m.Lang, "counter.signing_in")
	case m.OnPIN:
		return text.T(m.Lang, "counter.sign_in")
	}
	return text.T(m.Lang, "counter.continue")
}

func (m Model) button(id, label, hint string) Button {
	return Button{ID: id, Label: label, Hint: hint, Enabled: m.enabled(id), Primary: id == m.primary()}
}

// actions stand in two columns, row by row, and never change their places.
func actions(m Model) []Button {
	return []Button{
		m.button(CtlNext, text.T(m.Lang, "counter.next"), "F1"),
		m.button(CtlStart, text.T(m.Lang, "counter.start"), "F4"),
		m.button(CtlRecall, text.T(m.Lang, "counter.recall"), "F2"),
		m.button(CtlFinish, text.T(m.Lang, "counter.finish"), "F5"),
		m.button(CtlMiss, text.T(m.Lang, "counter.miss"), "F3"),
		m.button(CtlSignOut, text.T(m.Lang, "counter.sign_out"), "F9"),
	}
}

func desk(m Model) Desk {
	c := m.Counter
	d := Desk{Stale: m.Stale(), Waiting: Fact{text.T(m.Lang, "counter.waiting"), text.T(m.Lang, "counter.people", c.Waiting)}}
	t := c.Ticket
	if t == nil {
		d.State = text.T(m.Lang, "counter.idle")
		return d
	}
	d.Number, d.Service, d.State = t.Number, t.Service.In(m.Lang), stateName(m.Lang, t)
	if t.Offline {
		d.Mark = text.T(m.Lang, "counter.offline")
	}
	waited := time.Duration(max(0, t.CalledAt-t.IssuedAt)) * time.Millisecond
	d.Facts = []Fact{
		{text.T(m.Lang, "counter.waited"), text.T(m.Lang, "counter.minutes", int(waited/time.Minute))},
		{text.T(m.Lang, "counter.calls"), text.T(m.Lang, "counter.times", t.Calls)},
	}
	return d
}

func stateName(lang text.Lang, t *api.CounterTicket) string {
	if t.State == string(queue.Called) {
		return text.T(lang, "counter.called")
	}
	return text.T(lang, "counter.serving")
}

// banner is the most important sentence: that the state is old, else what the
// last press led to, else that nobody hears the calls.
func banner(m Model) Banner {
	n := m.Notice
	if m.Stale() && n.Key != "counter.unknown" {
		n = Notice{Key: "counter.stale", Bad: true}
	}
	if n.Key == "" && m.Signed && m.Voice == VoiceSilent {
		n = Notice{Key: "counter.voice.silent", Bad: true}
	}
	if n.Key == "" {
		return Banner{}
	}
	return Banner{Key: n.Key, Text: text.T(m.Lang, n.Key, n.Args...), Bad: n.Bad}
}

// link says how old the shown state is.
func link(m Model) Light {
	switch {
	case m.Pending.Action != "":
		return Light{ID: "link", Text: text.T(m.Lang, "counter.sending"), OK: !m.Stale()}
	case m.Stale():
		return Light{ID: "link", Text: text.T(m.Lang, "counter.link.age", ageText(m.Lang, m.Age()))}
	}
	return Light{ID: "link", Text: text.T(m.Lang, "counter.link.live"), OK: true}
}

// ageText is an age in seconds, or minutes from two minutes on.
func ageText(lang text.Lang, age time.Duration) string {
	if age < 2*time.Minute {
		return text.T(lang, "counter.seconds", int(age/time.Second))
	}
	return text.T(lang, "counter.minutes", int(age/time.Minute))
}

// lights are the devices that are fitted, and the loudspeakers.
func lights(m Model) []Light {
	var all []Light
	if m.Display != devices.Disabled {
		all = append(all, light(m, "display", text.T(m.Lang, "counter.display"), m.Display))
	}
	if m.Keypad != devices.Disabled {
		all = append(all, light(m, "keypad", text.T(m.Lang, "counter.keypad"), m.Keypad))
	}
	if m.Voice != VoiceNone {
		all = append(all, voiceLight(m))
	}
	return all
}

// voiceLight is that of the loudspeakers. The banner says what is wrong.
func voiceLight(m Model) Light {
	return Light{ID: "voice", Text: text.T(m.Lang, "counter.voice"), OK: m.Voice == VoiceWell}
}

func light(m Model, id, name string, s devices.State) Light {
	if s.Usable() {
		return Light{ID: id, Text: name, OK: true}
	}
	return Light{ID: id, Text: text.T(m.Lang, "counter.device.off", name)}
}

// A Lamp is what the LED above the window shows.
type Lamp struct {
	Number  queue.Number // "" for none
	Waiting int          // people waiting, shown while nobody is called; -1 for none
}

// dark is the lamp of a closed window.
var dark = Lamp{Waiting: -1}

// LampOf says what the LED shows for a model: the called number, the people
// waiting while nobody is called, and nothing at a closed window or when the
// hall has been away for a minute.
func LampOf(m Model) Lamp {
	switch {
	case !m.Signed || m.Age() > lampFor:
		return dark
	case m.Counter.Ticket != nil:
		return Lamp{Number: queue.Number(m.Counter.Ticket.Number), Waiting: -1}
	}
	return Lamp{Waiting: m.Counter.Waiting}
}
