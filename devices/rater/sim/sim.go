// Package sim is a rating box without hardware: a person or a test presses its
// keys, and it repeats a press until the program acknowledges it.
package sim

import (
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"hallway/devices/ff68"
	bus "hallway/devices/ff68/sim"
	"hallway/devices/rater"
	"hallway/devices/sim"
)

// Options are the habits in which boxes differ.
type Options struct {
	Address byte                  // on the bus
	Values  map[byte]rater.Rating // nil = rater.DefaultValues
	Repeat  time.Duration         // until an unacknowledged press is sent again; 0 = 200 ms
	Tries   int                   // how often a press is sent in all; 0 = 3
	Auto    rater.Rating          // pressed at once whenever a rating begins; "" = nobody presses
}

const (
	funcCommand = 0x01
	funcShow    = 0x02
	funcRating  = 0x11
	startRating = 0x0B
)

// A Rater is a simulated box. All methods may be called from any goroutine.
type Rater struct {
	*bus.Terminal
	o Options

	mu     sync.Mutex
	starts int
	stars  int
}

var _ sim.Applier = (*Rater)(nil)

// Directives are the names of the directives that Apply obeys, beside those of
// the line.
var Directives = []string{"rate"}

// New returns a box on which nobody has pressed a key.
func New(o Options) *Rater {
	if o.Values == nil {
		o.Values = rater.DefaultValues()
	}
	r := &Rater{o: o}
	r.Terminal = bus.New(bus.Options{Repeat: o.Repeat, Tries: o.Tries, Ack: acknowledged, Hear: r.hear})
	return r
}

// acknowledged returns the acknowledgement of a press: function 01 with the
// same data.
func acknowledged(f ff68.Frame) ff68.Frame {
	f.Func = funcCommand
	return f
}

// Press presses the key of a rating. The error names the keys that the box has.
func (r *Rater) Press(rating rater.Rating) error {
	for _, value := range slices.Sorted(maps.Keys(r.o.Values)) {
		if r.o.Values[value] == rating {
			r.PressValue(value)
			return nil
		}
	}
	return fmt.Errorf("rating box has no key %q, use one of %q", rating, slices.Sorted(maps.Values(r.o.Values)))
}

// PressValue presses the key that sends value.
func (r *Rater) PressValue(value byte) {
	r.Send(ff68.Frame{Addr: r.o.Address, Func: funcRating, Data: []byte{value}})
}

// Apply knows one directive of a fault script: "rate=satisfied" presses a key.
func (r *Rater) Apply(d sim.Directive) error {
	if d.Name != "rate" {
		return fmt.Errorf("rating box has no directive %q, use rate=RATING", d.Name)
	}
	return r.Press(rater.Rating(d.Value))
}

// Starts returns how often a rating has begun.
func (r *Rater) Starts() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.starts
}

// Stars returns how many stars the box shows.
func (r *Rater) Stars() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.stars
}

// hear obeys the program.
func (r *Rater) hear(f ff68.Frame) {
	if f.Addr != r.o.Address || len(f.Data) != 1 {
		return
	}
	r.mu.Lock()
	begun := f.Func == funcCommand && f.Data[0] == startRating
	if begun {
		r.starts++
	}
	if f.Func == funcShow {
		r.stars = int(f.Data[0])
	}
	r.mu.Unlock()
	if begun && r.o.Auto != rater.Unrated {
		_ = r.Press(r.o.Auto) // a box without that key has nobody who presses it
	}
}
