// Package sim is a counter's keypad without hardware: a pad on the bus that
// sends a frame for each press and repeats it until the program acknowledges
// it, and a numeric pad on USB that writes reports.
package sim

import (
	"fmt"
	"time"

	"hallway/devices/ff68"
	bus "hallway/devices/ff68/sim"
	"hallway/devices/keypad"
	"hallway/devices/sim"
)

// Options are the habits in which pads differ.
type Options struct {
	Address byte          // on the bus
	Table   keypad.Table  // nil = keypad.DefaultTable
	Repeat  time.Duration // until an unacknowledged frame is sent again; 0 = 200 ms
	Tries   int           // how often a frame is sent in all; 0 = 3
}

const funcKey = 0x01

// A Keypad is a simulated pad. All methods may be called from any goroutine.
type Keypad struct {
	*bus.Terminal
	o Options
}

var _ sim.Applier = (*Keypad)(nil)

// Directives are the names of the directives that Apply obeys, beside those of
// the line.
var Directives = []string{"press"}

// New returns a pad on which nobody has pressed a key.
func New(o Options) *Keypad {
	if o.Table == nil {
		o.Table = keypad.DefaultTable()
	}
	return &Keypad{bus.New(bus.Options{Repeat: o.Repeat, Tries: o.Tries}), o}
}

// Press presses a key. The error names the keys that the pad has.
func (k *Keypad) Press(key keypad.Key) error {
	code, ok := k.o.Table.Code(key)
	if !ok {
		return noKey(key, k.o.Table)
	}
	k.Send(ff68.Frame{Addr: k.o.Address, Func: funcKey, Data: code})
	return nil
}

// Apply knows one directive of a fault script: "press=next" presses a key.
func (k *Keypad) Apply(d sim.Directive) error { return apply(d, k.Press) }

func apply(d sim.Directive, press func(keypad.Key) error) error {
	if d.Name != "press" {
		return fmt.Errorf("keypad has no directive %q, use press=KEY", d.Name)
	}
	return press(keypad.Key(d.Value))
}

func noKey(key keypad.Key, t keypad.Table) error {
	return fmt.Errorf("keypad has no key %q, use one of %q", key, t.Keys())
}
