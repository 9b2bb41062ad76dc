package kit

import (
	"image/color"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"

	"hallway/app/kiosk/theme"
	"hallway/printer/font"
)

// A Style is how text looks. The zero values of Size and Color mean body size
// and ink.
type Style struct {
	Size   float32
	Bold   bool
	Color  color.Color
	Centre bool
	Lines  int // at most so many lines, the last ends in "…"; 0 is no limit
}

func (s Style) size() float32 {
	if s.Size == 0 {
		return theme.Body
	}
	return s.Size
}

// text is one line in the style. A line with a character that the bold font
// lacks is drawn regular, so that a rare name never becomes boxes.
func (s Style) text(line string) *canvas.Text {
	if s.Color == nil {
		s.Color = theme.Ink
	}
	t := canvas.NewText(line, s.Color)
	t.TextSize = s.size()
	t.TextStyle.Bold = s.Bold && !strings.ContainsFunc(line, func(r rune) bool { return !font.HasBold(r) })
	if s.Centre {
		t.Alignment = fyne.TextAlignCenter
	}
	return t
}

// measure returns the width of a line in the style.
func (s Style) measure(line string) float32 {
	return fyne.MeasureText(line, s.size(), fyne.TextStyle{Bold: s.Bold}).Width
}

// Label is one line of text.
func Label(text string, s Style) *canvas.Text { return s.text(text) }

// Shrunk is one line of text, smaller than its style when width asks for it,
// but not below [theme.Small].
func Shrunk(width float32, text string, s Style) *canvas.Text {
	s.Size = s.size()
	for s.Size > theme.Small && s.measure(text) > width {
		s.Size--
	}
	return s.text(text)
}

// Fitted is text on one line, smaller than its style when width asks for it but
// not below least; when that is not enough, a paragraph of that size.
func Fitted(width float32, text string, s Style, least float32) fyne.CanvasObject {
	s.Size = s.size()
	for s.Size > least && s.measure(text) > width {
		s.Size--
	}
	if s.measure(text) <= width {
		return s.text(text)
	}
	return Paragraph(width, text, s)
}

// Paragraph is text broken to width. It is exactly width wide. A word that is
// wider, or more lines than the style allows, make all of it smaller, down to
// [theme.Small], before anything is cut.
func Paragraph(width float32, text string, s Style) fyne.CanvasObject {
	s.Size = s.size()
	for _, u := range units(text) {
		for s.Size > theme.Small && s.measure(strings.TrimSpace(u)) > width {
			s.Size--
		}
	}
	lines := Break(text, width, s.measure)
	for s.Lines > 0 && len(lines) > s.Lines && s.Size > theme.Small {
		s.Size--
		lines = Break(text, width, s.measure)
	}
	if s.Lines > 0 && len(lines) > s.Lines {
		lines = lines[:s.Lines]
		last := []rune(lines[s.Lines-1])
		for len(last) > 0 && s.measure(string(last)+"…") > width {
			last = last[:len(last)-1]
		}
		lines[s.Lines-1] = string(last) + "…"
	}
	box := container.New(layout.NewCustomPaddedVBoxLayout(0))
	for _, l := range lines {
		box.Add(s.text(l))
	}
	return Sized(width, 0, box)
}
