package kit

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"

	"hallway/app/kiosk/theme"
)

// Column stands objects below each other.
func Column(gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(layout.NewCustomPaddedVBoxLayout(gap), present(objects)...)
}

// Across stands objects beside each other, all of the full height.
func Across(gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(layout.NewCustomPaddedHBoxLayout(gap), present(objects)...)
}

// Beside stands objects beside each other, each of its own height and centred
// on one line.
func Beside(gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	all := present(objects)
	for i, o := range all {
		all[i] = Middle(o)
	}
	return container.New(layout.NewCustomPaddedHBoxLayout(gap), all...)
}

// present drops objects that are nil, so that a screen can leave parts out.
func present(objects []fyne.CanvasObject) []fyne.CanvasObject {
	var all []fyne.CanvasObject
	for _, o := range objects {
		if o != nil {
			all = append(all, o)
		}
	}
	return all
}

// Middle keeps an object's height and centres it in a higher place; its width
// follows the place.
func Middle(o fyne.CanvasObject) *fyne.Container {
	return container.New(layout.NewCustomPaddedVBoxLayout(0), layout.NewSpacer(), o, layout.NewSpacer())
}

// Centred keeps an object's size and centres it.
func Centred(o fyne.CanvasObject) *fyne.Container { return container.NewCenter(o) }

// Fill gives the middle object all the height that the others leave.
func Fill(top, middle, bottom fyne.CanvasObject) *fyne.Container {
	return container.New(fill{}, top, middle, bottom)
}

type fill struct{}

func (fill) MinSize(o []fyne.CanvasObject) fyne.Size {
	var m fyne.Size
	for _, c := range o {
		s := c.MinSize()
		m = fyne.NewSize(max(m.Width, s.Width), m.Height+s.Height)
	}
	return m
}

func (fill) Layout(o []fyne.CanvasObject, size fyne.Size) {
	top, bottom := o[0].MinSize().Height, o[2].MinSize().Height
	for i, place := range []struct{ y, h float32 }{{0, top}, {top, size.Height - top - bottom}, {size.Height - bottom, bottom}} {
		o[i].Move(fyne.NewPos(0, place.y))
		o[i].Resize(fyne.NewSize(size.Width, place.h))
	}
}

// Pad keeps space around an object.
func Pad(top, bottom, left, right float32, o fyne.CanvasObject) *fyne.Container {
	return container.New(layout.NewCustomPaddedLayout(top, bottom, left, right), o)
}

// PadAll keeps the same space on all sides.
func PadAll(space float32, o fyne.CanvasObject) *fyne.Container {
	return Pad(space, space, space, space, o)
}

// Sized gives an object at least a size; 0 leaves a direction as it is.
func Sized(width, height float32, o fyne.CanvasObject) *fyne.Container {
	return container.New(sized{width, height}, o)
}

// Gap is empty space of a size.
func Gap(width, height float32) fyne.CanvasObject {
	r := canvas.NewRectangle(color.Transparent)
	r.SetMinSize(fyne.NewSize(width, height))
	return r
}

type sized struct{ w, h float32 }

func (s sized) MinSize(o []fyne.CanvasObject) fyne.Size {
	m := o[0].MinSize()
	if s.w > 0 {
		m.Width = s.w
	}
	return fyne.NewSize(m.Width, max(m.Height, s.h))
}

func (s sized) Layout(o []fyne.CanvasObject, size fyne.Size) {
	o[0].Resize(size)
	o[0].Move(fyne.Position{})
}

// Grid stands objects in rows of columns equal cells, filling the rows first.
// All cells are as high as the highest.
func Grid(columns int, gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(grid{columns, gap}, objects...)
}

// Cell returns the width of a cell of a [Grid] that is total wide.
func Cell(total float32, columns int, gap float32) float32 {
	return (total - gap*float32(columns-1)) / float32(columns)
}

type grid struct {
	columns int
	gap     float32
}

func (g grid) rows(n int) int { return (n + g.columns - 1) / g.columns }

func (g grid) cell(o []fyne.CanvasObject) fyne.Size {
	var m fyne.Size
	for _, c := range o {
		m = m.Max(c.MinSize())
	}
	return m
}

func (g grid) MinSize(o []fyne.CanvasObject) fyne.Size {
	m, rows := g.cell(o), g.rows(len(o))
	return fyne.NewSize(m.Width*float32(g.columns)+g.gap*float32(g.columns-1), m.Height*float32(rows)+g.gap*float32(max(0, rows-1)))
}

func (g grid) Layout(o []fyne.CanvasObject, size fyne.Size) {
	w, h := Cell(size.Width, g.columns, g.gap), g.cell(o).Height
	for i, c := range o {
		c.Resize(fyne.NewSize(w, h))
		c.Move(fyne.NewPos(float32(i%g.columns)*(w+g.gap), float32(i/g.columns)*(h+g.gap)))
	}
}

// Panel is a white card around an object.
func Panel(o fyne.CanvasObject) *fyne.Container {
	return Framed(theme.Plain, theme.Inside, o)
}

// Framed is a card in the colours of a tone with space inside.
func Framed(tone theme.Tone, space float32, o fyne.CanvasObject) *fyne.Container {
	return container.NewStack(plate(tone.Look()), PadAll(space, o))
}

// plate is the ground of a card or control.
func plate(l theme.Look) *canvas.Rectangle {
	r := canvas.NewRectangle(l.Fill)
	r.StrokeColor, r.StrokeWidth, r.CornerRadius = l.Border, theme.Stroke, theme.Radius
	return r
}

// Rule is a thin line across its place.
func Rule() fyne.CanvasObject {
	r := canvas.NewRectangle(theme.Line)
	r.SetMinSize(fyne.NewSize(0, theme.Stroke))
	return r
}
