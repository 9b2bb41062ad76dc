package journey

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"hallway/app/operation"
	"hallway/app/text"
	"hallway/devices"
	"hallway/idreader"
	"hallway/printer"
)

// Desk is where a visit hands in what it wants: the terminal's store. Every
// method returns in seconds whether the hall answers or not; an error that
// wraps *operation.Refusal says why something was not possible.
type Desk interface {
	TakeNumber(context.Context, operation.TicketRequest) (operation.Ticket, error)
	Apply(context.Context, operation.ApplicationRequest) (operation.Accepted, error)
	Book(context.Context, operation.BookingRequest) (operation.Booking, error)
	Slots(ctx context.Context, item string) (operation.Slots, error)
	Cases(context.Context, operation.CaseQuery) (operation.Cases, error)
}

// OrderDesk is where a visit lodges help orders; as with [Desk] every method
// returns in seconds.
type OrderDesk interface {
	Lodge(context.Context, operation.OrderRequest) (operation.LodgedOrder, error)
	Orders(context.Context, operation.OrderQuery) (operation.Orders, error)
	ActOnOrder(context.Context, operation.OrderAct) (operation.OrderActed, error)
}

// A Scanner reads codes that are held before it.
type Scanner interface {
	// Scan hands every code to emit until ctx ends. It returns nil when ctx
	// ended, and an error of package devices when the scanner failed.
	Scan(ctx context.Context, emit func(idreader.Secret[string])) error
}

// Deadlines of commands. The journey itself stops waiting for the desk after
// [workLimit].
const (
	deskLimit  = 15 * time.Second
	printLimit = 90 * time.Second // the longest that a printer may take for a slip, jams included
)

// Ports are what commands are carried out with.
type Ports struct {
	Desk   Desk
	Orders OrderDesk
	Reader idreader.Reader
	Paper  printer.Printer
	Codes  Scanner             // nil when none is fitted
	IDs    func() operation.ID // operations' ids
	Send   func(Msg)           // takes the answers; called on any goroutine
	Log    *slog.Logger
}

// A Runner carries out commands, each on a goroutine of its own.
type Runner struct {
	p      Ports
	ctx    context.Context
	cancel context.CancelFunc
	group  sync.WaitGroup
	disarm context.CancelFunc // ends the arming; belongs to the goroutine that calls Do
	unscan context.CancelFunc // ends the look for codes, likewise
}

// NewRunner makes a runner. Close ends it.
func NewRunner(p Ports) *Runner {
	ctx, cancel := context.WithCancel(context.Background())
	return &Runner{p: p, ctx: ctx, cancel: cancel, disarm: func() {}, unscan: func() {}}
}

// Close ends all commands and waits for them. Answers that come later are not
// sent.
func (r *Runner) Close() {
	r.cancel()
	r.group.Wait()
}

// Do starts commands and returns at once. It is called on one goroutine.
func (r *Runner) Do(commands []Command) {
	for _, c := range commands {
		switch c := c.(type) {
		case Arm:
			r.disarm()
			var ctx context.Context
			ctx, r.disarm = context.WithCancel(r.ctx)
			r.group.Go(func() { r.poll(ctx, c.Poll) })
		case Disarm:
			r.disarm()
		case Scan:
			r.unscan()
			var ctx context.Context
			ctx, r.unscan = context.WithCancel(r.ctx)
			r.group.Go(func() { r.look(ctx, c.Look) })
		case StopScan:
			r.unscan()
		default:
			r.group.Go(func() { r.send(r.carryOut(c)) })
		}
	}
}

func (r *Runner) send(m Msg) {
	if m != nil && r.ctx.Err() == nil {
		r.p.Send(m)
	}
}

// poll reads cards until the arming ends.
func (r *Runner) poll(ctx context.Context, poll int) {
	err := r.p.Reader.Poll(ctx, func(e idreader.Event) {
		if e.Type == idreader.Failed {
			r.note("card."+string(e.Fault), nil)
		}
		r.send(CardSeen{poll, e, r.p.IDs()})
	})
	if ctx.Err() == nil {
		if err == nil {
			err = devices.ErrGone
		}
		r.note("card.reader", err)
		r.send(ReaderFailed{poll, err})
	}
}

// look reads codes until the look ends. A scanner that fails is left to its
// supervisor: the citizen types the digits meanwhile.
func (r *Runner) look(ctx context.Context, look int) {
	for {
		err := r.p.Codes.Scan(ctx, func(code idreader.Secret[string]) { r.send(CodeScanned{look, code, r.p.IDs()}) })
		if ctx.Err() != nil || devices.Pause(ctx, rearm) != nil {
			return
		}
		r.p.Log.Warn("scanner fails", "err", err)
	}
}

// carryOut does a command and returns its answer. It wipes the secrets that the
// command owns.
func (r *Runner) carryOut(c Command) Msg {
	limit := deskLimit
	if _, ok := c.(PrintSlip); ok {
		limit = printLimit
	}
	ctx, cancel := context.WithTimeout(r.ctx, limit)
	defer cancel()
	switch c := c.(type) {
	case TakeNumber:
		defer c.Request.Person.Wipe()
		t, err := r.p.Desk.TakeNumber(ctx, c.Request)
		return NumberTaken{c.Visit, c.Request.Op, t, r.refused(err)}
	case Apply:
		defer c.Request.Person.Wipe()
		defer c.Request.Fields.Wipe()
		a, err := r.p.Desk.Apply(ctx, c.Request)
		return Filed{c.Visit, c.Request.Op, a, r.refused(err)}
	case Book:
		defer c.Request.Person.Wipe()
		defer c.Request.Phone.Wipe()
		b, err := r.p.Desk.Book(ctx, c.Request)
		return PlaceBooked{c.Visit, c.Request.Op, b, r.refused(err)}
	case LoadSlots:
		s, err := r.p.Desk.Slots(ctx, c.Item)
		return SlotsLoaded{c.Visit, c.Op, s, r.refused(err)}
	case LoadCases:
		defer c.Query.Person.Wipe()
		s, err := r.p.Desk.Cases(ctx, c.Query)
		return CasesLoaded{c.Visit, c.Op, s, r.refused(err)}
	case Lodge:
		defer c.Request.Person.Wipe()
		defer c.Request.Text.Wipe()
		defer c.Request.Phone.Wipe()
		o, err := r.p.Orders.Lodge(ctx, c.Request)
		return OrderStored{c.Visit, c.Request.Op, o, r.refused(err)}
	case LoadOrders:
		defer c.Query.Person.Wipe()
		defer c.Query.Secret.Wipe()
		s, err := r.p.Orders.Orders(ctx, c.Query)
		return OrdersLoaded{c.Visit, c.Op, s, r.refused(err)}
	case ActOnOrder:
		defer c.Act.By.Person.Wipe()
		defer c.Act.By.Secret.Wipe()
		a, err := r.p.Orders.ActOnOrder(ctx, c.Act)
		return OrderActed{c.Visit, c.Act.Op, a, r.refused(err)}
	case PrintSlip:
		res := r.p.Paper.Print(ctx, c.Job)
		if res.Outcome != devices.Done {
			r.note(Print{Outcome: res.Outcome, Reason: res.Reason}.notice().Key, res.Err)
		}
		return Printed{c.Visit, c.Job.ID, res}
	}
	return nil
}

// refused notes an error for the technician.
func (r *Runner) refused(err error) error {
	if err != nil {
		r.note(refusal(err).Key, err)
	}
	return err
}

// note logs a fault with the technician's sentence. Errors of the desk and of
// devices hold no personal data.
func (r *Runner) note(key string, err error) {
	var asked *operation.Refusal
	level := slog.LevelWarn
	if errors.As(err, &asked) && (asked.Code == operation.CodeSlotFull || asked.Code == operation.CodeAlreadyBooked) {
		level = slog.LevelInfo
	}
	r.p.Log.Log(r.ctx, level, "visit", "fault", key, "say", text.Tech(key), "err", err)
}
