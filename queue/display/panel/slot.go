package panel

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"hallway/devices"
)

const (
	// stuckLimit is how long a port may be taking one frame before a panel that
	// closes gives up: far more than the 65 ms of the longest frame at 9600.
	stuckLimit = 150 * time.Millisecond
	// stuckEvery is how often a panel that closes looks.
	stuckEvery = 10 * time.Millisecond
)

// A slot is a panel's place on the line: the newest state of one address. The
// line's mu guards what changes.
type slot struct {
	address int
	profile Profile
	gone    chan struct{} // closed when the panel closes

	frame   []byte       // nil until the first state
	waiting []chan error // who waits until it is sent; nil when it is
	asking  []chan error // who waits for the panel to answer
	missed  int          // answers in a row
}

// An order is a frame to be sent, now, and who wants to know what came of it.
type order struct {
	slot    *slot
	frame   []byte
	waiting []chan error // each is told once
	final   bool         // the panel closes
}

// tell says what came of the order.
func (o order) tell(err error) {
	for _, w := range o.waiting {
		w <- err
	}
}

// claim takes an address.
func (l *Line) claim(address int, p Profile) (*slot, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.Err(); err != nil {
		return nil, err
	}
	if l.slots[address] != nil {
		return nil, fmt.Errorf("another panel of the line has this address: %w", devices.ErrBusy)
	}
	s := &slot{address: address, profile: p, gone: make(chan struct{})}
	l.slots[address] = s
	return s, nil
}

// hold makes a frame the state of a panel and waits until it, or a newer one,
// is sent. A frame whose sender gives up may still be sent.
func (l *Line) hold(ctx context.Context, s *slot, frame []byte) error {
	return l.want(ctx, s, func(done chan error) {
		if s.frame == nil {
			l.turn = append(l.turn, s)
		}
		if s.waiting == nil {
			l.calls = append(l.calls, s)
		}
		s.frame, s.waiting = frame, append(s.waiting, done)
	})
}

// ask sends the state of a panel again, when no call has work, and waits for
// its answer.
func (l *Line) ask(ctx context.Context, s *slot) error {
	return l.want(ctx, s, func(done chan error) {
		if s.asking == nil {
			l.checks = append(l.checks, s)
		}
		s.asking = append(s.asking, done)
	})
}

// want has work put down and waits until it is done.
func (l *Line) want(ctx context.Context, s *slot, put func(done chan error)) error {
	if err := errors.Join(ctx.Err(), l.Err()); err != nil {
		return err
	}
	done := make(chan error, 1)
	l.mu.Lock()
	if s.closing() {
		l.mu.Unlock()
		return devices.ErrClosed
	}
	put(done)
	l.mu.Unlock()
	l.wake()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	case <-l.life.Done():
		return l.Err()
	case <-s.gone:
		return devices.ErrClosed
	}
}

// closing reports whether the panel closes.
func (s *slot) closing() bool {
	select {
	case <-s.gone:
		return true
	default:
		return false
	}
}

// part sends the last frame of a panel, before the calls of all others, and
// gives its address free. Who still waits for the panel is told that it closed.
// It reports a line that ended or is stuck.
func (l *Line) part(s *slot, frame []byte) error {
	done := make(chan error, 1)
	l.mu.Lock()
	l.drop(s)
	close(s.gone)
	s.frame, s.waiting = frame, []chan error{done}
	l.last = append(l.last, s)
	l.mu.Unlock()
	l.wake()
	err := l.sent(done)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.drop(s)
	delete(l.slots, s.address)
	return err
}

// sent waits for a last frame as long as the port takes bytes.
func (l *Line) sent(done chan error) error {
	look := time.NewTicker(stuckEvery)
	defer look.Stop()
	for {
		select {
		case err := <-done:
			return err
		case <-l.life.Done():
			return l.Err()
		case now := <-look.C:
			if l.stuck(now) {
				return devices.ErrSilent
			}
		}
	}
}

// stuck reports whether the port has been taking one frame for too long.
func (l *Line) stuck(now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return !l.taking.IsZero() && now.Sub(l.taking) >= stuckLimit
}

// drop takes a panel's work off the line. The caller holds mu.
func (l *Line) drop(s *slot) {
	for _, list := range []*[]*slot{&l.last, &l.calls, &l.checks, &l.turn} {
		*list = slices.DeleteFunc(*list, func(of *slot) bool { return of == s })
	}
}

// release gives an address free whose panel never opened.
func (l *Line) release(s *slot) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.drop(s)
	delete(l.slots, s.address)
}

// next takes what is to be sent now, or says for how long there is nothing.
func (l *Line) next(now time.Time) (o order, pause time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	each := l.o.Refresh / time.Duration(max(1, len(l.turn)))
	due := l.fresh.Add(each).Sub(now)
	switch {
	case len(l.last) > 0:
		o.slot, l.last, o.final = l.last[0], l.last[1:], true
	case len(l.calls) > 0:
		o.slot, l.calls = l.calls[0], l.calls[1:]
	case len(l.checks) > 0:
		o.slot, l.checks = l.checks[0], l.checks[1:]
		o.waiting, o.slot.asking = o.slot.asking, nil
		o.frame = o.slot.frame
		return o, 0
	case len(l.turn) > 0 && due <= 0:
		o.slot, l.turn = l.turn[0], append(l.turn[1:], l.turn[0])
		l.fresh = now
	default:
		return o, max(due, time.Millisecond)
	}
	o.frame, o.waiting, o.slot.waiting = o.slot.frame, o.slot.waiting, nil
	return o, 0
}
