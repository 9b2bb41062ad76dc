package kiosk

import (
	"fyne.io/fyne/v2"

	"hallway/app/kiosk/kit"
	"hallway/app/kiosk/theme"
)

// result shows the number that the citizen came for, what it means, and what
// became of the paper.
func (p page) result() fyne.CanvasObject {
	if p.wide {
		return p.wideResult()
	}
	w := p.room.Width
	room := w - 2*theme.Inside
	top := kit.Column(theme.Inside,
		kit.Panel(kit.Column(theme.Gap, p.number(room, theme.Number), p.factsAndCode(room))),
		p.sentence(w, p.s.Result.Mark))
	return kit.Ends(top, kit.Column(theme.Inside, p.banner(w), p.buttons(w)))
}

// wideResult has the number at the left and the sentences at the right. The
// facts stand where the code leaves place.
func (p page) wideResult() fyne.CanvasObject {
	const right = 860
	left := p.room.Width - right - theme.Margin
	room := left - 2*theme.Inside
	card := kit.Column(theme.Gap, p.number(room, theme.Number*0.85))
	side := kit.Column(theme.Inside)
	list := kit.Facts(right-2*theme.Inside, facts(p.s.Result.Facts))
	if code := p.code(220); code != nil {
		card.Add(kit.Beside(theme.Inside, code, kit.Paragraph(room-220-theme.Inside, p.s.Result.QRNote, kit.Style{Bold: true})))
		side.Add(kit.Panel(list))
	} else {
		card.Add(kit.Facts(room, facts(p.s.Result.Facts)))
	}
	for _, o := range []fyne.CanvasObject{p.sentence(right, p.s.Result.Mark), p.banner(right)} {
		if o != nil {
			side.Add(o)
		}
	}
	return kit.Across(theme.Margin, kit.Column(0, kit.Sized(left, 0, kit.Panel(card))),
		kit.Sized(right, p.room.Height, kit.Ends(side, p.buttons(right))))
}

// number is the large number with what it is for.
func (p page) number(width, size float32) fyne.CanvasObject {
	r := p.s.Result
	if r.Receipt {
		size = theme.Display
	}
	return kit.Column(0,
		kit.Centred(kit.Headline(width, p.s.Title)),
		kit.Paragraph(width, r.Label, kit.Style{Color: theme.Muted, Centre: true}),
		kit.Centred(kit.Shrunk(width, r.Number, kit.Style{Size: size, Bold: true, Centre: true})))
}

// factsAndCode stand beside each other when there is a code.
func (p page) factsAndCode(width float32) fyne.CanvasObject {
	const side = 270
	code := p.code(side)
	if code == nil {
		return kit.Facts(width, facts(p.s.Result.Facts))
	}
	note := kit.Paragraph(side, p.s.Result.QRNote, kit.Style{Size: theme.Small, Color: theme.Muted, Centre: true})
	return kit.Across(theme.Inside, kit.Facts(width-side-theme.Inside, facts(p.s.Result.Facts)), kit.Column(0, code, note))
}

// code is the QR code; nil when there is none or it cannot be drawn, for the
// number stands beside it anyway.
func (p page) code(size int) fyne.CanvasObject {
	if p.s.Result.QR == "" {
		return nil
	}
	qr, err := kit.QR(p.s.Result.QR, size)
	if err != nil {
		return nil
	}
	return qr
}
