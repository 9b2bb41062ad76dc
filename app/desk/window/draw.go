package window

import (
	"fmt"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"

	"hallway/app/desk/proxy"
	"hallway/app/desk/window/led"
	"hallway/app/kiosk/kit"
	"hallway/app/kiosk/theme"
	"hallway/app/text"
)

// Surface is what the desk is designed for, in units.
var Surface = fyne.NewSize(1240, 1920)

const (
	margin float32 = 32
	small  float32 = 84 // height of a button of the desk
	inset  float32 = 24 // from a panel's border to its content
)

// Draw lays the desk out. press is called with the id of the control that a
// person pressed.
func Draw(s State, size fyne.Size, press func(id string)) fyne.CanvasObject {
	v := view{s, press}
	width := size.Width - 2*margin
	half := kit.Cell(width, 2, theme.Gap)
	upper := kit.Across(theme.Gap, v.reader(half), v.printer(half))
	lower := kit.Across(theme.Gap, v.display(half), v.keypad(half))
	body := kit.Column(theme.Gap, v.network(width), upper, lower)
	lang := kit.SmallButton(v.tap(CtlLang), theme.Quiet, 220, 76, "globe", text.T(s.Lang.Other(), "desk.language"))
	top := container.NewStack(kit.Header(size.Width, text.T(s.Lang, "desk.title"), "", ""),
		container.New(layout.NewHBoxLayout(), layout.NewSpacer(), kit.Pad(0, 0, 0, margin, kit.Middle(lang))))
	return container.NewBorder(top, nil, nil, nil, kit.Pad(theme.Gap, theme.Gap, margin, margin, body))
}

type view struct {
	State
	press func(id string)
}

func (v view) t(key string, args ...any) string { return text.T(v.Lang, key, args...) }

func (v view) tap(id string) kit.Press {
	return kit.Press{ID: id, Tap: func() { v.press(id) }}
}

func (v view) button(id string, width float32, icon, label string, on bool) fyne.CanvasObject {
	p := v.tap(id)
	p.Off = !on
	return kit.SmallButton(p, theme.Plain, width, small, icon, label)
}

// panel is a card with the name of a device.
func (v view) panel(width, height float32, icon, title string, content fyne.CanvasObject) fyne.CanvasObject {
	room := width - 2*inset
	head := kit.Beside(theme.Gap, kit.Icon(icon, 44, theme.Primary), kit.Shrunk(room-64, title, kit.Style{Size: theme.Heading - 6, Bold: true, Color: theme.Primary}))
	return kit.Sized(width, height, kit.Framed(theme.Plain, inset, container.NewBorder(kit.Pad(0, theme.Gap*0.7, 0, 0, head), nil, nil, nil, content)))
}

// network is the cable between the terminals and the hall.
func (v view) network(width float32) fyne.CanvasObject {
	name := kit.Beside(theme.Gap, kit.Icon("network", 44, theme.Primary), kit.Label(v.t("desk.network"), kit.Style{Size: theme.Heading - 6, Bold: true, Color: theme.Primary}))
	modes := proxy.Modes()
	cell := kit.Cell(width-2*inset-name.MinSize().Width-theme.Gap, len(modes), theme.Gap*0.7)
	row := kit.Across(theme.Gap * 0.7)
	for _, m := range modes {
		tone := theme.Plain
		switch {
		case m == v.Network && m == proxy.Pass:
			tone = theme.Main
		case m == v.Network:
			tone = theme.Brown
		}
		row.Add(kit.SmallButton(v.tap(netID+string(m)), tone, cell, small, "", v.t(modeNames[m])))
	}
	return kit.Sized(width, 0, kit.Framed(theme.Plain, inset, kit.Beside(theme.Gap, name, row)))
}

// upperHeight is the height of reader and printer.
const upperHeight float32 = 1136

func (v view) reader(width float32) fyne.CanvasObject {
	room := width - 2*inset
	cards := kit.Column(theme.Tight * 1.5)
	for i, c := range v.Cards {
		cards.Add(v.card(i, c, room))
	}
	half := kit.Cell(room, 2, theme.Gap*0.7)
	buttons := kit.Across(theme.Gap*0.7,
		v.button(CtlLift, half, "", v.t("desk.lift"), v.Laid >= 0),
		v.button(CtlBrush, half, "", v.t("desk.brush"), v.Laid < 0))
	label := kit.Label(v.t("desk.cards"), kit.Style{Size: theme.Small, Color: theme.Muted})
	return v.panel(width, upperHeight, "reader", v.t("desk.reader"),
		kit.Ends(kit.Column(theme.Gap*0.7, v.plate(room), buttons), kit.Column(theme.Tight, label, cards)))
}

// card is a row that lays its card.
func (v view) card(i int, c Card, width float32) fyne.CanvasObject {
	tone := theme.Plain.Look()
	if i == v.Laid {
		tone.Fill, tone.Border = theme.Tint, theme.Primary
	}
	const icon = 44
	room := width - icon - 3*theme.Gap
	words := kit.Column(-4, kit.Shrunk(room, c.Name, kit.Style{Bold: true, Color: theme.Ink}),
		kit.Shrunk(room, v.what(c), kit.Style{Size: theme.Small, Color: theme.Muted}))
	face := kit.Pad(0, 0, theme.Gap, theme.Gap, kit.Beside(theme.Gap, kit.Icon("card", icon, theme.Primary), words))
	return kit.NewControl(cardID+strconv.Itoa(i), true, tone, kit.Sized(width, 98, face), func() { v.press(cardID + strconv.Itoa(i)) })
}

// plate is the reader: a dark plate on which a card lies or not.
func (v view) plate(width float32) fyne.CanvasObject {
	const height = 200
	ground := canvas.NewRectangle(theme.Ink)
	ground.CornerRadius = theme.Radius
	if v.Laid < 0 || v.Laid >= len(v.Cards) {
		dashed := canvas.NewRectangle(theme.Ink)
		dashed.StrokeColor, dashed.StrokeWidth, dashed.CornerRadius = theme.OffInk, 4, theme.Radius
		hint := kit.Paragraph(width-160, v.t("desk.reader.empty"), kit.Style{Size: theme.Small, Color: theme.Line, Centre: true})
		return container.NewStack(ground, kit.Sized(width, height, kit.Pad(24, 24, 70, 70, container.NewStack(dashed, kit.Centred(hint)))))
	}
	face := canvas.NewRectangle(theme.Tint)
	face.StrokeColor, face.StrokeWidth, face.CornerRadius = theme.White, 3, theme.Radius
	words := kit.Column(0,
		kit.Label(v.t("desk.card"), kit.Style{Size: theme.Small, Color: theme.Primary}),
		kit.Paragraph(width-260, v.Cards[v.Laid].Name, kit.Style{Bold: true, Color: theme.Ink, Lines: 2}))
	portrait := kit.Icon("person", 110, theme.Muted)
	card := container.NewStack(face, kit.Pad(0, 0, theme.Gap, theme.Gap,
		container.New(layout.NewHBoxLayout(), kit.Middle(words), layout.NewSpacer(), kit.Middle(portrait))))
	return container.NewStack(ground, kit.Sized(width, height, kit.Pad(20, 20, 40, 40, card)))
}

func (v view) printer(width float32) fyne.CanvasObject {
	room := width - 2*inset
	half := kit.Cell(room, 2, theme.Gap*0.7)
	cover := v.button(CtlOpen, half, "", v.t("desk.cover.open"), true)
	if v.Cover {
		cover = v.button(CtlClose, half, "", v.t("desk.cover.close"), true)
	}
	roll := v.button(CtlEmpty, half, "", v.t("desk.roll.empty"), true)
	if v.PaperMM == 0 {
		roll = v.button(CtlFill, half, "", v.t("desk.roll.fill"), true)
	}
	take := theme.Plain
	if v.Cut {
		take = theme.Main
	}
	p := v.tap(CtlTake)
	p.Off = !v.Cut
	buttons := kit.Column(theme.Gap*0.7,
		kit.SmallButton(p, take, room, small, "receipt", v.t("desk.printer.take")),
		kit.Across(theme.Gap*0.7, cover, roll))
	return v.panel(width, upperHeight, "printer", v.t("desk.printer"),
		container.NewBorder(nil, kit.Pad(theme.Gap, 0, 0, 0, buttons), nil, nil, v.paper(room)))
}

// paper is the piece that comes up out of the slot of the printer.
func (v view) paper(width float32) fyne.CanvasObject {
	var out fyne.CanvasObject = kit.Centred(kit.Label(v.t("desk.printer.idle"), kit.Style{Size: theme.Small, Color: theme.Muted}))
	if v.Paper != nil {
		img := canvas.NewImageFromImage(v.Paper)
		img.FillMode = canvas.ImageFillContain
		out = container.New(rising{}, img)
	}
	shell := canvas.NewRectangle(theme.Ink)
	shell.CornerRadius = theme.Radius
	status, tone := v.t("desk.roll.left", fmt.Sprintf("%.1f", float64(v.PaperMM)/1000)), theme.Line
	if v.PaperMM == 0 {
		status, tone = v.t("desk.roll.out"), theme.BadBg
	}
	slot := canvas.NewRectangle(theme.OffInk)
	slot.CornerRadius = 5
	body := container.NewStack(shell, kit.Sized(width, 110, container.NewBorder(kit.Pad(14, 0, 40, 40, kit.Sized(0, 10, slot)), nil, nil, nil,
		kit.Centred(kit.Label(status, kit.Style{Size: theme.Small, Color: tone})))))
	back := canvas.NewRectangle(theme.Ground)
	back.CornerRadius = theme.Radius
	out = container.NewStack(back, out)
	if v.Cover {
		lid := canvas.NewRectangle(theme.WarnBg)
		lid.StrokeColor, lid.StrokeWidth, lid.CornerRadius = theme.Warn, theme.Stroke, theme.Radius
		open := container.NewStack(lid, kit.Sized(width, 90, kit.Centred(kit.Label(v.t("desk.cover.is_open"), kit.Style{Bold: true, Color: theme.Warn}))))
		return container.New(resting{}, out, kit.Column(theme.Tight, open, body))
	}
	return container.New(resting{}, out, body)
}

// resting lays the first object out on top of the second, which keeps its
// height; nothing lies between them.
type resting struct{}

func (resting) MinSize(o []fyne.CanvasObject) fyne.Size {
	a, b := o[0].MinSize(), o[1].MinSize()
	return fyne.NewSize(max(a.Width, b.Width), a.Height+b.Height)
}

func (resting) Layout(o []fyne.CanvasObject, size fyne.Size) {
	h := o[1].MinSize().Height
	o[0].Resize(fyne.NewSize(size.Width, size.Height-h))
	o[0].Move(fyne.Position{})
	o[1].Resize(fyne.NewSize(size.Width, h))
	o[1].Move(fyne.NewPos(0, size.Height-h))
}

// rising lays a picture of paper out so that it stands on the slot below, at
// most at its own size and never larger than the room above.
type rising struct{}

func (rising) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(10, 10) }

func (rising) Layout(o []fyne.CanvasObject, size fyne.Size) {
	img := o[0].(*canvas.Image)
	b := img.Image.Bounds()
	w, h := float32(b.Dx()), float32(b.Dy())
	if w == 0 || h == 0 {
		return
	}
	scale := min(1, (size.Width-60)/w, (size.Height-theme.Gap)/h)
	img.Resize(fyne.NewSize(w*scale, h*scale))
	img.Move(fyne.NewPos((size.Width-w*scale)/2, size.Height-h*scale))
}

// lowerHeight is the height of display and keypad.
const lowerHeight float32 = 400

func (v view) display(width float32) fyne.CanvasObject {
	room := width - 2*inset
	half := kit.Cell(room, 2, theme.Gap*0.7)
	pad := func(label, shown string) fyne.CanvasObject {
		const height = 190
		img := canvas.NewImageFromImage(led.Draw(shown, max(3, len(shown)), int(half)*2, height*2))
		img.FillMode = canvas.ImageFillContain
		img.SetMinSize(fyne.NewSize(half, height))
		return kit.Column(theme.Tight, kit.Centred(kit.Label(label, kit.Style{Size: theme.Small, Color: theme.Muted})), img)
	}
	return v.panel(width, lowerHeight, "info", v.t("desk.display"), kit.Across(theme.Gap*0.7,
		pad(v.t("desk.display.waiting"), v.Waiting), pad(v.t("desk.display.ticket"), v.Ticket)))
}

func (v view) keypad(width float32) fyne.CanvasObject {
	room := width - 2*inset
	const columns = 3
	cell := kit.Cell(room, columns, theme.Gap*0.7)
	var keys []fyne.CanvasObject
	for _, k := range v.Keys {
		label, ok := keyNames[k]
		if ok {
			label = v.t(label)
		} else {
			label = k
		}
		tone := theme.Plain
		if k == "next" {
			tone = theme.Main
		}
		keys = append(keys, kit.SmallButton(v.tap(padID+k), tone, cell, 124, "", label))
	}
	return v.panel(width, lowerHeight, "phone", v.t("desk.keypad"), kit.Grid(columns, theme.Gap*0.7, keys...))
}
