package devices

import "context"

// A Shared is a line that several drivers on one port use, each with its own
// supervisor. The first opens it; each closes its own use of it. L is the
// line's type.
type Shared[L any] struct {
	open func(ctx context.Context) (L, error)
	join func(L) bool
	drop func(L)

	turn chan struct{} // holds one token: who has it may use line
	line *L
}

// NewShared returns a Shared whose line is opened by open. Join adds a user to a
// line and returns false when the line was lost or its last user left; drop
// closes the port of a lost line, whose users may not have noticed, and returns
// when the port is free.
func NewShared[L any](open func(ctx context.Context) (L, error), join func(L) bool, drop func(L)) *Shared[L] {
	return &Shared[L]{open: open, join: join, drop: drop, turn: make(chan struct{}, 1)}
}

// Line returns the line, opening it when nobody uses it yet. The caller closes
// it. A line that was lost is opened anew, whether its users have noticed or
// not.
func (s *Shared[L]) Line(ctx context.Context) (none L, err error) {
	select {
	case s.turn <- struct{}{}:
	case <-ctx.Done():
		return none, ctx.Err()
	}
	defer func() { <-s.turn }()
	if s.line != nil {
		if s.join(*s.line) {
			return *s.line, nil
		}
		s.drop(*s.line)
	}
	line, err := s.open(ctx)
	if err != nil {
		return none, err
	}
	s.line = &line
	return line, nil
}
