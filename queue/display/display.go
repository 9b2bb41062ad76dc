// Package display is the small LED panel of a service window: three digits for
// how many people wait and three for the called ticket, on the bus of package
// ff68. It has no letters, so a number's prefix is not shown.
//
// A panel never answers. What it shall show is sent again every half minute,
// because a panel that lost its power has forgotten it.
package display

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"hallway/devices"
	"hallway/devices/ff68"
	"hallway/queue"
)

// Options say where the panel is on the bus.
type Options struct {
	Address byte // 1 to 254
}

const (
	funcShow = 0x02
	blank    = 0x0A // a dark digit
	places   = 3    // digits of each number

	// clearLimit is how long Close waits for the panel's line.
	clearLimit = 300 * time.Millisecond
)

// A Window is one open panel. Its methods may be called from any goroutine.
type Window struct {
	address byte
	line    *ff68.Line

	mu     sync.Mutex
	closed bool
}

var _ devices.Device = (*Window)(nil)

// Open darkens the panel on line. The Window owns one use of the line from now
// on, also when Open fails.
func Open(ctx context.Context, line *ff68.Line, o Options) (*Window, error) {
	w := &Window{address: o.Address, line: line}
	if err := w.Clear(ctx); err != nil {
		return nil, errors.Join(err, w.Close())
	}
	return w, nil
}

// Show shows the last three digits of a ticket's number.
func (w *Window) Show(ctx context.Context, number queue.Number) error {
	_, n, err := queue.ParseNumber(number)
	if err != nil {
		return fmt.Errorf("window display %d: %w", w.address, err)
	}
	return w.show(ctx, dark, digits(n%1000))
}

// Waiting shows how many people wait, at most 999, and no number.
func (w *Window) Waiting(ctx context.Context, n int) error {
	if n < 0 {
		return fmt.Errorf("window display %d: %d people cannot wait", w.address, n)
	}
	return w.show(ctx, digits(min(n, 999)), dark)
}

// Clear makes the panel dark.
func (w *Window) Clear(ctx context.Context) error { return w.show(ctx, dark, dark) }

// Identity is empty: a panel does not say who it is.
func (w *Window) Identity() devices.Identity { return devices.Identity{} }

// Check returns the error of the line, or [devices.ErrNoStatus]: a panel does
// not answer.
func (w *Window) Check(ctx context.Context) ([]devices.Condition, error) {
	if err := w.usable(ctx); err != nil {
		return nil, err
	}
	if err := w.line.Err(); err != nil {
		return nil, fmt.Errorf("window display %d: %w", w.address, err)
	}
	return nil, devices.ErrNoStatus
}

// Close darkens the panel and ends its use of the line.
func (w *Window) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), clearLimit)
	defer cancel()
	last := w.Clear(ctx)
	w.mu.Lock()
	before := w.closed
	w.closed = true
	w.mu.Unlock()
	if before {
		return nil
	}
	w.line.Release(w.address)
	err := w.line.Close()
	if last != nil && w.line.Err() == nil {
		err = errors.Join(last, err)
	}
	return err
}

type number [places]byte

var dark = number{blank, blank, blank}

// digits returns the digits of n, which is 0 to 999.
func digits(n int) number {
	return number{byte(n / 100), byte(n / 10 % 10), byte(n % 10)}
}

func (w *Window) show(ctx context.Context, waiting, ticket number) error {
	if err := w.usable(ctx); err != nil {
		return err
	}
	data := append(waiting[:], ticket[:]...)
	if err := w.line.Hold(ctx, ff68.Frame{Addr: w.address, Func: funcShow, Data: data}); err != nil {
		return fmt.Errorf("window display %d: %w", w.address, err)
	}
	return nil
}

// usable returns why nothing may begin, or nil.
func (w *Window) usable(ctx context.Context) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return fmt.Errorf("window display %d: %w", w.address, devices.ErrClosed)
	}
	return ctx.Err()
}
