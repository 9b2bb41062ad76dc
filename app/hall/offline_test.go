package hall_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hallway/app/hall/api"
	"hallway/app/hall/halltest"
	"hallway/app/operation"
)

func lease(t *testing.T, w *halltest.World, requestNo, day string) []api.Lease {
	t.Helper()
	r, err := w.Intake.Lease(t.Context(), halltest.Terminal, api.LeaseRequest{RequestNo: requestNo, Day: day, Pools: []string{"registration", "social"}})
	if err != nil {
		t.Fatal(err)
	}
	return r.Leases
}

func offlineBody(l api.Lease, n int, item string, p *operation.Holder) operation.OfflineTicketBody {
	return operation.OfflineTicketBody{
		TicketBody: halltest.TicketBody(item, p), Lease: l.ID, Day: l.Day, Number: fmt.Sprintf("%s%03d", l.Prefix, n),
	}
}

// The answer to ticket.issue is lost: the terminal gives an offline number, and
// nobody is called twice.
func TestOfflineNumberVoidsTheOneNobodySaw(t *testing.T) {
	w := halltest.New(t)
	l := lease(t, w, "1", "2026-11-23")[0]
	p := halltest.Person(1)
	lost := w.Envelope(operation.TicketIssue, halltest.TicketBody(halltest.ItemFree, p))
	expect(t, "issue", w.Submit(lost), operation.Applied, "")
	offline := w.Envelope(operation.TicketOffline, offlineBody(l, l.From, halltest.ItemFree, p), replacing(lost.ID))
	r := w.Submit(offline)
	expect(t, "offline", r, operation.Applied, "")
	if r.Ticket.Number != "A800" || r.Ticket.Ahead != 0 {
		t.Errorf("%+v", r.Ticket)
	}
	waiting, err := w.Waiting(t.Context())
	if err != nil || waiting.Waiting["registration"] != 1 {
		t.Errorf("%v, %v wait", waiting, err)
	}
	s, err := w.TicketStatus(t.Context(), "2026-11-23", "A001", "abcd2345")
	if err != nil || s.State != "void" {
		t.Errorf("the unseen number is %q, %v", s.State, err)
	}
}

// Offline numbers are served in order of time with those that the hall made
// meanwhile.
func TestOfflineNumbersMergeByTime(t *testing.T) {
	w := halltest.New(t)
	l := lease(t, w, "1", "2026-11-23")[0]
	early := w.Envelope(operation.TicketOffline, offlineBody(l, l.From, halltest.ItemFree, nil), func(e *operation.Envelope) {
		e.DeviceTime += 3600_000 // the terminal's clock is an hour fast, and it knows
		e.HallOffset = -3600_000
	})
	w.Clock.Add(10 * time.Minute)
	w.Take(halltest.ItemFree, nil)
	late := w.Envelope(operation.TicketOffline, offlineBody(l, l.From+1, halltest.ItemFree, nil))
	w.Clock.Add(10 * time.Minute)
	r := w.Submit(late)
	expect(t, "late", r, operation.Applied, "")
	if r.LodgedAt != halltest.Start.Add(10*time.Minute).UnixMilli() || r.ReceivedAt != halltest.Start.Add(20*time.Minute).UnixMilli() {
		t.Errorf("lodged %d, received %d", r.LodgedAt, r.ReceivedAt)
	}
	expect(t, "early", w.Submit(early), operation.Applied, "")
	token := signIn(t, w, "1")
	var called []string
	for range 3 {
		c := command(t, w, token, api.ActionNext)
		called = append(called, c.Ticket.Number)
		command(t, w, token, api.ActionStart)
	}
	if want := []string{"A800", "A001", "A801"}; !slices.Equal(called, want) {
		t.Errorf("called %v, want %v", called, want)
	}
}

func TestOfflineNumberMustBeLeased(t *testing.T) {
	w := halltest.New(t)
	l := lease(t, w, "1", "2026-11-23")[0]
	for what, change := range map[string]func(*operation.OfflineTicketBody){
		"outside of the block": func(b *operation.OfflineTicketBody) { b.Number = "A810" },
		"other prefix":         func(b *operation.OfflineTicketBody) { b.Number = "B800" },
		"other day":            func(b *operation.OfflineTicketBody) { b.Day = "2026-11-24" },
		"unknown lease":        func(b *operation.OfflineTicketBody) { b.Lease = "none" },
		"not a number":         func(b *operation.OfflineTicketBody) { b.Number = "800" },
	} {
		b := offlineBody(l, l.From, halltest.ItemFree, nil)
		change(&b)
		expect(t, what, w.Submit(w.Envelope(operation.TicketOffline, b)), operation.Rejected, operation.CodeValidation)
	}
	foreign := w.Envelope(operation.TicketOffline, offlineBody(l, l.From, halltest.ItemFree, nil), func(e *operation.Envelope) { e.Terminal = halltest.Other })
	expect(t, "another terminal's block", w.Submit(foreign), operation.Rejected, operation.CodeValidation)
	expect(t, "own block", w.Submit(w.Envelope(operation.TicketOffline, offlineBody(l, l.From, "REMOVED-ITEM", nil))), operation.Applied, "")
	expect(t, "number given twice", w.Submit(w.Envelope(operation.TicketOffline, offlineBody(l, l.From, halltest.ItemFree, nil))), operation.Rejected, operation.CodeValidation)
}

func TestOfflineNumberOfYesterdayIsNotCalled(t *testing.T) {
	w := halltest.New(t)
	l := lease(t, w, "1", "2026-11-23")[0]
	e := w.Envelope(operation.TicketOffline, offlineBody(l, l.From, halltest.ItemFree, nil))
	w.Clock.Add(24 * time.Hour)
	expect(t, "a day late", w.Submit(e), operation.Applied, "")
	s, err := w.TicketStatus(t.Context(), "2026-11-23", "A800", "abcd2345")
	if err != nil || s.State != "expired" {
		t.Errorf("%q, %v", s.State, err)
	}
}

func TestOnePersonWaitsOnceInAPool(t *testing.T) {
	w := halltest.New(t)
	l := lease(t, w, "1", "2026-11-23")[0]
	p := halltest.Person(1)
	first := w.Take(halltest.ItemFree, p)
	r := w.Submit(w.Envelope(operation.TicketIssue, halltest.TicketBody(halltest.ItemFree, p)))
	expect(t, "second number", r, operation.Rejected, operation.CodeAlreadyWaiting)
	if r.Ticket == nil || r.Ticket.Number != first.Number {
		t.Errorf("the known ticket is %+v, want %s", r.Ticket, first.Number)
	}
	r = w.Submit(w.Envelope(operation.TicketOffline, offlineBody(l, l.From, halltest.ItemFree, p)))
	expect(t, "offline number", r, operation.Rejected, operation.CodeAlreadyWaiting)
	s, err := w.TicketStatus(t.Context(), "2026-11-23", "A800", "abcd2345")
	if err != nil || s.State != "cancelled" || string(s.DuplicateOf) != first.Number {
		t.Errorf("%+v, %v", s, err)
	}
	w.Take(halltest.ItemCard, p) // another pool is another line
	if waiting, _ := w.Waiting(t.Context()); waiting.Waiting["registration"] != 1 || waiting.Waiting["social"] != 1 {
		t.Errorf("%v wait", waiting)
	}
}

func TestMissedTicketDoesNotBlockANewOne(t *testing.T) {
	w := halltest.New(t)
	p := halltest.Person(1)
	first := w.Take(halltest.ItemFree, p)
	token := signIn(t, w, "1")
	command(t, w, token, api.ActionNext)
	command(t, w, token, api.ActionMiss)
	if second := w.Take(halltest.ItemFree, p); second.Number == first.Number {
		t.Error("the missed number was given again")
	}
	s, err := w.TicketStatus(t.Context(), "2026-11-23", "A001", "abcd2345")
	if err != nil || s.State != "cancelled" {
		t.Errorf("the missed ticket is %q, %v", s.State, err)
	}
}

func TestNumbersAreNotGivenBeyondTheRange(t *testing.T) {
	w := halltest.New(t)
	for i := range 5 {
		w.Take(halltest.ItemCard, halltest.Person(i))
	}
	r := w.Submit(w.Envelope(operation.TicketIssue, halltest.TicketBody(halltest.ItemCard, halltest.Person(5))))
	expect(t, "sixth of five", r, operation.Rejected, operation.CodeRangeFull)
	token := signIn(t, w, "1")
	command(t, w, token, api.ActionNext)
	command(t, w, token, api.ActionMiss)
	r = w.Submit(w.Envelope(operation.TicketIssue, halltest.TicketBody(halltest.ItemCard, halltest.Person(0))))
	expect(t, "new number for the one who missed", r, operation.Rejected, operation.CodeRangeFull)
	if s, err := w.TicketStatus(t.Context(), "2026-11-23", "B001", "abcd2345"); err != nil || s.State != "missed" {
		t.Errorf("a refused number made the missed one %q, %v", s.State, err)
	}
	w.Clock.Add(24 * time.Hour)
	if got := w.Take(halltest.ItemCard, halltest.Person(5)).Number; got != "B001" {
		t.Errorf("the next day begins with %s", got)
	}
}

func TestLeasesAreRepeatableAndNeverShared(t *testing.T) {
	w := halltest.New(t)
	var mu sync.Mutex
	owner := map[string]string{} // number to terminal and request
	var wg sync.WaitGroup
	for _, terminal := range []string{halltest.Terminal, halltest.Other, "014", "015"} {
		for request := range 6 {
			for range 2 { // every request is repeated
				wg.Go(func() {
					no := fmt.Sprint("r", request)
					r, err := w.Intake.Lease(t.Context(), terminal, api.LeaseRequest{RequestNo: no, Day: "2026-11-23", Pools: []string{"registration", "social", "social"}})
					if err != nil {
						t.Error(err)
					}
					mu.Lock()
					defer mu.Unlock()
					for _, l := range r.Leases {
						for n := l.From; n <= l.To; n++ {
							number, me := fmt.Sprint(l.Prefix, n), terminal+no
							if had, ok := owner[number]; ok && had != me {
								t.Errorf("%s belongs to %s and %s", number, had, me)
							}
							owner[number] = me
						}
					}
				})
			}
		}
	}
	wg.Wait()
	count := map[byte]int{}
	for number := range owner {
		count[number[0]]++
	}
	// 24 requests of 10: all 200 numbers of A, all 15 of B with a short last block.
	if count['A'] != 200 || count['B'] != 15 {
		t.Errorf("leased %d of A and %d of B, want 200 and 15", count['A'], count['B'])
	}
}

func TestLeasesAreForTodayAndTomorrow(t *testing.T) {
	w := halltest.New(t)
	first := lease(t, w, "1", "2026-11-24")
	if d := cmp.Diff(first, lease(t, w, "1", "2026-11-24")); d != "" {
		t.Error(d)
	}
	for what, q := range map[string]api.LeaseRequest{
		"yesterday":                     {RequestNo: "2", Day: "2026-11-22", Pools: []string{"social"}},
		"in two days":                   {RequestNo: "2", Day: "2026-11-25", Pools: []string{"social"}},
		"unknown pool":                  {RequestNo: "2", Day: "2026-11-23", Pools: []string{"tax"}},
		"no request number":             {Day: "2026-11-23", Pools: []string{"social"}},
		"number used for another day":   {RequestNo: "1", Day: "2026-11-23", Pools: []string{"social"}},
		"request number without an end": {RequestNo: strings.Repeat("x", 65), Day: "2026-11-23"},
	} {
		if _, err := w.Intake.Lease(t.Context(), halltest.Terminal, q); err == nil {
			t.Errorf("%s: leased", what)
		}
	}
}
