package kit

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"hallway/app/kiosk/theme"
)

// A Line is text that keys type into.
type Line struct {
	Label string // above the text, "" for none
	Text  string
	Typed string // waits for a choice behind the text
	Hint  string // while there is no text
	Focus bool   // keys go to it
	Large bool   // large type
	Rows  int    // of text that are seen, 0 is 1; with one row the type shrinks
}

// Field shows a line with a caret at its end. A field with an id can be pressed
// to become the one that keys go to.
func Field(p Press, width float32, label, text, hint string, focus bool) fyne.CanvasObject {
	return p.line(width, Line{Label: label, Text: text, Hint: hint, Focus: focus})
}

// View shows a line that takes no press, width wide.
func (l Line) View(width float32) fyne.CanvasObject { return Press{}.line(width, l) }

func (p Press) line(width float32, l Line) fyne.CanvasObject {
	look := theme.Plain.Look()
	if l.Focus {
		look.Border = theme.Primary
	}
	l.Rows = max(1, l.Rows)
	height := theme.Touch + theme.Tight + float32(l.Rows-1)*l.size()*lineHeight
	if l.Large {
		height += theme.Gap
	}
	inside := Sized(width, height, Pad(0, 0, theme.Inside, theme.Inside, Middle(l.content(width-3*theme.Inside))))
	var content fyne.CanvasObject
	if p.ID == "" {
		content = stack(plate(look), inside)
	} else {
		content = NewControl(p.ID, !p.Off, look, inside, p.Tap)
	}
	if l.Label == "" {
		return content
	}
	return Column(theme.Tight, Label(l.Label, Style{Size: theme.Small, Color: theme.Muted}), content)
}

// lineHeight is how high a row of text is in its font size.
const lineHeight float32 = 1.45

func (l Line) size() float32 {
	if l.Large {
		return theme.Title + 14
	}
	return theme.Title - 6
}

// content is the text, what waits behind it, and the caret.
func (l Line) content(room float32) fyne.CanvasObject {
	style := Style{Size: l.size(), Bold: true}
	if l.Text == "" && l.Typed == "" {
		hint := Style{Size: theme.Body, Color: theme.Muted, Lines: l.Rows}
		if l.Large {
			hint.Size = theme.Heading + 6
		}
		if l.Rows == 1 {
			return Beside(theme.Tight, l.caret(style.Size), Shrunk(room, l.Hint, hint))
		}
		return Beside(theme.Tight, l.caret(style.Size), Paragraph(room-theme.Gap, l.Hint, hint))
	}
	if l.Rows == 1 {
		for style.Size > theme.Small && style.measure(l.Text+l.Typed) > room {
			style.Size--
		}
		l.Text = tail(l.Text, room-style.measure(l.Typed), style)
		return l.row(l.Text, l.Typed, style, true)
	}
	rows := l.wrap(room, style)
	box := Column(0)
	for i, r := range rows[max(0, len(rows)-l.Rows):] {
		box.Add(l.row(r[0], r[1], style, i == min(len(rows), l.Rows)-1))
	}
	return box
}

// wrap breaks text and what waits into rows; each has a part of both.
func (l Line) wrap(room float32, s Style) [][2]string {
	rows, width := [][2]string{{}}, float32(0)
	for part, text := range []string{l.Text, l.Typed} {
		for _, r := range text {
			w := s.measure(string(r))
			if width += w; width > room {
				rows, width = append(rows, [2]string{}), w
			}
			rows[len(rows)-1][part] += string(r)
		}
	}
	return rows
}

// row is a row of text with what waits behind it, and with the caret when it is
// the last.
func (l Line) row(text, typed string, s Style, last bool) fyne.CanvasObject {
	line := Beside(4)
	if text != "" {
		line.Add(Middle(Label(text, s)))
	}
	if typed != "" {
		under := canvas.NewRectangle(theme.Primary)
		under.SetMinSize(fyne.NewSize(0, 4))
		line.Add(Middle(Column(-6, Label(typed, Style{Size: s.Size, Color: theme.Primary}), under)))
	}
	if c := l.caret(s.Size); c != nil && last {
		line.Add(Middle(c))
	}
	return line
}

func (l Line) caret(size float32) fyne.CanvasObject {
	if !l.Focus {
		return nil
	}
	c := canvas.NewRectangle(theme.Primary)
	c.SetMinSize(fyne.NewSize(4, size+4))
	return c
}

// tail drops characters at the front until the text fits: the end is where one
// types.
func tail(s string, width float32, style Style) string {
	style.Size = min(style.Size, theme.Small)
	if style.measure(s) <= width {
		return s
	}
	r := []rune(s)
	for len(r) > 1 && style.measure("…"+string(r)) > width {
		r = r[1:]
	}
	return "…" + strings.TrimSpace(string(r))
}
