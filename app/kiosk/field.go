package kiosk

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/layout"

	"hallway/app/journey"
	"hallway/app/kiosk/kit"
	"hallway/app/kiosk/theme"
)

// field is one question: an answer to choose, or a line with the keyboard.
func (p page) field() fyne.CanvasObject {
	if p.s.Entry.Keys == "" {
		return p.list()
	}
	if p.wide {
		board := padWidth
		if len(p.s.Entry.Switches) > 0 || p.s.Entry.Keys == journey.Code {
			board = writingWidth
		}
		left := p.room.Width - board - theme.Margin
		return p.split(left, p.line(left), p.keyboard)
	}
	top := p.top(p.room.Width)
	top.Add(p.line(p.room.Width))
	return kit.Ends(top, kit.Column(theme.Block, p.keyboard(p.room.Width), p.buttons(p.room.Width)))
}

// sizeKey is how wide the key is that changes the size of the type.
const sizeKey float32 = 150

// line is what was typed, with the step of the form above and the key for
// larger type beside it.
func (p page) line(width float32) fyne.CanvasObject {
	e := p.s.Entry
	box := kit.Column(theme.Gap)
	if p.s.Step.Of > 1 {
		box.Add(kit.Dots(p.s.Step.At, p.s.Step.Of))
	}
	size := kit.SmallButton(p.on("large", false), theme.Quiet, sizeKey, theme.Touch-theme.Tight, "", e.Size)
	line := kit.Line{Label: e.Label, Text: e.Text, Typed: e.Typed, Hint: e.Hint, Focus: true, Large: e.Large}
	if e.Long {
		line.Rows = 2
	}
	if p.wide {
		box.Add(line.View(width))
		box.Add(kit.Across(0, size, layout.NewSpacer()))
		return box
	}
	box.Add(kit.Beside(keyGap, line.View(width-sizeKey-keyGap), size))
	return box
}
