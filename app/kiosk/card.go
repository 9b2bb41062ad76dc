package kiosk

import (
	"fyne.io/fyne/v2"

	"hallway/app/journey"
	"hallway/app/kiosk/kit"
	"hallway/app/kiosk/theme"
)

// card asks for the identity card, and tells what the service needs.
func (p page) card() fyne.CanvasObject {
	if p.wide {
		const left = 860
		return p.split(left, kit.Panel(kit.Centred(kit.Icon("reader", 200, theme.Primary))), func(w float32) fyne.CanvasObject {
			return p.summary(w, p.room.Height)
		})
	}
	picture := kit.Panel(kit.Centred(kit.Icon("reader", 260, theme.Primary)))
	used := p.top(p.room.Width).MinSize().Height + picture.MinSize().Height + theme.Touch + 3*theme.Inside
	return p.stacked(kit.Column(theme.Inside, picture, p.summary(p.room.Width, p.room.Height-used)))
}

// summary is what the screen sums up, with as many lines below the facts as
// fit into height.
func (p page) summary(width, height float32) fyne.CanvasObject {
	for lines := len(p.s.Summary.Lines); lines > 0; lines-- {
		if card := p.summaryOf(width, lines); card.MinSize().Height <= height {
			return card
		}
	}
	return p.summaryOf(width, 0)
}

func (p page) summaryOf(width float32, lines int) fyne.CanvasObject {
	s := p.s.Summary
	if s.Title == "" && len(s.Facts) == 0 {
		return kit.Gap(width, 0)
	}
	room := width - 2*theme.Inside
	box := kit.Column(theme.Gap, kit.Headline(room, s.Title))
	switch {
	case s.Photo != nil:
		box.Add(kit.Across(theme.Inside, kit.Facts(room-photoWidth-theme.Inside, facts(s.Facts)), kit.Photo(s.Photo, photoWidth)))
	case len(s.Facts) > 0:
		box.Add(kit.Facts(room, facts(s.Facts)))
	}
	if lines > 0 {
		box.Add(kit.Rule())
		box.Add(kit.Label(s.Head, kit.Style{Bold: true}))
		box.Add(bullets(room, s.Lines, lines, s.More))
	}
	return kit.Sized(width, 0, kit.Panel(box))
}

// photoWidth is how wide the holder's photo is shown. The card has 102 pixels.
const photoWidth = 204

// bullets is a list of short lines; more stands for those above most.
func bullets(width float32, lines []string, most int, more string) fyne.CanvasObject {
	box := kit.Column(0)
	for i, l := range lines {
		if i == most {
			box.Add(kit.Paragraph(width, more, kit.Style{Size: theme.Small, Color: theme.Muted}))
			break
		}
		box.Add(kit.Across(theme.Gap, kit.Label("·", kit.Style{Bold: true, Color: theme.Primary}),
			kit.Paragraph(width-theme.Inside-theme.Gap, l, kit.Style{Size: theme.Small + 2, Lines: 2})))
	}
	return box
}

func facts(all []journey.Fact) []kit.Fact {
	out := make([]kit.Fact, len(all))
	for i, f := range all {
		out[i] = kit.Fact(f)
	}
	return out
}
