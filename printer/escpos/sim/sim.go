package sim

import (
	"context"
	"errors"
	"fmt"
	"image"
	"io"
	"sync"

	"hallway/devices/sim"
)

// Options configure a simulated printer.
type Options struct {
	Model     Model   // see [LoadModel]
	TimeScale float64 // 1 prints as slowly as the model, 0 at once
	Paper     int     // mm on the roll; 0 means a new roll of 80 m
	CutAt     int     // the power goes off when that many bytes have arrived; 0 = never
}

// Sizes of the simulated world.
const (
	newRoll    = 80_000 // mm of paper
	nearEnd    = 8_000  // mm left when the near-end sensor reports
	bufferSize = 4096   // bytes that the printer takes before it stops reading
	maxTickets = 50     // finished tickets that are remembered
	maxErrors  = 100
)

// Printer is a simulated receipt printer. Its methods may be called from any
// goroutine.
type Printer struct {
	model Model
	scale float64

	mu       sync.Mutex
	changed  chan struct{} // closed and replaced at every change
	watchers []func()
	serving  bool

	cover, jammed, hot, off, offline bool

	paper    float64 // dots left on the roll
	received int     // bytes since New
	cutAt    int
	rx       []byte // buffer, in the order of arrival
	tail     []byte // last bytes received, for real-time commands
	push     bool   // GS a: reports changes by itself
	told     []byte // automatic status that was sent last
	epoch    int    // grows when the buffer is thrown away
	etb      int    // Star: ETBs carried out
	strip    strip
	tickets  []Ticket
	errs     []error

	handed, inMouth, mouthStuck bool // a ticket was handed out; it is there; it cannot be drawn back
	retracted                   []Ticket
}

// New returns a printer that is switched on, with its cover closed.
func New(o Options) *Printer {
	mm := o.Paper
	if mm == 0 {
		mm = newRoll
	}
	p := &Printer{model: o.Model, scale: o.TimeScale, cutAt: o.CutAt, changed: make(chan struct{})}
	p.paper = float64(mm) * o.Model.millimetre()
	p.strip.rows = make([][]byte, o.Model.Cutter)
	return p
}

// OnChange adds a function that is called after every change of paper, state or
// tickets, on the goroutine that made the change. It must not block.
func (p *Printer) OnChange(f func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.watchers = append(p.watchers, f)
}

// change runs f under the lock, wakes who waits, and tells the watchers.
func (p *Printer) change(f func()) {
	p.mu.Lock()
	f()
	p.stir()
	watchers := p.watchers
	p.mu.Unlock()
	for _, w := range watchers {
		w()
	}
}

// stir wakes who waits for a change. The caller holds the lock.
func (p *Printer) stir() {
	close(p.changed)
	p.changed = make(chan struct{})
}

// SetCover opens or closes the cover. Closing it also lets go of a paper that
// was stuck at the blade.
func (p *Printer) SetCover(open bool) {
	p.change(func() {
		if p.cover && !open {
			p.jammed = false
		}
		p.cover = open
	})
}

// SetPaper puts a roll of mm millimetres in; 0 takes the roll out.
func (p *Printer) SetPaper(mm int) {
	p.change(func() { p.paper = float64(max(mm, 0)) * p.model.millimetre() })
}

// SetCutterJam makes the blade stick, or lets it go.
func (p *Printer) SetCutterJam(on bool) { p.change(func() { p.jammed = on }) }

// SetHeadHot makes the head too hot to print, or cools it.
func (p *Printer) SetHeadHot(on bool) { p.change(func() { p.hot = on }) }

// SetOffline takes the printer off line without a cause that it names.
func (p *Printer) SetOffline(on bool) { p.change(func() { p.offline = on }) }

// SetRows makes the paper end n rows of dots from here.
func (p *Printer) SetRows(n int) { p.change(func() { p.paper = float64(n) }) }

// SetMouthStuck makes the presenter unable to draw a ticket back.
func (p *Printer) SetMouthStuck(on bool) { p.change(func() { p.mouthStuck = on }) }

// SetPower switches the printer off or on. Switching off loses its buffer and
// styles; the paper stays.
func (p *Printer) SetPower(on bool) {
	p.change(func() {
		if p.off = !on; p.off {
			p.powerOff()
		}
	})
}

// powerOff is the end of power. The caller holds the lock.
func (p *Printer) powerOff() {
	p.off, p.push, p.etb = true, false, 0
	p.forget()
}

// Off reports whether the printer has no power.
func (p *Printer) Off() bool { p.mu.Lock(); defer p.mu.Unlock(); return p.off }

// Retracted returns the tickets that were drawn back, oldest first.
func (p *Printer) Retracted() []Ticket {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]Ticket(nil), p.retracted...)
}

// Cover reports whether the cover is open.
func (p *Printer) Cover() bool { p.mu.Lock(); defer p.mu.Unlock(); return p.cover }

// Paper returns how many millimetres are left on the roll.
func (p *Printer) Paper() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return int(p.paper / p.model.millimetre())
}

// Received returns how many bytes have arrived.
func (p *Printer) Received() int { p.mu.Lock(); defer p.mu.Unlock(); return p.received }

// Tickets returns the finished tickets that nobody took, oldest first.
func (p *Printer) Tickets() []Ticket {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]Ticket(nil), p.tickets...)
}

// Take takes the oldest finished ticket away. Without one it tears off what
// hangs out of the printer; ok is false when that is blank.
func (p *Printer) Take() (t Ticket, ok bool) {
	p.change(func() {
		if len(p.tickets) > 0 {
			t, p.tickets, ok = p.tickets[0], p.tickets[1:], true
			p.inMouth = p.inMouth && len(p.tickets) > 0
			return
		}
		out := len(p.strip.rows) - p.model.Cutter
		if ok = !p.strip.blank(out); ok {
			t = p.strip.take(p.model, out, false)
		}
	})
	return t, ok
}

// Current returns the paper since the last cut, up to the head.
func (p *Printer) Current() image.Image {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.strip.image(p.model, len(p.strip.rows))
}

// Length returns how many rows of dots [Printer.Current] has.
func (p *Printer) Length() int { p.mu.Lock(); defer p.mu.Unlock(); return len(p.strip.rows) }

// Printing reports whether there is ink on the paper since the last cut.
func (p *Printer) Printing() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return !p.strip.blank(len(p.strip.rows))
}

// Errors returns what the printer did not understand, at most the first 100.
func (p *Printer) Errors() []error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]error(nil), p.errs...)
}

func (p *Printer) complain(format string, args ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.errs) < maxErrors {
		p.errs = append(p.errs, fmt.Errorf(format, args...))
	}
}

// ErrServing says that the printer already has a line.
var ErrServing = errors.New("simulated printer already has a line")

// Serve reads the line and answers on it until ctx ends or the line is gone,
// which are the ordinary ends. When the line goes, the buffer is still printed
// as far as paper and cover allow. While the buffer is full Serve does not
// notice that the line is gone.
func (p *Printer) Serve(ctx context.Context, line io.ReadWriter) error {
	p.mu.Lock()
	busy := p.serving
	p.serving = true
	p.mu.Unlock()
	if busy {
		return ErrServing
	}
	w := &worker{printer: p, line: &answerer{turn: make(chan struct{}, 1), w: line}, gone: make(chan struct{})}
	w.reset()
	var printing sync.WaitGroup
	printing.Go(func() { w.run(ctx) })
	printing.Go(func() { w.report(ctx) })
	err := sim.Serve(ctx, line, func(b []byte) error { return p.receive(ctx, b, w.line) })
	close(w.gone)
	printing.Wait()
	p.mu.Lock()
	p.serving = false
	p.mu.Unlock()
	return err
}

// answerer lets the receiving side and the printing side answer on one line.
// turn is a lock that a false clock can wait for while a slow line is written to.
type answerer struct {
	turn chan struct{}
	w    io.Writer
}

// send drops answers that the line does not take; the reader notices.
func (a *answerer) send(b []byte) {
	a.turn <- struct{}{}
	_, _ = a.w.Write(b)
	<-a.turn
}
