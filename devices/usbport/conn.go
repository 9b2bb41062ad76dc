package usbport

import (
	"context"
	"fmt"
	"sync"

	"hallway/devices"
)

// conn is a pair of pipes.
type conn struct {
	port                  *Interface
	in                    *inPipe
	out                   *outPipe
	inAddress, outAddress byte

	life  context.Context // ends with Close
	end   context.CancelCauseFunc
	close sync.Once
	err   error
}

var _ devices.Conn = (*conn)(nil)

// Read reads what came, waiting for the first byte until ctx ends.
func (c *conn) Read(ctx context.Context, p []byte) (int, error) {
	if c.in == nil {
		return 0, c.missing("read", c.inAddress)
	}
	return c.do(ctx, "read", func(ctx context.Context) (int, error) { return c.in.read(ctx, p) })
}

// Write gives p to the device, waiting for it until ctx ends. It returns how
// many bytes went over the bus.
func (c *conn) Write(ctx context.Context, p []byte) (int, error) {
	if c.out == nil {
		return 0, c.missing("write", c.outAddress)
	}
	return c.do(ctx, "write", func(ctx context.Context) (int, error) { return c.out.write(ctx, p) })
}

// Close ends waiting calls, and the interface when no other Conn is open.
func (c *conn) Close() error {
	c.close.Do(func() {
		c.end(devices.ErrClosed)
		c.err = c.port.leave()
	})
	return c.err
}

// do runs call, ended by ctx or Close.
func (c *conn) do(ctx context.Context, step string, call func(context.Context) (int, error)) (int, error) {
	if c.life.Err() != nil {
		return 0, fmt.Errorf("%s: %s: %w", c.port.name, step, devices.ErrClosed)
	}
	either, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(c.life, cancel)()
	n, err := call(either)
	switch {
	case err == nil:
		return n, nil
	case c.life.Err() != nil:
		err = devices.ErrClosed
	case ctx.Err() != nil:
		err = ctx.Err()
	}
	return n, fmt.Errorf("%s: %s: %w", c.port.name, step, err)
}

func (c *conn) missing(step string, address byte) error {
	in, out := c.port.Pipes()
	return fmt.Errorf("%s: %s: the interface has no such endpoint %02x, but IN % x and OUT % x", c.port.name, step, address, in, out)
}
