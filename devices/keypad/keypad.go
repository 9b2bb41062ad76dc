// Package keypad is the keypad beside a member of the counter staff, whose keys
// call, recall and finish. There are two kinds, and both report the same [Key]
// values:
//
//   - [Open]: a call terminal on the bus of package ff68. It sends one frame for
//     each press and repeats it until it is acknowledged with the same frame.
//   - [OpenHID]: a numeric pad on USB, which sends boot keyboard reports. Digits
//     and then Enter call a number directly, see [Call].
//
// What a press means is a [Table], because makers assign keys differently:
// [DefaultTable] is that of one hall's program, [DefaultHIDTable] a suggestion
// for the keys of a numeric pad; the codes that they add are UNCONFIRMED. A
// hall's file changes single keys by [Table.With].
package keypad

import (
	"context"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"hallway/devices"
	"hallway/devices/ff68"
)

// Options say where the pad is on the bus and what its keys mean.
type Options struct {
	Address byte          // 1 to 254
	Table   Table         // nil = DefaultTable
	Bounce  time.Duration // a key that comes again within it was pressed once; 0 = 300 ms
	// NoEcho is set for pads that take their own frame, sent back, for a
	// command. UNCONFIRMED that there are any; the known ones repeat a press
	// until they hear it.
	NoEcho bool
	Log    *slog.Logger // gets keys that the table does not know; nil = nowhere
}

// A Pad is an open keypad of either kind.
type Pad interface {
	devices.Device
	// Keys returns the keys that the pad can send, in alphabetical order.
	Keys() []Key
}

const (
	// bounce is longer than a pad waits for its acknowledgement before it
	// repeats a frame, and shorter than a person presses twice on purpose.
	// UNCONFIRMED.
	bounce   = 300 * time.Millisecond
	ackLimit = 500 * time.Millisecond

	funcRating = 0x11 // of a rating pad; its data is a rating, not a key
	maxCode    = 3    // data bytes of a pad's frame
)

// A Keypad is one open pad.
type Keypad struct {
	o       Options
	line    *ff68.Line
	pressed func(Key)
	release func()
	closed  atomic.Bool

	// Of the line's reading goroutine.
	last   string
	lastAt time.Time
}

var _ Pad = (*Keypad)(nil)

// Open listens to the pad on line and has pressed called once for each press,
// on the line's goroutine: pressed must not block. The pad owns one use of the
// line from now on, also when Open fails.
func Open(line *ff68.Line, o Options, pressed func(Key)) (*Keypad, error) {
	if o.Bounce <= 0 {
		o.Bounce = bounce
	}
	if o.Table == nil {
		o.Table = DefaultTable()
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	k := &Keypad{o: o, line: line, pressed: pressed}
	err := o.Table.check()
	if err == nil {
		k.release, err = line.Handle(o.Address, k.frame)
	}
	if err != nil {
		_ = line.Close()
		return nil, fmt.Errorf("keypad %d: %w", o.Address, err)
	}
	return k, nil
}

// Identity is empty: a pad does not say who it is.
func (k *Keypad) Identity() devices.Identity { return devices.Identity{} }

// Keys returns the keys of the table.
func (k *Keypad) Keys() []Key { return k.o.Table.Keys() }

// Check returns the error of the line, or [devices.ErrNoStatus]: a pad that is
// silent may be one that nobody presses.
func (k *Keypad) Check(ctx context.Context) ([]devices.Condition, error) {
	if k.closed.Load() {
		return nil, fmt.Errorf("keypad %d: %w", k.o.Address, devices.ErrClosed)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := k.line.Err(); err != nil {
		return nil, fmt.Errorf("keypad %d: %w", k.o.Address, err)
	}
	return nil, devices.ErrNoStatus
}

// Close ends the pad's use of the line.
func (k *Keypad) Close() error {
	if k.closed.Swap(true) {
		return nil
	}
	k.release()
	return k.line.Close()
}

// frame acknowledges a frame of the pad and reports its key.
func (k *Keypad) frame(f ff68.Frame) {
	if f.Func == funcRating || len(f.Data) == 0 || len(f.Data) > maxCode {
		return
	}
	k.echo(f)
	code, now := codeOf(f.Data), time.Now()
	again := code == k.last && now.Sub(k.lastAt) < k.o.Bounce
	k.last, k.lastAt = code, now
	if again {
		return
	}
	key, ok := k.o.Table.key(f.Data)
	if !ok {
		k.o.Log.Warn("keypad has a key that its table does not know", "code", code)
		return
	}
	k.pressed(key)
}

// echo acknowledges a frame.
func (k *Keypad) echo(f ff68.Frame) {
	if k.o.NoEcho {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), ackLimit)
	defer cancel()
	if err := k.line.Send(ctx, f); err != nil {
		k.o.Log.Debug("keypad is not acknowledged", "err", err)
	}
}
