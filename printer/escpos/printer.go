package escpos

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"hallway/devices"
	"hallway/printer"
)

// Time limits. A printer answers a real-time request within one line's print
// time, about 20 ms; half a second allows for a slow converter.
const (
	answerLimit = 500 * time.Millisecond
	infoLimit   = 300 * time.Millisecond
	stallStep   = 500 * time.Millisecond
	stallLimit  = 5 * time.Second // the printer's buffer may stay full that long
	hasty       = 300 * time.Millisecond
)

// Printer is one open ESC/POS printer. Its methods may be called from any
// goroutine; commands run one after the other.
type Printer struct {
	conn    devices.Conn
	profile printer.Profile
	journal printer.Journal
	ident   devices.Identity

	turn    chan struct{}   // holds one token: who has it may write
	replies chan reply      // from the reader; the oldest is lost when full
	life    context.Context // ends with Close
	end     context.CancelFunc
	reader  sync.WaitGroup
	down    chan struct{} // closed when the reader ended
	downErr error         // valid when down is closed

	clean bool // guarded by turn: no byte of an unfinished job can be in the printer
	scrap bool // guarded by turn: the last job may have left half a ticket
}

var (
	_ devices.Device  = (*Printer)(nil)
	_ printer.Printer = (*Printer)(nil)
)

// Open says hello: it asks DLE EOT 1 to 4 and then, when the printer is online,
// GS I for maker, model, serial number and firmware, which many printers leave
// unanswered. A printer with a profile without status is opened as it is. The
// journal may be nil when nothing that is printed needs to be remembered, such
// as a test page; with a [printer.History] the scrap of an unfinished ticket is
// cut off before the next. On an error the connection is closed.
func Open(ctx context.Context, conn devices.Conn, p printer.Profile, j printer.Journal) (*Printer, error) {
	if err := p.Validate(); err != nil {
		return nil, errors.Join(fmt.Errorf("printer profile: %w", err), conn.Close())
	}
	life, end := context.WithCancel(context.Background())
	pr := &Printer{
		conn: conn, profile: p, journal: j,
		turn: make(chan struct{}, 1), replies: make(chan reply, 64),
		life: life, end: end, down: make(chan struct{}),
	}
	pr.reader.Go(pr.read)
	conditions, err := pr.Check(ctx)
	if err != nil && !errors.Is(err, devices.ErrNoStatus) {
		return nil, errors.Join(fmt.Errorf("open printer: %w", err), pr.Close())
	}
	if h, ok := j.(printer.History); ok {
		last, err := h.Last(ctx)
		pr.scrap = err != nil || last == devices.Unknown
	}
	if reason(conditions) == printer.ReasonNone {
		pr.greet(ctx)
	}
	return pr, nil
}

// Identity says who answered GS I; fields without an answer are "".
func (p *Printer) Identity() devices.Identity { return p.ident }

// Close ends a running command, closes the port and waits for the reader.
func (p *Printer) Close() error {
	p.end()
	err := p.conn.Close()
	p.reader.Wait()
	if errors.Is(err, devices.ErrClosed) {
		return nil
	}
	return err
}

// Check asks DLE EOT 1 to 4. It prints and feeds nothing. Codes are the Code
// constants of this package.
func (p *Printer) Check(ctx context.Context) ([]devices.Condition, error) {
	if !p.profile.Status.Realtime {
		return nil, p.closedOr(devices.ErrNoStatus)
	}
	ctx, done, err := p.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	return p.status(ctx)
}

// begin waits for the turn to write and joins ctx with the printer's life.
func (p *Printer) begin(ctx context.Context) (context.Context, func(), error) {
	if err := ctx.Err(); err != nil {
		return nil, nil, err
	}
	select {
	case p.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, nil, ctx.Err()
	case <-p.life.Done():
		return nil, nil, devices.ErrClosed
	}
	joined, cancel := context.WithCancel(ctx)
	stop := context.AfterFunc(p.life, cancel)
	return joined, func() { stop(); cancel(); <-p.turn }, p.closedOr(nil)
}

// closedOr returns err, or ErrClosed after Close.
func (p *Printer) closedOr(err error) error {
	if p.life.Err() != nil {
		return devices.ErrClosed
	}
	return err
}

// read feeds the demultiplexer until the port ends.
func (p *Printer) read() {
	defer close(p.down)
	var d demux
	buf := make([]byte, 256)
	for {
		n, err := p.conn.Read(p.life, buf)
		d.push(buf[:n], p.deliver)
		if err != nil {
			p.downErr = err
			return
		}
	}
}

// deliver never blocks, so that an unasked flood cannot stop the reader.
func (p *Printer) deliver(r reply) {
	for {
		select {
		case p.replies <- r:
			return
		default:
		}
		select {
		case <-p.replies:
		default:
		}
	}
}

// forget drops answers that nobody waits for any more.
func (p *Printer) forget() {
	for {
		select {
		case <-p.replies:
		default:
			return
		}
	}
}

// write sends all of b within limit and returns how many bytes the port took.
func (p *Printer) write(ctx context.Context, b []byte, limit time.Duration) (int, error) {
	timed, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	n, err := p.conn.Write(timed, b)
	if err == nil && n < len(b) {
		err = devices.ErrGone
	}
	return n, p.blame(ctx, err)
}

// blame turns the end of an inner time limit into ErrSilent and the end of the
// printer's life into ErrClosed.
func (p *Printer) blame(ctx context.Context, err error) error {
	switch {
	case err == nil:
		return nil
	case p.life.Err() != nil:
		return devices.ErrClosed
	case errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil:
		return fmt.Errorf("printer takes no bytes: %w", devices.ErrSilent)
	}
	return err
}

// await returns the first answer of that kind. Without one it returns ErrSilent, or
// ErrProtocol when something else came.
func (p *Printer) await(ctx context.Context, kind replyKind, limit time.Duration) (reply, error) {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	garbage := 0
	for {
		select {
		case r := <-p.replies:
			if r.kind == kind {
				return r, nil
			}
			if r.kind == replyNoise {
				garbage++
			}
		case <-timer.C:
			if garbage > 0 {
				return reply{}, fmt.Errorf("%d bytes that are no answer: %w", garbage, devices.ErrProtocol)
			}
			return reply{}, devices.ErrSilent
		case <-ctx.Done():
			return reply{}, p.closedOr(ctx.Err())
		case <-p.down:
			return reply{}, p.closedOr(p.downErr)
		}
	}
}

// status asks for the four status bytes one after the other, because an answer
// does not say which request it belongs to.
func (p *Printer) status(ctx context.Context) ([]devices.Condition, error) {
	p.forget()
	var bits statusBits
	for i := range bits {
		if _, err := p.write(ctx, []byte{0x10, 0x04, byte(i + 1)}, answerLimit); err != nil {
			return nil, fmt.Errorf("DLE EOT %d: %w", i+1, err)
		}
		r, err := p.await(ctx, replyEOT, answerLimit)
		if err != nil {
			return nil, fmt.Errorf("DLE EOT %d: %w", i+1, err)
		}
		bits[i] = r.data[0]
	}
	return bits.conditions(p.profile), nil
}

// greet switches automatic status on and asks GS I until the first question
// that stays unanswered.
func (p *Printer) greet(ctx context.Context) {
	ctx, done, err := p.begin(ctx)
	if err != nil {
		return
	}
	defer done()
	if p.profile.Status.Push {
		if _, err := p.write(ctx, pushOn, infoLimit); err != nil {
			return
		}
	}
	if !p.profile.Status.Info {
		return
	}
	for _, q := range []struct {
		n    byte
		into *string
	}{{66, &p.ident.Maker}, {67, &p.ident.Model}, {68, &p.ident.Serial}, {65, &p.ident.Firmware}} {
		if _, err := p.write(ctx, []byte{0x1d, 'I', q.n}, infoLimit); err != nil {
			return
		}
		r, err := p.await(ctx, replyBlock, infoLimit)
		if err != nil || r.data[0] != 0x5f {
			return
		}
		*q.into = strings.TrimSpace(string(r.data[1:]))
	}
}
