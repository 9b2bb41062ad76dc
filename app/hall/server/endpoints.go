package server

import (
	"context"
	"encoding/json"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"hallway/app/hall/api"
	"hallway/app/hall/catalogue"
	"hallway/app/operation"
)

// in is a request with a JSON body, out an answer with one.
type (
	in[T any]  struct{ Body T }
	out[T any] struct{ Body T }
)

// answer wraps a result and turns a refusal into its problem.
func answer[T any](s *Server, v T, err error) (*out[T], error) {
	if err != nil {
		return nil, s.problem(err)
	}
	return &out[T]{v}, nil
}

// registerPublic adds what everybody may ask.
func (s *Server) registerPublic(a huma.API) {
	huma.Register(a, op(http.MethodGet, api.PathHall, "hall", "Name, day and sealing key of the hall"),
		func(context.Context, *struct{}) (*out[api.Hall], error) {
			return answer(s, s.hall.Info(), nil)
		})
	huma.Register(a, op(http.MethodGet, api.PathCatalogue, "catalogue", "Everything that the hall offers"),
		func(context.Context, *struct{}) (*out[catalogue.Catalogue], error) {
			return answer(s, s.hall.Catalogue, nil)
		})
	huma.Register(a, op(http.MethodGet, api.PathWaiting, "waiting", "How many people wait, by pool"),
		func(ctx context.Context, _ *struct{}) (*out[api.WaitingResponse], error) {
			r, err := s.hall.Waiting(ctx)
			return answer(s, r, err)
		})
	huma.Register(a, op(http.MethodGet, api.PathTraffic, "traffic", "How busy the hall is, as a traffic light"),
		func(ctx context.Context, _ *struct{}) (*out[api.Traffic], error) {
			r, err := s.hall.Traffic(ctx)
			return answer(s, r, err)
		})
	type slotsQuery struct {
		Item string `query:"item" required:"true" maxLength:"64"`
	}
	huma.Register(a, op(http.MethodGet, api.PathSlots, "slots", "Bookable times of an item"),
		func(ctx context.Context, q *slotsQuery) (*out[api.SlotsResponse], error) {
			r, err := s.intake.Slots(ctx, q.Item)
			return answer(s, r, err)
		})
}

// A delivery is an api.SubmitRequest whose operations are read one by one, so
// that one that cannot be read does not refuse the others.
type delivery struct {
	Ops []json.RawMessage `json:"ops"`
}

// Schema describes a delivery as the request that it is.
func (delivery) Schema(r huma.Registry) *huma.Schema {
	return r.Schema(reflect.TypeFor[api.SubmitRequest](), true, "SubmitRequest")
}

// registerTerminal adds what terminals do.
func (s *Server) registerTerminal(a huma.API) {
	terminal := func(o huma.Operation) huma.Operation {
		o.Middlewares = huma.Middlewares{s.terminalOnly(a)}
		o.Security = []map[string][]string{{"terminal": {}}}
		return o
	}
	submit := terminal(op(http.MethodPost, api.PathOps, "submit", "Deliver 1 to 50 operations"))
	submit.MaxBodyBytes = maxBatch
	submit.SkipValidateBody = true
	huma.Register(a, submit, func(ctx context.Context, q *in[delivery]) (*out[api.SubmitResponse], error) {
		if n := len(q.Body.Ops); n < 1 || n > operation.MaxOps {
			return nil, &problem{status: http.StatusUnprocessableEntity, code: operation.CodeValidation, detail: "a delivery has 1 to 50 operations"}
		}
		return answer(s, api.SubmitResponse{Results: s.intake.Submit(ctx, terminalOf(ctx), q.Body.Ops)}, nil)
	})
	huma.Register(a, terminal(op(http.MethodPost, api.PathLeases, "leases", "Lease blocks of numbers")),
		func(ctx context.Context, q *in[api.LeaseRequest]) (*out[api.LeaseResponse], error) {
			r, err := s.intake.Lease(ctx, terminalOf(ctx), q.Body)
			return answer(s, r, err)
		})
	huma.Register(a, terminal(op(http.MethodPost, api.PathHolds, "holds", "Keep a bookable time, or let it go")),
		func(ctx context.Context, q *in[api.HoldRequest]) (*out[api.HoldResponse], error) {
			r, err := s.intake.Hold(ctx, q.Body)
			return answer(s, r, err)
		})
	huma.Register(a, terminal(op(http.MethodPost, api.PathCases, "cases", "How things stand for a receipt or a person")),
		func(ctx context.Context, q *in[api.CasesRequest]) (*out[api.CasesResponse], error) {
			r, err := s.intake.Cases(ctx, q.Body)
			return answer(s, r, err)
		})
	huma.Register(a, terminal(op(http.MethodPost, api.PathOrders, "orders", "How help orders stand, sealed both ways")),
		func(ctx context.Context, q *in[api.OrdersRequest]) (*out[api.OrdersResponse], error) {
			r, err := s.intake.Orders(ctx, terminalOf(ctx), q.Body)
			return answer(s, r, err)
		})
}

// counterQuery is a question with the token of a sign-in.
type counterQuery struct {
	Authorization string `header:"Authorization"`
}

// counterCommand is a command with the token of a sign-in.
type counterCommand struct {
	Authorization string `header:"Authorization"`
	Body          api.CounterCommand
}

// registerCounter adds what counters do.
func (s *Server) registerCounter(a huma.API) {
	clerk := func(o huma.Operation) huma.Operation {
		o.Security = []map[string][]string{{"clerk": {}}}
		return o
	}
	huma.Register(a, op(http.MethodPost, api.PathSignIn, "signin", "Open a window"),
		func(ctx context.Context, q *in[api.SignInRequest]) (*out[api.SignInResponse], error) {
			r, err := s.desk.SignIn(ctx, q.Body)
			return answer(s, r, err)
		})
	huma.Register(a, clerk(op(http.MethodGet, api.PathCounter, "counter", "State of the window")),
		func(ctx context.Context, q *counterQuery) (*out[api.Counter], error) {
			r, err := s.desk.Counter(ctx, bearer(q.Authorization))
			return answer(s, r, err)
		})
	huma.Register(a, clerk(op(http.MethodPost, api.PathCounter, "command", "Call, recall, miss, start, finish, sign out")),
		func(ctx context.Context, q *counterCommand) (*out[api.Counter], error) {
			r, err := s.desk.Command(ctx, bearer(q.Authorization), q.Body)
			return answer(s, r, err)
		})
}
