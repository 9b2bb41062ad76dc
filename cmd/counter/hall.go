package main

import (
	"context"
	"errors"
	"net/http"

	"hallway/app/config"
	"hallway/app/counter"
	"hallway/app/hall/api"
	"hallway/app/hall/client"
	"hallway/app/operation"
)

// caller is the hall as a window calls it.
type caller struct {
	client *client.Client
	window string
}

var _ counter.Hall = caller{}

func newHall(c config.Counter) caller {
	return caller{client.New(c.Hall.URL, "", nil), c.Window}
}

// SignIn implements counter.Hall.
func (h caller) SignIn(ctx context.Context, clerk, pin string) (counter.Seat, api.Counter, error) {
	r, err := h.client.SignIn(ctx, api.SignInRequest{Window: h.window, Clerk: clerk, PIN: pin})
	return seat{h.client.WithToken(r.Token)}, r.Counter, refusal(err)
}

// Follow implements counter.Hall.
func (h caller) Follow(ctx context.Context, moved func(seq int64)) {
	for b, err := range h.client.Events(ctx, 0) {
		if err == nil {
			moved(b.Seq)
		}
	}
}

// seat is one sign-in.
type seat struct{ client *client.Client }

var _ counter.Seat = seat{}

// State implements counter.Seat.
func (s seat) State(ctx context.Context) (api.Counter, error) {
	c, err := s.client.Counter(ctx)
	return c, refusal(err)
}

// Do implements counter.Seat.
func (s seat) Do(ctx context.Context, q api.CounterCommand) (api.Counter, error) {
	c, err := s.client.Command(ctx, q)
	return c, refusal(err)
}

// refusal turns the hall's no into a refusal. A hall that failed, or that asks
// to try again, has not answered.
func refusal(err error) error {
	var p *client.Problem
	if !errors.As(err, &p) || p.Code == "" || p.Status >= http.StatusInternalServerError {
		return err
	}
	return &operation.Refusal{Code: p.Code, Err: err}
}
