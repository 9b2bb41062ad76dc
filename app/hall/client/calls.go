package client

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"hallway/app/hall/api"
	"hallway/app/hall/catalogue"
	"hallway/app/operation"
)

// Hall asks for the hall's name, day and key, and measures its clock.
func (c *Client) Hall(ctx context.Context) (api.Hall, error) {
	var h api.Hall
	t0 := c.Now()
	err := c.do(ctx, call{method: http.MethodGet, path: api.PathHall, out: &h})
	if err == nil && h.Time > 0 {
		c.clock.add(t0, time.UnixMilli(h.Time), c.Now())
	}
	return h, err
}

// Catalogue asks for everything that the hall offers.
func (c *Client) Catalogue(ctx context.Context) (catalogue.Catalogue, error) {
	var v catalogue.Catalogue
	err := c.do(ctx, call{method: http.MethodGet, path: api.PathCatalogue, out: &v, limit: catalogueLimit, maxAnswer: maxCatalogue})
	return v, err
}

// Submit delivers operations, at most [operation.MaxOps]. The results are what
// the hall sent; whether one answers its operation is
// [operation.Result.Answers]'s to say.
func (c *Client) Submit(ctx context.Context, ops []operation.Envelope) ([]operation.Result, error) {
	var r api.SubmitResponse
	err := c.do(ctx, call{method: http.MethodPost, path: api.PathOps, in: api.SubmitRequest{Ops: ops}, out: &r})
	return r.Results, err
}

// Leases asks for blocks of numbers.
func (c *Client) Leases(ctx context.Context, r api.LeaseRequest) (api.LeaseResponse, error) {
	var v api.LeaseResponse
	err := c.do(ctx, call{method: http.MethodPost, path: api.PathLeases, in: r, out: &v})
	return v, err
}

// Slots asks for the bookable times of an item.
func (c *Client) Slots(ctx context.Context, item string) (api.SlotsResponse, error) {
	var v api.SlotsResponse
	err := c.do(ctx, call{method: http.MethodGet, path: api.PathSlots, query: url.Values{"item": {item}}, out: &v})
	return v, err
}

// Cases asks how things stand.
func (c *Client) Cases(ctx context.Context, r api.CasesRequest) (api.CasesResponse, error) {
	var v api.CasesResponse
	err := c.do(ctx, call{method: http.MethodPost, path: api.PathCases, in: r, out: &v})
	return v, err
}

// Orders asks how help orders stand. Question and answer are sealed.
func (c *Client) Orders(ctx context.Context, r api.OrdersRequest) (api.OrdersResponse, error) {
	var v api.OrdersResponse
	err := c.do(ctx, call{method: http.MethodPost, path: api.PathOrders, in: r, out: &v})
	return v, err
}

// Waiting asks how many people wait, by pool.
func (c *Client) Waiting(ctx context.Context) (api.WaitingResponse, error) {
	var v api.WaitingResponse
	err := c.do(ctx, call{method: http.MethodGet, path: api.PathWaiting, out: &v})
	return v, err
}

// SignIn signs a clerk in at a window. The token in the answer is for
// [Client.WithToken].
func (c *Client) SignIn(ctx context.Context, r api.SignInRequest) (api.SignInResponse, error) {
	var v api.SignInResponse
	err := c.do(ctx, call{method: http.MethodPost, path: api.PathSignIn, in: r, out: &v})
	return v, err
}

// Counter asks for the state of the window of this client's token.
func (c *Client) Counter(ctx context.Context) (api.Counter, error) {
	var v api.Counter
	err := c.do(ctx, call{method: http.MethodGet, path: api.PathCounter, out: &v})
	return v, err
}

// Command carries out one action of a counter and returns the window's state
// after it. Repeating a CommandID is harmless.
func (c *Client) Command(ctx context.Context, r api.CounterCommand) (api.Counter, error) {
	var v api.Counter
	err := c.do(ctx, call{method: http.MethodPost, path: api.PathCounter, in: r, out: &v})
	return v, err
}
