package kit

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"hallway/app/kiosk/theme"
)

// Press is what a control with an id and a state does. It belongs to every
// widget that can be pressed.
type Press struct {
	ID  string
	Off bool // does nothing now
	Tap func()
}

func (p Press) look(t theme.Tone) theme.Look {
	if p.Off {
		return theme.OffLook
	}
	return t.Look()
}

// Button is a button of one line, width wide and [theme.Touch] high, with an
// icon before the text when icon is not "".
func Button(p Press, tone theme.Tone, width float32, icon, text string) *Control {
	return SmallButton(p, tone, width, theme.Touch, icon, text)
}

// SmallButton is a button of another height.
func SmallButton(p Press, tone theme.Tone, width, height float32, icon, text string) *Control {
	look := p.look(tone)
	style := Style{Size: theme.Heading, Bold: true, Color: look.Text}
	if tone == theme.Quiet || height < theme.Touch {
		style.Size = theme.Body
	}
	room := width - 2*theme.Gap
	parts := []fyne.CanvasObject{}
	if icon != "" {
		size := style.Size * 1.1
		parts = append(parts, Icon(icon, size, look.Text))
		room -= size + theme.Gap
	}
	if text != "" {
		parts = append(parts, Shrunk(room, text, style))
	}
	return NewControl(p.ID, !p.Off, look, Sized(width, height, Centred(Beside(theme.Gap, parts...))), p.Tap)
}

// Tile is a large button with a drawing above its name and a remark, for what
// a visit begins with.
func Tile(p Press, tone theme.Tone, width, height float32, icon, title, note string) *Control {
	look := p.look(tone)
	room := width - 2*theme.Inside
	head, below, picture := theme.Title, theme.Body, min(height*0.4, 190)
	if width < 450 { // four beside each other
		head, below, picture = theme.Heading+6, theme.Small, height*0.32
	}
	body := Column(theme.Tight,
		Centred(Icon(icon, picture, look.Text)),
		Gap(0, theme.Tight),
		Paragraph(room, title, Style{Size: head, Bold: true, Color: look.Text, Centre: true, Lines: 2}))
	if note != "" {
		body.Add(Paragraph(room, note, Style{Size: below, Color: look.Text, Centre: true, Lines: 2}))
	}
	return NewControl(p.ID, !p.Off, look, Sized(width, height, Pad(theme.Inside, theme.Inside, theme.Inside, theme.Inside, Middle(body))), p.Tap)
}

// FlatTile is a large tile with the drawing at the left.
func FlatTile(p Press, tone theme.Tone, width, height float32, icon, title, note string) *Control {
	look := p.look(tone)
	const picture = 96
	room := width - picture - 3*theme.Inside
	words := Column(theme.Tight, Paragraph(room, title, Style{Size: theme.Heading + 6, Bold: true, Color: look.Text, Lines: 2}))
	if note != "" {
		words.Add(Paragraph(room, note, Style{Size: theme.Small, Color: look.Text, Lines: 2}))
	}
	content := Pad(theme.Inside, theme.Inside, theme.Inside, theme.Inside, Middle(Beside(theme.Inside, Icon(icon, picture, look.Text), words)))
	return NewControl(p.ID, !p.Off, look, Sized(width, height, content), p.Tap)
}

// UprightTile is a smaller tile with the drawing above the name.
func UprightTile(p Press, width, height float32, icon, title, note string) *Control {
	look := p.look(theme.Plain)
	room := width - 2*theme.Gap
	body := Column(theme.Tight,
		Centred(Icon(icon, 64, ifOff(p, theme.Primary))),
		Paragraph(room, title, Style{Size: theme.Heading - 6, Bold: true, Color: look.Text, Centre: true, Lines: 2}),
		Paragraph(room, note, Style{Size: theme.Small, Color: ifOff(p, theme.Muted), Centre: true, Lines: 1}))
	return NewControl(p.ID, !p.Off, look, Sized(width, height, PadAll(theme.Gap, Middle(body))), p.Tap)
}

// SmallTile is a tile with the drawing at the left, for a class of services.
func SmallTile(p Press, width, height float32, icon, title, note string) *Control {
	look := p.look(theme.Plain)
	ink := ifOff(p, theme.Primary)
	const size = 72
	room := width - size - 3*theme.Gap - theme.Gap
	words := Column(0, Paragraph(room, title, Style{Size: theme.Heading, Bold: true, Color: look.Text, Lines: 2}))
	if note != "" {
		words.Add(Paragraph(room, note, Style{Size: theme.Small, Color: ifOff(p, theme.Muted), Lines: 1}))
	}
	content := Pad(theme.Gap, theme.Gap, theme.Gap+theme.Tight, theme.Gap, Beside(theme.Gap, Icon(icon, size, ink), words))
	return NewControl(p.ID, !p.Off, look, Sized(width, height, content), p.Tap)
}

func ifOff(p Press, c color.NRGBA) color.NRGBA {
	if p.Off {
		return theme.OffLook.Text
	}
	return c
}

// Row is one line of a list: a title, a remark below and a mark at the right.
// A chosen row is tinted and carries a check mark.
func Row(p Press, width float32, title, note, mark string, chosen bool) *Control {
	look := p.look(theme.Plain)
	icon, ink := "next", ifOff(p, theme.Primary)
	if chosen {
		look.Fill, look.Border, icon = theme.Tint, theme.Primary, "check"
	}
	const size = 44
	room := width - size - 3*theme.Inside
	name := Style{Size: theme.Heading - 4, Bold: true, Color: look.Text, Lines: 2}
	if name.measure(title) > room {
		name.Size = theme.Small + 4
	}
	words := Column(0, Paragraph(room, title, name))
	if below := remark(p, room, note, mark); below != nil {
		words.Add(below)
	}
	line := Beside(theme.Gap, words, Icon(icon, size, ink))
	return NewControl(p.ID, !p.Off, look, Sized(width, theme.Row, Pad(theme.Tight, theme.Tight, theme.Inside, theme.Gap, Middle(line))), p.Tap)
}

// remark is the second line of a row: the mark, then the note.
func remark(p Press, width float32, note, mark string) fyne.CanvasObject {
	if note == "" && mark == "" {
		return nil
	}
	var chip fyne.CanvasObject
	if mark != "" {
		chip = Chip(theme.Info, mark)
		width -= chip.MinSize().Width + theme.Gap
	}
	return Beside(theme.Gap, chip, Paragraph(width, note, Style{Size: theme.Small, Color: ifOff(p, theme.Muted), Lines: 1}))
}

// Chip is a short remark on a small ground.
func Chip(tone theme.Tone, text string) fyne.CanvasObject {
	look := tone.Look()
	ground := canvas.NewRectangle(look.Fill)
	ground.CornerRadius = theme.Radius / 2
	return stack(ground, Pad(2, 4, theme.Gap*0.7, theme.Gap*0.7, Label(text, Style{Size: theme.Small, Color: look.Text})))
}
