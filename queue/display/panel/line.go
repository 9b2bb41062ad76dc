package panel

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"hallway/devices"
)

// LineOptions are the habits of a line.
type LineOptions struct {
	Refresh time.Duration // until every panel's state is sent again; 0 = 30 s
	Echo    bool          // a two-wire converter hears itself
}

const (
	writeLimit = time.Second
	replyLimit = 200 * time.Millisecond
	// missLimit is how many answers in a row may be missing.
	missLimit = 3
)

// A Line owns an open port and gives its panels turns. Bytes are handed to the
// port no faster than the wire carries them, so that a call waits for one
// refresh at most. Its methods may be called from any goroutine.
type Line struct {
	conn devices.Conn
	o    LineOptions
	life context.Context
	end  context.CancelCauseFunc
	work sync.WaitGroup
	stir chan struct{}
	came chan []byte

	mu    sync.Mutex
	slots map[int]*slot
	calls []*slot // to be sent, oldest first
	turn  []*slot // to be refreshed, oldest first
}

// A slot is the newest state of one address.
type slot struct {
	order
	missed int // answers in a row
}

// An order is a frame to be sent.
type order struct {
	frame   []byte
	profile Profile
	waiting []chan error // who waits until it is sent; nil when it is
}

// OpenLine serves conn, which the Line owns from now on.
func OpenLine(conn devices.Conn, o LineOptions) *Line {
	if o.Refresh <= 0 {
		o.Refresh = 30 * time.Second
	}
	l := &Line{conn: conn, o: o, stir: make(chan struct{}, 1), came: make(chan []byte, 64), slots: map[int]*slot{}}
	l.life, l.end = context.WithCancelCause(context.Background())
	l.work.Go(l.read)
	l.work.Go(l.write)
	return l
}

// Close ends the line and closes the port. Blanking is the panels' affair.
func (l *Line) Close() error {
	l.end(devices.ErrClosed)
	err := l.conn.Close()
	l.work.Wait()
	return err
}

// Err returns why the line has ended, or nil while it lives.
func (l *Line) Err() error { return context.Cause(l.life) }

// Hold makes a frame the state of an address and waits until it, or a newer
// one, is sent. A frame whose sender gives up may still be sent.
func (l *Line) Hold(ctx context.Context, address int, p Profile, frame []byte) error {
	if err := errors.Join(ctx.Err(), l.Err()); err != nil {
		return err
	}
	done := make(chan error, 1)
	l.mu.Lock()
	s := l.slots[address]
	if s == nil {
		s = &slot{}
		l.slots[address] = s
		l.turn = append(l.turn, s)
	}
	s.frame, s.profile = frame, p
	if s.waiting == nil {
		l.calls = append(l.calls, s)
	}
	s.waiting = append(s.waiting, done)
	l.mu.Unlock()
	select {
	case l.stir <- struct{}{}:
	default:
	}
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	case <-l.life.Done():
		return l.Err()
	}
}

// Missed returns how many answers of an address are missing in a row.
func (l *Line) Missed(address int) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	if s := l.slots[address]; s != nil {
		return s.missed
	}
	return 0
}

// next takes the oldest call, or the slot whose refresh is due.
func (l *Line) next(due bool) (s *slot, o order) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case len(l.calls) > 0:
		s, l.calls = l.calls[0], l.calls[1:]
	case due && len(l.turn) > 0:
		s, l.turn = l.turn[0], append(l.turn[1:], l.turn[0])
	default:
		return nil, order{}
	}
	o = order{s.frame, s.profile, s.waiting}
	s.waiting = nil
	return s, o
}

// pause is the time between two refreshes.
func (l *Line) pause() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.o.Refresh / time.Duration(max(1, len(l.turn)))
}

func (l *Line) write() {
	again := time.Now().Add(l.pause())
	for l.life.Err() == nil {
		due := !time.Now().Before(again)
		s, o := l.next(due)
		if due {
			again = time.Now().Add(l.pause())
		}
		if s == nil {
			t := time.NewTimer(min(time.Until(again), l.pause()))
			select {
			case <-l.stir:
			case <-t.C:
			case <-l.life.Done():
			}
			t.Stop()
			continue
		}
		err := l.put(s, o)
		for _, w := range o.waiting {
			w <- err
		}
		_ = devices.Pause(l.life, o.profile.Gap)
	}
}

// put writes one frame, waits until the wire has carried it, and counts whether
// it was answered.
func (l *Line) put(s *slot, o order) error {
	for len(l.came) > 0 {
		<-l.came // what belongs to no frame
	}
	ctx, cancel := context.WithTimeout(l.life, writeLimit)
	defer cancel()
	_, err := l.conn.Write(ctx, o.frame)
	switch {
	case l.life.Err() != nil:
		return l.Err()
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("panel line takes no bytes: %w", devices.ErrSilent)
	case err != nil:
		l.end(err)
		return err
	}
	_ = devices.Pause(l.life, time.Duration(len(o.frame)*10)*time.Second/time.Duration(o.profile.Baud))
	if o.profile.Answers {
		l.hear(s, o.frame)
	}
	return nil
}

// hear waits for the answer, behind the echo where there is one.
func (l *Line) hear(s *slot, frame []byte) {
	want := frame
	if l.o.Echo {
		want = append(bytes.Clone(frame), frame...)
	}
	limit := time.NewTimer(replyLimit)
	defer limit.Stop()
	var got []byte
	for !bytes.Contains(got, want) {
		select {
		case b := <-l.came:
			got = append(got, b...)
			continue
		case <-limit.C:
		case <-l.life.Done():
		}
		l.mu.Lock()
		s.missed++
		l.mu.Unlock()
		return
	}
	l.mu.Lock()
	s.missed = 0
	l.mu.Unlock()
}

// read passes on what comes. What nobody waits for is dropped.
func (l *Line) read() {
	buf := make([]byte, 256)
	for {
		n, err := l.conn.Read(l.life, buf)
		if n > 0 {
			select {
			case l.came <- bytes.Clone(buf[:n]):
			default:
			}
		}
		if err != nil {
			l.end(err)
			return
		}
	}
}

// release forgets the state of an address.
func (l *Line) release(address int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	gone := l.slots[address]
	delete(l.slots, address)
	for i, s := range l.turn {
		if s == gone {
			l.turn = append(l.turn[:i:i], l.turn[i+1:]...)
			return
		}
	}
}
