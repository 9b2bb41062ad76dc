package kit

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"hallway/app/kiosk/theme"
)

// The layouts of the on-screen keyboard: a row is keys of one character; "<"
// erases one character, "~" all, "_" types a space.
var (
	Digits  = []string{"123", "456", "789", "~0<"}
	Letters = []string{"1234567890", "QWERTYUIOP", "ASDFGHJKL-", "~ZXCVBNM_<"}
)

// The ids of the keys that do not type their own name. A key that types c has
// the id "key." and c.
const (
	KeyBack  = "key.back"
	KeyClear = "key.clear"
	KeySpace = "key.space"
)

// Keyboard is keys in the rows of a layout, width wide. press gets the id of
// the key. clear is the text on the key that erases all.
func Keyboard(width float32, rows []string, clear string, press func(id string)) fyne.CanvasObject {
	gap := theme.Gap * 0.7
	columns := 0
	for _, r := range rows {
		columns = max(columns, len(r))
	}
	cell := Cell(width, columns, gap)
	box := Column(gap)
	for _, r := range rows {
		line := Across(gap)
		for _, k := range r {
			line.Add(key(k, cell, clear, press))
		}
		if missing := columns - len(r); missing > 0 {
			side := (cell + gap) * float32(missing) / 2
			line = Across(0, Gap(side, 0), line)
		}
		box.Add(line)
	}
	return box
}

func key(k rune, width float32, clear string, press func(string)) fyne.CanvasObject {
	id, icon, text := "key."+string(k), "", string(k)
	style := Style{Size: theme.Title - 6, Bold: true, Centre: true}
	switch k {
	case '<':
		id, icon = KeyBack, "erase"
	case '_':
		id, icon = KeySpace, "space"
	case '~':
		id, text, style.Size = KeyClear, clear, theme.Body
	}
	var face fyne.CanvasObject = Shrunk(width-theme.Tight, text, style)
	if icon != "" {
		face = Icon(icon, 56, theme.Ink)
	}
	return NewControl(id, true, theme.Plain.Look(), Sized(width, theme.Key, Centred(face)), func() { press(id) })
}

// Field shows what was typed, with a caret at its end and a hint while it is
// empty. A field with an id can be pressed to become the one that keys go to.
func Field(p Press, width float32, label, text, hint string, focus bool) fyne.CanvasObject {
	look := theme.Plain.Look()
	if focus {
		look.Border = theme.Primary
	}
	style := Style{Size: theme.Title - 6, Bold: true}
	shown := text
	if shown == "" {
		shown, style = hint, Style{Size: theme.Body, Color: theme.Muted}
	}
	room := width - 3*theme.Inside
	line := Beside(4, Shrunk(room, tail(shown, room, style), style))
	if focus {
		caret := canvas.NewRectangle(theme.Primary)
		caret.SetMinSize(fyne.NewSize(4, 60))
		if text == "" {
			line = Beside(theme.Tight, caret, Shrunk(room, shown, style))
		} else {
			line.Add(Middle(caret))
		}
	}
	box := NewControl(p.ID, !p.Off, look, Sized(width, theme.Touch+theme.Tight, Pad(0, 0, theme.Inside, theme.Inside, Middle(line))), p.Tap)
	var content fyne.CanvasObject = box
	if p.ID == "" {
		content = stack(plate(look), Sized(width, theme.Touch+theme.Tight, Pad(0, 0, theme.Inside, theme.Inside, Middle(line))))
	}
	if label == "" {
		return content
	}
	return Column(theme.Tight, Label(label, Style{Size: theme.Small, Color: theme.Muted}), content)
}

// tail drops characters at the front until the text fits: the end is where one
// types.
func tail(s string, width float32, style Style) string {
	style.Size = theme.Small
	if style.measure(s) <= width {
		return s
	}
	r := []rune(s)
	for len(r) > 1 && style.measure("…"+string(r)) > width {
		r = r[1:]
	}
	return "…" + strings.TrimSpace(string(r))
}
