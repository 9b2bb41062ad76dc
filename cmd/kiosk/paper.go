package main

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"

	"hallway/app/outbox"
	"hallway/cmd/drivers"
	"hallway/devices"
	"hallway/printer"
	"hallway/printer/font"
	"hallway/printer/ticket"
)

// checkTickets looks, before anybody waits for a slip, whether every template
// can be printed, and which fonts hold rare characters. A fault is the
// technician's to mend and keeps nothing from starting.
func checkTickets(log *slog.Logger) {
	n, err := font.Search(font.SystemPath...)
	if err != nil {
		log.Error("a font file cannot be read; install Debian's fonts-noto-cjk anew", "err", err)
	}
	if n == 0 {
		log.Warn("no font with rare characters is installed: names that need one cannot be printed; install Debian's fonts-noto-cjk")
	}
	if _, err := ticket.Shipped(); err != nil {
		log.Error("a slip's template is wrong; install the program anew", "err", err)
	}
}

// fewTickets is how many tickets before the end of the roll by count a
// technician is told.
const fewTickets = 50

// A roll watches the paper: it counts anew when paper came back after it had
// run out, and tells when the roll comes to its end by count.
type roll struct {
	outbox *outbox.Terminal
	length printer.Micrometres
	log    *slog.Logger

	out   atomic.Bool   // the printer said that it has no paper
	fresh chan struct{} // holds one
	told  atomic.Bool   // that the end is near
}

func newRoll(o *outbox.Terminal, metres int, log *slog.Logger) *roll {
	return &roll{outbox: o, length: printer.Micrometres(metres) * printer.Metre, log: log, fresh: make(chan struct{}, 1)}
}

// see takes the printer's health. It does not wait.
func (r *roll) see(h devices.Health) {
	out := slices.ContainsFunc(h.Conditions, func(c devices.Condition) bool { return c.Code == string(printer.ReasonPaperOut) })
	switch {
	case out:
		r.out.Store(true)
	case h.State.Usable() && r.out.CompareAndSwap(true, false):
		select {
		case r.fresh <- struct{}{}:
		default:
		}
	}
}

// run begins to count anew whenever paper came back, until ctx ends.
func (r *roll) run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-r.fresh:
		}
		r.told.Store(false)
		if err := r.outbox.NewRoll(ctx); err != nil && ctx.Err() == nil {
			r.log.Warn("fresh roll of paper is not counted", "err", err)
		}
	}
}

// counted tells once when few tickets are left by count.
func (r *roll) counted(ctx context.Context) {
	left, err := r.outbox.Roll(ctx)
	if err != nil {
		r.log.Warn("roll of paper is not known", "err", err)
		return
	}
	left.Length = r.length
	if n, ok := left.Forecast(); ok && n < fewTickets && r.told.CompareAndSwap(false, true) {
		r.log.Warn("the roll of paper is nearly used up by count: have a fresh one ready", "tickets_left", n, "paper_left", left.Left())
	}
}

// paper prints on the supervised printer.
type paper struct {
	*devices.Supervisor[drivers.Paper]
	roll  *roll
	mouth *mouth // nil for a printer without one
}

// Print implements [printer.Printer]. A job that never reached the driver is
// not done; one whose driver broke down is unknown.
func (p paper) Print(ctx context.Context, j printer.Job) printer.Result {
	p.mouth.leave()
	r := printer.Result{Outcome: devices.NotDone, Reason: printer.ReasonSilent}
	err := p.Do(ctx, func(ctx context.Context, d drivers.Paper) error {
		r = printer.Result{Outcome: devices.Unknown}
		r = d.Print(ctx, j)
		return r.Err
	})
	if r.Err == nil {
		r.Err = err
	}
	if r.Outcome != devices.NotDone {
		p.roll.counted(context.WithoutCancel(ctx))
	}
	if r.Outcome == devices.Done {
		p.mouth.collect(func(ctx context.Context) (state printer.State, err error) {
			err = p.Do(ctx, func(ctx context.Context, d drivers.Paper) error {
				state, err = d.Collect(ctx, j.ID)
				return err
			})
			return state, err
		})
	}
	return r
}

// A mouth sees to it that a ticket which nobody takes is drawn back. The next
// job ends that: the driver itself keeps two tickets from lying in the mouth.
type mouth struct {
	life context.Context
	log  *slog.Logger

	mu     sync.Mutex
	stop   context.CancelFunc
	waited sync.WaitGroup
}

// collect waits beside the visit for what becomes of a ticket.
func (m *mouth) collect(wait func(context.Context) (printer.State, error)) {
	if m == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	ctx, stop := context.WithCancel(m.life)
	m.stop = stop
	m.waited.Go(func() {
		defer stop()
		state, err := wait(ctx)
		if err != nil && ctx.Err() == nil {
			m.log.Warn("ticket in the printer's mouth: look at the printer", "state", state, "err", err)
		}
	})
}

// leave stops to wait for a ticket.
func (m *mouth) leave() {
	if m == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.stop != nil {
		m.stop()
	}
	m.waited.Wait()
}
