package engine

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"hallway/devices"
)

// A Line is the open port of a printer: whole writes with time limits, and
// answers one by one.
type Line struct {
	conn    devices.Conn
	replies chan Reply      // from the reader; the oldest is lost when full
	life    context.Context // ends with close
	end     context.CancelFunc
	reader  sync.WaitGroup
	down    chan struct{} // closed when the reader ended
	downErr error         // valid when down is closed
}

// open starts the reader.
func open(conn devices.Conn, s Splitter) *Line {
	life, end := context.WithCancel(context.Background())
	l := &Line{conn: conn, replies: make(chan Reply, 64), life: life, end: end, down: make(chan struct{})}
	l.reader.Go(func() { l.read(s) })
	return l
}

// close ends a running command, closes the port and waits for the reader.
func (l *Line) close() error {
	l.end()
	err := l.conn.Close()
	l.reader.Wait()
	if errors.Is(err, devices.ErrClosed) {
		return nil
	}
	return err
}

// closedOr returns err, or ErrClosed after close.
func (l *Line) closedOr(err error) error {
	if l.life.Err() != nil {
		return devices.ErrClosed
	}
	return err
}

// read feeds the splitter until the port ends.
func (l *Line) read(s Splitter) {
	defer close(l.down)
	buf := make([]byte, 256)
	for {
		n, err := l.conn.Read(l.life, buf)
		s.Push(buf[:n], l.deliver)
		if err != nil {
			l.downErr = err
			return
		}
	}
}

// deliver never blocks, so that an unasked flood cannot stop the reader.
func (l *Line) deliver(r Reply) {
	for {
		select {
		case l.replies <- r:
			return
		default:
		}
		select {
		case <-l.replies:
		default:
		}
	}
}

// Forget drops answers that nobody waits for any more.
func (l *Line) Forget() {
	for {
		select {
		case <-l.replies:
		default:
			return
		}
	}
}

// Write sends all of b within limit and returns how many bytes the port took.
// A port that takes nothing gives [devices.ErrSilent].
func (l *Line) Write(ctx context.Context, b []byte, limit time.Duration) (int, error) {
	timed, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	n, err := l.conn.Write(timed, b)
	if err == nil && n < len(b) {
		err = devices.ErrGone
	}
	return n, l.blame(ctx, err)
}

// blame turns the end of an inner time limit into ErrSilent and the end of the
// printer's life into ErrClosed.
func (l *Line) blame(ctx context.Context, err error) error {
	switch {
	case err == nil:
		return nil
	case l.life.Err() != nil:
		return devices.ErrClosed
	case errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil:
		return fmt.Errorf("printer takes no bytes: %w", devices.ErrSilent)
	}
	return err
}

// Await returns the first answer that match accepts. Without one it returns
// [devices.ErrSilent], or [devices.ErrProtocol] when only noise came.
func (l *Line) Await(ctx context.Context, limit time.Duration, match func(Reply) bool) (Reply, error) {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	garbage := 0
	for {
		select {
		case r := <-l.replies:
			if match(r) {
				return r, nil
			}
			if r.Kind == Noise {
				garbage++
			}
		case <-timer.C:
			if garbage > 0 {
				return Reply{}, fmt.Errorf("%d bytes that are no answer: %w", garbage, devices.ErrProtocol)
			}
			return Reply{}, devices.ErrSilent
		case <-ctx.Done():
			return Reply{}, l.closedOr(ctx.Err())
		case <-l.down:
			return Reply{}, l.closedOr(l.downErr)
		}
	}
}

// Ask writes a request and returns the first answer that match accepts.
func (l *Line) Ask(ctx context.Context, request []byte, limit time.Duration, match func(Reply) bool) (Reply, error) {
	if _, err := l.Write(ctx, request, limit); err != nil {
		return Reply{}, err
	}
	return l.Await(ctx, limit, match)
}
