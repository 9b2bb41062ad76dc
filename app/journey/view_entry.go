package journey

import (
	"strconv"
	"strings"

	"hallway/app/ime"
)

// controls adds the keys of the entry, its candidates and its switches.
func (e Entry) controls(all map[string]bool) {
	if e.Keys == "" {
		return
	}
	all["key.back"], all["key.clear"], all["large"] = false, false, false
	for _, k := range typedBy[e.Keys] {
		c := string(k)
		if e.Upper {
			c = strings.ToUpper(c)
		}
		all["key."+c] = false
	}
	if e.Keys == Letters {
		all["key.shift"] = false
	}
	for _, s := range e.Switches {
		all[s.ID] = false
	}
	if !e.Bar.Shown && len(e.Switches) == 0 {
		return
	}
	all["key.space"] = false
	if len(e.Bar.Candidates) == 0 {
		return
	}
	for i := range e.Bar.Candidates {
		all["cand."+strconv.Itoa(i)] = false
	}
	all["cand.less"], all["cand.more"] = !e.Bar.Less, !e.Bar.More
}

// longText is how many characters one line holds.
const longText = 16

// viewEntry shows the line that is typed into, and the keyboard.
func (m Model) viewEntry(s *Screen, hint string) {
	e, _ := m.entryOf()
	b, text := m.board(), m.text()
	s.Entry = Entry{Text: text, Hint: hint, Keys: b.keys, Upper: b.upper, Large: m.Visit.Large, Clear: m.t("kiosk.clear"), Typed: b.shown()}
	s.Entry.Size = m.t("kiosk.keys.large")
	if m.Visit.Large {
		s.Entry.Size = m.t("kiosk.keys.normal")
	}
	if e.keys == "" {
		m.viewSwitches(&s.Entry, b)
		s.Entry.Bar = m.bar(b)
	}
	s.Entry.Split, s.Entry.Long = m.t("kiosk.keys.split"), e.keys == "" && e.max > longText
	if b.keys == Strokes {
		s.Entry.Names = strings.Split(m.t("kiosk.keys.strokes.names"), "|")
	}
	if !e.required {
		s.Buttons = append(s.Buttons, Button{ID: "do.skip", Label: m.t("kiosk.skip")})
	}
	s.Buttons = append(s.Buttons, Button{ID: "do.ok", Label: m.t("kiosk.continue"), Tone: Main, Off: text == "" || b.typed != ""})
}

func (m Model) viewSwitches(e *Entry, b board) {
	for _, k := range writing {
		e.Switches = append(e.Switches, Switch{"keys." + string(k), m.t("kiosk.keys." + string(k)), k == b.keys})
	}
}

// bar is the candidate bar of a layout that has one.
func (m Model) bar(b board) Bar {
	bar := Bar{Shown: b.keys == Pinyin || b.keys == Strokes, Columns: m.columns()}
	switch {
	case !bar.Shown:
		return Bar{}
	case b.typed == "":
		bar.Hint = m.t("kiosk.keys.hint." + string(b.keys))
		return bar
	case len(b.list) == 0:
		bar.Hint = m.t("kiosk.keys.nothing")
		return bar
	}
	from, to := ime.Page(b.list, BarRows, bar.Columns, b.page)
	for _, c := range b.list[from:to] {
		bar.Candidates = append(bar.Candidates, Candidate{c.Text, ime.Cells(c.Text, bar.Columns)})
	}
	bar.Less, bar.More = b.page > 0, to < len(b.list)
	return bar
}

// strokeSigns are the five strokes and the sign for any.
var strokeSigns = strings.NewReplacer("1", "一", "2", "丨", "3", "丿", "4", "丶", "5", "乛", "*", "＊")

// shown is what waits for a choice as people read it.
func (b board) shown() string {
	if b.keys == Strokes {
		return strokeSigns.Replace(b.typed)
	}
	return b.typed
}

// dated sets the marks of a date while it is typed: 1956年03月08日.
func (m Model) dated(digits string) string {
	marks := strings.Split(m.t("kiosk.keys.date"), "|")
	for i, at := range []int{8, 6, 4} {
		if len(digits) >= at && len(marks) == 3 {
			digits = digits[:at] + marks[2-i] + digits[at:]
		}
	}
	return digits
}

// grouped sets spaces after the given numbers of characters while a long
// number is typed.
func grouped(s string, sizes ...int) string {
	var parts []string
	for _, n := range sizes {
		n = min(n, len(s))
		if n > 0 {
			parts, s = append(parts, s[:n]), s[n:]
		}
	}
	return strings.Join(parts, " ")
}
