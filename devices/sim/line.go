package sim

import (
	"errors"
	"io"
	"os"
	"sync"
	"time"
)

// A Line is the device's end of a port. Read waits while the line is unplugged
// or nobody is connected; what is written then is lost, as on a wire.
type Line interface {
	io.ReadWriteCloser
	// SetReadDeadline bounds Reads that wait and those to come; the zero time
	// is no bound.
	SetReadDeadline(t time.Time) error
	// Unplug breaks the line: the program on the other end sees it hang up.
	Unplug() error
	// Replug joins it again, under the same name.
	Replug() error
	// Name is what a program opens: see package port.
	Name() string
}

// A handle is one open file or connection.
type handle interface {
	io.ReadWriteCloser
	SetReadDeadline(t time.Time) error
	SetWriteDeadline(t time.Time) error
}

// writeLimit is how long bytes wait for a program that does not read before
// they are lost. It is longer than any pause of a program that does.
const writeLimit = time.Second

// socket is the part of a Line into which handles are plugged.
type socket struct {
	mu       sync.Mutex
	now      handle        // nil = unplugged
	changed  chan struct{} // closed at each change of the other fields
	deadline time.Time
	closed   bool
	lost     func() // called once for each handle that ended by itself; may be nil
}

// plug makes h the present handle; nil unplugs. It returns the handle that was
// there before, for the caller to close, and false after shut, when h stays
// with the caller.
func (s *socket) plug(h handle) (before handle, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, false
	}
	before, s.now = s.now, h
	s.stir()
	return before, true
}

// stir wakes Reads that wait. The caller holds mu.
func (s *socket) stir() {
	if s.changed != nil {
		close(s.changed)
	}
	s.changed = make(chan struct{})
	if s.now != nil {
		_ = s.now.SetReadDeadline(s.deadline)
	}
}

// SetReadDeadline bounds Reads.
func (s *socket) SetReadDeadline(t time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return os.ErrClosed
	}
	s.deadline = t
	s.stir()
	return nil
}

// shut ends all calls and returns the handle to close, nil when there is none
// or shut was called before.
func (s *socket) shut() handle {
	s.mu.Lock()
	defer s.mu.Unlock()
	h := s.now
	s.now, s.closed = nil, true
	s.stir()
	return h
}

func (s *socket) ended() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closed
}

// Read reads from whatever is plugged in.
func (s *socket) Read(p []byte) (int, error) {
	for {
		s.mu.Lock()
		if s.changed == nil {
			s.changed = make(chan struct{})
		}
		h, changed, deadline, closed := s.now, s.changed, s.deadline, s.closed
		s.mu.Unlock()
		if closed {
			return 0, os.ErrClosed
		}
		if h == nil {
			if !wait(changed, deadline) {
				return 0, os.ErrDeadlineExceeded
			}
			continue
		}
		n, err := h.Read(p)
		if n > 0 {
			return n, nil
		}
		if errors.Is(err, os.ErrDeadlineExceeded) && s.expired() {
			return 0, err
		}
		if err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
			s.drop(h)
		}
	}
}

// expired reports whether the deadline that holds now is over.
func (s *socket) expired() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.deadline.IsZero() && !time.Now().Before(s.deadline)
}

// drop takes a handle that ended by itself out of the socket.
func (s *socket) drop(h handle) {
	s.mu.Lock()
	mine := s.now == h
	if mine {
		s.now = nil
		s.stir()
	}
	s.mu.Unlock()
	if mine {
		_ = h.Close()
		if s.lost != nil {
			s.lost()
		}
	}
}

// Write writes to whatever is plugged in. Bytes that nobody takes are lost
// without an error.
func (s *socket) Write(p []byte) (int, error) {
	s.mu.Lock()
	h, closed := s.now, s.closed
	s.mu.Unlock()
	if closed {
		return 0, os.ErrClosed
	}
	if h != nil {
		_ = h.SetWriteDeadline(time.Now().Add(writeLimit))
		_, _ = h.Write(p) // a line that broke is found by Read
	}
	return len(p), nil
}

// wait waits for c to be closed and reports whether that was before the
// deadline.
func wait(c <-chan struct{}, deadline time.Time) bool {
	if deadline.IsZero() {
		<-c
		return true
	}
	t := time.NewTimer(time.Until(deadline))
	defer t.Stop()
	select {
	case <-c:
		return true
	case <-t.C:
		return false
	}
}
