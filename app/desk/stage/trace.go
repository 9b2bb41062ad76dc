package stage

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"io/fs"
	"os"
	"strings"
)

// A Line is one line of a program's trace: the screen that a person sees.
type Line struct {
	Screen   string    `json:"screen"`
	Lang     string    `json:"lang"`
	Banner   string    `json:"banner,omitempty"` // key of the sentence that the banner shows
	Controls []Control `json:"controls"`
}

// A Control is one control of a screen, in pixels of the window.
type Control struct {
	ID      string  `json:"id"`
	X       float64 `json:"x"`
	Y       float64 `json:"y"`
	W       float64 `json:"w"`
	H       float64 `json:"h"`
	Enabled bool    `json:"enabled"`
}

// Centre is where a finger would touch the control.
func (c Control) Centre() image.Point { return image.Pt(int(c.X+c.W/2), int(c.Y+c.H/2)) }

// Control finds the control with an id.
func (l Line) Control(id string) (Control, bool) {
	for _, c := range l.Controls {
		if c.ID == id {
			return c, true
		}
	}
	return Control{}, false
}

// First finds the first enabled control whose id begins with prefix.
func (l Line) First(prefix string) (Control, bool) {
	for _, c := range l.Controls {
		if c.Enabled && strings.HasPrefix(c.ID, prefix) {
			return c, true
		}
	}
	return Control{}, false
}

// ids names the controls, for messages.
func (l Line) ids() string {
	var b strings.Builder
	for _, c := range l.Controls {
		b.WriteString(" " + c.ID)
		if !c.Enabled {
			b.WriteString("(off)")
		}
	}
	return b.String()
}

// A Trace follows the trace file of one program. It belongs to one goroutine.
type Trace struct {
	path string
	seen int64  // bytes of whole lines that were read
	more []Line // read, not yet offered
	last Line   // offered last
}

// NewTrace follows the file at path, which need not exist yet.
func NewTrace(path string) *Trace { return &Trace{path: path} }

// Wait returns the first line, beginning with the newest one known, that ok
// accepts. Each line that appears meanwhile is offered once, in order. what
// names the wish in the error when ctx ends first.
func (t *Trace) Wait(ctx context.Context, what string, ok func(Line) bool) (Line, error) {
	if t.last.Screen != "" && ok(t.last) {
		return t.last, nil
	}
	err := poll(ctx, func() (bool, error) {
		if err := t.read(); err != nil {
			return false, err
		}
		for len(t.more) > 0 {
			t.last, t.more = t.more[0], t.more[1:]
			if ok(t.last) {
				return true, nil
			}
		}
		return false, nil
	})
	if err != nil {
		return t.last, fmt.Errorf("wait for %s in %s: %w; the screen is %q, banner %q, controls%s",
			what, t.path, err, t.last.Screen, t.last.Banner, t.last.ids())
	}
	return t.last, nil
}

// Newest reads what is there and returns the newest line.
func (t *Trace) Newest() (Line, error) {
	if err := t.read(); err != nil {
		return Line{}, err
	}
	if n := len(t.more); n > 0 {
		t.last, t.more = t.more[n-1], nil
	}
	return t.last, nil
}

// read takes in the whole lines that were added since the last call.
func (t *Trace) read() error {
	f, err := os.Open(t.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("trace: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("trace: %w", err)
	}
	if info.Size() <= t.seen {
		return nil
	}
	b := make([]byte, info.Size()-t.seen)
	n, err := f.ReadAt(b, t.seen)
	if err != nil {
		return fmt.Errorf("trace: %w", err)
	}
	whole := bytes.LastIndexByte(b[:n], '\n') + 1
	for raw := range bytes.Lines(b[:whole]) {
		var l Line
		if err := json.Unmarshal(raw, &l); err != nil {
			return fmt.Errorf("trace %s after byte %d: %w", t.path, t.seen, err)
		}
		t.more = append(t.more, l)
		t.seen += int64(len(raw))
	}
	return nil
}
