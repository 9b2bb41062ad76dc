package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"hallway/app/kiosk/theme"
)

// Slip is how far outside of a control a finger may leave the screen, in
// units: 20 pixels or 5 mm.
const Slip float32 = 20

// A Control is a surface that can be pressed. Buttons, tiles, rows and keys are
// controls with different content.
//
// It is Draggable because Fyne's desktop driver takes any movement of more than
// two units for a drag and then reports no tap.
type Control struct {
	widget.BaseWidget
	id      string
	on      bool
	look    theme.Look
	tap     func()
	ground  *canvas.Rectangle
	content fyne.CanvasObject
	finger  fyne.Position // where the finger was last while it moved
	moved   bool
	down    bool // a finger rests on it
	hold    func(c *Control)
	spent   bool // the present press has acted already
}

var (
	_ fyne.Tappable     = (*Control)(nil)
	_ fyne.Draggable    = (*Control)(nil)
	_ desktop.Mouseable = (*Control)(nil)
)

// NewControl makes a control that shows content on a ground in the colours of
// look. When on is false it takes no press and content should be in the colours
// of [theme.OffLook].
func NewControl(id string, on bool, look theme.Look, content fyne.CanvasObject, tap func()) *Control {
	if !on {
		look = theme.OffLook
	}
	c := &Control{id: id, on: on, look: look, tap: tap, ground: plate(look), content: content}
	c.ExtendBaseWidget(c)
	return c
}

// ID returns the id that [Trace] writes.
func (c *Control) ID() string { return c.id }

// Enabled reports whether a press does something.
func (c *Control) Enabled() bool { return c.on }

// CreateRenderer implements fyne.Widget.
func (c *Control) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(container.NewStack(c.ground, c.content))
}

// OnHold makes a control act again and again while a finger rests on it: began
// is called when a press begins and decides how often it acts.
func (c *Control) OnHold(began func(c *Control)) { c.hold = began }

// Held reports whether a finger rests on the control.
func (c *Control) Held() bool { return c.down }

// Repeat acts for the press that has not ended. When it ends it acts no more.
func (c *Control) Repeat() {
	if c.on && c.tap != nil {
		c.spent = true
		c.tap()
	}
}

// Tapped implements fyne.Tappable.
func (c *Control) Tapped(*fyne.PointEvent) {
	if c.spent {
		c.spent = false
		return
	}
	if c.on && c.tap != nil {
		c.tap()
	}
}

// Dragged implements fyne.Draggable: the finger slips.
func (c *Control) Dragged(e *fyne.DragEvent) { c.finger, c.moved = e.Position, true }

// DragEnd implements fyne.Draggable. A finger that ends near the control has
// pressed it.
func (c *Control) DragEnd() {
	c.paint(false)
	if !c.moved {
		return
	}
	c.moved = false
	s, p := c.Size(), c.finger
	if p.X >= -Slip && p.Y >= -Slip && p.X <= s.Width+Slip && p.Y <= s.Height+Slip {
		c.Tapped(nil)
	}
}

// MouseDown implements desktop.Mouseable.
func (c *Control) MouseDown(*desktop.MouseEvent) {
	c.paint(true)
	c.spent = false
	if c.hold != nil && c.on {
		c.hold(c)
	}
}

// MouseUp implements desktop.Mouseable.
func (c *Control) MouseUp(*desktop.MouseEvent) { c.paint(false) }

func (c *Control) paint(pressed bool) {
	c.down = pressed
	if !c.on {
		return
	}
	c.ground.FillColor = c.look.Fill
	if pressed {
		c.ground.FillColor = c.look.Pressed
	}
	c.ground.Refresh()
}

// A Catcher is the lowest layer of a window. It reports touches of places
// where no control is, which show that somebody is there.
type Catcher struct {
	widget.BaseWidget
	touched func()
}

// NewCatcher makes a catcher.
func NewCatcher(touched func()) *Catcher {
	c := &Catcher{touched: touched}
	c.ExtendBaseWidget(c)
	return c
}

// CreateRenderer implements fyne.Widget.
func (c *Catcher) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(canvas.NewRectangle(theme.Ground))
}

// MouseDown implements desktop.Mouseable.
func (c *Catcher) MouseDown(*desktop.MouseEvent) { c.touched() }

// MouseUp implements desktop.Mouseable.
func (c *Catcher) MouseUp(*desktop.MouseEvent) {}
