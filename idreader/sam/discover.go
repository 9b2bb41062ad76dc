package sam

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"hallway/devices"
)

// Bauds are the speeds that a module may be set to, in the order in which
// CmdBaud counts them and in which [Discover] tries them.
var Bauds = []int{115200, 57600, 38400, 19200, 9600}

const (
	// switchPause is how long a module needs after it has answered that it will
	// change its speed; the manual of one says 5 ms at least.
	switchPause = 20 * time.Millisecond
	// probeAnswer bounds one question at a speed that may be wrong. Modules
	// answer the status within a few ms; five such questions must leave room
	// for opening within a supervisor's limit of 10 s.
	probeAnswer = 500 * time.Millisecond
)

// A Discovery is what [Discover] goes by and what it has learned. It is kept
// from one opening of a reader to the next.
type Discovery struct {
	Options Options // for the session; Baud is set by Discover
	// Repair sets a module that answers at another speed back to DefaultBaud,
	// for good: modules keep their speed without power.
	Repair bool
	// Last is the speed at which the reader answered last time, in bits a
	// second. It is tried first. 0 = never.
	Last int
}

// Discover opens a reader whose speed is not known. open opens its port at a
// speed. Each speed gets one question for the status, fastest first; the first
// at which the module answers is used and kept in d.Last. An error of open ends
// the search; when no speed gives an answer the error wraps [devices.ErrSilent],
// or [devices.ErrProtocol] when bytes came that make no sense.
func Discover(ctx context.Context, open func(ctx context.Context, baud int) (devices.Conn, error), d *Discovery) (*Session, error) {
	order := Bauds
	if d.Last != 0 {
		order = append([]int{d.Last}, slices.DeleteFunc(slices.Clone(Bauds), func(b int) bool { return b == d.Last })...)
	}
	class := devices.ErrSilent
	for _, baud := range order {
		conn, err := open(ctx, baud)
		if err != nil {
			return nil, fmt.Errorf("at %d bits a second: %w", baud, err)
		}
		err = probe(ctx, conn, baud, d.Options.Timing)
		switch {
		case err == nil:
			return d.settle(ctx, open, conn, baud)
		case errors.Is(err, devices.ErrProtocol):
			class = devices.ErrProtocol
		case !errors.Is(err, devices.ErrSilent) || ctx.Err() != nil:
			return nil, errors.Join(fmt.Errorf("at %d bits a second: %w", baud, err), conn.Close())
		}
		if err := conn.Close(); err != nil {
			return nil, err
		}
	}
	return nil, fmt.Errorf("no card reader answers at any of %v bits a second, check port and power: %w", order, class)
}

// settle opens the session on a port where a module answers.
func (d *Discovery) settle(ctx context.Context, open func(context.Context, int) (devices.Conn, error), conn devices.Conn, baud int) (*Session, error) {
	o := d.Options
	o.Baud = baud
	s, err := Open(ctx, conn, o)
	if err != nil {
		return nil, err
	}
	d.Last = baud
	if !d.Repair || baud == DefaultBaud {
		return s, nil
	}
	if err := errors.Join(s.SetBaud(ctx, DefaultBaud), s.Close()); err != nil {
		return nil, err
	}
	d.Last = DefaultBaud
	if conn, err = open(ctx, DefaultBaud); err != nil {
		return nil, fmt.Errorf("at %d bits a second: %w", DefaultBaud, err)
	}
	o.Baud = DefaultBaud
	return Open(ctx, conn, o)
}

// probe asks for the status once.
func probe(ctx context.Context, conn devices.Conn, baud int, t Timing) error {
	t = t.filled()
	t.Answer = min(t.Answer, probeAnswer)
	l := line{conn: conn, baud: baud, timing: t}
	if err := l.drain(ctx); err != nil {
		return err
	}
	_, _, err := l.exchange(ctx, CmdStatus)
	return err
}

// SetBaud tells the module to speak at one of [Bauds] from now on, for good; it
// is meant for repair. The module answers at the old speed and is given time to
// change. Afterwards the session is of no use: close it and open the port at the
// new speed.
func (s *Session) SetBaud(ctx context.Context, baud int) error {
	n := slices.Index(Bauds, baud)
	if n < 0 {
		return fmt.Errorf("card readers have no speed of %d bits a second, use one of %v", baud, Bauds)
	}
	if _, err := s.ask(ctx, Command{cmdBaud, byte(n)}); err != nil {
		return err
	}
	return devices.Pause(ctx, switchPause)
}
