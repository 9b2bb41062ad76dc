package main

import (
	"context"
	"log/slog"
	"sync"

	"hallway/app/outbox"
	"hallway/cmd/drivers"
	"hallway/devices"
	"hallway/printer"
	"hallway/printer/font"
	"hallway/printer/ticket"
)

// slips are what a slip is made of.
type slips struct {
	templates func() (ticket.Templates, error)
	fonts     []string // files that may hold rare characters
}

// shipped are the program's own templates and the system's fonts.
var shipped = slips{ticket.Shipped, font.SystemPath}

// check looks, before anybody waits for a slip, whether every template can be
// printed, and which fonts hold rare characters. A fault is the technician's to
// mend and keeps nothing from starting.
func (s slips) check(log *slog.Logger) {
	n, err := font.Search(s.fonts...)
	if err != nil {
		log.Error("a font file cannot be read; install Debian's fonts-noto-cjk anew", "err", err)
	}
	if n == 0 {
		log.Warn("no font with rare characters is installed: names that need one cannot be printed; install Debian's fonts-noto-cjk")
	}
	if _, err := s.templates(); err != nil {
		log.Error("a slip's template is wrong; install the program anew", "err", err)
	}
}

// paper prints on the supervised printer.
type paper struct {
	*devices.Supervisor[drivers.Paper]
	roll  *roll
	mouth *mouth // nil for a printer without one
}

// reprint marks and counts a slip of whose operation papers may be out already.
func reprint(ctx context.Context, o *outbox.Terminal, j printer.Job) (printer.Job, error) {
	n, err := o.Copies(ctx, j.ID)
	j.Doc = ticket.Reprint(j.Doc, n)
	return j, err
}

// Print implements [printer.Printer]. A job that never reached the driver is
// not done; one whose driver broke down is unknown.
func (p paper) Print(ctx context.Context, j printer.Job) printer.Result {
	p.mouth.leave()
	j, err := reprint(ctx, p.roll.outbox, j)
	if err != nil { // whether it needs a mark is not known
		return printer.Result{Outcome: devices.NotDone, Reason: printer.ReasonJournal, Err: err}
	}
	r := printer.Result{Outcome: devices.NotDone, Reason: printer.ReasonSilent}
	err = p.Do(ctx, func(ctx context.Context, d drivers.Paper) error {
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
