package kit

import (
	"image/color"
	"strings"

	"fyne.io/fyne/v2"

	"hallway/app/kiosk/theme"
)

// A Key is one key of a [Board].
type Key struct {
	ID     string
	Text   string  // on the key
	Note   string  // below Text, smaller
	Icon   string  // instead of Text
	Units  float32 // how wide, 0 is 1
	Tone   theme.Tone
	High   bool // twice as high; a row holds high keys only
	Off    bool
	Repeat bool // acts again while a finger rests on it
}

// A Board is the on-screen keyboard: rows of keys on a grid of Columns units.
// A row that is narrower stands in the middle.
type Board struct {
	Width   float32
	Columns float32
	Height  float32 // of a key
	Gap     float32 // between keys
	Large   bool    // large type
	Press   func(id string)
	Hold    func(c *Control) // a press of a key that repeats has begun; nil repeats nothing
}

// unit is how wide a key of one unit is.
func (b Board) unit() float32 { return (b.Width - b.Gap*(b.Columns-1)) / b.Columns }

// span is how wide a key of some units is, the gaps that it covers included.
func (b Board) span(units float32) float32 { return b.unit()*units + b.Gap*(units-1) }

// View lays rows of keys out.
func (b Board) View(rows ...[]Key) fyne.CanvasObject {
	box := Column(b.Gap)
	for _, row := range rows {
		line, units := Across(b.Gap), float32(0)
		for _, k := range row {
			k.Units = max(k.Units, 0.5)
			units += k.Units
			line.Add(b.key(k))
		}
		if missing := b.Columns - units; missing > 0.01 {
			line = Across(0, Gap((b.unit()+b.Gap)*missing/2, 0), line)
		}
		box.Add(line)
	}
	return Sized(b.Width, 0, box)
}

func (b Board) key(k Key) fyne.CanvasObject {
	if k.High {
		b.Height += b.Height + b.Gap
	}
	width := b.span(k.Units)
	look := k.Tone.Look()
	if k.Off {
		look = theme.OffLook
	}
	c := NewControl(k.ID, !k.Off, look, Sized(width, b.Height, Centred(b.face(k, width, look))), func() { b.Press(k.ID) })
	if k.Repeat && b.Hold != nil {
		c.OnHold(b.Hold)
	}
	return c
}

// face is what stands on a key. A word is smaller than a character.
func (b Board) face(k Key, width float32, look theme.Look) fyne.CanvasObject {
	size := theme.Title - 6
	if b.Large {
		size = theme.Title + 12
	}
	size = min(size, b.Height/lineHeight-2)
	if k.Icon != "" {
		return Icon(k.Icon, size, look.Text)
	}
	if len([]rune(k.Text)) > 1 {
		size -= 18
	}
	if k.Note == "" {
		return centred(k.Text, size, b.label(k.Text, size, width, look.Text))
	}
	return b.noted(k, size, width, look)
}

func (b Board) label(text string, size, width float32, ink color.Color) fyne.CanvasObject {
	return Shrunk(width-theme.Tight, text, Style{Size: size, Bold: true, Color: ink, Centre: true})
}

// noted is a face with a note below. A high key has room for both in full.
func (b Board) noted(k Key, size, width float32, look theme.Look) fyne.CanvasObject {
	const close = 0.3 // of the size that the note stands closer
	small, gap := theme.Small, float32(0)
	if k.High {
		if b.Large {
			small = theme.Heading
		}
		size = min(size*1.5, (b.Height-small*lineHeight)/lineHeight-2)
	} else {
		size = min(size, (b.Height-small*lineHeight)/(lineHeight-close)-2)
		gap = -size * close
	}
	note := Shrunk(width-theme.Tight, k.Note, Style{Size: small, Color: theme.Muted, Centre: true})
	return Column(gap, b.label(k.Text, size, width, look.Text), note)
}

// Marks whose ink fills only one half of their square.
const (
	inkLeft  = "，。、）》”’"
	inkRight = "（《“‘"
)

// centred moves a mark whose ink fills one half of its square to the middle.
func centred(mark string, size float32, text fyne.CanvasObject) fyne.CanvasObject {
	switch {
	case strings.Contains(inkLeft, mark):
		return Pad(0, 0, size/2, 0, text)
	case strings.Contains(inkRight, mark):
		return Pad(0, 0, 0, size/2, text)
	case mark == "【":
		return Pad(0, 0, 0, size/4, text)
	case mark == "】":
		return Pad(0, 0, size/4, 0, text)
	}
	return text
}

// Chars are keys of one unit for the characters of a string. Their ids are
// "key." and the character, their text is the character, in capitals when upper
// is set.
func Chars(s string, upper bool) []Key {
	var keys []Key
	for _, r := range s {
		k := Key{ID: "key." + string(r), Text: string(r), Units: 1, Tone: theme.KeyTone}
		if upper && r >= 'a' && r <= 'z' {
			k.Text = string(r - 'a' + 'A')
		}
		keys = append(keys, k)
	}
	return keys
}
