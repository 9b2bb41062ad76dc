package sim

import (
	"errors"
	"fmt"
	"net"
	"os"
	"sync"
)

// A TCP is a Line on a TCP port, as a network printer or a serial device
// server has. It serves one program at a time; the next one waits.
type TCP struct {
	socket
	address string
	gone    chan struct{} // one token: the connection ended by itself

	plugging sync.Mutex
	listener net.Listener // nil while unplugged
	stop     chan struct{}
	accepts  sync.WaitGroup
}

var _ Line = (*TCP)(nil)

// Listen listens on address, which is host:port; port 0 takes a free one.
func Listen(address string) (*TCP, error) {
	t := &TCP{address: address, gone: make(chan struct{}, 1)}
	t.lost = func() { t.gone <- struct{}{} }
	if err := t.Replug(); err != nil {
		return nil, err
	}
	return t, nil
}

// Name returns "tcp:host:port".
func (t *TCP) Name() string {
	t.plugging.Lock()
	defer t.plugging.Unlock()
	return "tcp:" + t.address
}

// Replug listens again on the same port. It does nothing while the line is
// plugged in.
func (t *TCP) Replug() error {
	t.plugging.Lock()
	defer t.plugging.Unlock()
	if t.listener != nil {
		return nil
	}
	if t.ended() {
		return os.ErrClosed
	}
	l, err := net.Listen("tcp", t.address)
	if err != nil {
		return fmt.Errorf("listen for programs: %w", err)
	}
	select {
	case <-t.gone: // nobody heard it before the line was unplugged
	default:
	}
	t.listener, t.address, t.stop = l, l.Addr().String(), make(chan struct{})
	stop := t.stop
	t.accepts.Go(func() { t.accept(l, stop) })
	return nil
}

// Unplug drops the connection and stops listening.
func (t *TCP) Unplug() error {
	return t.remove(func() handle {
		h, _ := t.plug(nil)
		return h
	})
}

// Close ends the line for good.
func (t *TCP) Close() error { return t.remove(t.shut) }

// remove stops listening, and closes the connection that take takes away.
func (t *TCP) remove(take func() handle) error {
	t.plugging.Lock()
	defer t.plugging.Unlock()
	var errs []error
	if t.listener != nil {
		errs = append(errs, t.listener.Close())
		close(t.stop)
		t.accepts.Wait()
		t.listener = nil
	}
	if h := take(); h != nil {
		errs = append(errs, h.Close())
	}
	return errors.Join(errs...)
}

// accept plugs in one connection after another.
func (t *TCP) accept(l net.Listener, stop <-chan struct{}) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		before, ok := t.plug(conn.(*net.TCPConn))
		if before != nil {
			_ = before.Close()
		}
		if !ok {
			_ = conn.Close()
			return
		}
		select {
		case <-t.gone:
		case <-stop:
			return
		}
	}
}
