package tcpport

import (
	"errors"
	"net"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

const (
	// look is how often the kernel is asked whether bytes are acknowledged.
	look = 500 * time.Millisecond
	// repetitions without an acknowledgement mean that the link is cut. They
	// come after 0.2, 0.4, 0.8, 1.6 and 3.2 s on a network that answers in
	// milliseconds (RFC 6298, with Linux' shortest timeout of 200 ms).
	repetitions = 5
	// linger is how long Close waits for the last bytes.
	linger = 100 * time.Millisecond
	step   = 2 * time.Millisecond
)

// errCut is what reads and writes meet on a link that was given up.
var errCut = errors.New("nobody acknowledges, the cable is cut or the power off")

// watched is a connection that is given up when the peer acknowledges nothing.
type watched struct {
	*net.TCPConn
	wrote atomic.Bool
	cut   atomic.Bool
	stop  chan struct{}
	ended chan struct{}
}

func watch(c *net.TCPConn) *watched {
	w := &watched{TCPConn: c, stop: make(chan struct{}), ended: make(chan struct{})}
	go w.watch()
	return w
}

// watch looks after the link until finish.
func (w *watched) watch() {
	defer close(w.ended)
	tick := time.NewTicker(look)
	defer tick.Stop()
	for {
		select {
		case <-w.stop:
			return
		case <-tick.C:
		}
		if w.wrote.Load() && w.unheard() {
			w.cut.Store(true)
			_ = errors.Join(w.CloseRead(), w.CloseWrite()) // ends calls that wait
			return
		}
	}
}

// unheard reports whether nobody acknowledges what the kernel repeats: bytes,
// or its question whether there is room for them.
func (w *watched) unheard() bool {
	info, err := with(w, func(fd int) (*unix.TCPInfo, error) {
		return unix.GetsockoptTCPInfo(fd, unix.SOL_TCP, unix.TCP_INFO)
	})
	return err == nil && (info.Retransmits >= repetitions || info.Probes >= repetitions)
}

// Read reads, and says when the link was given up.
func (w *watched) Read(p []byte) (int, error) {
	n, err := w.TCPConn.Read(p)
	return n, w.explain(n, err)
}

// Write writes, and says when the link was given up.
func (w *watched) Write(p []byte) (int, error) {
	if w.cut.Load() {
		return 0, errCut
	}
	w.wrote.Store(true)
	n, err := w.TCPConn.Write(p)
	return n, w.explain(n, err)
}

func (w *watched) explain(n int, err error) error {
	if w.cut.Load() && (err != nil || n == 0) {
		return errCut
	}
	return err
}

// finish ends this direction and waits, not for long, until the peer has
// everything and ends its own.
func (w *watched) finish() error {
	close(w.stop)
	<-w.ended
	if !w.wrote.Load() || w.cut.Load() {
		return nil
	}
	if err := w.CloseWrite(); err != nil {
		return nil // the peer has gone already
	}
	for until := time.Now().Add(linger); time.Now().Before(until); time.Sleep(step) {
		if w.hungUp() && w.unsent() == 0 {
			break
		}
	}
	return nil
}

// hungUp drops what the peer still says and reports whether that was all. It
// leaves the deadlines alone, by which waiting calls end.
func (w *watched) hungUp() bool {
	p := make([]byte, 1024)
	for {
		n, err := with(w, func(fd int) (int, error) { return unix.Read(fd, p) })
		if n <= 0 {
			return !errors.Is(err, unix.EAGAIN)
		}
	}
}

// unsent returns how many bytes the peer has not acknowledged.
func (w *watched) unsent() int {
	n, _ := with(w, func(fd int) (int, error) { return unix.IoctlGetInt(fd, unix.SIOCOUTQ) })
	return n
}

// with calls f with the connection's descriptor.
func with[T any](w *watched, f func(fd int) (T, error)) (T, error) {
	var value T
	var failed error
	raw, err := w.SyscallConn()
	if err == nil {
		err = raw.Control(func(fd uintptr) { value, failed = f(int(fd)) })
	}
	return value, errors.Join(err, failed)
}
