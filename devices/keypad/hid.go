package keypad

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"hallway/devices"
	"hallway/devices/hidinput"
	"hallway/devices/intake"
)

// HIDOptions say what the keys of a numeric pad on USB mean.
type HIDOptions struct {
	Table  Table         // by usages, one byte each; nil = DefaultHIDTable
	Report byte          // id of the reports with keys; 0 = reports are not numbered
	Dial   time.Duration // digits that no Enter follows within it are forgotten; 0 = 5 s
	Log    *slog.Logger  // gets keys that the table does not know; nil = nowhere
}

const (
	// dial is longer than anybody pauses between two digits of a number, and
	// shorter than it takes to serve somebody: a stray digit must not turn the
	// next Enter into a call.
	dial      = 5 * time.Second
	maxDigits = 8
	// queue holds the reports of a second in which the program does not come to
	// take them: a pad sends at most one every 8 ms.
	queue = 128
)

// A HID is one open numeric pad on USB.
type HID struct {
	in      *intake.Intake
	o       HIDOptions
	pressed func(Key)
	stop    context.CancelFunc
	work    sync.WaitGroup

	// Of the goroutine that polls.
	keys   hidinput.Boot
	digits string
	last   time.Time
}

var _ Pad = (*HID)(nil)

// OpenHID listens to the boot keyboard reports of conn, each one Read, and has
// pressed called once for each press, on a goroutine of its own: pressed must
// not block. Digits are reported as they come; the key of KeyNext after digits
// is reported as [Call] of them instead. The pad owns conn from now on, also
// when OpenHID fails.
func OpenHID(conn devices.Conn, o HIDOptions, pressed func(Key)) (*HID, error) {
	if o.Table == nil {
		o.Table = DefaultHIDTable()
	}
	if o.Dial <= 0 {
		o.Dial = dial
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if err := o.Table.check(); err != nil {
		return nil, errors.Join(fmt.Errorf("keypad: %w", err), conn.Close())
	}
	h := &HID{o: o, pressed: pressed, in: intake.Open(conn, reports{}, intake.Options{Name: "keypad", Queue: queue, Log: o.Log})}
	ctx, cancel := context.WithCancel(context.Background())
	h.stop = cancel
	h.work.Go(func() { _ = h.in.Poll(ctx, h.report) }) // Check says why it ended
	return h, nil
}

// Identity is empty: a boot keyboard does not say who it is.
func (h *HID) Identity() devices.Identity { return devices.Identity{} }

// Keys returns the keys of the table.
func (h *HID) Keys() []Key { return h.o.Table.Keys() }

// Check returns the error of the port, or [devices.ErrNoStatus]: a pad that is
// silent may be one that nobody presses.
func (h *HID) Check(ctx context.Context) ([]devices.Condition, error) {
	return nil, h.in.Check(ctx)
}

// Close closes the port. It may be called twice.
func (h *HID) Close() error {
	h.stop()
	err := h.in.Close()
	h.work.Wait()
	return err
}

// report takes one report.
func (h *HID) report(p []byte) {
	if h.o.Report != 0 {
		if p[0] != h.o.Report {
			return
		}
		p = p[1:]
	}
	presses, ok := h.keys.Report(p)
	if !ok {
		h.o.Log.Debug("keypad sends a report that is none of a boot keyboard", "bytes", len(p))
	}
	for _, press := range presses {
		h.press(press.Key)
	}
}

// press reports one key by its usage.
func (h *HID) press(usage byte) {
	if usage == hidinput.KeyNumLock {
		return
	}
	key, ok := h.o.Table.key([]byte{usage})
	if !ok {
		h.o.Log.Warn("keypad has a key that its table does not know", "code", codeOf([]byte{usage}))
		return
	}
	now := time.Now()
	if now.Sub(h.last) > h.o.Dial || len(h.digits) == maxDigits {
		h.digits = ""
	}
	h.last = now
	switch {
	case key.digit():
		h.digits += string(key)
	case key == KeyNext && h.digits != "":
		key, h.digits = Call(h.digits), ""
	default:
		h.digits = ""
	}
	h.pressed(key)
}

// reports passes on each report as it is.
type reports struct{}

func (reports) Feed(p []byte, whole func([]byte)) { whole(p) }
func (reports) Quiet(func([]byte))                {}
func (reports) Begun() bool                       { return false }
