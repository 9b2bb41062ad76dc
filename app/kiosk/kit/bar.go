package kit

import (
	"strconv"

	"fyne.io/fyne/v2"

	"hallway/app/kiosk/theme"
)

// A Bar offers candidates in rows above a [Board]. Its keys have the ids
// "cand.0" and so on, and "cand.less" and "cand.more" for the pages.
type Bar struct {
	Width      float32
	Rows       int
	Columns    int
	Height     float32 // of a row
	Gap        float32
	Large      bool
	Candidates []Candidate
	Hint       string // while there are no candidates
	Less, More bool
	Press      func(id string)
}

// A Candidate is a text and how many cells of a row it takes.
type Candidate struct {
	Text  string
	Cells int
}

// pageKey is how wide the keys are that turn the page.
const pageKey float32 = 96

// View lays the bar out. It is equally high with and without candidates.
func (b Bar) View() fyne.CanvasObject {
	height := b.Height*float32(b.Rows) + b.Gap*float32(b.Rows-1)
	if len(b.Candidates) == 0 {
		style := Style{Color: theme.Muted, Centre: true}
		if b.Large {
			style.Size = theme.Heading
		}
		hint := Paragraph(b.Width-2*theme.Inside, b.Hint, style)
		return Sized(b.Width, height, Centred(hint))
	}
	pages := Column(b.Gap, b.page("cand.less", "back", !b.Less), b.page("cand.more", "next", !b.More))
	return Sized(b.Width, height, Across(b.Gap, b.cells(), Column(0, pages)))
}

func (b Bar) page(id, icon string, off bool) fyne.CanvasObject {
	look := theme.SideTone.Look()
	if off {
		look = theme.OffLook
	}
	height := (b.Height*float32(b.Rows) + b.Gap*float32(b.Rows-1) - b.Gap) / 2
	return NewControl(id, !off, look, Sized(pageKey, height, Centred(Icon(icon, 48, look.Text))), func() { b.Press(id) })
}

// cells are the candidates in rows. One that the row has no room for begins the
// next.
func (b Bar) cells() fyne.CanvasObject {
	room := b.Width - pageKey - b.Gap
	cell := Cell(room, b.Columns, b.Gap)
	box, line, left := Column(b.Gap), Across(b.Gap), b.Columns
	for i, c := range b.Candidates {
		n := c.Cells
		if n > left {
			box.Add(line)
			line, left = Across(b.Gap), b.Columns
		}
		line.Add(b.cell(i, c.Text, cell*float32(n)+b.Gap*float32(n-1)))
		left -= n
	}
	box.Add(line)
	return Sized(room, 0, box)
}

func (b Bar) cell(i int, text string, width float32) fyne.CanvasObject {
	size, tone := theme.Title-10, theme.KeyTone
	if b.Large {
		size = theme.Title + 6
	}
	if i == 0 {
		tone = theme.FirstOne
	}
	size = min(size, b.Height/lineHeight-2)
	look := tone.Look()
	style := Style{Size: size, Color: look.Text, Centre: true}
	id := "cand." + strconv.Itoa(i)
	face := Shrunk(width-theme.Gap, tail(text, width-theme.Gap, style), style)
	return NewControl(id, true, look, Sized(width, b.Height, Centred(face)), func() { b.Press(id) })
}
