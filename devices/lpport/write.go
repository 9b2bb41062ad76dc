package lpport

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"hallway/devices"
	"hallway/devices/internal/thread"
)

const (
	// transfer is how many bytes go out at once: half of what usblp copies
	// (USBLP_BUF_SIZE), so that less is unknown when a Write is cut.
	transfer = 4096
	// look is how long a writer waits in the kernel before it looks whether its
	// caller has gone.
	look = 20 * time.Millisecond
	// grace is how long a caller waits for a writer that it stopped.
	grace = 100 * time.Millisecond
)

// Write gives p to the printer, waiting for it until ctx ends. See the package
// for what is known of bytes that the printer did not take in time: they count.
func (c *conn) Write(ctx context.Context, p []byte) (int, error) {
	n, err := c.write(ctx, p)
	if err != nil {
		return n, fmt.Errorf("%s: write: %w", c.name, err)
	}
	return n, nil
}

func (c *conn) write(ctx context.Context, p []byte) (int, error) {
	if err := c.take(ctx, c.turn); err != nil {
		return 0, err
	}
	w := &writer{fd: c.fd, data: append([]byte(nil), p...), stop: make(chan struct{}), done: make(chan error, 1)}
	started := c.use(func() {
		defer func() { <-c.turn }()
		writing := thread.Start(func() { w.done <- w.run() })
		select {
		case <-writing.Done():
		case <-w.stop:
			writing.Interrupt()
		}
	})
	if !started {
		<-c.turn
		return 0, devices.ErrClosed
	}
	var over error
	select {
	case err := <-w.done:
		return int(w.handed.Load()), err
	case <-ctx.Done():
		over = ctx.Err()
	case <-c.closing:
		over = devices.ErrClosed
	}
	close(w.stop)
	select {
	case err := <-w.done:
		if err == nil && int(w.handed.Load()) == len(p) {
			return len(p), nil
		}
	case <-time.After(grace): // the kernel keeps it; it begins nothing more
	}
	return int(w.handed.Load()), over
}

// take takes a token, which the holder gives back.
func (c *conn) take(ctx context.Context, token chan struct{}) error {
	if c.closed() {
		return devices.ErrClosed
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case token <- struct{}{}:
		return nil
	case <-c.closing:
		return devices.ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	}
}

// errStopped ends a writer whose caller has gone.
var errStopped = errors.New("stopped")

// writer carries out one Write, on a thread of its own.
type writer struct {
	fd     int
	data   []byte
	handed atomic.Int64 // bytes that the kernel has, or may have
	stop   chan struct{}
	done   chan error
}

// run hands one transfer after the other to the kernel and waits for its end.
func (w *writer) run() error {
	for rest := w.data; len(rest) > 0; {
		if err := w.wait(); err != nil {
			return err
		}
		piece := rest[:min(transfer, len(rest))]
		w.handed.Add(int64(len(piece)))
		n, err := unix.Write(w.fd, piece)
		switch {
		case errors.Is(err, unix.EINTR): // the kernel has them
			n = len(piece)
			if err := w.wait(); err != nil {
				return err
			}
		case err != nil:
			return classify(err, devices.ErrGone)
		}
		w.handed.Add(int64(n - len(piece)))
		rest = rest[n:]
	}
	return nil
}

// wait waits until the printer has taken the transfer that a Write before left
// behind.
func (w *writer) wait() error {
	for {
		select {
		case <-w.stop:
			return errStopped
		default:
		}
		fds := []unix.PollFd{{Fd: int32(w.fd), Events: unix.POLLOUT}}
		_, err := unix.Poll(fds, int(look.Milliseconds()))
		switch {
		case err != nil && !errors.Is(err, unix.EINTR):
			return classify(err, devices.ErrGone)
		case fds[0].Revents&unix.POLLHUP != 0:
			return fmt.Errorf("%w: %w", devices.ErrGone, unix.ENODEV)
		case fds[0].Revents&unix.POLLOUT != 0:
			return nil
		}
	}
}
