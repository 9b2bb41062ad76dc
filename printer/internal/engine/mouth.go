package engine

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"hallway/devices"
	"hallway/printer"
)

// lookEvery is how often the mouth is looked at while a ticket waits in it, and
// retractLimit how long drawing it back may take.
const (
	lookEvery    = 500 * time.Millisecond
	retractLimit = 5 * time.Second
)

// Collect waits until the ticket of a finished job has been pulled out of the
// printer's mouth. One that nobody takes in the profile's time is drawn back:
// StateRetracted, the number stays valid. StatePresented with [devices.ErrNotReady]
// means that the printer cannot draw it back. Other commands may run in between.
// Without a mouth it returns StateCut at once.
func (e *Engine) Collect(ctx context.Context, id printer.JobID) (printer.State, error) {
	if !e.Profile.Presenter.Fitted() {
		return printer.StateCut, nil
	}
	for deadline := time.Now().Add(e.Profile.Presenter.Wait()); ; {
		state, err := e.look(ctx, id, !time.Now().Before(deadline))
		if state != printer.StatePresented || err != nil {
			return state, err
		}
		if err := devices.Pause(ctx, min(lookEvery, time.Until(deadline))); err != nil {
			return state, err
		}
	}
}

// look asks the mouth once; over means that the ticket has waited long enough.
func (e *Engine) look(ctx context.Context, id printer.JobID, over bool) (printer.State, error) {
	ctx, done, err := e.begin(ctx)
	if err != nil {
		return printer.StatePresented, err
	}
	defer done()
	if e.mouth != id { // a later job has dealt with it
		return printer.StateRetracted, nil
	}
	waits, err := e.waits(ctx)
	switch {
	case err != nil:
		return printer.StatePresented, err
	case !waits:
		return e.settle(ctx, printer.StateTaken)
	case over:
		return e.retract(ctx)
	}
	return printer.StatePresented, nil
}

// settle stores where the ticket of the mouth went.
func (e *Engine) settle(ctx context.Context, s printer.State) (printer.State, error) {
	id := e.mouth
	e.mouth = ""
	why := printer.ReasonNone
	if s == printer.StateRetracted {
		why = printer.ReasonRetracted
	}
	return s, e.step(ctx, printer.Step{Job: id, State: s, Reason: why})
}

// waits reports whether a ticket is in the mouth.
func (e *Engine) waits(ctx context.Context) (bool, error) {
	p := e.Profile.Presenter
	r, err := e.line.Ask(ctx, p.Ask, AnswerLimit, func(r Reply) bool {
		return len(r.Data) == p.Length && bytes.HasPrefix(r.Data, p.Answer)
	})
	if err != nil {
		return false, fmt.Errorf("ask the printer's mouth: %w", err)
	}
	return printer.Bits(r.Data[p.Byte])&p.Mask == p.Waiting, nil
}

// retract draws the ticket back and looks whether it is gone.
func (e *Engine) retract(ctx context.Context) (printer.State, error) {
	p := e.Profile.Presenter
	if len(p.Retract) == 0 {
		return printer.StatePresented, fmt.Errorf("a ticket waits in the mouth and cannot be drawn back: %w", devices.ErrNotReady)
	}
	if _, err := e.line.Write(ctx, p.Retract, AnswerLimit); err != nil {
		return printer.StatePresented, fmt.Errorf("draw the ticket back: %w", err)
	}
	for deadline := time.Now().Add(retractLimit); ; {
		waits, err := e.waits(ctx)
		if err == nil && !waits {
			return e.settle(ctx, printer.StateRetracted)
		}
		if !time.Now().Before(deadline) {
			return printer.StatePresented, errors.Join(fmt.Errorf("the ticket is still in the mouth: %w", devices.ErrNotReady), err)
		}
		if err := devices.Pause(ctx, lookEvery/5); err != nil {
			return printer.StatePresented, err
		}
	}
}

// emptyMouth draws back what an earlier job left, so that no two tickets lie in
// the mouth.
func (e *Engine) emptyMouth(ctx context.Context) printer.Result {
	if !e.Profile.Presenter.Fitted() {
		return printer.Result{}
	}
	waits, err := e.waits(ctx)
	if err != nil {
		return notDone(cause(err), err)
	}
	if !waits {
		if e.mouth != "" {
			_, err = e.settle(ctx, printer.StateTaken)
		}
	} else {
		_, err = e.retract(ctx)
	}
	if err != nil {
		return notDone(printer.ReasonLeft, err)
	}
	return printer.Result{}
}
