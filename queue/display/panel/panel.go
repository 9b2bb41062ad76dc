package panel

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"hallway/devices"
)

// clearLimit is how long Close waits for the line to darken the panel.
const clearLimit = 150 * time.Millisecond

// A Panel is one open panel. Its methods may be called from any goroutine.
type Panel struct {
	line    *Line
	address int
	profile Profile
	closed  atomic.Bool
}

var _ devices.Device = (*Panel)(nil)

// Open darkens the panel of an address on line. The line stays its owner's.
func Open(ctx context.Context, line *Line, address int, p Profile) (*Panel, error) {
	w := &Panel{line: line, address: address, profile: p}
	if err := w.Clear(ctx); err != nil {
		line.release(address)
		return nil, err
	}
	return w, nil
}

// Show shows a text, such as a number; a numeric panel shows its digits.
func (w *Panel) Show(ctx context.Context, text string) error {
	return w.send(ctx, w.profile.show, text)
}

// Clear makes the panel dark, or what its profile takes for dark.
func (w *Panel) Clear(ctx context.Context) error { return w.send(ctx, w.profile.clear, "") }

func (w *Panel) send(ctx context.Context, t Template, text string) error {
	if w.closed.Load() {
		return fmt.Errorf("panel %d: %w", w.address, devices.ErrClosed)
	}
	frame, err := t.Render(Values{Address: w.address, Text: text})
	if err == nil {
		err = w.line.Hold(ctx, w.address, w.profile, frame)
	}
	if err != nil {
		return fmt.Errorf("panel %d: %w", w.address, err)
	}
	return nil
}

// Identity is empty: a panel does not say who it is.
func (w *Panel) Identity() devices.Identity { return devices.Identity{} }

// Check returns the error of the line, [devices.ErrSilent] for a panel that
// answers and has not done so three times, or [devices.ErrNoStatus].
func (w *Panel) Check(ctx context.Context) ([]devices.Condition, error) {
	switch {
	case w.closed.Load():
		return nil, fmt.Errorf("panel %d: %w", w.address, devices.ErrClosed)
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case w.line.Err() != nil:
		return nil, fmt.Errorf("panel %d: %w", w.address, w.line.Err())
	case w.line.Missed(w.address) >= missLimit:
		return nil, fmt.Errorf("panel %d: %w", w.address, devices.ErrSilent)
	}
	return nil, devices.ErrNoStatus
}

// Close darkens the panel and forgets its state.
func (w *Panel) Close() error {
	if w.closed.Load() {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), clearLimit)
	defer cancel()
	err := w.Clear(ctx)
	w.closed.Store(true)
	w.line.release(w.address)
	if w.line.Err() != nil || errors.Is(err, context.DeadlineExceeded) {
		return nil // nobody is there to be darkened
	}
	return err
}
