package counter

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"hallway/app/hall/api"
	"hallway/app/text"
	"hallway/devices"
	"hallway/queue"
)

// A Screen is what the window shows, in the words that it shows.
type Screen struct {
	ID     string // "signin", "desk" or "menu"
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
	More   []Button // actions that are needed now and then
	Menu   List
	Other  Button // the other language
	Banner Banner
	Link   Light
	Lights []Light // devices
}

// A List asks for one of its lines.
type List struct {
	Ask   string
	Lines []Line
	Where string // which page; "" when there is one
	Page  Button
	Close Button
}

// A Line is one choice; Hint is the digit that picks it.
type Line struct{ ID, Label, Note, Hint string }

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
	s.Desk, s.Link = desk(m), link(m)
	if m.Menu.Step != "" {
		s.ID, s.Menu = "menu", menu(m)
		return s
	}
	s.Do, s.More = actions(m), more(m)
	return s
}

// menu is the open menu's page.
func menu(m Model) List {
	l := List{Ask: text.T(m.Lang, "counter.ask."+string(m.Menu.Step), m.Menu.Draft.Number)}
	all := m.lines()
	from := m.Menu.Page * PerPage
	for i, v := range all[from:min(len(all), from+PerPage)] {
		l.Lines = append(l.Lines, Line{ID: pickLine + strconv.Itoa(i), Label: v.label, Note: v.note, Hint: strconv.Itoa(i + 1)})
	}
	if m.pages() > 1 {
		l.Where = fmt.Sprintf("%d / %d", m.Menu.Page+1, m.pages())
		l.Page = m.button(CtlPage, text.T(m.Lang, "counter.page"), "PgDn")
	}
	l.Close = m.button(CtlClose, text.T(m.Lang, "counter.close"), "Esc")
	return l
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

// actions stand in three columns, row by row, and never change their places.
func actions(m Model) []Button {
	return []Button{
		m.button(CtlNext, text.T(m.Lang, "counter.next"), "F1"),
		m.button(CtlRecall, text.T(m.Lang, "counter.recall"), "F2"),
		m.button(CtlMiss, text.T(m.Lang, "counter.miss"), "F3"),
		m.button(CtlStart, text.T(m.Lang, "counter.start"), "F4"),
		m.button(CtlFinish, text.T(m.Lang, "counter.finish"), "F5"),
		m.button(CtlSignOut, text.T(m.Lang, "counter.sign_out"), "F9"),
	}
}

// more are the actions that are needed now and then, three in a row.
func more(m Model) []Button {
	pause := m.button(CtlPause, text.T(m.Lang, "counter.pause"), "F8")
	if m.Counter.Pause != "" {
		pause = m.button(CtlWork, text.T(m.Lang, "counter.work"), "F8")
	}
	help := m.button(CtlHelp, text.T(m.Lang, "counter.help"), "Insert")
	if m.Counter.Emergency {
		help = m.button(CtlHelped, text.T(m.Lang, "counter.helped"), "Insert")
	}
	return []Button{
		m.button(CtlHold, text.T(m.Lang, "counter.hold"), "F6"),
		m.button(CtlTransfer, text.T(m.Lang, "counter.transfer"), "F7"),
		m.button(CtlReturn, text.T(m.Lang, "counter.return"), "Delete"),
		m.button(CtlList, text.T(m.Lang, "counter.list"), "F11"),
		m.button(CtlUndo, undoLabel(m), "F10"),
		pause, help,
	}
}

func undoLabel(m Model) string {
	if m.Counter.Undo == "" {
		return text.T(m.Lang, "counter.undo")
	}
	return text.T(m.Lang, "counter.undo.of", m.Counter.Undo)
}

func desk(m Model) Desk {
	c := m.Counter
	d := Desk{Stale: m.Stale(), Waiting: Fact{text.T(m.Lang, "counter.waiting"), text.T(m.Lang, "counter.people", c.Waiting)}}
	t := c.Ticket
	if t == nil {
		d.State = text.T(m.Lang, "counter.idle")
		if c.Pause != "" {
			d.State = text.T(m.Lang, "counter.paused", reasonText(m.Lang, c.Pause))
		}
		d.Facts = []Fact{
			{text.T(m.Lang, "counter.served"), text.T(m.Lang, "counter.people", c.Served)},
			{text.T(m.Lang, "counter.missed_today"), text.T(m.Lang, "counter.people", c.MissedToday)},
			{text.T(m.Lang, "counter.held"), text.T(m.Lang, "counter.people", len(c.Held))},
		}
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

// reasonText is what a reason's code says; a reason in words says itself.
func reasonText(lang text.Lang, code string) string {
	if key := "counter.reason." + code; text.Has(key) {
		return text.T(lang, key)
	}
	return code
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
