package devices

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Run owns the device: it opens it, checks it and opens it again, and is the
// only goroutine on which the driver is called. It returns when ctx ended and
// the device is closed. It is called once.
func (s *Supervisor[D]) Run(ctx context.Context) {
	attempt := 0 // failed tries in a row
	absent := true
	for s.enabled(ctx) {
		if !absent || attempt == 0 {
			s.publish(Health{State: Opening, Attempt: attempt}, nil)
		}
		began := s.o.Now()
		err := s.once(ctx)
		if ctx.Err() != nil {
			break
		}
		if errors.Is(err, errDisabled) {
			attempt, absent = 0, true
			continue
		}
		missing := errors.Is(err, ErrAbsent)
		if s.o.Now().Sub(began) >= healthyAfter || absent && !missing {
			attempt = 0 // it has worked, or has just been plugged in
		}
		absent = missing
		attempt++
		if s.rest(ctx, err, attempt) {
			attempt, absent = 0, true
		}
	}
	s.publish(Health{State: Disabled}, nil)
}

// enabled waits while the device is switched off, and returns false when ctx
// ended.
func (s *Supervisor[D]) enabled(ctx context.Context) bool {
	for ctx.Err() == nil {
		s.mu.Lock()
		off := s.off
		s.mu.Unlock()
		if !off {
			return true
		}
		s.publish(Health{State: Disabled}, nil)
		select {
		case <-s.told:
		case <-ctx.Done():
		}
	}
	return false
}

// rest waits before the next try. It returns true when it was told something
// about the port, which makes the next try a first one.
func (s *Supervisor[D]) rest(ctx context.Context, err error, attempt int) bool {
	h := Health{State: Recovering, Err: err, Attempt: attempt}
	pause := pauses[min(attempt, len(pauses))-1]
	switch {
	case errors.Is(err, ErrAmbiguous):
		h.State, h.Conditions = Faulted, []Condition{{Code: ConditionAmbiguous, Fault: true}}
		pause = pauses[len(pauses)-1]
	case errors.Is(err, ErrDenied):
		pause = pauses[len(pauses)-1]
	case errors.Is(err, ErrAbsent):
		h.State, pause = Absent, min(pause, absentPause)
	}
	h.RetryIn = time.Duration(float64(pause) * (1 - jitterShare + 2*jitterShare*s.o.Jitter()))
	s.publish(h, nil)
	t := time.NewTimer(h.RetryIn)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	case <-s.told:
		return true
	}
	return false
}

// once opens the device and serves it until it is lost, and returns why.
func (s *Supervisor[D]) once(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	s.mu.Lock()
	s.interrupt = cancel
	off := s.off
	s.mu.Unlock()
	if off { // told between enabled and here
		return errDisabled
	}
	dev, err := s.opened(ctx)
	if err != nil {
		return err
	}
	session := &session[D]{s: s, dev: dev, commands: make(chan command[D]), urgent: make(chan command[D]), over: make(chan struct{})}
	err = session.serve(ctx)
	close(session.over)
	if closed := s.guard("close", dev.Close); closed != nil {
		s.o.Log.Warn("device does not close", "err", closed)
	}
	return err
}

// opened opens the device within its limit.
func (s *Supervisor[D]) opened(ctx context.Context) (dev D, err error) {
	limited, cancel := context.WithTimeout(ctx, openLimit)
	defer cancel()
	err = s.guard("open", func() (err error) {
		dev, err = s.open(limited)
		return err
	})
	switch {
	case err == nil:
		return dev, nil
	case ctx.Err() != nil && !errors.Is(err, ErrAbsent):
		return dev, fmt.Errorf("open: %w: %w", context.Cause(ctx), err)
	}
	return dev, fmt.Errorf("open: %w", err)
}

// guard calls a driver and turns its panic into an error.
func (s *Supervisor[D]) guard(step string, call func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			s.o.Log.Error("driver panics", "step", step, "panic", p, "stack", stack())
			err = &panicError{step, p}
		}
	}()
	return call()
}
