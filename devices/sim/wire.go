package sim

import (
	"io"
	"os"
	"sync"
	"time"
)

// wireBytes is how many bytes one direction of a [Memory] holds for who does
// not read, as much as a pseudo-terminal.
const wireBytes = 4096

// A wire carries bytes one way, in order, until it breaks. Bytes that were on
// it then are lost.
type wire struct {
	mu      sync.Mutex
	data    []byte
	broken  bool
	changed chan struct{} // closed at each change of the other fields
}

func newWire() *wire { return &wire{changed: make(chan struct{})} }

// stir tells who waits that something changed. The caller holds mu.
func (w *wire) stir() {
	close(w.changed)
	w.changed = make(chan struct{})
}

func (w *wire) hangUp() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.broken, w.data = true, nil
	w.stir()
}

// flush drops what nobody has read.
func (w *wire) flush() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.data = nil
	w.stir()
}

// read takes what is there, waiting for the first byte until limit.
func (w *wire) read(p []byte, limit *bound) (int, error) {
	for {
		w.mu.Lock()
		n := copy(p, w.data)
		w.data = w.data[n:]
		if n > 0 {
			w.stir()
		}
		broken, changed := w.broken, w.changed
		w.mu.Unlock()
		switch {
		case n > 0 || len(p) == 0:
			return n, nil
		case broken:
			return 0, io.EOF
		case !limit.wait(changed):
			return 0, os.ErrDeadlineExceeded
		}
	}
}

// write puts p on the wire, waiting for room until limit.
func (w *wire) write(p []byte, limit *bound) (int, error) {
	done := 0
	for {
		w.mu.Lock()
		broken := w.broken
		if n := min(len(p)-done, wireBytes-len(w.data)); n > 0 && !broken {
			w.data = append(w.data, p[done:done+n]...)
			done += n
			w.stir()
		}
		changed := w.changed
		w.mu.Unlock()
		switch {
		case broken:
			return done, io.ErrClosedPipe
		case done == len(p):
			return done, nil
		case !limit.wait(changed):
			return done, os.ErrDeadlineExceeded
		}
	}
}

// A bound is a deadline that may be set while calls wait. The zero bound is
// none.
type bound struct {
	mu    sync.Mutex
	at    time.Time
	moved chan struct{} // closed when at changes
}

func (b *bound) set(t time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.at = t
	if b.moved != nil {
		close(b.moved)
	}
	b.moved = make(chan struct{})
}

// wait waits for c to be closed, and returns false when the bound came first.
func (b *bound) wait(c <-chan struct{}) bool {
	for {
		b.mu.Lock()
		if b.moved == nil {
			b.moved = make(chan struct{})
		}
		at, moved := b.at, b.moved
		b.mu.Unlock()
		if at.IsZero() {
			select {
			case <-c:
				return true
			case <-moved:
				continue
			}
		}
		t := time.NewTimer(time.Until(at))
		select {
		case <-c:
			t.Stop()
			return true
		case <-moved:
			t.Stop()
		case <-t.C:
			return false
		}
	}
}

// An end is one end of two wires.
type end struct {
	in, out   *wire
	readers   bound
	writers   bound
	closing   func() // may be nil
	closeOnce sync.Once
}

func (e *end) Read(p []byte) (int, error)  { return e.in.read(p, &e.readers) }
func (e *end) Write(p []byte) (int, error) { return e.out.write(p, &e.writers) }

func (e *end) SetReadDeadline(t time.Time) error  { e.readers.set(t); return nil }
func (e *end) SetWriteDeadline(t time.Time) error { e.writers.set(t); return nil }

func (e *end) Close() error {
	e.closeOnce.Do(func() {
		if e.closing != nil {
			e.closing()
		}
	})
	return nil
}
