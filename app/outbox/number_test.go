package outbox

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"hallway/app/hall/api"
	"hallway/app/operation"
)

func TestTheHallsNumberIsTakenWhenItAnswers(t *testing.T) {
	r := enrolledRig(t)
	ticket := r.mustTake(t)
	if ticket.Number != "A001" || ticket.Offline || ticket.Known || ticket.Day != "2026-11-23" || ticket.Ahead != 4 || ticket.WaitTo != 20 {
		t.Errorf("ticket %+v", ticket)
	}
	if !strings.HasPrefix(ticket.Link, "http://hall.example/t/2026-11-23/A001?k=") || len(ticket.Link) != len("http://hall.example/t/2026-11-23/A001?k=")+8 {
		t.Errorf("link %q", ticket.Link)
	}
	if got := ticket.IssuedAt.Format("15:04"); got != "09:00" {
		t.Errorf("issued at %s by the hall's wall clock", got)
	}
	wantStates(t, r, "ticket.issue settled")
}

func TestWithoutAProperAnswerTheNumberComesOutOfTheLease(t *testing.T) {
	for name, f := range map[string]fault{
		"500":                   {before: onlyOps(status500)},
		"portal":                {before: onlyOps(portal)},
		"hangs":                 {before: onlyOps(hang)},
		"connection cut":        {before: onlyOps(cut)},
		"terminal refused":      {before: onlyOps(strict)},
		"answer lost":           {after: onlyOps(cut)},
		"answer after a portal": {after: onlyOps(portal)},
		"answer too late":       {after: onlyOps(hang)},
		"other operation":       {before: onlyOps(falseAnswer(`{"op_id":"0199d3c0-1234-7abc-8def-0123456789ab","status":"applied","ticket":{"number":"A666","day":"2026-11-23"}}`))},
		"no ticket":             {before: onlyOps(falseAnswer(`{"op_id":"OP","status":"applied"}`))},
		"unknown status":        {before: onlyOps(falseAnswer(`{"op_id":"OP","status":"fine"}`))},
		"later":                 {before: onlyOps(falseAnswer(`{"op_id":"OP","status":"retry"}`))},
		"no result":             {before: onlyOps(falseAnswer(``))},
	} {
		t.Run(name, func(t *testing.T) {
			r := enrolledRig(t)
			r.hall.set(f)
			ticket := r.mustTake(t)
			if ticket.Number != "A700" || !ticket.Offline || ticket.Ahead != -1 || ticket.WaitFrom != -1 {
				t.Errorf("ticket %+v", ticket)
			}
			wantStates(t, r, "ticket.issue replaced", "ticket.offline pending body")
			r.hall.set(fault{})
			r.running(t)
			eventually(t, "the offline number is delivered", func() bool { return r.Pending() == 0 })
			if got := r.hall.numbers(); !slices.Equal(got, []string{"A700"}) {
				t.Errorf("numbers that live at the hall: %v, want only the one on the paper", got)
			}
			wantStates(t, r, "ticket.issue replaced", "ticket.offline settled")
		})
	}
}

// falseAnswer answers a delivery with one result; OP stands for the id that was
// sent.
func falseAnswer(result string) func(http.ResponseWriter, *http.Request) bool {
	return func(w http.ResponseWriter, r *http.Request) bool {
		b, _ := io.ReadAll(r.Body)
		id := decoded[api.SubmitRequest](b).Ops[0].ID
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintf(w, `{"results":[%s]}`, strings.ReplaceAll(result, "OP", string(id)))
		return true
	}
}

func TestALateDeliveryOfAReplacedOperationHasNoEffect(t *testing.T) {
	r := enrolledRig(t)
	var late operation.Envelope
	r.hall.set(fault{before: onlyOps(status500)})
	e, err := r.draft(r.Terminal.hall.Load(), operation.TicketIssue, r.id(), "A1", operation.TicketBody{Service: "A1", Lang: "en", Code: "00000000"})
	if err != nil {
		t.Fatal(err)
	}
	late = e.Envelope
	late.Seq = 1
	ticket, err := r.TakeNumber(t.Context(), operation.TicketRequest{Op: late.ID, Service: "A1", Lang: "en"})
	if err != nil {
		t.Fatal(err)
	}
	r.hall.set(fault{})
	r.running(t)
	eventually(t, "the offline number is delivered", func() bool { return r.Pending() == 0 })
	results, err := r.o.Hall.Submit(t.Context(), []operation.Envelope{late})
	if err != nil || results[0].Problem == nil || results[0].Problem.Code != operation.CodeReplaced {
		t.Errorf("a late ticket.issue got %+v, %v", results, err)
	}
	if got := r.hall.numbers(); !slices.Equal(got, []string{ticket.Number}) {
		t.Errorf("numbers that live at the hall: %v", got)
	}
}

func TestARefusalOfTheHallIsPassedOn(t *testing.T) {
	r := enrolledRig(t)
	op := r.id()
	for range 2 { // the second is the same press again
		_, err := r.TakeNumber(t.Context(), operation.TicketRequest{Op: op, Service: "full", Lang: "en"})
		wantRefusal(t, err, operation.CodeRangeFull)
	}
	wantStates(t, r, "ticket.issue settled")
}

func TestWhoWaitsAlreadyGetsTheTicketThatWaits(t *testing.T) {
	r := enrolledRig(t)
	ticket, err := r.TakeNumber(t.Context(), operation.TicketRequest{Op: r.id(), Service: "waiting", Lang: "en", Person: person()})
	if err != nil || !ticket.Known || ticket.Number != "A099" || ticket.Link != "" {
		t.Errorf("TakeNumber = %+v, %v", ticket, err)
	}
}

func TestB28TheSamePressGetsTheSameTicket(t *testing.T) {
	r := enrolledRig(t)
	for i, f := range []fault{{}, {before: onlyOps(status500)}} {
		r.hall.set(f)
		req := operation.TicketRequest{Op: r.id(), Service: "A1", Lang: "en"}
		first, err := r.TakeNumber(t.Context(), req)
		if err != nil {
			t.Fatal(err)
		}
		r.restart(t)
		again, err := r.TakeNumber(t.Context(), req)
		if err != nil || again.Number != first.Number || again.Link != first.Link || !again.IssuedAt.Equal(first.IssuedAt) {
			t.Errorf("%d: %+v, %v; want %+v", i, again, err, first)
		}
		_, err = r.Apply(t.Context(), operation.ApplicationRequest{Op: req.Op, Item: "A1"})
		wantRefusal(t, err, operation.CodeOpMismatch)
	}
	wantStates(t, r, "ticket.issue settled", "ticket.issue replaced", "ticket.offline pending body")
}

func TestTwoPressesWithOneIDAtOnceMakeOneTicket(t *testing.T) {
	r := enrolledRig(t)
	entered, release := make(chan struct{}), make(chan struct{})
	r.hall.set(fault{after: onlyOps(func(http.ResponseWriter, *http.Request) bool { close(entered); <-release; return false })})
	req := operation.TicketRequest{Op: r.id(), Service: "A1", Lang: "en"}
	var first error
	var wg sync.WaitGroup
	wg.Go(func() { _, first = r.TakeNumber(t.Context(), req) })
	<-entered
	_, second := r.TakeNumber(t.Context(), req)
	close(release)
	wg.Wait()
	if first != nil {
		t.Error(first)
	}
	wantRefusal(t, second, operation.CodeStore)
	wantStates(t, r, "ticket.issue settled")
}

func TestWhoeverLeftGetsNoNumber(t *testing.T) {
	r := enrolledRig(t)
	ctx, cancel := context.WithCancel(t.Context())
	r.hall.set(fault{after: onlyOps(func(w http.ResponseWriter, req *http.Request) bool { cancel(); return hang(w, req) })})
	_, err := r.TakeNumber(ctx, operation.TicketRequest{Op: r.id(), Service: "A1", Lang: "en"})
	wantRefusal(t, err, operation.CodeHallAway)
	if !r.Online() {
		t.Error("a citizen who left was taken for a hall that is away")
	}
	r.hall.set(fault{})
	r.running(t)
	eventually(t, "the void is delivered", func() bool { return r.Pending() == 0 })
	if got := r.hall.numbers(); len(got) != 0 {
		t.Errorf("numbers that nobody holds live at the hall: %v", got)
	}
	wantStates(t, r, "ticket.issue replaced", "ticket.void settled")
}

func TestALeaseGivesEachNumberOnceAndEndsPlainly(t *testing.T) {
	r := enrolledRig(t)
	r.hall.set(fault{before: status500})
	for i := range blockSize {
		if got := r.mustTake(t).Number; got != fmt.Sprintf("A%d", 700+i) {
			t.Errorf("number %d out of the lease is %s", i, got)
		}
	}
	_, err := r.take(t)
	wantRefusal(t, err, operation.CodeNoLease)
	states := r.states(t)
	if last := states[len(states)-1]; last != "ticket.void pending body" {
		t.Errorf("a wish without number ends in %q, so the hall might count it", last)
	}
	r.hall.set(fault{})
	r.look(t.Context(), 0)
	r.hall.set(fault{before: status500})
	if got := r.mustTake(t).Number; got != "A710" {
		t.Errorf("first number of the next block is %s", got)
	}
}

func TestAServiceWithoutAPoolForTerminalsHasNoOfflineNumber(t *testing.T) {
	r := enrolledRig(t)
	r.hall.set(fault{before: onlyOps(status500)})
	for service, code := range map[string]string{"B1": operation.CodeNoLease, "Z9": operation.CodeUnknownService} {
		_, err := r.TakeNumber(t.Context(), operation.TicketRequest{Op: r.id(), Service: service, Lang: "en"})
		wantRefusal(t, err, code)
	}
	wantStates(t, r, "ticket.issue replaced", "ticket.void pending body", "ticket.issue replaced", "ticket.void pending body")
}

func TestTheServiceDayChangesWithoutAHall(t *testing.T) {
	r := enrolledRig(t)
	r.hall.set(fault{before: status500})
	r.restart(t) // what is known of the hall comes out of the store
	for _, c := range []struct {
		until  time.Duration // after Monday 09:00
		day    string
		number string
	}{{18 * time.Hour, "2026-11-23", "A700"}, {19 * time.Hour, "2026-11-24", "A700"}, {20 * time.Hour, "2026-11-24", "A701"}} {
		r.clock.move(opened.Add(c.until).Sub(r.clock.Now()))
		if got := r.mustTake(t); got.Day != c.day || got.Number != c.number {
			t.Errorf("%v after opening: %s of %s, want %s of %s", c.until, got.Number, got.Day, c.number, c.day)
		}
	}
	r.clock.move(24 * time.Hour)
	_, err := r.take(t)
	wantRefusal(t, err, operation.CodeNoLease)
}

func TestNothingIsAcceptedBeforeTheHallWasReached(t *testing.T) {
	r := newRig(t)
	r.hall.set(fault{before: status500})
	_, err := r.take(t)
	wantRefusal(t, err, operation.CodeNotEnrolled)
	_, err = r.apply(t, "A1")
	wantRefusal(t, err, operation.CodeNotEnrolled)
	_, err = r.book(t, "s1")
	wantRefusal(t, err, operation.CodeNotEnrolled)
	_, err = r.Slots(t.Context(), "A2")
	wantRefusal(t, err, operation.CodeNotEnrolled)
	_, err = r.Cases(t.Context(), operation.CaseQuery{Receipt: "0417-012-261123-0001-0"})
	wantRefusal(t, err, operation.CodeNotEnrolled)
	_, err = r.Catalogue(t.Context())
	wantRefusal(t, err, operation.CodeNotEnrolled)
	wantStates(t, r)
}

func TestTwelveAtOnceGetTwelveNumbers(t *testing.T) {
	r := newRig(t, func(o *Options) { o.Answer = 10 * time.Second })
	r.hall.block = 60
	r.running(t)
	eventually(t, "numbers are leased", func() bool { return r.leasesLeft(t) == 120 })
	var mu sync.Mutex
	numbers := map[string]bool{}
	receipts := map[string]bool{}
	var wg sync.WaitGroup
	for g := range 12 {
		wg.Go(func() {
			for range 4 {
				ticket, err := r.take(t)
				if err != nil {
					t.Error(err)
				}
				a, err := r.apply(t, "A1")
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				numbers[ticket.Number], receipts[a.Receipt] = true, true
				mu.Unlock()
				if g == 0 {
					r.hall.set(fault{before: onlyOps(status500)})
				} else if g == 1 {
					r.hall.set(fault{})
				}
			}
		})
	}
	wg.Wait()
	if len(numbers) != 48 || len(receipts) != 48 {
		t.Errorf("%d different numbers and %d receipts for 48 citizens", len(numbers), len(receipts))
	}
	r.hall.set(fault{})
	nudge(r.wake)
	eventually(t, "everything is delivered", func() bool { return r.Pending() == 0 })
	if got := r.hall.numbers(); len(got) != 48 {
		t.Errorf("%d numbers live at the hall for 48 papers", len(got))
	}
	r.states(t) // fails on a gap
}
