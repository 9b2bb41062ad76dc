package kiosk

import (
	"fyne.io/fyne/v2"

	"hallway/app/kiosk/kit"
	"hallway/app/kiosk/theme"
)

// order shows how an order stands: facts, the answer, and what can be done.
func (p page) order() fyne.CanvasObject {
	if p.wide {
		const left = 840 // what the pager needs
		return p.split(left, p.pager(left), p.orderCard)
	}
	top := p.top(p.room.Width)
	top.Add(p.orderCard(p.room.Width))
	return kit.Ends(top, kit.Column(theme.Inside, p.pager(p.room.Width), p.buttons(p.room.Width)))
}

// orderCard is the facts with a page of the answer below them.
func (p page) orderCard(width float32) fyne.CanvasObject {
	s := p.s.Summary
	room := width - 2*theme.Inside
	box := kit.Column(theme.Gap, kit.Headline(room, s.Title), kit.Facts(room, facts(s.Facts)))
	if s.Text != "" {
		box.Add(kit.Label(s.Head, kit.Style{Bold: true}))
		box.Add(kit.Paragraph(room, s.Text, kit.Style{Lines: 5}))
	}
	return kit.Sized(width, 0, kit.Panel(box))
}
