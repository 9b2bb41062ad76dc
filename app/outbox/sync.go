package outbox

import (
	"io"
	"sync"

	"hallway/app/operation"
)

// inflight is the set of operations that a method is carrying out now.
type inflight struct {
	mu  sync.Mutex
	ids map[operation.ID]bool
}

// enter adds id and reports false when it was there.
func (f *inflight) enter(id operation.ID) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.ids == nil {
		f.ids = map[operation.ID]bool{}
	}
	if f.ids[id] {
		return false
	}
	f.ids[id] = true
	return true
}

func (f *inflight) leave(id operation.ID) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.ids, id)
}

func (f *inflight) has(id operation.ID) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.ids[id]
}

// waiters hands the hall's answers to those who wait for them.
type waiters struct {
	mu sync.Mutex
	by map[operation.ID]chan operation.Result
}

// expect returns where the answer to id will arrive. It is closed when there
// will be none for now.
func (w *waiters) expect(id operation.ID) <-chan operation.Result {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.by == nil {
		w.by = map[operation.ID]chan operation.Result{}
	}
	c := make(chan operation.Result, 1)
	w.by[id] = c
	return c
}

func (w *waiters) forget(id operation.ID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.by, id)
}

// release ends all waiting: nobody stands before a screen for a hall that does
// not answer.
func (w *waiters) release() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for id, c := range w.by {
		close(c)
		delete(w.by, id)
	}
}

// tell passes r on when somebody waits for it.
func (w *waiters) tell(r operation.Result) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if c := w.by[r.ID]; c != nil {
		c <- r
		delete(w.by, r.ID)
	}
}

// watchers are functions that want to know of changes.
type watchers struct {
	mu   sync.Mutex
	next int
	by   map[int]func()
}

func (w *watchers) add(f func()) (stop func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.by == nil {
		w.by = map[int]func(){}
	}
	id := w.next
	w.next++
	w.by[id] = f
	return func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		delete(w.by, id)
	}
}

// call calls every watcher, without holding the lock, so that one may stop
// itself.
func (w *watchers) call() {
	w.mu.Lock()
	fs := make([]func(), 0, len(w.by))
	for _, f := range w.by {
		fs = append(fs, f)
	}
	w.mu.Unlock()
	for _, f := range fs {
		f()
	}
}

// lockedReader lets several goroutines read from a source of randomness that
// was made for one.
type lockedReader struct {
	mu sync.Mutex
	r  io.Reader
}

// Read reads from the source while nobody else does.
func (l *lockedReader) Read(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.r.Read(p)
}
