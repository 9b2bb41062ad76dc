package kiosk

import (
	"strconv"

	"fyne.io/fyne/v2"

	"hallway/app/journey"
	"hallway/app/kiosk/kit"
	"hallway/app/kiosk/theme"
)

// message is a picture with a sentence: the terminal works, asks, reminds or
// is sorry.
func (p page) message(v *View) fyne.CanvasObject {
	width := min(p.room.Width, 1200)
	box := kit.Column(theme.Inside)
	if p.s.ID == journey.Idle {
		v.seconds = kit.Label(strconv.Itoa(p.s.Help.Seconds), kit.Style{Size: theme.Number, Bold: true, Color: theme.Primary, Centre: true})
		box.Add(v.seconds)
	} else if p.s.Picture != "" {
		box.Add(kit.Centred(kit.Icon(p.s.Picture, 200, theme.Primary)))
	}
	box.Add(kit.Paragraph(width, p.s.Title, kit.Style{Size: theme.Title, Bold: true, Centre: true}))
	if p.s.Lead != "" {
		box.Add(kit.Paragraph(width, p.s.Lead, kit.Style{Size: theme.Heading - 4, Color: theme.Muted, Centre: true}))
	}
	if b := p.banner(width); b != nil {
		box.Add(b)
	}
	middle := kit.Centred(box)
	bottom := p.buttons(width)
	if bottom == nil {
		return middle
	}
	return kit.Fill(kit.Gap(0, 0), middle, kit.Centred(bottom))
}
