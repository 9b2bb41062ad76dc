// Package stream makes a [devices.Conn] of a file or socket whose reads and
// writes have deadlines. The transports differ only in how they open and in
// what else they close.
package stream

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"hallway/devices"
)

// A Handle is an open file or socket. Close ends calls that wait.
type Handle interface {
	io.ReadWriteCloser
	SetReadDeadline(t time.Time) error
	SetWriteDeadline(t time.Time) error
}

// Conn is a [devices.Conn] on a Handle.
type Conn struct {
	name   string
	handle Handle
	finish func() error // before the handle is closed; may be nil

	once   sync.Once
	calls  sync.RWMutex // held for reading by each call
	closed chan struct{}
	err    error
}

var _ devices.Conn = (*Conn)(nil)

// New returns the Conn of an open handle. name is the port's name in errors.
// Close calls finish, which may be nil, before it closes the handle.
func New(name string, h Handle, finish func() error) *Conn {
	return &Conn{name: name, handle: h, finish: finish, closed: make(chan struct{})}
}

// Read reads what is there, waiting for the first byte until ctx ends.
func (c *Conn) Read(ctx context.Context, p []byte) (int, error) {
	if len(p) == 0 {
		return 0, fmt.Errorf("%s: read into an empty buffer: %w", c.name, io.ErrShortBuffer)
	}
	n, err := c.do(ctx, c.handle.SetReadDeadline, func() (int, error) { return c.handle.Read(p) })
	if n > 0 {
		return n, nil
	}
	return 0, c.classify(ctx, "read", err)
}

// Write gives all of p to the port, waiting for room until ctx ends.
func (c *Conn) Write(ctx context.Context, p []byte) (int, error) {
	n, err := c.do(ctx, c.handle.SetWriteDeadline, func() (int, error) { return c.handle.Write(p) })
	if err == nil {
		return n, nil
	}
	return n, c.classify(ctx, "write", err)
}

// Close ends waiting calls and releases the port. It may be called twice; the
// second call waits for the first.
func (c *Conn) Close() error {
	c.once.Do(func() {
		close(c.closed)
		// Calls that wait end first, so that finish has the port to itself.
		_ = c.handle.SetReadDeadline(past)
		_ = c.handle.SetWriteDeadline(past)
		c.calls.Lock()
		defer c.calls.Unlock()
		if c.finish != nil {
			c.err = c.finish()
		}
		if err := errors.Join(c.err, c.handle.Close()); err != nil {
			c.err = fmt.Errorf("%s: close: %w", c.name, err)
		}
	})
	return c.err
}

// past is a deadline that is over.
var past = time.Unix(1, 0)

// do runs call, ended by ctx or Close through the handle's deadline.
func (c *Conn) do(ctx context.Context, deadline func(time.Time) error, call func() (int, error)) (int, error) {
	if err := c.over(ctx); err != nil {
		return 0, err
	}
	c.calls.RLock()
	defer c.calls.RUnlock()
	_ = deadline(time.Time{}) // fails only on a closed handle, as call then does
	ended := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		_ = deadline(past)
		close(ended)
	})
	defer func() {
		if !stop() {
			<-ended // or it would end the next call
		}
	}()
	// A Close that set its deadline before it was cleared above.
	if err := c.over(ctx); err != nil {
		return 0, err
	}
	return call()
}

// over returns why no call may begin, or nil.
func (c *Conn) over(ctx context.Context) error {
	select {
	case <-c.closed:
		return devices.ErrClosed
	default:
		return ctx.Err()
	}
}

// classify turns a failed call into an error of package devices or of ctx.
// Whatever a port says beside that means that it is lost.
func (c *Conn) classify(ctx context.Context, step string, err error) error {
	if over := c.over(ctx); over != nil {
		return fmt.Errorf("%s: %s: %w", c.name, step, over)
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return fmt.Errorf("%s: %s: %w", c.name, step, context.DeadlineExceeded)
	}
	if err == nil {
		err = io.EOF
	}
	return fmt.Errorf("%s: %s: %w: %w", c.name, step, devices.ErrGone, err)
}
