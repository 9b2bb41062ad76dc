package devices

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"time"
)

// A session is a device from opening to closing.
type session[D Device] struct {
	s        *Supervisor[D]
	dev      D
	identity Identity
	commands chan command[D]
	urgent   chan command[D] // taken before commands
	over     chan struct{}   // closed when no command is taken any more
	silent   int             // checks in a row without an answer
}

// A command waits for the owner goroutine.
type command[D Device] struct {
	ctx  context.Context
	call func(context.Context, D) error
	done chan error // buffered
}

// Do runs f with the device on the owner goroutine, after the commands that
// came before, and returns f's error. It returns [ErrNotReady] without calling
// f unless the device answers, be it Faulted; f learns from the driver what is
// wrong. A command that waits ends with ctx at once; f itself gets a context
// that ends with ctx, with Run and with the port, and Do returns when f has.
//
// When f fails with [ErrGone] or [ErrClosed], or with [ErrSilent] before ctx
// ended, or panics, the device is opened again. After any other error it is
// checked at once.
func (s *Supervisor[D]) Do(ctx context.Context, f func(ctx context.Context, d D) error) error {
	return s.submit(ctx, false, f)
}

// submit hands a command to the owner goroutine and waits for its end. Without
// f it is a check.
func (s *Supervisor[D]) submit(ctx context.Context, urgent bool, f func(context.Context, D) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.Lock()
	session, health := s.session, s.health
	s.mu.Unlock()
	if session == nil {
		return notReady(s.o.ID, health)
	}
	queue := session.commands
	if urgent {
		queue = session.urgent
	}
	c := command[D]{ctx, f, make(chan error, 1)}
	select {
	case queue <- c:
		return <-c.done
	case <-ctx.Done():
		return ctx.Err()
	case <-session.over:
		return notReady(s.o.ID, s.Health())
	}
}

func notReady(id string, h Health) error {
	if h.Err != nil {
		return fmt.Errorf("%s is %s: %w: %w", id, h.State, ErrNotReady, h.Err)
	}
	return fmt.Errorf("%s is %s: %w", id, h.State, ErrNotReady)
}

// serve checks the device and carries out commands until the link is lost.
func (n *session[D]) serve(ctx context.Context) error {
	conditions, err := n.check(ctx)
	if err != nil {
		return fmt.Errorf("first check: %w", err)
	}
	n.answered(conditions)
	idle := time.NewTimer(n.s.o.CheckEvery)
	defer idle.Stop()
	for {
		c, err := n.next(ctx, idle.C)
		if err != nil {
			return err
		}
		if err := n.handle(ctx, c); err != nil {
			return err
		}
		idle.Reset(n.s.o.CheckEvery)
	}
}

// next waits for a command, urgent ones first, or for the time to check, which
// is a command that nobody waits for.
func (n *session[D]) next(ctx context.Context, check <-chan time.Time) (c command[D], err error) {
	select {
	case c = <-n.urgent:
		return c, nil
	default:
	}
	select {
	case <-ctx.Done():
		return c, context.Cause(ctx)
	case c = <-n.urgent:
	case c = <-n.commands:
	case <-check:
	}
	return c, nil
}

// handle carries out a command and checks the device unless all went well. An
// error means that the link is lost.
func (n *session[D]) handle(ctx context.Context, c command[D]) error {
	if c.call != nil {
		err := n.run(ctx, c)
		if lost(c.ctx, err) {
			return fmt.Errorf("command: %w", err)
		}
		if err == nil {
			return nil
		}
	}
	broken, err := n.examine(ctx)
	if c.call == nil && c.done != nil {
		c.done <- err
	}
	if broken {
		return err
	}
	return nil
}

// examine checks the device and publishes what it says. It reports whether the
// link is lost.
func (n *session[D]) examine(ctx context.Context) (broken bool, err error) {
	conditions, err := n.check(ctx)
	switch {
	case err == nil:
		n.silent = 0
		n.answered(conditions)
		return false, nil
	case ctx.Err() != nil:
		return true, context.Cause(ctx)
	case gone(err):
		return true, fmt.Errorf("check: %w", err)
	}
	n.silent++
	return n.silent == silentChecks, fmt.Errorf("%d checks without an answer: %w", n.silent, err)
}

// check asks the device for its conditions; a device that cannot tell has none.
func (n *session[D]) check(ctx context.Context) (conditions []Condition, err error) {
	ctx, cancel := context.WithTimeout(ctx, checkLimit)
	defer cancel()
	err = n.call("check", ctx, func() (err error) {
		conditions, err = n.dev.Check(ctx)
		n.identity = n.dev.Identity()
		return err
	})
	if errors.Is(err, ErrNoStatus) {
		return nil, nil
	}
	return conditions, err
}

// answered publishes the conditions when they changed.
func (n *session[D]) answered(conditions []Condition) {
	state := Ready
	for _, c := range conditions {
		if c.Fault {
			state = Faulted
		} else {
			state = min(state, Degraded)
		}
	}
	before := n.s.Health()
	if before.State == state && slices.Equal(before.Conditions, conditions) {
		return
	}
	n.s.publish(Health{State: state, Conditions: slices.Clone(conditions), Identity: n.identity}, n)
}

// run carries out a command.
func (n *session[D]) run(ctx context.Context, c command[D]) error {
	joined, cancel := context.WithCancel(c.ctx)
	defer cancel()
	stop := context.AfterFunc(ctx, cancel)
	defer stop()
	err := joined.Err() // ended while it waited
	if err == nil {
		err = n.call("command", joined, func() error { return c.call(joined, n.dev) })
	}
	if err != nil && ctx.Err() != nil && c.ctx.Err() == nil && !gone(err) {
		err = fmt.Errorf("%w: %w", context.Cause(ctx), err)
	}
	c.done <- err
	return err
}

// call calls the driver. When it does not come back although ctx ended, the
// device is closed under it, which ends what waits for the port.
func (n *session[D]) call(step string, ctx context.Context, driver func() error) error {
	back := make(chan struct{})
	defer close(back)
	stop := context.AfterFunc(ctx, func() {
		t := time.NewTimer(graceLimit)
		defer t.Stop()
		select {
		case <-back:
		case <-t.C:
			n.s.o.Log.Error("driver does not end in time, its device is closed", "step", step)
			_ = n.s.guard("close", n.dev.Close)
		}
	})
	defer stop()
	return n.s.guard(step, driver)
}

// lost reports whether a command's error means that the device must be opened
// again. Silence until the caller's own limit proves nothing.
func lost(ctx context.Context, err error) bool {
	return gone(err) || errors.Is(err, ErrSilent) && ctx.Err() == nil
}

func gone(err error) bool {
	var broken *panicError
	return errors.Is(err, ErrGone) || errors.Is(err, ErrClosed) || errors.As(err, &broken)
}

// A panicError is a panic of a driver.
type panicError struct {
	step  string
	cause any
}

// Error says what the driver did when it panicked.
func (e *panicError) Error() string {
	return fmt.Sprintf("driver panics in %s: %v", e.step, e.cause)
}

func stack() string { return string(debug.Stack()) }
