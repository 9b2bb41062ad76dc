package star

import (
	"context"
	"crypto/sha256"
	"fmt"
	"sync"

	"hallway/devices"
	"hallway/printer"
	"hallway/printer/internal/engine"
	"hallway/printer/layout"
)

// askStatus is ESC ACK SOH.
var askStatus = []byte{0x1b, 0x06, 0x01}

// dialect is Star Line Mode as a profile describes it.
type dialect struct {
	profile printer.Profile

	mu   sync.Mutex
	next int                    // group of ETBs of the next job, 1 to groups
	used map[printer.JobID]byte // ETBs that begin the jobs that were encoded last
}

var _ engine.Dialect = (*dialect)(nil)

// groups is how many jobs in a row have ETBs of their own: the counter has 32
// values, each job takes three.
const groups = 9

// Splitter implements [engine.Dialect].
func (d *dialect) Splitter() engine.Splitter { return &splitter{} }

// Encode implements [engine.Dialect].
func (d *dialect) Encode(j printer.Job) (engine.Ticket, error) {
	t, err := assemble(j.Doc, d.profile, func() byte { return d.lead(j.ID) })
	etb := []byte{0x17}
	t.Mark = [2][]byte{etb, etb}
	return t, err
}

// Encode returns a document as the bytes that a printer of the profile gets,
// without the ETBs that prove it. It is pure: the same document and profile
// give the same bytes.
func Encode(d printer.Document, p printer.Profile) ([]byte, error) {
	t, err := assemble(d, p, func() byte { return 0 })
	return append(t.Body, t.Cut...), err
}

// assemble lays a document out and encodes it behind lead ETBs, which are
// counted only for a document that can be printed.
func assemble(d printer.Document, p printer.Profile, lead func() byte) (engine.Ticket, error) {
	sheet, err := layout.Lay(d, p)
	if err != nil {
		return engine.Ticket{}, fmt.Errorf("document %q: %w", d.Template, err)
	}
	e := &encoder{profile: p}
	e.begin(lead())
	if err := e.sheet(sheet); err != nil {
		return engine.Ticket{}, err
	}
	return engine.Ticket{Body: e.out, Cut: e.ended, Rows: sheet.Rows() + margin + p.Geometry.Cutter}, nil
}

// lead returns how many ETBs begin a job. The first job's are told by its id.
func (d *dialect) lead(id printer.JobID) byte {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.next == 0 {
		sum := sha256.Sum256([]byte(id))
		d.next = int(sum[0])%groups + 1
	}
	n := byte(3 * d.next)
	d.next = d.next%groups + 1
	d.used = map[printer.JobID]byte{id: n}
	return n
}

// Status implements [engine.Dialect]. An answer looks like automatic status, and
// one of those may be under way already, so the second of two answers counts.
func (d *dialect) Status(ctx context.Context, l *engine.Line) (list []devices.Condition, err error) {
	l.Forget()
	for range 2 {
		r, err := l.Ask(ctx, askStatus, engine.AnswerLimit, func(r engine.Reply) bool { return r.Kind == replyStatus })
		if err != nil {
			return nil, fmt.Errorf("ESC ACK SOH: %w", err)
		}
		list = conditions(r.Data)
	}
	return list, nil
}

// Greet implements [engine.Dialect]: ESC RS a 1 switches automatic status on,
// which the printer confirms with one. That one is waited for, so that it
// answers no later question.
func (d *dialect) Greet(ctx context.Context, l *engine.Line) (none devices.Identity) {
	if d.profile.Status.Push {
		_, _ = l.Ask(ctx, pushOn, engine.InfoLimit, func(r engine.Reply) bool { return r.Kind == replyStatus }) // every job says it again
	}
	return none
}

// Witness implements [engine.Dialect].
func (d *dialect) Witness(id printer.JobID) engine.Witness {
	d.mu.Lock()
	defer d.mu.Unlock()
	return &witness{lead: int(d.used[id])}
}

// witness counts the ETBs of one job.
type witness struct {
	lead int
}

// Take implements [engine.Witness].
func (w *witness) Take(r engine.Reply, e *engine.Evidence) {
	if r.Kind != replyStatus {
		return
	}
	e.See(conditions(r.Data))
	n, ok := counter(r.Data)
	if !ok || w.lead == 0 {
		return
	}
	switch n {
	case w.lead + 1:
		e.Printed = true
	case w.lead + 2:
		e.Printed, e.Cut = true, true
	}
}

// Poll implements [engine.Witness].
func (w *witness) Poll(*engine.Evidence) []byte { return askStatus }
