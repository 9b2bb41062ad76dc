package main

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"

	"hallway/app/outbox"
	"hallway/cmd/drivers"
	"hallway/devices"
	"hallway/printer"
	"hallway/printer/driver"
)

// A roll watches the paper: it counts anew when a roll was changed, and tells
// when the roll comes to its end by count.
type roll struct {
	outbox *outbox.Terminal
	length printer.Micrometres
	log    *slog.Logger
	told   atomic.Bool // that the end is near

	mu    sync.Mutex
	level printer.Level // what the sensors last said
	away  bool          // since then the roll may have been changed
	fresh bool          // a roll was changed and is not counted yet
	news  chan struct{} // holds one
}

// newRoll takes up what the sensors said when the program ran last. Meanwhile
// the roll may have been changed.
func newRoll(ctx context.Context, o *outbox.Terminal, metres int, log *slog.Logger) *roll {
	r := &roll{outbox: o, length: printer.Micrometres(metres) * printer.Metre, log: log, away: true, news: make(chan struct{}, 1)}
	before, err := o.Roll(ctx)
	if err != nil {
		log.Warn("roll of paper is not known", "err", err)
	}
	r.level = before.Level
	return r
}

// see takes the printer's health. It does not wait.
func (r *roll) see(h devices.Health) {
	has := func(code string) bool {
		return slices.ContainsFunc(h.Conditions, func(c devices.Condition) bool { return c.Code == code })
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	before := r.level
	switch low := has(drivers.CodePaperLow); {
	case has(string(printer.ReasonPaperOut)) && !has(string(printer.ReasonCover)): // an open cover takes the paper off its sensor
		r.level, r.away = printer.LevelOut, true
	case !h.State.Usable():
		r.away = true
	case r.level == printer.LevelOut, r.level == printer.LevelLow && r.away && !low:
		r.fresh, r.away, r.level = true, false, printer.LevelPlenty
		if low { // the sensor does not fit the roll
			r.level = printer.LevelLow
		}
	case low:
		r.level, r.away = printer.LevelLow, false
	case r.level == printer.LevelPlenty:
		r.away = false
	}
	if r.fresh || r.level != before {
		select {
		case r.news <- struct{}{}:
		default:
		}
	}
}

// run stores what was seen, until ctx ends.
func (r *roll) run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-r.news:
		}
		r.mu.Lock()
		level, fresh := r.level, r.fresh
		r.fresh = false
		r.mu.Unlock()
		var err error
		if fresh {
			r.told.Store(false)
			err = r.outbox.NewRoll(ctx)
		}
		if err = errors.Join(err, r.outbox.SetLevel(ctx, level)); err != nil && ctx.Err() == nil {
			r.log.Warn("roll of paper is not counted", "err", err)
		}
	}
}

// ending reports whether few tickets are left by count.
func (r *roll) ending(ctx context.Context) (left printer.Roll, ending bool) {
	left, err := r.outbox.Roll(ctx)
	if err != nil {
		r.log.Warn("roll of paper is not known", "err", err)
		return left, false
	}
	left.Length = r.length
	return left, left.Ending()
}

// counted tells once when few tickets are left by count.
func (r *roll) counted(ctx context.Context) {
	if left, ending := r.ending(ctx); ending && r.told.CompareAndSwap(false, true) {
		n, _ := left.Forecast()
		r.log.Warn("the roll of paper is nearly used up by count: have a fresh one ready", "tickets_left", n, "paper_left", left.Left())
	}
}

// watched is a printer that reports the end of its roll by count besides what
// its sensors say.
type watched struct {
	driver.Driver
	roll *roll
}

// Check implements [devices.Device].
func (w watched) Check(ctx context.Context) ([]devices.Condition, error) {
	all, err := w.Driver.Check(ctx)
	if err != nil && !errors.Is(err, devices.ErrNoStatus) {
		return all, err
	}
	if _, ending := w.roll.ending(ctx); ending {
		return append(all, devices.Condition{Code: drivers.CodeRollLow}), nil
	}
	return all, err
}

// watch lets a printer report the end of its roll.
func (r *roll) watch(o drivers.Opener[drivers.Paper]) drivers.Opener[drivers.Paper] {
	open := o.Driver
	o.Driver = func(ctx context.Context, connect drivers.Connect) (drivers.Paper, error) {
		p, err := open(ctx, connect)
		if err == nil {
			p.Driver = watched{p.Driver, r}
		}
		return p, err
	}
	return o
}
