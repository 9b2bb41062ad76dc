// Package sim is a window's LED panel without hardware: it takes frames of the
// bus and remembers which digits they light.
package sim

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync"

	"hallway/devices/ff68"
	"hallway/devices/sim"
)

// Options are the settings of a panel.
type Options struct {
	Address byte // on the bus
}

const (
	funcShow = 0x02
	blank    = 0x0A
	places   = 6 // three digits for people who wait, three for the ticket
)

// A Window is a simulated panel. All methods may be called from any goroutine.
type Window struct {
	o Options

	mu       sync.Mutex
	lit      string // six digits or spaces
	onChange []func()
}

// Directives are the names of the directives that Apply obeys, beside those of
// the line.
var Directives = []string{"power"}

// New returns a dark panel.
func New(o Options) *Window { return &Window{o: o, lit: strings.Repeat(" ", places)} }

// Shown returns the three places for the ticket and the three for how many
// people wait; a space is a dark place.
func (w *Window) Shown() (ticket, waiting string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.lit[places/2:], w.lit[:places/2]
}

// OnChange adds a function that is called after each change of the digits.
func (w *Window) OnChange(f func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.onChange = append(w.onChange, f)
}

// Apply knows one directive of a fault script: "power=cut" loses the power for
// a moment, after which the panel is dark.
func (w *Window) Apply(d sim.Directive) error {
	if d.Name != "power" || d.Value != "cut" {
		return fmt.Errorf("display has no directive %q, use power=cut", d.Name)
	}
	w.light(strings.Repeat(" ", places))
	return nil
}

// Serve is the panel on line until ctx ends or the line is gone, and returns
// nil in both cases.
func (w *Window) Serve(ctx context.Context, line io.ReadWriter) error {
	var d ff68.Decoder
	return sim.Serve(ctx, line, func(p []byte) error {
		d.Feed(p)
		for f, ok := d.Next(); ok; f, ok = d.Next() {
			if f.Addr == w.o.Address && f.Func == funcShow && len(f.Data) == places {
				w.light(text(f.Data))
			}
		}
		return nil
	})
}

// light lights digits.
func (w *Window) light(digits string) {
	w.mu.Lock()
	same := w.lit == digits
	w.lit = digits
	todo := w.onChange
	w.mu.Unlock()
	if same {
		return
	}
	for _, do := range todo {
		do()
	}
}

// text returns what the places show; a value that is no digit is dark.
func text(data []byte) string {
	b := make([]byte, len(data))
	for i, d := range data {
		b[i] = ' '
		if d < blank {
			b[i] = '0' + d
		}
	}
	return string(b)
}
