// Package sim is the half that simulated inputs of the counter bus share: a
// terminal sends a frame for each press and repeats it until the program
// acknowledges it.
package sim

import (
	"context"
	"errors"
	"io"
	"sync"
	"time"

	"hallway/devices/ff68"
	"hallway/devices/sim"
)

// Options are the habits in which terminals differ.
type Options struct {
	Repeat time.Duration // until an unacknowledged frame is sent again; 0 = 200 ms
	Tries  int           // how often a frame is sent in all; 0 = 3
	// Ack is the frame that acknowledges another; nil = the same one.
	Ack func(ff68.Frame) ff68.Frame
	// Hear gets every frame that acknowledges nothing, on Serve's goroutine;
	// nil = nobody.
	Hear func(ff68.Frame)
}

// A Terminal is a simulated input. All methods may be called from any
// goroutine.
type Terminal struct {
	o Options

	mu       sync.Mutex
	presses  []ff68.Frame // to be sent
	stir     chan struct{}
	sending  *ff68.Frame
	heard    chan struct{} // closed when sending was acknowledged
	acked    int
	onChange []func()
}

// New returns a terminal that has nothing to send.
func New(o Options) *Terminal {
	if o.Repeat <= 0 {
		o.Repeat = 200 * time.Millisecond
	}
	if o.Tries <= 0 {
		o.Tries = 3
	}
	if o.Ack == nil {
		o.Ack = func(f ff68.Frame) ff68.Frame { return f }
	}
	if o.Hear == nil {
		o.Hear = func(ff68.Frame) {}
	}
	return &Terminal{o: o, stir: make(chan struct{}, 1)}
}

// Send sends a frame behind those that wait.
func (t *Terminal) Send(f ff68.Frame) {
	t.mu.Lock()
	t.presses = append(t.presses, f)
	t.mu.Unlock()
	select {
	case t.stir <- struct{}{}:
	default:
	}
}

// Acked returns how many frames the program has acknowledged.
func (t *Terminal) Acked() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.acked
}

// OnChange adds a function that is called after each acknowledgement.
func (t *Terminal) OnChange(f func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.onChange = append(t.onChange, f)
}

// Serve is the terminal on line until ctx ends or the line is gone, and returns
// nil in both cases.
func (t *Terminal) Serve(ctx context.Context, line io.ReadWriter) error {
	ctx, cancel := context.WithCancel(ctx)
	sent := make(chan error, 1)
	go func() {
		defer cancel()
		sent <- t.send(ctx, line)
	}()
	var d ff68.Decoder
	err := sim.Serve(ctx, line, func(p []byte) error {
		d.Feed(p)
		for f, ok := d.Next(); ok; f, ok = d.Next() {
			t.hear(f)
		}
		return nil
	})
	cancel()
	return errors.Join(err, <-sent)
}

// send sends frames as they come.
func (t *Terminal) send(ctx context.Context, line io.Writer) error {
	for {
		f, heard, ok := t.next()
		if !ok {
			select {
			case <-t.stir:
				continue
			case <-ctx.Done():
				return nil
			}
		}
		bytes, err := ff68.Encode(f)
		if err != nil {
			return err
		}
		for range t.o.Tries {
			if _, err := line.Write(bytes); err != nil {
				return nil // the line is gone; reading finds out why
			}
			if !unheard(ctx, heard, t.o.Repeat) {
				break
			}
		}
	}
}

// unheard waits for an acknowledgement and reports that none came in d.
func unheard(ctx context.Context, heard <-chan struct{}, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-heard:
	case <-ctx.Done():
	case <-timer.C:
		return true
	}
	return false
}

// next takes the oldest frame.
func (t *Terminal) next() (f ff68.Frame, heard <-chan struct{}, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.sending = nil
	if len(t.presses) == 0 {
		return f, nil, false
	}
	f, t.presses = t.presses[0], t.presses[1:]
	t.sending, t.heard = &f, make(chan struct{})
	return f, t.heard, true
}

// hear takes the acknowledgement of the frame that is being sent, or passes f
// on.
func (t *Terminal) hear(f ff68.Frame) {
	t.mu.Lock()
	if t.sending == nil || !t.o.Ack(*t.sending).Equal(f) {
		t.mu.Unlock()
		t.o.Hear(f)
		return
	}
	t.sending = nil
	close(t.heard)
	t.acked++
	todo := t.onChange
	t.mu.Unlock()
	for _, do := range todo {
		do()
	}
}
