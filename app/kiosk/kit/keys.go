package kit

import (
	"fyne.io/fyne/v2"

	"hallway/app/kiosk/theme"
)

// Digits is the pad for a number: a row is keys of one character; "<" erases
// one character, "~" all, "_" types a space.
var Digits = []string{"123", "456", "789", "~0<"}

// The ids of the keys that do not type their own name. A key that types c has
// the id "key." and c.
const (
	KeyBack  = "key.back"
	KeyClear = "key.clear"
	KeySpace = "key.space"
	KeyShift = "key.shift"
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
