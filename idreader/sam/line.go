package sam

import (
	"context"
	"errors"
	"fmt"
	"time"

	"hallway/devices"
)

// swLen is the length of SW1 SW2 SW3 in front of a reply's data.
const swLen = 3

// An AnswerError is a command that got no usable answer in time. It is
// [devices.ErrSilent] when no byte came, and [devices.ErrProtocol] otherwise.
type AnswerError struct {
	Command  Command
	Received int // bytes
	Damaged  int // frames with a wrong checksum
	Stale    int // frames that cannot answer Command
}

// Error says what was missing.
func (e *AnswerError) Error() string {
	return fmt.Sprintf("%v: %v: %d bytes, %d damaged frames, %d late ones",
		e.Command, e.Unwrap(), e.Received, e.Damaged, e.Stale)
}

// Unwrap returns the class of device error.
func (e *AnswerError) Unwrap() error {
	if e.Received == 0 {
		return devices.ErrSilent
	}
	return devices.ErrProtocol
}

// errQuiet says that nothing came until the time given to fill.
var errQuiet = errors.New("nothing received")

// A line exchanges one frame for one frame.
type line struct {
	conn   devices.Conn
	baud   int
	timing Timing

	// unsettled is true from sending a command until its answer came: a late
	// answer may be on the way.
	unsettled bool

	dec Decoder
	in  [512]byte
	out []byte
}

// exchange sends c with what follows it and returns the status and data of its
// answer. data is good until the next exchange.
func (l *line) exchange(ctx context.Context, c Command, follows ...byte) (SW, []byte, error) {
	if err := ctx.Err(); err != nil {
		return 0, nil, l.ended(ctx, c)
	}
	l.dec.Clear()
	l.out = Encode(l.out[:0], append(c[:], follows...))
	l.unsettled = true
	if err := l.send(ctx, c); err != nil {
		return 0, nil, err
	}
	sw, data, err := l.receive(ctx, c)
	l.unsettled = err != nil
	return sw, data, err
}

func (l *line) send(ctx context.Context, c Command) error {
	wctx, cancel := context.WithTimeout(ctx, l.timing.Answer+wire(len(l.out), l.baud))
	defer cancel()
	_, err := l.conn.Write(wctx, l.out)
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return l.ended(ctx, c)
	case errors.Is(err, context.DeadlineExceeded):
		return &AnswerError{Command: c}
	}
	return fmt.Errorf("%v: send: %w", c, err)
}

// receive waits for the answer to c, passing over junk, damaged frames and
// answers to earlier commands. However much comes, it ends after the longest
// time that an answer may take.
func (l *line) receive(ctx context.Context, c Command) (SW, []byte, error) {
	patience := l.timing.Answer
	if c.touchesCard() {
		patience = l.timing.Card
	}
	start := time.Now()
	until := start.Add(patience + wire(len(l.out)+overhead, l.baud))
	last := until.Add(l.timing.Rest + wire(longest, l.baud))
	failure := AnswerError{Command: c}
	begun := false
	for {
		for body, ok := l.dec.Next(); ok; body, ok = l.dec.Next() {
			sw, data := SW(body[swLen-1]), body[swLen:]
			if c.answers(sw, len(data)) {
				return sw, data, nil
			}
			failure.Stale++
		}
		if n := l.dec.Missing(); n > 0 && !begun {
			begun = true
			until = time.Now().Add(l.timing.Rest + wire(n, l.baud))
		}
		if failure.Damaged = l.dec.Damaged(); failure.Damaged > 0 {
			until = time.Now().Add(l.timing.Quiet)
		}
		n, err := l.fill(ctx, earlier(until, last))
		failure.Received += n
		switch {
		case err == nil:
		case errors.Is(err, errQuiet):
			return 0, nil, &failure
		case ctx.Err() != nil:
			return 0, nil, l.ended(ctx, c)
		default:
			return 0, nil, fmt.Errorf("%v: receive: %w", c, err)
		}
	}
}

// fill feeds the decoder with what the port has, waiting for it at most until.
func (l *line) fill(ctx context.Context, until time.Time) (int, error) {
	rctx, cancel := context.WithDeadline(ctx, until)
	defer cancel()
	n, err := l.conn.Read(rctx, l.in[:])
	l.dec.Feed(l.in[:n])
	clear(l.in[:n])
	if err != nil && ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded) {
		err = errQuiet
	}
	return n, err
}

// drain reads until the line is quiet. A line that never is gives
// [devices.ErrProtocol].
func (l *line) drain(ctx context.Context) error {
	defer l.dec.Clear()
	last := time.Now().Add(l.timing.Rest + wire(2*bufferBytes, l.baud))
	for time.Now().Before(last) {
		_, err := l.fill(ctx, time.Now().Add(l.timing.Quiet))
		l.dec.Clear()
		switch {
		case errors.Is(err, errQuiet):
			return nil
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			return fmt.Errorf("wait for silence: %w", err)
		}
	}
	return fmt.Errorf("line never falls silent, check speed and port: %w", devices.ErrProtocol)
}

// ended tells a deadline of the caller, which is also silence of the device,
// from a cancellation.
func (l *line) ended(ctx context.Context, c Command) error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return fmt.Errorf("%v: %w: %w", c, devices.ErrSilent, ctx.Err())
	}
	return fmt.Errorf("%v: %w", c, ctx.Err())
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
