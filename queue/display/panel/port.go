package panel

import (
	"context"

	"hallway/devices"
)

// A Port is a place where a line can be opened. Panels that share it, each with
// its own supervisor, share one Line; the first opens it, the last closes it.
type Port struct {
	open func(ctx context.Context) (devices.Conn, error)
	o    LineOptions

	turn chan struct{} // holds one token: who has it may use line
	line *Line
}

// NewPort returns a Port whose lines are opened by open.
func NewPort(open func(ctx context.Context) (devices.Conn, error), o LineOptions) *Port {
	return &Port{open: open, o: o, turn: make(chan struct{}, 1)}
}

// Line returns the port's line, opening it when nobody uses it yet. The caller
// closes it. A line that was lost is opened anew, whether its users have noticed
// or not.
func (p *Port) Line(ctx context.Context) (*Line, error) {
	select {
	case p.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-p.turn }()
	if p.line != nil {
		if p.line.join() {
			return p.line, nil
		}
		_ = p.line.conn.Close() // its users may not have noticed; waits until the port is free
	}
	conn, err := p.open(ctx)
	if err != nil {
		return nil, err
	}
	p.line = OpenLine(conn, p.o)
	return p.line, nil
}
