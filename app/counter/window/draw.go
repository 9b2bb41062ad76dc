package window

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"

	"hallway/app/counter"
	"hallway/app/kiosk/kit"
	"hallway/app/kiosk/theme"
)

// Surface is what the window is designed for, in units.
var Surface = fyne.NewSize(1000, 1400)

// margin is narrower than a kiosk's: a counter's screen is read at an arm's
// length and shares its monitor with other programs.
const margin float32 = 36

// Draw lays a screen out. press is called with the id of the control that a
// person pressed.
func Draw(s counter.Screen, size fyne.Size, press func(id string)) fyne.CanvasObject {
	v := view{s, size.Width - 2*margin, press}
	body := v.signIn
	switch s.ID {
	case "desk":
		body = v.desk
	case "menu":
		body = v.menu
	}
	head := kit.Header(size.Width, s.Title, s.Name, s.Clerk)
	return container.NewBorder(head, v.foot(size.Width), nil, nil, kit.Pad(theme.Gap, theme.Gap, margin, margin, body()))
}

type view struct {
	counter.Screen
	width float32 // of the body
	press func(id string)
}

func (v view) tap(b counter.Button) kit.Press {
	return kit.Press{ID: b.ID, Off: !b.Enabled, Tap: func() { v.press(b.ID) }}
}

// banner is the sentence of the screen; without one its place stays empty, so
// that the buttons below never move under a finger.
func (v view) banner() fyne.CanvasObject {
	const height = 142
	if v.Banner.Key == "" {
		return kit.Gap(v.width, height)
	}
	tone := theme.Info
	if v.Banner.Bad {
		tone = theme.Negative
	}
	return kit.Sized(v.width, height, kit.Middle(kit.Banner(tone, v.width, v.Banner.Text)))
}

// signIn is the fields at the left of the keys.
func (v view) signIn() fyne.CanvasObject {
	left := v.width*0.52 - theme.Gap
	fields := kit.Column(theme.Block)
	for _, f := range v.Lines {
		fields.Add(kit.Field(kit.Press{ID: f.ID, Tap: func() { v.press(f.ID) }}, left, f.Label, f.Text, f.Hint, f.Focus))
	}
	for _, b := range v.Do {
		fields.Add(v.action(b, left, theme.Touch+theme.Gap))
	}
	right := v.width - left - theme.Block
	clear := ""
	for _, k := range v.Keys {
		if k.ID == counter.CtlClear {
			clear = k.Label
		}
	}
	keys := kit.Keyboard(right, kit.Digits, clear, v.press)
	return kit.Column(theme.Gap, kit.Gap(0, theme.Block), kit.Question(v.width, v.Ask, v.Lead), v.banner(), kit.Across(theme.Block, fields, keys))
}

// desk is the ticket above the actions.
func (v view) desk() fyne.CanvasObject {
	cell := kit.Cell(v.width, 3, theme.Gap)
	var all []fyne.CanvasObject
	for _, b := range v.Do {
		all = append(all, v.stacked(b, cell, 120, theme.Heading))
	}
	small := kit.Cell(v.width, 4, theme.Gap)
	var more []fyne.CanvasObject
	for _, b := range v.More {
		more = append(more, v.stacked(b, small, 92, theme.Body))
	}
	return kit.Ends(kit.Column(theme.Gap, v.ticket(), v.banner()),
		kit.Column(theme.Gap, kit.Grid(3, theme.Gap, all...), kit.Grid(4, theme.Gap, more...)))
}

// menu is a question with its lines.
func (v view) menu() fyne.CanvasObject {
	list := kit.Column(theme.Tight)
	for _, l := range v.Menu.Lines {
		list.Add(v.line(l))
	}
	foot := kit.Across(theme.Gap)
	side := kit.Cell(v.width, 3, theme.Gap)
	foot.Add(v.action(v.Menu.Close, side, 96))
	if v.Menu.Where != "" {
		foot.Add(kit.Sized(side, 96, kit.Centred(kit.Label(v.Menu.Where, kit.Style{Color: theme.Muted}))))
		foot.Add(v.action(v.Menu.Page, side, 96))
	}
	return kit.Ends(kit.Column(theme.Gap, kit.Gap(0, theme.Gap), kit.Question(v.width, v.Menu.Ask, ""), list), foot)
}

// line is one choice with the digit that picks it.
func (v view) line(l counter.Line) fyne.CanvasObject {
	look := theme.Plain.Look()
	digit := kit.Label(l.Hint, kit.Style{Bold: true, Color: theme.Muted})
	note := kit.Label(l.Note, kit.Style{Size: theme.Small, Color: theme.Muted})
	room := v.width - digit.MinSize().Width - note.MinSize().Width - 5*theme.Gap
	face := kit.Pad(0, 0, theme.Gap, theme.Gap, container.New(layout.NewHBoxLayout(), kit.Middle(digit), kit.Gap(theme.Gap, 0),
		kit.Middle(kit.Shrunk(room, l.Label, kit.Style{Size: theme.Body, Bold: true, Color: look.Text})), layout.NewSpacer(), kit.Middle(note)))
	return kit.NewControl(l.ID, true, look, kit.Sized(v.width, 92, face), func() { v.press(l.ID) })
}

// ticket is the card with the number. What may no longer be true is grey.
func (v view) ticket() fyne.CanvasObject {
	d := v.Desk
	ink, label, ground := theme.Ink, theme.Muted, theme.Plain.Look()
	number := theme.Primary
	if d.Stale {
		ink, label, number, ground = theme.OffInk, theme.OffInk, theme.OffInk, theme.OffLook
	}
	room := v.width - 2*theme.Inside
	const height = 264
	shown := d.Number
	if shown == "" {
		shown = "—"
	}
	top := kit.Sized(room, 0, container.New(layout.NewHBoxLayout(), v.state(), mark(d.Mark), layout.NewSpacer(),
		kit.Middle(kit.Label(d.Waiting.Label, kit.Style{Size: theme.Small, Color: label})),
		kit.Middle(kit.Label(d.Waiting.Value, kit.Style{Size: theme.Heading, Bold: true, Color: ink}))))
	middle := kit.Sized(room, 136, kit.Centred(kit.Shrunk(room, shown, kit.Style{Size: theme.Number * 0.7, Bold: true, Color: number})))
	low := kit.Column(theme.Tight, kit.Paragraph(room, d.Service, kit.Style{Size: theme.Heading, Bold: true, Color: ink, Centre: true, Lines: 1}), v.facts(room, ink, label))
	plate := canvas.NewRectangle(ground.Fill)
	plate.StrokeColor, plate.StrokeWidth, plate.CornerRadius = ground.Border, theme.Stroke, theme.Radius
	return container.NewStack(plate, kit.Pad(theme.Gap, theme.Gap, theme.Inside, theme.Inside,
		kit.Sized(room, height, kit.Ends(kit.Column(0, top, middle), low))))
}

func (v view) state() fyne.CanvasObject {
	tone := theme.Positive
	switch {
	case v.Desk.Stale:
		tone = theme.Negative
	case v.Desk.Number == "":
		tone = theme.Info
	}
	return kit.Chip(tone, v.Desk.State)
}

func mark(text string) fyne.CanvasObject {
	if text == "" {
		return kit.Gap(0, 0)
	}
	return kit.Chip(theme.Caution, text)
}

// facts are in one centred line.
func (v view) facts(room float32, ink, label color.NRGBA) fyne.CanvasObject {
	line := kit.Across(theme.Gap)
	for i, f := range v.Desk.Facts {
		if i > 0 {
			line.Add(kit.Gap(theme.Block, 0))
		}
		line.Add(kit.Label(f.Label, kit.Style{Size: theme.Small, Color: label}))
		line.Add(kit.Label(f.Value, kit.Style{Size: theme.Small, Bold: true, Color: ink}))
	}
	return kit.Sized(room, 46, kit.Centred(line))
}

// action is a button with the key that stands for it.
func (v view) action(b counter.Button, width, height float32) fyne.CanvasObject {
	tone := theme.Plain
	if b.Primary {
		tone = theme.Main
	}
	look := tone.Look()
	if !b.Enabled {
		look = theme.OffLook
	}
	remark := kit.Label(b.Hint, kit.Style{Size: theme.Small, Color: look.Text})
	words := kit.Shrunk(width-remark.MinSize().Width-3*theme.Gap, b.Label, kit.Style{Size: theme.Heading, Bold: true, Color: look.Text})
	face := kit.Pad(0, 0, theme.Gap, theme.Gap, container.New(layout.NewHBoxLayout(), kit.Middle(words), layout.NewSpacer(), kit.Middle(remark)))
	p := v.tap(b)
	return kit.NewControl(p.ID, !p.Off, tone.Look(), kit.Sized(width, height, face), p.Tap)
}

// stacked is a button with its key below its name.
func (v view) stacked(b counter.Button, width, height, size float32) fyne.CanvasObject {
	tone := theme.Plain
	if b.Primary {
		tone = theme.Main
	}
	look, hint := tone.Look(), b.Hint
	if !b.Enabled {
		look = theme.OffLook
	}
	if b.Primary {
		hint += " · Enter"
	}
	face := kit.Column(0, kit.Centred(kit.Shrunk(width-theme.Gap, b.Label, kit.Style{Size: size, Bold: true, Color: look.Text})),
		kit.Centred(kit.Label(hint, kit.Style{Size: theme.Small * 0.8, Color: look.Text})))
	p := v.tap(b)
	return kit.NewControl(p.ID, !p.Off, tone.Look(), kit.Sized(width, height, kit.Middle(face)), p.Tap)
}

// foot says how old the data is and how the devices are, and switches the
// language.
func (v view) foot(width float32) fyne.CanvasObject {
	row := container.New(layout.NewCustomPaddedHBoxLayout(theme.Gap))
	for _, l := range append([]counter.Light{v.Link}, v.Lights...) {
		if l.Text != "" {
			row.Add(kit.Middle(light(l)))
		}
	}
	row.Add(layout.NewSpacer())
	row.Add(kit.SmallButton(v.tap(v.Other), theme.Quiet, 220, 84, "globe", v.Other.Label))
	ground := canvas.NewRectangle(theme.Card)
	return kit.Column(0, kit.Rule(), container.NewStack(ground, kit.Sized(width, 0, kit.Pad(theme.Gap*0.7, theme.Gap*0.7, margin, margin, row))))
}

// light is a sign and a text: the sign has another shape when something does
// not work, so that it does not depend on colour.
func light(l counter.Light) fyne.CanvasObject {
	icon, ink := "done", theme.Good
	if !l.OK {
		icon, ink = "warning", theme.Bad
	}
	return kit.Beside(theme.Tight, kit.Icon(icon, 36, ink), kit.Label(l.Text, kit.Style{Size: theme.Small, Color: ink}))
}
