// Package sim is a counter's keypad without hardware: it sends a frame of the
// bus for each press and repeats it until the program acknowledges it.
package sim

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"hallway/devices/ff68"
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
	o Options

	mu       sync.Mutex
	presses  []ff68.Frame // to be sent
	stir     chan struct{}
	sending  *ff68.Frame
	heard    chan struct{} // closed when sending was acknowledged
	acked    int
	onChange []func()
}

// Directives are the names of the directives that Apply obeys, beside those of
// the line.
var Directives = []string{"press"}

// New returns a pad on which nobody has pressed a key.
func New(o Options) *Keypad {
	if o.Table == nil {
		o.Table = keypad.DefaultTable()
	}
	if o.Repeat <= 0 {
		o.Repeat = 200 * time.Millisecond
	}
	if o.Tries <= 0 {
		o.Tries = 3
	}
	return &Keypad{o: o, stir: make(chan struct{}, 1)}
}

// Press presses a key. The error names the keys that the pad has.
func (k *Keypad) Press(key keypad.Key) error {
	code, ok := k.o.Table.Code(key)
	if !ok {
		return fmt.Errorf("keypad has no key %q, use one of %q", key, k.o.Table.Keys())
	}
	k.mu.Lock()
	k.presses = append(k.presses, ff68.Frame{Addr: k.o.Address, Func: funcKey, Data: code})
	k.mu.Unlock()
	select {
	case k.stir <- struct{}{}:
	default:
	}
	return nil
}

// Acked returns how many presses the program has acknowledged.
func (k *Keypad) Acked() int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.acked
}

// OnChange adds a function that is called after each acknowledgement.
func (k *Keypad) OnChange(f func()) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.onChange = append(k.onChange, f)
}

// Apply knows one directive of a fault script: "press=next" presses a key.
func (k *Keypad) Apply(d sim.Directive) error {
	if d.Name != "press" {
		return fmt.Errorf("keypad has no directive %q, use press=KEY", d.Name)
	}
	return k.Press(keypad.Key(d.Value))
}

// Serve is the pad on line until ctx ends or the line is gone, and returns nil
// in both cases.
func (k *Keypad) Serve(ctx context.Context, line io.ReadWriter) error {
	ctx, cancel := context.WithCancel(ctx)
	sent := make(chan error, 1)
	go func() {
		defer cancel()
		sent <- k.send(ctx, line)
	}()
	var d ff68.Decoder
	err := sim.Serve(ctx, line, func(p []byte) error {
		d.Feed(p)
		for f, ok := d.Next(); ok; f, ok = d.Next() {
			k.hear(f)
		}
		return nil
	})
	cancel()
	return errors.Join(err, <-sent)
}

// send sends presses as they come.
func (k *Keypad) send(ctx context.Context, line io.Writer) error {
	for {
		f, heard, ok := k.next()
		if !ok {
			select {
			case <-k.stir:
				continue
			case <-ctx.Done():
				return nil
			}
		}
		bytes, err := ff68.Encode(f)
		if err != nil {
			return err
		}
		for range k.o.Tries {
			if _, err := line.Write(bytes); err != nil {
				return nil // the line is gone; reading finds out why
			}
			if !unheard(ctx, heard, k.o.Repeat) {
				break
			}
		}
	}
}

// unheard waits for an acknowledgement and reports that none came in d.
func unheard(ctx context.Context, heard <-chan struct{}, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-heard:
	case <-ctx.Done():
	case <-t.C:
		return true
	}
	return false
}

// next takes the oldest press.
func (k *Keypad) next() (f ff68.Frame, heard <-chan struct{}, ok bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.sending = nil
	if len(k.presses) == 0 {
		return f, nil, false
	}
	f, k.presses = k.presses[0], k.presses[1:]
	k.sending, k.heard = &f, make(chan struct{})
	return f, k.heard, true
}

// hear takes the acknowledgement of the frame that is being sent.
func (k *Keypad) hear(f ff68.Frame) {
	k.mu.Lock()
	if k.sending == nil || !k.sending.Equal(f) {
		k.mu.Unlock()
		return
	}
	k.sending = nil
	close(k.heard)
	k.acked++
	todo := k.onChange
	k.mu.Unlock()
	for _, do := range todo {
		do()
	}
}
