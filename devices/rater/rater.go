// Package rater is the rating box on a counter: a pad with which a citizen says
// how well the service was (好差评), on the bus of package ff68.
//
// [Rater.Rate] asks for the rating of one service: it lights the box up and
// waits for a press. The first press counts; every press is acknowledged with
// function 01 and the same data, because a box repeats one that is not. Presses
// while nobody is asked, and those after the first, are refused: they are
// acknowledged and go nowhere, so that nobody rates twice or the service before.
//
// A box may stand under an address of its own or under that of its window's
// keypad, whose frames have other functions. What its keys mean is configured:
// the frames are known from a hall's program, in which the values 0 to 3 stand
// for four keys, but not which key is which. UNCONFIRMED, as is whether a box
// needs the command to begin.
package rater

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"hallway/devices"
	"hallway/devices/ff68"
)

// A Rating is how well a service was, in the words of the national scale of
// service ratings (政务服务"好差评").
type Rating string

// The ratings, from best to worst. Unrated is no press in time.
const (
	Unrated          Rating = ""
	VerySatisfied    Rating = "very-satisfied"    // 非常满意
	Satisfied        Rating = "satisfied"         // 满意
	Fair             Rating = "fair"              // 基本满意
	Dissatisfied     Rating = "dissatisfied"      // 不满意
	VeryDissatisfied Rating = "very-dissatisfied" // 非常不满意
)

// Ratings are all ratings but Unrated, from best to worst.
var Ratings = []Rating{VerySatisfied, Satisfied, Fair, Dissatisfied, VeryDissatisfied}

// DefaultValues are the meanings of a box with four keys. UNCONFIRMED.
func DefaultValues() map[byte]Rating {
	return map[byte]Rating{0: VerySatisfied, 1: Satisfied, 2: Fair, 3: Dissatisfied}
}

// Options say where the box is on the bus and how it speaks.
type Options struct {
	Address  byte            // 1 to 254
	Values   map[byte]Rating // what a press means; nil = DefaultValues
	Stars    byte            // of the clerk, 1 to 5, shown before the question; 0 = not sent. UNCONFIRMED
	NoStart  bool            // the box takes presses without the command to begin
	NoAck    bool            // the box does not wait for acknowledgements
	Patience time.Duration   // how long a press is waited for; 0 = 30 s
	Bounce   time.Duration   // a value that comes again within it was pressed once; 0 = 300 ms
	Log      *slog.Logger    // gets refused presses; nil = nowhere
}

const (
	patience = 30 * time.Second
	// bounce is longer than a box waits for its acknowledgement before it
	// repeats a press, so that a repeated one is not taken for the rating of the
	// next service. UNCONFIRMED.
	bounce   = 300 * time.Millisecond
	ackLimit = 500 * time.Millisecond

	funcCommand = 0x01
	funcShow    = 0x02
	funcRating  = 0x11
	startRating = 0x0B
	maxStars    = 5
)

// A Rater is one open box. Its methods may be called from any goroutine.
type Rater struct {
	o       Options
	line    *ff68.Line
	release func()

	mu     sync.Mutex
	closed chan struct{}
	done   bool
	asked  chan Rating // nil while nobody is asked; holds one
	last   byte
	lastAt time.Time
}

var _ devices.Device = (*Rater)(nil)

// Open listens to the box on line. The Rater owns one use of the line from now
// on, also when Open fails.
func Open(line *ff68.Line, o Options) (*Rater, error) {
	if o.Values == nil {
		o.Values = DefaultValues()
	}
	if o.Patience <= 0 {
		o.Patience = patience
	}
	if o.Bounce <= 0 {
		o.Bounce = bounce
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	r := &Rater{o: o, line: line, closed: make(chan struct{})}
	err := o.check()
	if err == nil {
		r.release, err = line.Handle(o.Address, r.frame, funcRating)
	}
	if err != nil {
		_ = line.Close()
		return nil, fmt.Errorf("rating box %d: %w", o.Address, err)
	}
	return r, nil
}

// check reports what no box can do.
func (o Options) check() error {
	var errs []error
	if o.Stars > maxStars {
		errs = append(errs, fmt.Errorf("%d stars, use 1 to %d, or 0 for none", o.Stars, maxStars))
	}
	if len(o.Values) == 0 {
		errs = append(errs, errors.New("no key has a meaning, name at least one value"))
	}
	return errors.Join(errs...)
}

// Identity is empty: a box does not say who it is.
func (r *Rater) Identity() devices.Identity { return devices.Identity{} }

// Check returns the error of the line, or [devices.ErrNoStatus]: a box that is
// silent may be one that nobody presses.
func (r *Rater) Check(ctx context.Context) ([]devices.Condition, error) {
	if err := r.usable(ctx); err != nil {
		return nil, err
	}
	return nil, devices.ErrNoStatus
}

// Close ends the box's use of the line, and Rate. It may be called twice.
func (r *Rater) Close() error {
	r.mu.Lock()
	before := r.done
	r.done = true
	r.mu.Unlock()
	if before {
		return nil
	}
	close(r.closed)
	r.release()
	return r.line.Close()
}

// usable returns why nothing may begin, or nil.
func (r *Rater) usable(ctx context.Context) error {
	r.mu.Lock()
	done := r.done
	r.mu.Unlock()
	switch {
	case done:
		return fmt.Errorf("rating box %d: %w", r.o.Address, devices.ErrClosed)
	case ctx.Err() != nil:
		return ctx.Err()
	case r.line.Err() != nil:
		return fmt.Errorf("rating box %d: %w", r.o.Address, r.line.Err())
	}
	return nil
}

// Rate asks for the rating of one service and returns the first press, or
// Unrated when none comes in time. Any other end is an error of ctx or of
// package devices; a second Rate at the same time gets [devices.ErrBusy].
func (r *Rater) Rate(ctx context.Context) (Rating, error) {
	if err := r.usable(ctx); err != nil {
		return Unrated, err
	}
	asked, err := r.ask()
	if err != nil {
		return Unrated, err
	}
	defer r.forget()
	if err := r.begin(ctx); err != nil {
		return Unrated, fmt.Errorf("rating box %d: begin: %w", r.o.Address, err)
	}
	limit := time.NewTimer(r.o.Patience)
	defer limit.Stop()
	select {
	case rating := <-asked:
		return rating, nil
	case <-limit.C:
		return Unrated, nil
	case <-ctx.Done():
		return Unrated, ctx.Err()
	case <-r.closed:
		return Unrated, r.usable(ctx)
	case <-r.line.Done():
		return Unrated, r.usable(ctx)
	}
}

func (r *Rater) ask() (chan Rating, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.asked != nil {
		return nil, fmt.Errorf("rating box %d: a service is being rated already: %w", r.o.Address, devices.ErrBusy)
	}
	r.asked = make(chan Rating, 1)
	return r.asked, nil
}

func (r *Rater) forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked = nil
}

// begin shows the stars and lights the box up.
func (r *Rater) begin(ctx context.Context) error {
	if r.o.Stars > 0 {
		if err := r.line.Send(ctx, ff68.Frame{Addr: r.o.Address, Func: funcShow, Data: []byte{r.o.Stars}}); err != nil {
			return err
		}
	}
	if r.o.NoStart {
		return nil
	}
	return r.line.Send(ctx, ff68.Frame{Addr: r.o.Address, Func: funcCommand, Data: []byte{startRating}})
}

// frame acknowledges a press and takes it when it is the first of a service.
func (r *Rater) frame(f ff68.Frame) {
	if len(f.Data) == 0 {
		return
	}
	r.ack(f)
	rating, known := r.o.Values[f.Data[0]]
	if !known {
		r.o.Log.Warn("rating box has a key without a meaning", "value", f.Data[0])
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	now := time.Now()
	again := f.Data[0] == r.last && now.Sub(r.lastAt) < r.o.Bounce
	r.last, r.lastAt = f.Data[0], now
	switch {
	case again:
	case r.asked == nil || len(r.asked) == cap(r.asked):
		r.o.Log.Info("rating that nobody asked for is refused")
	default:
		r.asked <- rating
	}
}

// ack acknowledges a press.
func (r *Rater) ack(f ff68.Frame) {
	if r.o.NoAck {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), ackLimit)
	defer cancel()
	f.Func = funcCommand
	if err := r.line.Send(ctx, f); err != nil {
		r.o.Log.Debug("rating is not acknowledged", "err", err)
	}
}
