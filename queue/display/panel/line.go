package panel

import (
	"bytes"
	"context"
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

const writeLimit = time.Second // a port that takes no frame for that long is stuck

// A Line owns an open port and gives its panels turns. Bytes are handed to the
// port no faster than the wire carries them, so that a call waits for one
// refresh at most. Its methods may be called from any goroutine.
//
// Whose turn it is: first panels that close, then calls in their order, then
// checks, then the refreshes that are due.
type Line struct {
	conn devices.Conn
	o    LineOptions
	life context.Context
	end  context.CancelCauseFunc
	work sync.WaitGroup
	stir chan struct{}
	came chan []byte

	mu     sync.Mutex
	users  int
	slots  map[int]*slot
	last   []*slot // of panels that close, to be sent once
	calls  []*slot // to be sent, oldest first
	checks []*slot // to be asked, oldest first
	turn   []*slot // to be refreshed, oldest first
	fresh  time.Time
	taking time.Time // since when the port has been taking a frame; zero: it is not
}

// OpenLine serves conn, which the Line owns from now on. Who opens it is its
// first user.
func OpenLine(conn devices.Conn, o LineOptions) *Line {
	if o.Refresh <= 0 {
		o.Refresh = 30 * time.Second
	}
	l := &Line{
		conn: conn, o: o, users: 1, slots: map[int]*slot{}, fresh: time.Now(),
		stir: make(chan struct{}, 1), came: make(chan []byte, 64),
	}
	l.life, l.end = context.WithCancelCause(context.Background())
	l.work.Go(l.read)
	l.work.Go(l.write)
	return l
}

// join adds a user, unless the line has ended or its last user is closing it.
func (l *Line) join() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.life.Err() != nil || l.users == 0 {
		return false
	}
	l.users++
	return true
}

// Close ends one use of the line. The last one ends the line and closes the
// port. Blanking is the panels' affair: they are closed before.
func (l *Line) Close() error {
	l.mu.Lock()
	l.users--
	last := l.users == 0
	l.mu.Unlock()
	if !last {
		return nil
	}
	l.end(devices.ErrClosed)
	err := l.conn.Close()
	l.work.Wait()
	return err
}

// Err returns why the line has ended, or nil while it lives.
func (l *Line) Err() error { return context.Cause(l.life) }

// Missed returns how many answers of an address are missing in a row.
func (l *Line) Missed(address int) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	if s := l.slots[address]; s != nil {
		return s.missed
	}
	return 0
}

// wake lets the writer look for work.
func (l *Line) wake() {
	select {
	case l.stir <- struct{}{}:
	default:
	}
}

// write sends what is to be sent until the line ends.
func (l *Line) write() {
	for l.life.Err() == nil {
		o, pause := l.next(time.Now())
		if o.slot == nil {
			l.rest(pause)
			continue
		}
		l.put(o)
		_ = devices.Pause(l.life, o.slot.profile.silence())
	}
}

// rest waits until there is work, or for a pause.
func (l *Line) rest(pause time.Duration) {
	t := time.NewTimer(pause)
	defer t.Stop()
	select {
	case <-l.stir:
	case <-t.C:
	case <-l.life.Done():
	}
}

// put carries one frame, hears what the panel says to it, and tells who waits.
// Who closes waits for the wire alone; the panel's answer has its time
// nevertheless, so that it does not run into the next frame.
func (l *Line) put(o order) {
	err := l.carry(o.frame, o.slot.profile)
	if o.final {
		o.tell(err)
		o.waiting = nil
	}
	if reply := o.slot.profile.replyOf(o.slot.address); err == nil && reply != nil {
		err = l.hear(o, reply)
		l.count(o.slot, err)
	}
	o.tell(err)
}

// carry writes one frame and waits until the wire has carried it.
func (l *Line) carry(frame []byte, p Profile) error {
	for len(l.came) > 0 {
		<-l.came // what belongs to no frame
	}
	l.note(time.Now())
	ctx, cancel := context.WithTimeout(l.life, writeLimit)
	_, err := l.conn.Write(ctx, frame)
	late := ctx.Err() != nil
	cancel()
	l.note(time.Time{})
	switch {
	case l.life.Err() != nil:
		return l.Err()
	case err != nil && late:
		return fmt.Errorf("panel line takes no bytes: %w", devices.ErrSilent)
	case err != nil:
		l.end(err)
		return err
	}
	_ = devices.Pause(l.life, p.wire(len(frame)))
	return nil
}

// count counts missing answers.
func (l *Line) count(s *slot, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	s.missed++
	if err == nil {
		s.missed = 0
	}
}

// note remembers since when the port has been taking a frame.
func (l *Line) note(t time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.taking = t
}

// hear waits for the answer, behind the echo where there is one. A panel that
// closes ends the wait for its earlier frame.
func (l *Line) hear(o order, reply reply) error {
	gone := o.slot.gone
	if o.final {
		gone = nil
	}
	limit := time.NewTimer(o.slot.profile.Reply)
	defer limit.Stop()
	var got []byte
	echo := !l.o.Echo
	for {
		if !echo {
			if i := bytes.Index(got, o.frame); i >= 0 {
				got, echo = got[i+len(o.frame):], true
			}
		}
		if echo {
			if done, err := reply(o.frame, got); done {
				return err
			}
		}
		select {
		case b := <-l.came:
			got = append(got, b...)
		case <-limit.C:
			return devices.ErrSilent
		case <-gone:
			return devices.ErrClosed
		case <-l.life.Done():
			return l.Err()
		}
	}
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
