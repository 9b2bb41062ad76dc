package panel

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"

	"hallway/devices"
	"hallway/queue"
)

// WindowOptions say what the panel of a service window shows.
type WindowOptions struct {
	Address int
	Window  string // number on the window's sign, for {window}
	// Call is the text of a called number, "" = {number}; Idle that of a window
	// at which nobody is called, "" = dark. {number}, {window} and {waiting}
	// stand for what they say. A numeric panel shows the digits of what results.
	Call, Idle string
}

// A Window is the panel above a service window. Its methods may be called from
// any goroutine.
type Window struct {
	*Panel
	line *Line
	o    WindowOptions

	leaving atomic.Bool
}

// OpenWindow darkens the panel on line. The Window owns one use of the line
// from now on, also when OpenWindow fails.
func OpenWindow(ctx context.Context, line *Line, p Profile, o WindowOptions) (*Window, error) {
	if o.Call == "" {
		o.Call = "{number}"
	}
	w, err := Open(ctx, line, o.Address, p)
	if err != nil {
		return nil, errors.Join(err, line.Close())
	}
	return &Window{Panel: w, line: line, o: o}, nil
}

// Show shows a ticket's number.
func (w *Window) Show(ctx context.Context, n queue.Number) error {
	if _, _, err := queue.ParseNumber(n); err != nil {
		return w.named(err)
	}
	return w.Panel.Show(ctx, w.fill(w.o.Call, string(n), ""))
}

// Waiting shows how many people wait, and no number, when the options have a
// text for it; else it makes the panel dark.
func (w *Window) Waiting(ctx context.Context, n int) error {
	if n < 0 {
		return w.named(fmt.Errorf("%d people cannot wait", n))
	}
	if w.o.Idle == "" {
		return w.Clear(ctx)
	}
	return w.Panel.Show(ctx, w.fill(w.o.Idle, "", strconv.Itoa(n)))
}

// fill puts values into a text.
func (w *Window) fill(text, number, waiting string) string {
	return strings.NewReplacer("{number}", number, "{window}", w.o.Window, "{waiting}", waiting).Replace(text)
}

// Close darkens the panel and ends its use of the line. It may be called twice.
func (w *Window) Close() error {
	if !w.leaving.CompareAndSwap(false, true) {
		return w.Panel.Close()
	}
	return errors.Join(w.Panel.Close(), w.line.Close())
}

var _ devices.Device = (*Window)(nil)

// Fits says what of a text the panel could never show: it has no Chinese, or
// nothing but digits.
func (p Profile) Fits(text string) error {
	plain := strings.NewReplacer("{number}", "0", "{window}", "0", "{waiting}", "0").Replace(text)
	switch p.Glyphs() {
	case GlyphsDigits:
		if digitsOf(plain) != plain {
			return fmt.Errorf("the panel has only digits, %q has more", text)
		}
	case GlyphsASCII:
		if i := strings.IndexFunc(plain, func(r rune) bool { return r < ' ' || r > '~' }); i >= 0 {
			return fmt.Errorf("the panel has only ASCII, %q has more", text)
		}
	}
	return nil
}
