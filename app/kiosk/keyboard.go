package kiosk

import (
	"fyne.io/fyne/v2"

	"hallway/app/journey"
	"hallway/app/kiosk/kit"
	"hallway/app/kiosk/theme"
)

// Sizes of the keyboard. On an upright surface there is room for higher keys.
const (
	keyGap       float32 = 14
	keyHigh      float32 = 122
	keyLow       float32 = 98
	padHigh      float32 = 150 // of the pads on a wide surface
	barHigh      float32 = 104
	barLow       float32 = 88
	writingWidth float32 = 1120 // of the keyboard for texts on a wide surface
	padWidth     float32 = 700  // of the pads for numbers there
)

// erase is the key that takes the last character away, and goes on while a
// finger rests on it.
func erase(units float32) kit.Key {
	return kit.Key{ID: kit.KeyBack, Icon: "erase", Units: units, Tone: theme.SideTone, Repeat: true}
}

// keyboard draws the keyboard of the entry, width wide. The keys stand at the
// same places in every layout for texts.
func (p page) keyboard(width float32) fyne.CanvasObject {
	keys := p.keys(width)
	switch e := p.s.Entry; {
	case e.Bar.Shown:
		return kit.Column(keyGap, p.bar(width), keys)
	case len(e.Switches) > 0 && p.wide:
		return kit.Column(keyGap, kit.Gap(width, p.bar(width).MinSize().Height), keys)
	}
	return keys
}

// keys are the keys alone. They are drawn anew only when they change: a finger
// that rests on one keeps it.
func (p page) keys(width float32) fyne.CanvasObject {
	e := p.s.Entry
	id := boardID{e.Keys, e.Upper, e.Large, p.s.Lang, width, p.wide}
	if p.kept.keys == nil || p.kept.id != id {
		*p.kept = kept{id, p.board(width)}
	}
	return p.kept.keys
}

func (p page) board(width float32) fyne.CanvasObject {
	b := kit.Board{Width: width, Columns: 10, Height: keyHigh, Gap: keyGap, Large: p.s.Entry.Large, Press: p.press, Hold: p.hold}
	rows, columns := p.pad()
	switch {
	case rows == nil && p.wide:
		b.Height = keyLow
	case p.wide:
		n := float32(len(rows))
		b.Height = min(padHigh, (p.room.Height-keyGap*(n-1))/n)
	}
	if rows == nil {
		return b.View(p.rows10()...)
	}
	b.Columns = columns
	return b.View(rows...)
}

func (p page) bar(width float32) fyne.CanvasObject {
	e := p.s.Entry
	var cells []kit.Candidate
	for _, c := range e.Bar.Candidates {
		cells = append(cells, kit.Candidate(c))
	}
	b := kit.Bar{Width: width, Rows: journey.BarRows, Columns: max(1, e.Bar.Columns), Height: barHigh, Gap: keyGap, Large: e.Large,
		Candidates: cells, Hint: e.Bar.Hint, Less: e.Bar.Less, More: e.Bar.More, Press: p.press}
	if p.wide {
		b.Height = barLow
	}
	return b.View()
}

// pad are the rows of a layout for numbers, on a grid of so many columns; nil
// for the layouts of texts.
func (p page) pad() (rows [][]kit.Key, columns float32) {
	e := p.s.Entry
	all := kit.Key{ID: kit.KeyClear, Text: e.Clear, Units: 1, Tone: theme.SideTone}
	switch e.Keys {
	case journey.Code:
		return [][]kit.Key{kit.Chars("1234567890", false), kit.Chars("QWERTYUIOP", false), kit.Chars("ASDFGHJKL-", false),
			append(append([]kit.Key{wide(all, 1.5)}, kit.Chars("ZXCVBNM", false)...), erase(1.5))}, 10
	case journey.Identity:
		last := append(kit.Chars("X0", false), erase(1))
		return [][]kit.Key{kit.Chars("123", false), kit.Chars("456", false), kit.Chars("789", false), last, {wide(all, 3)}}, 3
	case journey.Digits, journey.DateKeys, journey.PhoneKey:
		last := append(append([]kit.Key{all}, kit.Chars("0", false)...), erase(1))
		return [][]kit.Key{kit.Chars("123", false), kit.Chars("456", false), kit.Chars("789", false), last}, 3
	}
	return nil, 0
}

func wide(k kit.Key, units float32) kit.Key {
	k.Units = units
	return k
}

// rows10 are the rows of a layout for texts, on a grid of ten columns.
func (p page) rows10() [][]kit.Key {
	e := p.s.Entry
	var rows [][]kit.Key
	switch e.Keys {
	case journey.Pinyin:
		last := append(kit.Chars("'zxcvbnm", true), erase(2))
		last[0].Note, last[4].Note = e.Split, "ü" // v stands for ü
		rows = [][]kit.Key{kit.Chars("1234567890", false), kit.Chars("qwertyuiop", true), kit.Chars("asdfghjkl·", true), last}
	case journey.Letters:
		rows = p.letters()
	case journey.Symbols:
		rows = [][]kit.Key{kit.Chars("1234567890", false), kit.Chars("，。、：；？！…—·", false), kit.Chars("（）《》“”‘’【】", false),
			append(kit.Chars("-/#@._&+", false), erase(2))}
	case journey.Strokes:
		rows = p.strokes()
	}
	return append(rows, p.switches())
}

// letters are the letters as they come, with the key that changes between
// capitals and small ones.
func (p page) letters() [][]kit.Key {
	rows := []string{"qwertyuiop", "asdfghjkl-", "zxcvbnm"}
	if p.s.Entry.Upper {
		rows = []string{"QWERTYUIOP", "ASDFGHJKL-", "ZXCVBNM"}
	}
	shift := kit.Key{ID: kit.KeyShift, Icon: "shift", Units: 1.5, Tone: theme.SideTone}
	if p.s.Entry.Upper {
		shift.Tone = theme.FirstOne
	}
	last := append(append([]kit.Key{shift}, kit.Chars(rows[2], false)...), erase(1.5))
	return [][]kit.Key{kit.Chars("1234567890", false), kit.Chars(rows[0], false), kit.Chars(rows[1], false), last}
}

// strokes are the five strokes with their names, and the sign for any.
func (p page) strokes() [][]kit.Key {
	var keys []kit.Key
	for i, sign := range []string{"一", "丨", "丿", "丶", "乛", "＊"} {
		id := "key." + string("12345*"[i])
		k := kit.Key{ID: id, Text: sign, Units: 2.5, High: true, Tone: theme.KeyTone}
		if i < len(p.s.Entry.Names) {
			k.Note = p.s.Entry.Names[i]
		}
		keys = append(keys, k)
	}
	back := erase(2.5)
	back.High = true
	return [][]kit.Key{append(keys[:3:3], back), keys[3:]}
}

// switches is the last row: the key that erases all, far from the one that
// erases one, the layouts and the space.
func (p page) switches() []kit.Key {
	row := []kit.Key{{ID: kit.KeyClear, Text: p.s.Entry.Clear, Units: 1.5, Tone: theme.SideTone}}
	for i, s := range p.s.Entry.Switches {
		k := kit.Key{ID: s.ID, Text: s.Label, Units: 1.5, Tone: theme.SideTone}
		if i == len(p.s.Entry.Switches)-1 {
			k.Units = 1.8 // the strokes have a long name
		}
		if s.Chosen {
			k.Tone = theme.Main
		}
		row = append(row, k)
	}
	return append(row, kit.Key{ID: kit.KeySpace, Icon: "space", Units: 2.2, Tone: theme.KeyTone})
}
