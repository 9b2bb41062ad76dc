package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"

	"hallway/app/kiosk/theme"
)

// Pager is the line below a list: back a page, which page this is, on a page.
// A list of one page has none: the result is nil.
func Pager(width float32, page, pages int, where, prev, next string, press func(id string)) fyne.CanvasObject {
	if pages < 2 {
		return nil
	}
	const side = 300
	button := func(id, text string, off bool) fyne.CanvasObject {
		return Button(Press{ID: id, Off: off, Tap: func() { press(id) }}, theme.Quiet, side, "", text)
	}
	return Sized(width, 0, container.New(layout.NewHBoxLayout(),
		button("page.prev", prev, page <= 0), layout.NewSpacer(),
		Middle(Label(where, Style{Color: theme.Muted})), layout.NewSpacer(),
		button("page.next", next, page >= pages-1)))
}

// A Date is one day of a [DateStrip].
type Date struct {
	Press
	Day, Weekday, Note string
	Chosen             bool
}

// DateStrip is days beside each other, width wide.
func DateStrip(width float32, columns int, days []Date) fyne.CanvasObject {
	cell := Cell(width, columns, theme.Gap)
	cells := make([]fyne.CanvasObject, len(days))
	for i, d := range days {
		look := chosenLook(d.Press, d.Chosen)
		room := cell - 2*theme.Tight
		face := Column(theme.Tight,
			Centred(Shrunk(room, d.Weekday, Style{Color: look.Text})),
			Centred(Shrunk(room, d.Day, Style{Size: theme.Title, Bold: true, Color: look.Text})),
			Centred(Shrunk(room, d.Note, Style{Size: theme.Small, Color: look.Text})))
		cells[i] = NewControl(d.ID, !d.Off, look, Sized(cell, 250, Middle(face)), d.Tap)
	}
	return Grid(columns, theme.Gap, cells...)
}

// A Time is one beginning of a [TimeGrid].
type Time struct {
	Press
	Text, Note string
	Chosen     bool
}

// TimeGrid is times in rows of columns, width wide.
func TimeGrid(width float32, columns int, times []Time) fyne.CanvasObject {
	cell := Cell(width, columns, theme.Gap)
	cells := make([]fyne.CanvasObject, len(times))
	for i, t := range times {
		look := chosenLook(t.Press, t.Chosen)
		room := cell - 2*theme.Tight
		face := Column(0,
			Centred(Shrunk(room, t.Text, Style{Size: theme.Heading, Bold: true, Color: look.Text})),
			Centred(Shrunk(room, t.Note, Style{Size: theme.Small, Color: look.Text})))
		cells[i] = NewControl(t.ID, !t.Off, look, Sized(cell, theme.Row, Middle(face)), t.Tap)
	}
	return Grid(columns, theme.Gap, cells...)
}

func chosenLook(p Press, chosen bool) theme.Look {
	if chosen && !p.Off {
		return theme.Main.Look()
	}
	return p.look(theme.Plain)
}
