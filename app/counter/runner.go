package counter

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"hallway/app/hall/api"
	"hallway/app/operation"
	"hallway/devices"
)

// Hall is the hall as a counter needs it. Its errors are *operation.Refusal
// when the hall answered no, with a code of package api; anything else means
// that no proper answer came.
type Hall interface {
	// SignIn opens the window for a clerk.
	SignIn(ctx context.Context, clerk, pin string) (Seat, api.Counter, error)
	// Follow calls moved with the number of each event of the hall until ctx
	// ends. When the stream breaks it connects again by itself.
	Follow(ctx context.Context, moved func(seq int64))
}

// A Seat is one sign-in at a window.
type Seat interface {
	// State asks for the state of the window.
	State(ctx context.Context) (api.Counter, error)
	// Do carries out a command. The same command may be given again.
	Do(ctx context.Context, c api.CounterCommand) (api.Counter, error)
}

const (
	// answerIn is how long one request may take.
	answerIn = 3 * time.Second
	// sendFor is how long a command is sent again before its fate is unknown.
	sendFor = 9 * time.Second
	// sendPause lies between two tries of a command.
	sendPause = 500 * time.Millisecond
	// inbox is how many messages may wait: more than a person can make while
	// one picture is drawn.
	inbox = 64
)

// Options are what a [Runner] works with. All fields but Log are needed.
type Options struct {
	Hall    Hall
	Display Display
	Show    func(Screen) // called on the Runner's goroutine after each change
	Now     func() time.Time
	IDs     func() operation.ID
	Log     *slog.Logger
}

// A Runner owns a model: it takes messages in, carries commands out and shows
// what came of it.
type Runner struct {
	o     Options
	msgs  chan Msg
	model Model
	seat  Seat // of model.Sitting
	lamp  *lamp
	tasks sync.WaitGroup
}

// NewRunner makes a runner that starts with a model.
func NewRunner(start Model, o Options) *Runner {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Runner{o: o, model: start, msgs: make(chan Msg, inbox), lamp: newLamp(o.Display, o.Log)}
}

// Press hands in a touch or a key. It never blocks: what a person presses
// while the window does not keep up is dropped.
func (r *Runner) Press(control string) {
	select {
	case r.msgs <- Press{Control: control, ID: r.o.IDs()}:
	default:
		r.o.Log.Warn("press dropped", "control", control)
	}
}

// Device hands in how a device of the window stands. A new state of the
// display also has the LED written anew.
func (r *Runner) Device(ctx context.Context, k devices.Kind, s devices.State) {
	r.send(ctx, DeviceChanged{k, s})
	if k == devices.Display && s.Usable() {
		r.lamp.again()
	}
}

// Voice hands in how the loudspeakers of the window's zone are.
func (r *Runner) Voice(ctx context.Context, v Voice) { r.send(ctx, VoiceChanged{v}) }

func (r *Runner) send(ctx context.Context, m Msg) {
	select {
	case r.msgs <- m:
	case <-ctx.Done():
	}
}

// Run works until ctx ends, then darkens the LED and returns when everything
// that it started has ended.
func (r *Runner) Run(ctx context.Context) {
	defer r.tasks.Wait()
	r.tasks.Go(func() { r.lamp.run(ctx) })
	r.tasks.Go(func() {
		r.o.Hall.Follow(ctx, func(seq int64) { r.send(ctx, Moved{seq}) })
	})
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	r.show()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			r.take(ctx, Tick{r.o.Now()})
		case m := <-r.msgs:
			r.take(ctx, Tick{r.o.Now()}) // a message is judged by the time at which it came
			r.take(ctx, m)
		}
		r.show()
	}
}

func (r *Runner) show() {
	r.lamp.want(LampOf(r.model))
	r.o.Show(View(r.model))
}

// seated is the end of a sign-in on its way to the model.
type seated struct {
	Entered
	seat Seat
}

// take gives a message to the model and starts what follows from it.
func (r *Runner) take(ctx context.Context, m Msg) {
	if s, ok := m.(seated); ok {
		if s.Sitting == r.model.Sitting {
			r.seat = s.seat
		}
		m = s.Entered
	}
	var do []Command
	r.model, do = Update(r.model, m)
	for _, c := range do {
		seat := r.seat
		r.tasks.Go(func() { r.send(ctx, r.carry(ctx, seat, c)) })
	}
}

// carry carries out a command and returns the message that it ends in.
func (r *Runner) carry(ctx context.Context, seat Seat, c Command) Msg {
	switch c := c.(type) {
	case SignIn:
		ctx, cancel := context.WithTimeout(ctx, answerIn)
		defer cancel()
		seat, state, err := r.o.Hall.SignIn(ctx, c.Clerk, c.PIN)
		r.note("sign in", err)
		return seated{Entered{c.Sitting, state, err}, seat}
	case Send:
		state, err := r.insist(ctx, seat, c.Command)
		r.note(c.Command.Action, err)
		return Answered{c.Sitting, c.Command.CommandID, state, err}
	case Ask:
		ctx, cancel := context.WithTimeout(ctx, answerIn)
		defer cancel()
		state, err := seat.State(ctx)
		return Told{c.Sitting, state, err}
	}
	panic("counter: command without an effect")
}

func (r *Runner) note(what string, err error) {
	if err != nil {
		r.o.Log.Warn("hall", "action", what, "err", err)
	}
}

// insist gives the hall a command until it answers or nine seconds are over.
// The command keeps its id, so it takes effect once.
func (r *Runner) insist(ctx context.Context, seat Seat, c api.CounterCommand) (api.Counter, error) {
	ctx, cancel := context.WithTimeout(ctx, sendFor)
	defer cancel()
	for {
		once, done := context.WithTimeout(ctx, answerIn)
		state, err := seat.Do(once, c)
		done()
		var refused *operation.Refusal
		if err == nil || errors.As(err, &refused) {
			return state, err
		}
		if devices.Pause(ctx, sendPause) != nil {
			return state, err
		}
	}
}
