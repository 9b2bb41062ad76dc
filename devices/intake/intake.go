package intake

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"hallway/devices"
)

// An Assembler makes messages of what a port delivers. Its methods are called
// from one goroutine. It overwrites what it holds when a message is over.
type Assembler interface {
	// Feed takes what one Read gave and calls whole with each message that
	// ends in it. It must not keep p; whole does not keep the message.
	Feed(p []byte, whole func(message []byte))
	// Quiet says that nothing came for Options.Gap after Begun.
	Quiet(whole func(message []byte))
	// Begun reports whether part of a message waits for its rest.
	Begun() bool
}

// Options are the habits of an input device.
type Options struct {
	Name   string        // of the device in errors, such as "scanner"
	Gap    time.Duration // silence that ends a message; 0 = 300 ms
	Room   int           // bytes of a Read, at least the longest report of a port with reports; 0 = 512
	Queue  int           // messages that wait for a slow taker, more are dropped; 0 = 8
	Arm    []byte        // sent when Poll begins; empty = nothing
	Disarm []byte        // sent when Poll ends; empty = nothing
	Log    *slog.Logger  // gets counts, never contents; nil = nowhere
}

const (
	// gap is what serial scanners and document readers leave between two
	// messages at least, and longer than any of them pauses inside one.
	gap        = 300 * time.Millisecond
	room       = 512
	writeLimit = time.Second // a port that takes no command for that long is stuck
	queue      = 8
)

// An Intake is an open input device. Its methods may be called from any
// goroutine.
type Intake struct {
	conn devices.Conn
	a    Assembler
	o    Options

	life context.Context // ends with Close or the port
	end  context.CancelFunc
	work sync.WaitGroup

	mu     sync.Mutex
	err    error // why the intake ended, nil while it lives
	active *poll // nil while nobody asks
	began  *poll // who asked when the message at hand began
}

// A poll is one run of Poll.
type poll struct{ messages chan []byte }

// Open begins to read conn, which the Intake owns from now on.
func Open(conn devices.Conn, a Assembler, o Options) *Intake {
	if o.Gap <= 0 {
		o.Gap = gap
	}
	if o.Room <= 0 {
		o.Room = room
	}
	if o.Queue <= 0 {
		o.Queue = queue
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	t := &Intake{conn: conn, a: a, o: o}
	t.life, t.end = context.WithCancel(context.Background())
	t.work.Go(t.read)
	return t
}

// Close ends Poll and closes the port. It may be called twice.
func (t *Intake) Close() error {
	t.mu.Lock()
	t.err = devices.ErrClosed
	t.mu.Unlock()
	t.end()
	err := t.conn.Close()
	t.work.Wait()
	return err
}

// Check returns why the intake has ended, or [devices.ErrNoStatus]: a device
// that is silent may be one that nobody uses.
func (t *Intake) Check(ctx context.Context) error {
	if err := t.usable(ctx); err != nil {
		return err
	}
	return devices.ErrNoStatus
}

// Poll calls take with each message that begins and ends while it runs, until
// ctx ends; then it returns nil. Any other end is an error of package devices.
// A second Poll at the same time gets [devices.ErrBusy]. take runs on Poll's
// goroutine and must not keep the message.
func (t *Intake) Poll(ctx context.Context, take func(message []byte)) error {
	if ctx.Err() != nil {
		return nil
	}
	p, err := t.begin(ctx)
	if err != nil {
		return err
	}
	defer t.finish(p)
	if err := t.send(ctx, "arm", t.o.Arm); err != nil {
		return t.ended(ctx, err)
	}
	defer t.disarm()
	for {
		select {
		case m := <-p.messages:
			take(m)
			clear(m)
		case <-ctx.Done():
			return nil
		case <-t.life.Done():
			return t.ended(ctx, t.usable(ctx))
		}
	}
}

// ended returns nil when ctx is the reason for err.
func (t *Intake) ended(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

func (t *Intake) begin(ctx context.Context) (*poll, error) {
	if err := t.usable(ctx); err != nil {
		return nil, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.active != nil {
		return nil, fmt.Errorf("%s: somebody else asks already: %w", t.o.Name, devices.ErrBusy)
	}
	t.active = &poll{make(chan []byte, t.o.Queue)}
	return t.active, nil
}

// finish overwrites the messages that nobody took.
func (t *Intake) finish(p *poll) {
	t.mu.Lock()
	t.active = nil
	t.mu.Unlock()
	for {
		select {
		case m := <-p.messages:
			clear(m)
		default:
			return
		}
	}
}

// disarm switches the device off. A port that does not take it is found out by
// the next command.
func (t *Intake) disarm() {
	if err := t.send(t.life, "disarm", t.o.Disarm); err != nil {
		t.o.Log.Debug("device is not disarmed", "device", t.o.Name, "err", err)
	}
}

// send writes a command of the device.
func (t *Intake) send(ctx context.Context, step string, command []byte) error {
	if len(command) == 0 {
		return nil
	}
	wctx, cancel := context.WithTimeout(ctx, writeLimit)
	defer cancel()
	_, err := t.conn.Write(wctx, command)
	switch {
	case err == nil:
		return nil
	case ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("%s: %s: port takes no bytes: %w", t.o.Name, step, devices.ErrSilent)
	}
	return fmt.Errorf("%s: %s: %w", t.o.Name, step, err)
}

// usable returns why nothing may begin, or nil.
func (t *Intake) usable(ctx context.Context) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.err != nil {
		return fmt.Errorf("%s: %w", t.o.Name, t.err)
	}
	return ctx.Err()
}

// fail ends the intake. The first cause stays.
func (t *Intake) fail(cause error) {
	t.mu.Lock()
	if t.err == nil {
		t.err = cause
	}
	t.mu.Unlock()
	t.end()
}

// read feeds the assembler until the port ends.
func (t *Intake) read() {
	buf := make([]byte, t.o.Room)
	for {
		n, quiet, err := t.fill(buf)
		t.feed(buf[:n], quiet)
		clear(buf[:n])
		if err != nil {
			t.fail(err)
			return
		}
	}
}

// fill reads what comes. It reports quiet when a message was begun and nothing
// came for the gap.
func (t *Intake) fill(buf []byte) (n int, quiet bool, err error) {
	if !t.a.Begun() {
		n, err = t.conn.Read(t.life, buf)
		return n, false, err
	}
	ctx, cancel := context.WithTimeout(t.life, t.o.Gap)
	defer cancel()
	n, err = t.conn.Read(ctx, buf)
	if n == 0 && t.life.Err() == nil && errors.Is(err, context.DeadlineExceeded) {
		return 0, true, nil
	}
	return n, false, err
}

// feed hands bytes to the assembler and its messages to who asks.
func (t *Intake) feed(p []byte, quiet bool) {
	t.mu.Lock()
	if !t.a.Begun() {
		t.began = t.active
	}
	t.mu.Unlock()
	if quiet {
		t.a.Quiet(t.deliver)
		return
	}
	t.a.Feed(p, t.deliver)
}

// deliver gives a message to the Poll that ran when it began and still runs.
func (t *Intake) deliver(message []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	to := t.began
	t.began = t.active // what follows in the same bytes begins here
	if to == nil || to != t.active {
		t.o.Log.Debug("input that nobody asked for is dropped", "device", t.o.Name, "bytes", len(message))
		return
	}
	if len(to.messages) == cap(to.messages) {
		t.o.Log.Warn("input comes faster than it is taken and is dropped", "device", t.o.Name)
		return
	}
	to.messages <- bytes.Clone(message)
}
