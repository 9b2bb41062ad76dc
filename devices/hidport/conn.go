package hidport

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/karalabe/hid"

	"hallway/devices"
	"hallway/devices/internal/stream"
)

const (
	// backlog is how many input reports wait for a reader: six of the longest
	// answers of a card reader, 43 reports each.
	backlog = 256
	// step is how long the library is asked to wait for input at a time. Input
	// ends it at once; Close waits for its end.
	step = 25 * time.Millisecond
	// writeLimit is when hidapi gives a write up (hid_write in libusb/hid.c).
	writeLimit = time.Second
	// goneWithin is when input has ended after an unplug: three times what it
	// takes in an emulated guest.
	goneWithin = 250 * time.Millisecond
)

// conn is an open HID device. One goroutine reads, one writes, and nobody else
// calls the library; libusb allows the two at a time.
type conn struct {
	name    string
	dev     hid.Device
	options Options
	queue   *stream.Queue
	jobs    chan *job

	close   sync.Once
	closing chan struct{}
	gone    chan struct{} // closed when input has ended
	users   sync.WaitGroup
	err     error
}

// A job is one call of the library that the writing goroutine makes.
type job struct {
	call func() error
	done chan error
}

var _ devices.Conn = (*conn)(nil)

func newConn(name string, dev hid.Device, o Options, packet int) *conn {
	c := &conn{
		name: name, dev: dev, options: o,
		queue: stream.NewQueue(backlog), jobs: make(chan *job),
		closing: make(chan struct{}), gone: make(chan struct{}),
	}
	c.users.Go(func() { c.receive(joiner{packet: packet, report: o.ReportLen}) })
	c.users.Go(c.work)
	return c
}

// receive takes input until the device is closed or gone.
func (c *conn) receive(j joiner) {
	defer close(c.gone)
	buf := make([]byte, j.packet)
	for !ended(c.closing) {
		n, err := c.dev.ReadTimeout(buf, int(step.Milliseconds()))
		if err != nil {
			c.queue.End(fmt.Errorf("%w: %w", devices.ErrGone, err))
			return
		}
		if n == 0 {
			continue
		}
		if report := j.add(buf[:n]); report != nil {
			c.queue.PutNewest(report)
		}
		clear(buf)
	}
}

// work makes one call after the other until the device is closed.
func (c *conn) work() {
	for {
		select {
		case j := <-c.jobs:
			j.done <- j.call()
		case <-c.closing:
			return
		}
	}
}

// Read gives one input report. A buffer that is too short for it gets nothing,
// an error that wraps [io.ErrShortBuffer], and the report with the next Read.
func (c *conn) Read(ctx context.Context, p []byte) (int, error) {
	n, err := c.queue.ReadPiece(ctx, p)
	if err != nil {
		return 0, fmt.Errorf("%s: read: %w", c.name, err)
	}
	return n, nil
}

// Write sends p as one output report. When ctx ends the report may still be
// taken by the device within a second; a Write that follows waits for that. A
// device that takes nothing for 1 s gives [devices.ErrSilent], one that refuses
// the report [devices.ErrProtocol].
func (c *conn) Write(ctx context.Context, p []byte) (int, error) {
	report, err := c.report(p)
	if err != nil {
		return 0, fmt.Errorf("%s: write: %w", c.name, err)
	}
	err = c.do(ctx, func() error {
		defer clear(report)
		began := time.Now()
		n, err := c.dev.Write(report)
		switch {
		case err != nil:
			return c.failure(err, time.Since(began))
		case n != len(report):
			return fmt.Errorf("%d of %d bytes were taken: %w", n, len(report), devices.ErrGone)
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("%s: write: %w", c.name, err)
	}
	return len(p), nil
}

// report is p as the library wants it: behind the report's id, which it takes
// off again when it is 0.
func (c *conn) report(p []byte) ([]byte, error) {
	switch {
	case len(p) == 0:
		return nil, errors.New("an empty report")
	case !c.options.Numbered:
		return append([]byte{0}, p...), nil
	case p[0] == 0:
		return nil, errors.New("report id 0 of a device that numbers its reports")
	}
	return append([]byte(nil), p...), nil
}

// failure tells a device that is gone from one that takes nothing and from one
// that refuses; the library does not. Input ends shortly after an unplug.
func (c *conn) failure(err error, took time.Duration) error {
	select {
	case <-c.gone:
		return fmt.Errorf("%w: %w", devices.ErrGone, err)
	case <-c.closing:
		return devices.ErrClosed
	case <-time.After(goneWithin):
	}
	if took >= writeLimit {
		return fmt.Errorf("%w: %w", devices.ErrSilent, err)
	}
	return fmt.Errorf("the device refuses the report: %w: %w", devices.ErrProtocol, err)
}

// do has the writing goroutine make a call.
func (c *conn) do(ctx context.Context, call func() error) error {
	if ended(c.closing) {
		return devices.ErrClosed
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	j := &job{call: call, done: make(chan error, 1)}
	select {
	case c.jobs <- j:
	case <-c.closing:
		return devices.ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case err := <-j.done:
		return err
	case <-c.closing:
		return devices.ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Close ends all calls and gives the device back to the kernel. It may be called
// twice; the second call waits for the first.
func (c *conn) Close() error {
	c.close.Do(func() {
		close(c.closing)
		c.queue.Close()
		c.users.Wait()
		if err := c.dev.Close(); err != nil {
			c.err = fmt.Errorf("%s: close: %w", c.name, err)
		}
	})
	return c.err
}

// Lost returns how many input reports port, which [Open] returned, has dropped
// because nobody read them. It is 0 for another Conn.
func Lost(port devices.Conn) uint64 {
	if c, ok := port.(*conn); ok {
		return c.queue.Lost()
	}
	return 0
}

// SetFeature sends a feature report to the device of port, which [Open]
// returned. report begins with the report's id, 0 when reports are not numbered
// (USB HID 1.11, 7.2.2).
func SetFeature(ctx context.Context, port devices.Conn, report []byte) error {
	c, ok := port.(*conn)
	if !ok {
		return fmt.Errorf("feature report: not a HID port: %w", errors.ErrUnsupported)
	}
	own := append([]byte(nil), report...)
	err := c.do(ctx, func() error {
		began := time.Now()
		if _, err := c.dev.SendFeatureReport(own); err != nil {
			return c.failure(err, time.Since(began))
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("%s: feature report: %w", c.name, err)
	}
	return nil
}

// ended reports whether c is closed.
func ended(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}
