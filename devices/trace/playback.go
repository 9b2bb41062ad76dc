package trace

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"hallway/devices"
)

// PlayOptions say how exactly a driver must do what was recorded. The zero
// PlayOptions are strict, and as fast as the driver.
type PlayOptions struct {
	// Polls are requests for the status that the driver sends by its clock. Each
	// may be left out or sent again, in one Write, and is then answered as the
	// last time; its answers are dropped with it. nil demands every byte.
	Polls [][]byte
	// Speed keeps the times of the recording: 1 as they were, 10 ten times
	// faster. 0 answers at once.
	Speed float64
}

// A Playback is a [devices.Conn] that behaves as a recorded device did. Bytes
// that the device sent can be read as soon as the driver has written what was
// written before them. A driver that writes something else gets an error that
// says where and what, and finds the line gone from then on.
type Playback struct {
	o     PlayOptions
	steps []step

	mu      sync.Mutex
	at      int // of steps, in progress
	matched int // bytes of its write
	queue   []due
	last    map[string][]reply // of each poll
	end     error              // why the line is over, wraps ErrGone
	failure error              // what the driver did wrong
	closed  bool
	changed chan struct{} // closed at each change of the other fields
}

// due is a reply that may be read from a time on.
type due struct {
	reply
	from time.Time
}

var _ devices.Conn = (*Playback)(nil)

// Play makes a device of a recording. A recording that hides or lacks bytes
// cannot be played.
func Play(rec *Recording, o PlayOptions) (*Playback, error) {
	steps, err := script(rec)
	if err != nil {
		return nil, err
	}
	p := &Playback{o: o, steps: steps, last: map[string][]reply{}, changed: make(chan struct{})}
	for _, s := range slices.Backward(steps) {
		if isPoll(o.Polls, s.write) {
			p.last[string(s.write)] = s.replies // the first, for a poll that comes early
		}
	}
	p.finish() // what came before the first write
	return p, nil
}

// Write compares b with what was written.
func (p *Playback) Write(ctx context.Context, b []byte) (int, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	defer p.stir()
	if err := p.over(); err != nil {
		return 0, err
	}
	if p.matched == 0 && isPoll(p.o.Polls, b) && !p.next(b) {
		p.enqueue(p.last[string(b)])
		return len(b), nil
	}
	for done := 0; ; {
		if done == len(b) {
			return done, nil
		}
		if p.at < len(p.steps) && p.matched == 0 && isPoll(p.o.Polls, p.steps[p.at].write) && !p.next(b[done:]) {
			p.at++ // the driver leaves the poll out
			continue
		}
		n, err := p.match(b[done:])
		if done += n; err != nil {
			return done, err
		}
	}
}

// next reports whether b begins with the next write of the recording. The
// caller holds mu.
func (p *Playback) next(b []byte) bool {
	return p.at < len(p.steps) && bytes.HasPrefix(b, p.steps[p.at].write)
}

// match compares the beginning of b with the rest of a step. The caller holds
// mu.
func (p *Playback) match(b []byte) (int, error) {
	if p.at == len(p.steps) {
		return 0, p.fail(fmt.Errorf("driver writes %s after the end of the recording", excerpt(b)))
	}
	s := p.steps[p.at]
	want := s.write[p.matched:]
	n := min(len(b), len(want))
	for i := range n {
		if b[i] != want[i] {
			return i, p.fail(fmt.Errorf("line %d: driver writes %s at byte %d, recorded is %s",
				s.line, excerpt(b[i:]), p.matched+i, excerpt(want[i:])))
		}
	}
	if p.matched += n; p.matched < len(s.write) {
		return n, nil
	}
	p.finish()
	if s.event != "" {
		p.lose(s.line, s.event)
		return max(0, n-(len(s.write)-s.took)), p.end
	}
	return n, nil
}

// finish ends a step: its replies are on their way. The caller holds mu, or
// nobody else knows p.
func (p *Playback) finish() {
	s := p.steps[p.at]
	p.at, p.matched = p.at+1, 0
	if isPoll(p.o.Polls, s.write) {
		p.last[string(s.write)] = s.replies
	}
	p.enqueue(s.replies)
}

func (p *Playback) enqueue(replies []reply) {
	now := time.Now()
	for _, r := range replies {
		d := due{reply: r, from: now}
		if p.o.Speed > 0 {
			d.from = now.Add(time.Duration(float64(r.after) / p.o.Speed))
		}
		p.queue = append(p.queue, d)
	}
}

// Read returns what the device sent, at most one entry of the recording.
func (p *Playback) Read(ctx context.Context, b []byte) (int, error) {
	for {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		n, wait, changed, err := p.take(b)
		if n > 0 || err != nil {
			return n, err
		}
		if err := pause(ctx, wait, changed); err != nil {
			return 0, err
		}
	}
}

// take takes the next reply, or says how long it will take: 0 = until something
// changes.
func (p *Playback) take(b []byte) (n int, wait time.Duration, changed <-chan struct{}, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.over(); err != nil {
		return 0, 0, nil, err
	}
	if len(p.queue) == 0 {
		return 0, 0, p.changed, nil
	}
	first := &p.queue[0]
	if wait := time.Until(first.from); wait > 0 {
		return 0, wait, p.changed, nil
	}
	if first.event != "" {
		p.lose(first.line, first.event)
		p.queue = p.queue[1:]
		return 0, 0, nil, p.end
	}
	n = copy(b, first.data)
	if first.data = first.data[n:]; len(first.data) == 0 {
		p.queue = p.queue[1:]
	}
	return n, 0, p.changed, nil
}

// pause waits for c, for d unless that is 0, or for ctx's end.
func pause(ctx context.Context, d time.Duration, c <-chan struct{}) error {
	var timer <-chan time.Time
	if d > 0 {
		t := time.NewTimer(d)
		defer t.Stop()
		timer = t.C
	}
	select {
	case <-c:
	case <-timer:
	case <-ctx.Done():
	}
	return ctx.Err()
}

// Close ends all calls. It may be called twice.
func (p *Playback) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	p.stir()
	return nil
}

// Done returns nil when the driver did all that was recorded, and otherwise
// what it did differently or the first line that it left out.
func (p *Playback) Done() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.failure != nil {
		return p.failure
	}
	if p.end == nil && len(p.queue) > 0 {
		first := p.queue[0]
		if first.event != "" {
			return fmt.Errorf("playback: line %d: the driver never notices that the line is %s", first.line, first.event)
		}
		return fmt.Errorf("playback: line %d: the driver never reads %s", first.line, excerpt(first.data))
	}
	for _, s := range p.steps[p.at:] {
		if p.matched > 0 || !isPoll(p.o.Polls, s.write) {
			return fmt.Errorf("playback: line %d: the driver never writes %s", s.line, excerpt(s.write[p.matched:]))
		}
	}
	return nil
}

// over returns why no call may begin. The caller holds mu.
func (p *Playback) over() error {
	if p.closed {
		return devices.ErrClosed
	}
	return p.end
}

// fail ends the line because of the driver. The caller holds mu.
func (p *Playback) fail(err error) error {
	p.failure = fmt.Errorf("playback: %w", err)
	p.end = errors.Join(p.failure, devices.ErrGone)
	return p.end
}

// lose ends the line as recorded. The caller holds mu.
func (p *Playback) lose(line int, event string) {
	p.end = fmt.Errorf("playback: line %d: line %s: %w", line, event, devices.ErrGone)
}

// stir wakes Reads that wait. The caller holds mu.
func (p *Playback) stir() {
	close(p.changed)
	p.changed = make(chan struct{})
}

// excerpt prints the beginning of p.
func excerpt(p []byte) string {
	const most = 16
	if len(p) > most {
		return fmt.Sprintf("% X.. (%d bytes)", p[:most], len(p))
	}
	return fmt.Sprintf("% X", p)
}
