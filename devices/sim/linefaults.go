package sim

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"
)

// lineFaults are the directives of a line, with the check of their settings.
var lineFaults = map[string]func(Directive) error{
	"drop":   func(d Directive) error { return d.only() },
	"stall":  func(d Directive) error { return d.only() },
	"garble": func(d Directive) error { _, err := d.noise(); return err },
	"slow":   func(d Directive) error { _, err := d.speed(); return err },
}

// only reports settings other than those named.
func (d Directive) only(known ...string) error {
	for _, k := range known {
		if _, ok := d.Args[k]; !ok {
			return fmt.Errorf("%s needs %s=", d.Name, k)
		}
	}
	if len(d.Args) > len(known) {
		return fmt.Errorf("%s has a setting that it does not know", d.Name)
	}
	return nil
}

// speed returns the bytes a second of "slow".
func (d Directive) speed() (int, error) {
	if err := d.only("bytes/s"); err != nil {
		return 0, err
	}
	v, err := strconv.ParseUint(d.Args["bytes/s"], 10, 31)
	if err != nil || v == 0 {
		return 0, fmt.Errorf("bytes/s=%s is not a speed, use one such as 960", d.Args["bytes/s"])
	}
	return int(v), nil
}

// noise returns the noise of "garble" for both directions, which have a random
// sequence each, so that one does not depend on the other's timing.
func (d Directive) noise() ([2]*noise, error) {
	var n [2]*noise
	known := []string{"rate"}
	seed, seeded := d.Args["seed"]
	if seeded {
		known = append(known, "seed")
	} else {
		seed = "1"
	}
	if err := d.only(known...); err != nil {
		return n, err
	}
	s, err := strconv.ParseUint(seed, 10, 64)
	if err != nil {
		return n, fmt.Errorf("seed=%s is not a whole number", seed)
	}
	a, b, _ := strings.Cut(d.Args["rate"], "/")
	share, err1 := strconv.ParseUint(a, 10, 31)
	of, err2 := strconv.ParseUint(b, 10, 31)
	if errors.Join(err1, err2) != nil || of == 0 || share > of {
		return n, fmt.Errorf("rate=%s is not a share of all bytes, use one such as 1/1000", d.Args["rate"])
	}
	for way := range n {
		n[way] = &noise{int(share), int(of), rand.New(rand.NewPCG(s, uint64(way)))}
	}
	return n, nil
}

// noise flips one bit in a share of all bytes; nil flips none.
type noise struct {
	share, of int
	random    *rand.Rand
}

func (n *noise) spoil(p []byte) {
	for i := range p {
		if n != nil && n.random.IntN(n.of) < n.share {
			p[i] ^= 1 << n.random.IntN(8)
		}
	}
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

// hold begins a stall, noise or slowness, and ends it after d.For.
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
	case "garble":
		n, err := d.noise()
		if err != nil {
			return nil, err
		}
		f.noise = n
		return func() { f.noise = [2]*noise{} }, nil
	case "slow":
		f.rate, err = d.speed()
		return func() { f.rate = 0 }, err
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
