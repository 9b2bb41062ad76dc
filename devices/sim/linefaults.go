package sim

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"time"
)

// lineFaults are the directives of a line, with the check of their settings.
var lineFaults = map[string]func(Directive) error{
	"drop":   func(d Directive) error { return d.only(nil) },
	"stall":  func(d Directive) error { return d.only(nil) },
	"reset":  func(d Directive) error { return d.only(nil) },
	"garble": func(d Directive) error { _, err := d.noise(); return err },
	"lose":   func(d Directive) error { _, err := d.noise(); return err },
	"double": func(d Directive) error { _, err := d.noise(); return err },
	"junk":   func(d Directive) error { _, err := d.junk(); return err },
	"late":   func(d Directive) error { _, err := d.lateness(); return err },
	"slow":   func(d Directive) error { _, err := d.speed(); return err },
}

// only reports a needed setting that is missing, and settings other than the
// needed and the optional ones.
func (d Directive) only(needed []string, optional ...string) error {
	for _, k := range needed {
		if _, ok := d.Args[k]; !ok {
			return fmt.Errorf("%s needs %s=", d.Name, k)
		}
	}
	for k := range d.Args {
		if !slices.Contains(needed, k) && !slices.Contains(optional, k) {
			return fmt.Errorf("%s has a setting that it does not know, %s", d.Name, k)
		}
	}
	return nil
}

// speed returns the bytes a second of "slow".
func (d Directive) speed() (int, error) {
	if err := d.only([]string{"bytes/s"}); err != nil {
		return 0, err
	}
	v, err := strconv.ParseUint(d.Args["bytes/s"], 10, 31)
	if err != nil || v == 0 {
		return 0, fmt.Errorf("bytes/s=%s is not a speed, use one such as 960", d.Args["bytes/s"])
	}
	return int(v), nil
}

// plugged is a line that can be unplugged.
type plugged interface {
	Unplug() error
	Replug() error
}

// fire makes a directive happen.
func (f *Faulty) fire(d Directive) error {
	switch _, ours := lineFaults[d.Name]; {
	case d.Name == "drop":
		return f.drop(d.For)
	case d.Name == "reset":
		return f.reset(d)
	case ours:
		return f.hold(d)
	case f.device == nil:
		return fmt.Errorf("fault script: no device that knows %q", d.Name)
	case d.Args["then"] != "":
		return f.spell(d)
	}
	return f.device.Apply(d)
}

// spell gives the device a directive, and after its time what comes then.
func (f *Faulty) spell(d Directive) error {
	first, then := d, d
	first.Args = maps.Clone(d.Args)
	delete(first.Args, "then")
	first.For, then.For = 0, 0
	then.Value, then.Args = d.Args["then"], first.Args
	if err := f.device.Apply(first); err != nil {
		return err
	}
	f.later(d.For, func() { f.fail(f.device.Apply(then)) })
	return nil
}

// later calls do after d, unless the line is closed or cleared before.
func (f *Faulty) later(d time.Duration, do func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.closed {
		f.timers = append(f.timers, time.AfterFunc(d, do))
	}
}

// fail ends Read and Write when err is one.
func (f *Faulty) fail(err error) {
	if err == nil {
		return
	}
	f.mu.Lock()
	f.err = errors.Join(f.err, err)
	f.mu.Unlock()
	unblock(f)
}

// hold begins a fault that lasts, and ends it after d.For.
func (f *Faulty) hold(d Directive) error {
	end, err := f.begin(d)
	if err == nil && d.For > 0 {
		f.later(d.For, func() {
			f.mu.Lock()
			defer f.mu.Unlock()
			end()
		})
	}
	return err
}

// begin begins a fault and returns its end, which is called under mu.
func (f *Faulty) begin(d Directive) (end func(), err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch d.Name {
	case "garble", "lose", "double":
		return f.beginNoise(d)
	case "junk":
		f.junk, err = d.junk()
		return func() { f.junk = nil }, err
	case "late":
		f.late, err = d.lateness()
		return func() { f.late = 0 }, err
	case "slow":
		f.rate, err = d.speed()
		return func() { f.rate = 0 }, err
	case "reset":
		f.deaf, f.held, f.ready = true, nil, nil
		return func() { f.deaf = false }, nil
	}
	f.endStall()
	stall := make(chan struct{})
	f.stall = stall
	return func() {
		if f.stall == stall {
			f.endStall()
		}
	}, nil
}

// A Resetter is a simulated device that can restart as after a power cut.
type Resetter interface {
	Reset()
}

// reset restarts the device: what is on its way is lost, and all that comes
// until d.For is over. Without that only what the device held is lost.
func (f *Faulty) reset(d Directive) error {
	if r, ok := f.device.(Resetter); ok {
		r.Reset()
	}
	if d.For == 0 {
		f.keep(nil)
		return nil
	}
	return f.hold(d)
}

// drop hangs the line up and, unless d is zero, joins it again after d.
func (f *Faulty) drop(d time.Duration) error {
	f.keep(nil) // bytes behind the break never arrive
	line, ok := f.line.(plugged)
	if !ok {
		if c, ok := f.line.(io.Closer); ok {
			return c.Close()
		}
		return errors.New("fault script: this line cannot drop")
	}
	if d > 0 {
		f.later(d, func() { f.fail(line.Replug()) })
	}
	return line.Unplug()
}
