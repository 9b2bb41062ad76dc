package kit

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"fyne.io/fyne/v2"
)

// A Place is where a control is on the screen, in pixels of the window.
type Place struct {
	ID      string  `json:"id"`
	X       float32 `json:"x"`
	Y       float32 `json:"y"`
	W       float32 `json:"w"`
	H       float32 `json:"h"`
	Enabled bool    `json:"enabled"`
}

// Places returns every visible control below root, in the order in which they
// are drawn. scale is pixels a unit.
func Places(root fyne.CanvasObject, scale float32) []Place {
	var all []Place
	walk(root, fyne.Position{}, func(c *Control, at fyne.Position) {
		s := c.Size()
		all = append(all, Place{c.id, at.X * scale, at.Y * scale, s.Width * scale, s.Height * scale, c.on})
	})
	return all
}

// Held reports whether a finger rests on a control below root that acts when
// the finger leaves it.
func Held(root fyne.CanvasObject) bool {
	held := false
	walk(root, fyne.Position{}, func(c *Control, _ fyne.Position) { held = held || c.down && c.hold == nil })
	return held
}

// Find returns the visible control below root with that id, nil when there is
// none.
func Find(root fyne.CanvasObject, id string) *Control {
	var found *Control
	walk(root, fyne.Position{}, func(c *Control, _ fyne.Position) {
		if c.id == id {
			found = c
		}
	})
	return found
}

func walk(o fyne.CanvasObject, at fyne.Position, visit func(*Control, fyne.Position)) {
	if !o.Visible() {
		return
	}
	at = at.Add(o.Position())
	switch o := o.(type) {
	case *Control:
		visit(o, at)
	case *fyne.Container:
		for _, child := range o.Objects {
			walk(child, at, visit)
		}
	}
}

// Trace writes which screen is shown and where its controls are, one JSON line
// a change. It never writes what a control says, so a trace holds no personal
// data. A nil Trace writes nothing.
type Trace struct {
	w    io.Writer
	last []byte
}

// NewTrace writes to w.
func NewTrace(w io.Writer) *Trace { return &Trace{w: w} }

// Write writes one line when it differs from the one before. banner is the key
// of the sentence that the screen's banner shows, "" for none.
func (t *Trace) Write(screen, lang, banner string, root fyne.CanvasObject, scale float32) error {
	if t == nil {
		return nil
	}
	line, err := json.Marshal(struct {
		Screen   string  `json:"screen"`
		Lang     string  `json:"lang"`
		Banner   string  `json:"banner,omitempty"`
		Controls []Place `json:"controls"`
	}{screen, lang, banner, Places(root, scale)})
	if err != nil || bytes.Equal(line, t.last) {
		return err
	}
	t.last = line
	if _, err := t.w.Write(append(line, '\n')); err != nil {
		return fmt.Errorf("trace: %w", err)
	}
	return nil
}
