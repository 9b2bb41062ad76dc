package panel

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"hallway/devices"
)

// A Panel is one open panel. Its methods may be called from any goroutine.
type Panel struct {
	line    *Line
	slot    *slot
	profile Profile

	closing atomic.Bool
	closed  chan struct{} // closed when the panel is dark
	last    error         // of Close, when closed
}

var _ devices.Device = (*Panel)(nil)

// Open sets the panel of an address on line up and darkens it. The line stays
// its owner's. An address that another panel of the line has gives an error
// that wraps [devices.ErrBusy]; a panel that should answer and does not,
// [devices.ErrSilent]. At address 0 are all panels of a protocol that has
// broadcasts; nobody answers there.
func Open(ctx context.Context, line *Line, address int, p Profile) (*Panel, error) {
	s, err := line.claim(address, p)
	if err != nil {
		return nil, fmt.Errorf("panel %d: %w", address, err)
	}
	w := &Panel{line: line, slot: s, profile: p, closed: make(chan struct{})}
	for _, t := range append(p.setup, p.clear) {
		if err := w.send(ctx, t, ""); err != nil {
			line.release(s)
			return nil, err
		}
	}
	return w, nil
}

// Show shows a text, such as a number; a numeric panel shows its digits. An
// error of a panel that answers says that it did not, or that it refused.
func (w *Panel) Show(ctx context.Context, text string) error {
	return w.send(ctx, w.profile.show, text)
}

// Clear makes the panel dark, or what its profile takes for dark.
func (w *Panel) Clear(ctx context.Context) error { return w.send(ctx, w.profile.clear, "") }

func (w *Panel) send(ctx context.Context, t Template, text string) error {
	frame, err := t.Render(Values{Address: w.slot.address, Text: text})
	if err == nil {
		err = w.line.hold(ctx, w.slot, frame)
	}
	return w.named(err)
}

// named adds the panel to an error.
func (w *Panel) named(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("panel %d: %w", w.slot.address, err)
}

// Identity is empty: a panel does not say who it is.
func (w *Panel) Identity() devices.Identity { return devices.Identity{} }

// Check sends the state of a panel that answers once more and returns what came
// of it; one that does not answer gives the error of the line, or
// [devices.ErrNoStatus].
func (w *Panel) Check(ctx context.Context) ([]devices.Condition, error) {
	if w.profile.replyOf(w.slot.address) != nil {
		return nil, w.named(w.line.ask(ctx, w.slot))
	}
	switch {
	case w.slot.closing():
		return nil, w.named(devices.ErrClosed)
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case w.line.Err() != nil:
		return nil, w.named(w.line.Err())
	}
	return nil, devices.ErrNoStatus
}

// Close darkens the panel and gives its address free; its last frame overtakes
// the calls of other panels. A Close that finds another one under way waits for
// it. A panel that nobody is there to darken is no error.
func (w *Panel) Close() error {
	if w.closing.CompareAndSwap(false, true) {
		w.last = w.part()
		close(w.closed)
	}
	<-w.closed
	return w.last
}

func (w *Panel) part() error {
	frame, err := w.profile.clear.Render(Values{Address: w.slot.address})
	if err != nil {
		return w.named(err) // a profile whose clear cannot be rendered did not open
	}
	err = w.line.part(w.slot, frame)
	if w.line.Err() != nil || errors.Is(err, devices.ErrSilent) || errors.Is(err, devices.ErrProtocol) {
		return nil
	}
	return w.named(err)
}
