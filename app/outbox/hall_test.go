package outbox

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"hallway/app/hall/api"
	"hallway/app/hall/catalogue"
	"hallway/app/hall/client"
	"hallway/app/hall/workday"
	"hallway/app/operation"
	"hallway/queue"
)

// testHall is a hall that follows the protocol and can be told to misbehave.
// It keeps just enough state to say what took effect.
type testHall struct {
	key operation.PrivateKey
	url string
	now func() time.Time

	mu       sync.Mutex
	fault    fault
	version  string
	holidays bool // the next service day is in three days
	ops      map[operation.ID]storedOp
	arrived  []operation.Envelope // that took effect, in order
	seen     int                  // deliveries of single operations, repeated ones included
	replaced map[operation.ID]bool
	tickets  map[operation.ID]string // live number by the operation that made it
	booked   map[operation.ID]bool
	online   int // last number given online
	leases   map[string]api.LeaseResponse
	leaseEnd map[string]int // last leased number by day and pool
	block    int            // numbers in a lease
	slots    int            // questions for slots
}

type storedOp struct {
	sha    string
	result operation.Result
}

// fault is one way to misbehave. before answers instead of the hall; after does
// so when the hall has done its work. Either returns false to let go.
type fault struct {
	before, after func(w http.ResponseWriter, r *http.Request) bool
}

// The ways to misbehave.
var (
	status500 = func(w http.ResponseWriter, _ *http.Request) bool { http.Error(w, "boom", 500); return true }
	portal    = func(w http.ResponseWriter, _ *http.Request) bool {
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, "<html>Please log in</html>")
		return true
	}
	hang   = func(_ http.ResponseWriter, r *http.Request) bool { <-r.Context().Done(); return true }
	cut    = func(http.ResponseWriter, *http.Request) bool { panic(http.ErrAbortHandler) }
	strict = func(w http.ResponseWriter, _ *http.Request) bool {
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(401)
		_, _ = io.WriteString(w, `{"title":"Unknown terminal","status":401}`)
		return true
	}
)

// onlyOps limits a fault to deliveries.
func onlyOps(f func(http.ResponseWriter, *http.Request) bool) func(http.ResponseWriter, *http.Request) bool {
	return func(w http.ResponseWriter, r *http.Request) bool { return r.URL.Path == api.PathOps && f(w, r) }
}

func newHall(t testing.TB, now func() time.Time) *testHall {
	t.Helper()
	key, err := operation.GenerateKey()
	if err != nil {
		t.Fatal(err)
	}
	return &testHall{key: key, now: now, version: "1", ops: map[operation.ID]storedOp{}, replaced: map[operation.ID]bool{},
		tickets: map[operation.ID]string{}, booked: map[operation.ID]bool{}, leases: map[string]api.LeaseResponse{}, leaseEnd: map[string]int{}, block: blockSize}
}

// serve starts the hall on loopback and returns a client of it.
func (h *testHall) serve(t testing.TB) *client.Client {
	t.Helper()
	s := httptest.NewServer(h)
	h.url = s.URL
	c := client.New(s.URL, "token", nil)
	t.Cleanup(func() { c.Close(); s.CloseClientConnections(); s.Close() })
	return c
}

func (h *testHall) set(f fault) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.fault = f
}

func (h *testHall) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	f := h.fault
	h.mu.Unlock()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the line was cut within the request
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	if f.before != nil && f.before(w, r) {
		return
	}
	answer := h.answer(r, body)
	if f.after != nil && f.after(w, r) {
		return
	}
	b, err := json.Marshal(answer)
	if err != nil {
		panic(err)
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(b)
}

func (h *testHall) answer(r *http.Request, body []byte) any {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch r.URL.Path {
	case api.PathHall:
		return h.info()
	case api.PathCatalogue:
		return h.catalogue()
	case api.PathOps:
		var resp api.SubmitResponse
		for _, e := range decoded[api.SubmitRequest](body).Ops {
			resp.Results = append(resp.Results, h.take(e))
		}
		return resp
	case api.PathLeases:
		return h.lease(decoded[api.LeaseRequest](body))
	case api.PathSlots:
		h.slots++
		start := h.now().Add(-time.Hour)
		return api.SlotsResponse{Time: h.now().UnixMilli(), Slots: []operation.Slot{
			{ID: "past", Start: start, End: start.Add(time.Minute), Free: 1},
			{ID: "s1", Start: start.Add(3 * time.Hour), End: start.Add(4 * time.Hour), Free: 2}}}
	case api.PathCases:
		return h.cases(decoded[api.CasesRequest](body))
	case api.PathOrders:
		return h.orders(decoded[api.OrdersRequest](body))
	}
	return struct{}{}
}

func decoded[T any](body []byte) T {
	v, err := operation.Decode[T](body, operation.MaxBatch)
	if err != nil {
		panic(err)
	}
	return v
}

func (h *testHall) day(ahead int) string {
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		panic(err)
	}
	return string(queue.ServiceDay(h.now(), zone, 4*time.Hour).AddDays(ahead))
}

func (h *testHall) info() api.Hall {
	next := 1
	if h.holidays {
		next = 3
	}
	pub := h.key.Public()
	return api.Hall{ID: "0417", Zone: "Asia/Shanghai", DayChange: 240, Day: h.day(0), NextDay: h.day(next), Time: h.now().UnixMilli(),
		Orders:    api.OrderTerms{Days: map[string]int{"help": 2, "complaint": 7}, Open: 540, Close: 1050, Calendar: workday.Table{Off: []queue.Day{"2026-11-24"}}},
		PublicURL: "http://hall.example", Suite: operation.SuiteHPKE1, KeyID: pub.ID(), PublicKey: pub.Bytes(), Catalogue: h.version}
}

func (h *testHall) catalogue() catalogue.Catalogue {
	return catalogue.Catalogue{Version: h.version,
		Pools: []catalogue.Pool{{ID: "reg", Prefix: "A", First: 1, Last: 699, OfflineFrom: 700, OfflineTo: 999}, {ID: "none", Prefix: "B", First: 1, Last: 99}},
		Items: []catalogue.Item{{Code: "A1", Pool: "reg", Apply: true}, {Code: "A2", Pool: "reg", Bookable: true}, {Code: "B1", Pool: "none"}}}
}

// take processes one operation, once.
func (h *testHall) take(e operation.Envelope) operation.Result {
	h.seen++
	if old, ok := h.ops[e.ID]; ok {
		if old.sha != e.BodySHA256 {
			return refusal(e.ID, operation.CodeOpMismatch)
		}
		r := old.result
		if r.Status == operation.Applied {
			r.Status = operation.Duplicate
		}
		return r
	}
	r := refusal(e.ID, operation.CodeReplaced)
	if err := e.Validate(); err != nil {
		r = refusal(e.ID, operation.CodeMalformed)
	} else if !h.replaced[e.ID] {
		r = h.apply(e)
	}
	h.ops[e.ID] = storedOp{e.BodySHA256, r}
	if r.Status == operation.Applied {
		h.arrived = append(h.arrived, e)
	}
	return r
}

func refusal(id operation.ID, code string) operation.Result {
	return operation.Result{ID: id, Status: operation.Rejected, Problem: &operation.Problem{Code: code}}
}

func (h *testHall) apply(e operation.Envelope) operation.Result {
	wasBooked := h.booked[e.Replaces]
	if e.Replaces != "" {
		h.replaced[e.Replaces] = true
		delete(h.tickets, e.Replaces)
	}
	r := operation.Result{ID: e.ID, Status: operation.Applied, ReceivedAt: h.now().UnixMilli()}
	switch e.Kind {
	case operation.TicketIssue:
		h.online++
		number := string(queue.FormatNumber("A", h.online, 999))
		if b := open[operation.TicketBody](h, e); b.Service == "full" {
			return refusal(e.ID, operation.CodeRangeFull)
		} else if b.Service == "waiting" {
			r = refusal(e.ID, operation.CodeAlreadyWaiting)
			number = "A099"
		} else {
			h.tickets[e.ID] = number
		}
		r.Ticket = &operation.TicketAnswer{ID: string(e.ID), Day: h.day(0), Number: number, Ahead: 4, WaitFrom: 10, WaitTo: 20, IssuedAt: h.now().UnixMilli()}
	case operation.TicketOffline:
		h.tickets[e.ID] = open[operation.OfflineTicketBody](h, e).Number
	case operation.TicketVoid:
		open[operation.VoidBody](h, e)
	case operation.OrderLodge:
		open[operation.OrderBody](h, e)
		r.Order = &operation.OrderAnswer{Number: e.Receipt, State: "registered", Due: h.now().Add(48 * time.Hour).UnixMilli()}
	case operation.OrderUrge, operation.OrderWithdraw, operation.OrderFollowUp:
		if b := open[operation.OrderActBody](h, e); b.Holder == nil && b.Secret != h.secret(b.Number) {
			return refusal(e.ID, operation.CodeWrongSecret)
		}
		r.Order = &operation.OrderAnswer{State: "registered"}
	case operation.ApplicationSubmit:
		if open[operation.ApplicationBody](h, e).Item == "bad" {
			return refusal(e.ID, operation.CodeValidation)
		}
		r.ServerRef = fmt.Sprintf("HALL-%d", e.Seq)
	case operation.AppointmentBook, operation.AppointmentRequest:
		if open[operation.BookingBody](h, e).Slot == "full" {
			return refusal(e.ID, operation.CodeSlotFull)
		}
		state := "requested"
		if e.Kind == operation.AppointmentBook || wasBooked {
			state = "booked"
		}
		h.booked[e.ID] = true
		r.Booking = &operation.BookingAnswer{State: state, Slot: "s1", Start: h.now().Add(2 * time.Hour).UnixMilli()}
	}
	return r
}

// open opens a body as the hall would.
func open[T any](h *testHall, e operation.Envelope) T {
	v, err := operation.OpenBody[T](h.key, e)
	if err != nil {
		panic(err)
	}
	return v
}

const blockSize = 10

func (h *testHall) lease(r api.LeaseRequest) api.LeaseResponse {
	if old, ok := h.leases[r.RequestNo]; ok {
		return old
	}
	var resp api.LeaseResponse
	for _, p := range r.Pools {
		from := max(700, h.leaseEnd[r.Day+p]+1)
		if from+h.block-1 > 999 {
			continue
		}
		h.leaseEnd[r.Day+p] = from + h.block - 1
		resp.Leases = append(resp.Leases, api.Lease{ID: r.RequestNo + p, Day: r.Day, Pool: p, Prefix: "A", From: from, To: from + h.block - 1})
	}
	h.leases[r.RequestNo] = resp
	return resp
}

func (h *testHall) cases(r api.CasesRequest) api.CasesResponse {
	resp := api.CasesResponse{Time: h.now().UnixMilli()}
	if r.Person != nil {
		p, err := operation.OpenHolder(h.key, r.Person)
		if err != nil {
			panic(err)
		}
		resp.Cases = append(resp.Cases, operation.Case{Receipt: "of " + p.Number, State: "received"})
		return resp
	}
	for _, e := range h.arrived {
		if e.Receipt == r.Receipt {
			resp.Cases = append(resp.Cases, operation.Case{Receipt: e.Receipt, Kind: e.Kind, State: "received", Ref: "at the hall"})
		}
	}
	return resp
}

// numbers returns every live number, sorted.
func (h *testHall) numbers() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	var all []string
	for _, n := range h.tickets {
		all = append(all, n)
	}
	slices.Sort(all)
	return all
}

// kinds returns the kinds of what took effect, in order.
func (h *testHall) kinds() []operation.Kind {
	h.mu.Lock()
	defer h.mu.Unlock()
	var all []operation.Kind
	for _, e := range h.arrived {
		all = append(all, e.Kind)
	}
	return all
}

// inProcess carries requests to the hall without sockets, so that time may be
// fake. A hall that is away refuses the connection.
type inProcess struct {
	hall *testHall
	away func() bool
}

func (p inProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	if p.away() {
		return nil, fmt.Errorf("connection refused")
	}
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	if r.Body == nil {
		r = r.Clone(r.Context())
		r.Body = http.NoBody
	}
	w := httptest.NewRecorder()
	p.hall.ServeHTTP(w, r)
	return w.Result(), nil
}
