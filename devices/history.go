package devices

import (
	"slices"
	"sync"
	"time"
)

// historyLen is how many events a [History] keeps: a day of a device that comes
// and goes every three minutes.
const historyLen = 1000

// An Event is one change of one device.
type Event struct {
	Seq        uint64 // 1 for the first of the process, without gaps
	At         time.Time
	Device     string // Options.ID
	Kind       Kind
	From, To   State
	Conditions []Condition
	Err        error // why, when To is not usable
}

// A History holds the newest events of all devices of a process, 1000 at most.
// All methods may be called from any goroutine; those of a nil *History do
// nothing.
type History struct {
	mu     sync.Mutex
	seq    uint64
	events []Event // oldest first
	more   chan struct{}
}

// NewHistory returns an empty history.
func NewHistory() *History { return &History{more: make(chan struct{})} }

func (h *History) add(id string, kind Kind, before, now Health) {
	if h == nil {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.seq++
	if len(h.events) == historyLen {
		h.events = append(h.events[:0], h.events[1:]...)
	}
	h.events = append(h.events, Event{
		Seq: h.seq, At: now.At, Device: id, Kind: kind, From: before.State, To: now.State, Conditions: now.Conditions, Err: now.Err,
	})
	close(h.more)
	h.more = make(chan struct{})
}

// Since returns the events after seq, oldest first. The first one's Seq is
// greater than seq+1 when older ones were dropped before they were asked for.
func (h *History) Since(seq uint64) []Event {
	if h == nil {
		return nil
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	i, _ := slices.BinarySearchFunc(h.events, seq, func(e Event, seq uint64) int {
		if e.Seq <= seq {
			return -1
		}
		return 1
	})
	return slices.Clone(h.events[i:])
}

// More returns a channel that is closed at the next event. Ask for it before
// [History.Since], and no event is missed.
func (h *History) More() <-chan struct{} {
	if h == nil {
		return nil
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.more
}
