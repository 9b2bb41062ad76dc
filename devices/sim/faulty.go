package sim

import (
	"errors"
	"io"
	"os"
	"sync"
	"time"
)

// An Applier is a simulated device with directives of its own, such as
// "paper=out". Apply returns an error for one that it does not know.
type Applier interface {
	Apply(d Directive) error
}

// Faulty is a line with faults. Its methods may be called from any goroutine.
type Faulty struct {
	line   io.ReadWriter
	device Applier

	mu      sync.Mutex
	pending []due
	passed  [2]int        // bytes from the program and to it
	held    []byte        // came from the program, not passed yet
	ready   []byte        // passed, with its faults, not read yet
	stall   chan struct{} // non-nil while nothing passes; closed at its end
	deaf    bool          // what comes either way is lost
	rate    int           // bytes a second; 0 = as fast as the line
	free    [2]time.Time  // when each direction of a slow line has passed its last byte
	late    time.Duration // before each Write
	noise   [2]noises     // of each direction
	junk    *junk         // before each Write; nil = none
	halt    chan struct{} // closed while calls shall end; see SetReadDeadline
	halted  bool
	timers  []*time.Timer
	closed  bool
	err     error // of the device's Apply
}

// The directions.
const (
	in  = iota // from the program
	out        // to the program
)

// due is a directive that waits for a number of bytes.
type due struct {
	Directive
	count [2]int // 1 when the direction is counted
	at    int    // since the line was opened
}

// NewFaulty puts the faults of s on line, for a device that may be nil when s
// has only faults of the line. An error says that the device refused a
// directive that holds from the beginning; one that it refuses later ends Read
// and Write.
func NewFaulty(line io.ReadWriter, s Script, device Applier) (*Faulty, error) {
	f := &Faulty{line: line, device: device, halt: make(chan struct{})}
	var errs []error
	for _, d := range s {
		errs = append(errs, f.Add(d))
	}
	if err := errors.Join(errs...); err != nil {
		f.Clear()
		return nil, err
	}
	return f, nil
}

// Add adds a fault. Its trigger counts from now. An error says that the device
// refused a directive without a trigger.
func (f *Faulty) Add(d Directive) error {
	if d.At == (Trigger{}) {
		return f.fire(d)
	}
	if d.At.Count == "" {
		f.later(d.At.After, func() { f.fail(f.fire(d)) })
		return nil
	}
	f.mu.Lock()
	n := due{Directive: d, at: d.At.Bytes}
	n.count[in] = toInt(d.At.Count != "out")
	n.count[out] = toInt(d.At.Count != "in")
	n.at += n.counted(f.passed)
	f.pending = append(f.pending, n)
	f.mu.Unlock()
	f.fireDue()
	return nil
}

// Clear ends every fault of the line and forgets those that wait. A line that
// dropped stays so.
func (f *Faulty) Clear() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.stopTimers()
	f.pending, f.rate, f.late, f.deaf = nil, 0, 0, false
	f.noise, f.junk = [2]noises{}, nil
	f.endStall()
}

// Passed returns how many bytes have come from the program and gone to it.
func (f *Faulty) Passed() (fromProgram, toProgram int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.passed[in], f.passed[out]
}

// Close ends all calls and closes the line.
func (f *Faulty) Close() error {
	f.mu.Lock()
	f.closed = true
	f.stopTimers()
	f.setHalt(true)
	f.mu.Unlock()
	if c, ok := f.line.(io.Closer); ok {
		return c.Close()
	}
	return nil
}

// SetReadDeadline bounds Reads. A time that is over also ends what a stall or a
// slow line holds up.
func (f *Faulty) SetReadDeadline(t time.Time) error {
	d, ok := f.line.(interface{ SetReadDeadline(time.Time) error })
	if !ok {
		return os.ErrNoDeadline
	}
	f.mu.Lock()
	f.setHalt(f.closed || !t.IsZero() && !t.After(time.Now()))
	f.mu.Unlock()
	return d.SetReadDeadline(t)
}

// Read reads what the program sent, with its faults. It is called from one
// goroutine at a time.
func (f *Faulty) Read(p []byte) (int, error) {
	for len(p) > 0 {
		if held, ready := f.holds(); held+ready == 0 {
			buf := make([]byte, len(p))
			n, err := f.line.Read(buf)
			f.keep(buf[:n])
			if n == 0 {
				return 0, errors.Join(f.failure(), err)
			}
		}
		held, _ := f.holds()
		if err := f.delay(in, min(f.room(len(p)), held)); err != nil {
			return 0, err
		}
		n := f.take(p)
		f.fireDue()
		if err := f.failure(); n > 0 || err != nil {
			return n, err
		}
	}
	return 0, nil
}

func (f *Faulty) holds() (held, ready int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.held), len(f.ready)
}

func (f *Faulty) keep(p []byte) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.held, f.ready = p, nil
}

// take passes as much of what is held as may pass now.
func (f *Faulty) take(p []byte) int {
	room := f.room(len(p))
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.ready) == 0 {
		n := min(room, len(f.held))
		f.ready = f.pass(in, f.held[:n])
		f.held = f.held[n:]
	}
	n := copy(p, f.ready)
	f.ready = f.ready[n:]
	return n
}

// Write sends p to the program, with its faults.
func (f *Faulty) Write(p []byte) (int, error) {
	if err := f.before(); err != nil {
		return 0, err
	}
	rest := append([]byte(nil), p...)
	for len(rest) > 0 {
		n := f.room(len(rest))
		if err := f.delay(out, n); err != nil {
			return len(p) - len(rest), err
		}
		f.mu.Lock()
		passed := f.pass(out, rest[:n])
		f.mu.Unlock()
		rest = rest[n:]
		err := f.send(passed)
		f.fireDue()
		if err = errors.Join(f.failure(), err); err != nil {
			return len(p) - len(rest), err
		}
	}
	return len(p), nil
}

// before does what comes before each message of the device.
func (f *Faulty) before() error {
	f.mu.Lock()
	late, junk := f.late, f.junk.next()
	f.mu.Unlock()
	if err := f.pause(late); err != nil {
		return err
	}
	return f.send(junk)
}

func (f *Faulty) send(p []byte) error {
	if len(p) == 0 {
		return nil
	}
	_, err := f.line.Write(p)
	return err
}

// pass counts bytes that pass one way and returns what becomes of them. The
// caller holds mu.
func (f *Faulty) pass(way int, p []byte) []byte {
	f.passed[way] += len(p)
	if f.deaf {
		return nil
	}
	return f.noise[way].spoil(p)
}

// room returns how many of n bytes, at least one, may pass at once: not beyond
// the next trigger, and on a slow line what takes 20 ms.
func (f *Faulty) room(n int) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.rate > 0 {
		n = min(n, f.rate/50)
	}
	for _, d := range f.pending {
		n = min(n, d.at-d.counted(f.passed))
	}
	return max(n, 1)
}

// delay waits as long as the line holds up n bytes. On a slow line each
// direction keeps its own time, so that late timers do not add up.
func (f *Faulty) delay(way, n int) error {
	f.mu.Lock()
	stall, halt := f.stall, f.halt
	f.mu.Unlock()
	if stall != nil {
		select {
		case <-stall:
		case <-halt:
			return f.halting()
		}
	}
	f.mu.Lock()
	if f.rate <= 0 {
		f.mu.Unlock()
		return nil
	}
	now := time.Now()
	if f.free[way].Before(now) {
		f.free[way] = now
	}
	f.free[way] = f.free[way].Add(time.Duration(n) * time.Second / time.Duration(f.rate))
	wait := f.free[way].Sub(now)
	f.mu.Unlock()
	return f.pause(wait)
}

// pause waits for d, unless calls shall end.
func (f *Faulty) pause(d time.Duration) error {
	if d <= 0 {
		return nil
	}
	f.mu.Lock()
	halt := f.halt
	f.mu.Unlock()
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-halt:
		return f.halting()
	}
}

// halting returns why calls end.
func (f *Faulty) halting() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return os.ErrClosed
	}
	return os.ErrDeadlineExceeded
}

// fireDue fires what waited for the bytes that have passed.
func (f *Faulty) fireDue() {
	f.mu.Lock()
	var now []Directive
	rest := f.pending[:0]
	for _, d := range f.pending {
		if d.counted(f.passed) >= d.at {
			now = append(now, d.Directive)
		} else {
			rest = append(rest, d)
		}
	}
	f.pending = rest
	f.mu.Unlock()
	for _, d := range now {
		f.fail(f.fire(d))
	}
}

func (f *Faulty) failure() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.err
}

// setHalt makes calls end, or lets them wait again. The caller holds mu.
func (f *Faulty) setHalt(on bool) {
	if on && !f.halted {
		close(f.halt)
	}
	if !on && f.halted {
		f.halt = make(chan struct{})
	}
	f.halted = on
}

// stopTimers stops what would happen later. The caller holds mu.
func (f *Faulty) stopTimers() {
	for _, t := range f.timers {
		t.Stop()
	}
	f.timers = nil
}

// endStall lets bytes pass again. The caller holds mu.
func (f *Faulty) endStall() {
	if f.stall != nil {
		close(f.stall)
		f.stall = nil
	}
}

func (d due) counted(passed [2]int) int {
	return d.count[in]*passed[in] + d.count[out]*passed[out]
}

func toInt(b bool) int {
	if b {
		return 1
	}
	return 0
}
