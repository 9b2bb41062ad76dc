package kiosk

import (
	"fyne.io/fyne/v2"

	"hallway/app/kiosk/kit"
	"hallway/app/kiosk/theme"
)

// field is one question: an answer to choose, or a line with the keyboard.
func (p page) field() fyne.CanvasObject {
	if p.s.Entry.Keys == "" {
		return p.list()
	}
	layout, board := kit.Digits, float32(700)
	if p.s.Entry.Keys == "letters" {
		layout, board = kit.Letters, 1120
	}
	keys := func(width float32) fyne.CanvasObject {
		return kit.Keyboard(width, layout, p.s.Entry.Clear, p.press)
	}
	if p.wide {
		return p.split(p.room.Width-board-theme.Margin, p.line(p.room.Width-board-theme.Margin), keys)
	}
	top := p.top(p.room.Width)
	top.Add(p.line(p.room.Width))
	return kit.Ends(top, kit.Column(theme.Block, keys(p.room.Width), p.buttons(p.room.Width)))
}

// line is what was typed, with the step of the form above.
func (p page) line(width float32) fyne.CanvasObject {
	e := p.s.Entry
	box := kit.Column(theme.Gap)
	if p.s.Step.Of > 1 {
		box.Add(kit.Dots(p.s.Step.At, p.s.Step.Of))
	}
	box.Add(kit.Field(kit.Press{}, width, e.Label, e.Text, e.Hint, true))
	return box
}
