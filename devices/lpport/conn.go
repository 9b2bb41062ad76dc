package lpport

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"hallway/devices"
	"hallway/devices/internal/stream"
)

const (
	// answer is what usblp reads from a printer at once (USBLP_BUF_SIZE_IN).
	answer = 1024
	// backlog is how many answers wait for a reader before the printer is held
	// off.
	backlog = 64
	// closePatience is how long Close waits for calls that the kernel keeps.
	// They end at once unless a printer leaves a status request unanswered, the
	// program's or the one that usblp makes every 1.5 s while a write waits.
	closePatience = 2 * time.Second
)

// conn is an open printer.
type conn struct {
	name     string
	fd, wake int // wake becomes readable with Close
	queue    *stream.Queue
	turn     chan struct{} // one token: who writes
	asking   chan struct{} // one token: who makes a request

	mu      sync.Mutex     // guards the end of the users
	users   sync.WaitGroup // of fd and wake
	close   sync.Once
	closing chan struct{}
	err     error
}

var _ devices.Conn = (*conn)(nil)

// Read reads what the printer sent, waiting for the first byte until ctx ends.
// A printer without a back channel sends nothing.
func (c *conn) Read(ctx context.Context, p []byte) (int, error) {
	n, err := c.queue.Read(ctx, p)
	if err != nil {
		return 0, fmt.Errorf("%s: read: %w", c.name, err)
	}
	return n, nil
}

// receive takes what the printer sends until it is closed or gone.
func (c *conn) receive() {
	buf := make([]byte, answer)
	for c.queue.WaitRoom() {
		fds := []unix.PollFd{{Fd: int32(c.fd), Events: unix.POLLIN}, {Fd: int32(c.wake), Events: unix.POLLIN}}
		if _, err := unix.Poll(fds, -1); err != nil && !errors.Is(err, unix.EINTR) {
			c.queue.End(classify(err, devices.ErrGone))
			return
		}
		switch {
		case fds[1].Revents != 0:
			return
		case fds[0].Revents&unix.POLLIN != 0:
			n, err := unix.Read(c.fd, buf)
			if err != nil && !errors.Is(err, unix.EINTR) {
				c.queue.End(classify(err, devices.ErrGone))
				return
			}
			if n > 0 {
				c.queue.Put(append([]byte(nil), buf[:n]...))
			}
		case fds[0].Revents != 0:
			c.queue.End(fmt.Errorf("%w: %w", devices.ErrGone, unix.ENODEV))
			return
		}
	}
}

// Close ends all calls and takes back what the printer has not taken. It may be
// called twice; the second call waits for the first.
func (c *conn) Close() error {
	c.close.Do(func() {
		c.mu.Lock()
		close(c.closing)
		c.mu.Unlock()
		c.queue.Close()
		_, err := unix.Write(c.wake, []byte{1, 0, 0, 0, 0, 0, 0, 0})
		released := make(chan error, 1)
		go func() {
			c.users.Wait()
			released <- errors.Join(unix.Close(c.fd), unix.Close(c.wake))
		}()
		select {
		case failed := <-released:
			err = errors.Join(err, failed)
		case <-time.After(closePatience):
		}
		if err != nil {
			c.err = fmt.Errorf("%s: close: %w", c.name, err)
		}
	})
	return c.err
}

// use runs f in a goroutine that Close waits for. It reports false after Close.
func (c *conn) use(f func()) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed() {
		return false
	}
	c.users.Go(f)
	return true
}

func (c *conn) closed() bool {
	select {
	case <-c.closing:
		return true
	default:
		return false
	}
}
