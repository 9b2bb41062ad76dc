package hall_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"hallway/app/config"
	"hallway/app/hall/api"
	"hallway/app/hall/halltest"
	"hallway/app/operation"
	"hallway/queue"
)

// try carries out a command and returns the code of its refusal.
func try(t testing.TB, w *halltest.World, token string, q api.CounterCommand) (api.Counter, string) {
	t.Helper()
	q.CommandID = string(w.NewID())
	c, err := w.Desk.Command(t.Context(), token, q)
	if r, ok := errors.AsType[*operation.Refusal](err); ok {
		return c, r.Code
	}
	if err != nil {
		t.Fatalf("%+v: %v", q, err)
	}
	return c, ""
}

// must is try for a command that is possible.
func must(t testing.TB, w *halltest.World, token string, q api.CounterCommand) api.Counter {
	t.Helper()
	c, code := try(t, w, token, q)
	if code != "" {
		t.Fatalf("%+v: refused, %s", q, code)
	}
	return c
}

func at(c api.Counter) string {
	if c.Ticket == nil {
		return ""
	}
	return c.Ticket.Number + " " + c.Ticket.State
}

func numbers(list []api.CounterTicket) (out []string) {
	for _, t := range list {
		out = append(out, t.Number)
	}
	return out
}

func TestTicketIsLaidAsideAndTakenUpAgain(t *testing.T) {
	w := halltest.New(t)
	three, four := signIn(t, w, "3"), signIn(t, w, "4")
	w.Take(halltest.ItemFree, nil)
	w.Take(halltest.ItemFree, nil)
	command(t, w, three, api.ActionNext)
	command(t, w, three, api.ActionStart)
	if _, code := try(t, w, three, api.CounterCommand{Action: api.ActionHold}); code != api.CodeReason {
		t.Errorf("hold without a reason: %q", code)
	}
	c := must(t, w, three, api.CounterCommand{Action: api.ActionHold, Reason: "fetches a copy"})
	if at(c) != "" || !slices.Equal(numbers(c.Held), []string{"A001"}) {
		t.Fatalf("held %v, at the window %q", numbers(c.Held), at(c))
	}
	if _, code := try(t, w, four, api.CounterCommand{Action: api.ActionResume, Number: "A001"}); code != api.CodeBadTransition {
		t.Errorf("another window takes it up: %q", code)
	}
	c = command(t, w, three, api.ActionNext)
	if _, code := try(t, w, three, api.CounterCommand{Action: api.ActionResume, Number: "A001"}); code != api.CodeBadTransition {
		t.Errorf("taken up while %q is at the window: %q", at(c), code)
	}
	command(t, w, three, api.ActionStart)
	command(t, w, three, api.ActionFinish)
	if c = must(t, w, three, api.CounterCommand{Action: api.ActionResume, Number: "A001"}); at(c) != "A001 serving" {
		t.Errorf("at the window: %q", at(c))
	}
}

func TestTransferGoesToAWindowAndComesBack(t *testing.T) {
	w := halltest.New(t)
	three, one := signIn(t, w, "3"), signIn(t, w, "1")
	w.Take(halltest.ItemFree, nil)
	command(t, w, three, api.ActionNext)
	command(t, w, three, api.ActionStart)
	for q, want := range map[api.CounterCommand]string{
		{Action: api.ActionTransfer, Pool: "nowhere"}:                api.CodeNotFound,
		{Action: api.ActionTransfer, Pool: "social", Window: "8"}:    api.CodeReason,
		{Action: api.ActionTransfer, Pool: "social", Number: "A099"}: api.CodeNotFound,
	} {
		if _, code := try(t, w, three, q); code != want {
			t.Errorf("%+v: %q, want %q", q, code, want)
		}
	}
	must(t, w, three, api.CounterCommand{Action: api.ActionTransfer, Pool: "social", Window: "1", Back: true})
	if c := command(t, w, three, api.ActionNext); at(c) != "" {
		t.Errorf("the sending window calls %q again", at(c))
	}
	if c := command(t, w, one, api.ActionNext); at(c) != "A001 called" {
		t.Fatalf("window 1 calls %q", at(c))
	}
	command(t, w, one, api.ActionStart)
	command(t, w, one, api.ActionFinish)
	if c := command(t, w, one, api.ActionNext); at(c) != "" {
		t.Errorf("window 1 calls %q again", at(c))
	}
	if c := command(t, w, three, api.ActionNext); at(c) != "A001 called" {
		t.Errorf("back at window 3: %q", at(c))
	}
}

func TestVisitGoesOnAndKeepsItsNumber(t *testing.T) {
	w := halltest.New(t)
	five, one := signIn(t, w, "5"), signIn(t, w, "1")
	body := halltest.TicketBody(halltest.ItemFree, halltest.Person(1))
	body.Stops = []string{halltest.ItemCard}
	if r := w.Submit(w.Envelope(operation.TicketIssue, body)); r.Status != operation.Applied {
		t.Fatalf("%+v", r.Problem)
	}
	c := command(t, w, five, api.ActionNext)
	if c.Ticket == nil || len(c.Ticket.Stops) != 1 {
		t.Fatalf("the window does not see the next stop: %+v", c.Ticket)
	}
	command(t, w, five, api.ActionStart)
	command(t, w, five, api.ActionFinish)
	c = command(t, w, one, api.ActionNext)
	if at(c) != "A001 called" || c.Ticket.Pool != "social" || len(c.Ticket.Stops) != 0 {
		t.Errorf("next stop: %+v", c.Ticket)
	}
	unknown := halltest.TicketBody(halltest.ItemFree, nil)
	unknown.Stops = []string{"NO-01"}
	if r := w.Submit(w.Envelope(operation.TicketIssue, unknown)); r.Problem == nil || r.Problem.Code != operation.CodeUnknownService {
		t.Errorf("a stop that does not exist: %+v", r)
	}
}

func TestMistakesAreUndone(t *testing.T) {
	w := halltest.New(t, func(c *config.Hall) { c.Calling.Undo = 5 })
	three := signIn(t, w, "3")
	w.Take(halltest.ItemFree, halltest.Person(1))
	if _, code := try(t, w, three, api.CounterCommand{Action: api.ActionUndo}); code != api.CodeBadTransition {
		t.Errorf("undo of nothing: %q", code)
	}
	command(t, w, three, api.ActionNext)
	command(t, w, three, api.ActionStart)
	c := command(t, w, three, api.ActionFinish)
	if c.Undo != "A001" || c.Served != 1 {
		t.Errorf("can undo %q, served %d", c.Undo, c.Served)
	}
	if c = command(t, w, three, api.ActionUndo); at(c) != "A001 serving" || c.Served != 0 {
		t.Errorf("after undo: %q, served %d", at(c), c.Served)
	}
	command(t, w, three, api.ActionFinish)
	w.Take(halltest.ItemFree, halltest.Person(2))
	command(t, w, three, api.ActionNext)
	if _, code := try(t, w, three, api.CounterCommand{Action: api.ActionUndo}); code != api.CodeBadTransition {
		t.Errorf("undo onto a window that is taken: %q", code)
	}
	command(t, w, three, api.ActionMiss)
	w.Clock.Add(6 * time.Minute)
	if _, code := try(t, w, three, api.CounterCommand{Action: api.ActionUndo, Number: "A002"}); code != api.CodeTooLate {
		t.Errorf("undo after six minutes: %q", code)
	}
}

// A person who took another number meanwhile does not get the cancelled one
// back: a person waits once in a pool.
func TestUndoNeverMakesASecondPlace(t *testing.T) {
	w := halltest.New(t)
	three := signIn(t, w, "3")
	w.Take(halltest.ItemFree, halltest.Person(1))
	must(t, w, three, api.CounterCommand{Action: api.ActionCancel, Number: "A001", Reason: "left"})
	w.Take(halltest.ItemFree, halltest.Person(1))
	if _, code := try(t, w, three, api.CounterCommand{Action: api.ActionUndo, Number: "A001"}); code != api.CodeBadTransition {
		t.Errorf("second place: %q", code)
	}
}

func TestMissedPersonRejoinsBehindTheNextThree(t *testing.T) {
	w := halltest.New(t, func(c *config.Hall) { c.Calling.Rejoin, c.Calling.MaxRejoins, c.Calling.RejoinBehind = 30, 1, 3 })
	three := signIn(t, w, "3")
	for range 5 {
		w.Take(halltest.ItemFree, nil)
		w.Clock.Add(time.Second)
	}
	command(t, w, three, api.ActionNext)
	c := command(t, w, three, api.ActionMiss)
	if !slices.Equal(numbers(c.Missed), []string{"A001"}) || c.Missed[0].RejoinUntil == 0 {
		t.Fatalf("missed %+v", c.Missed)
	}
	c = must(t, w, three, api.CounterCommand{Action: api.ActionRejoin, Number: "A001"})
	if got := numbers(c.Line); !slices.Equal(got, []string{"A002", "A003", "A004", "A001", "A005"}) {
		t.Errorf("the line is %v", got)
	}
	b, err := w.Board(t.Context())
	if err != nil || len(b.Missed) != 0 {
		t.Errorf("still missed: %v, %v", b.Missed, err)
	}
}

func TestPauseKeepsPeopleAway(t *testing.T) {
	w := halltest.New(t)
	three := signIn(t, w, "3")
	w.Take(halltest.ItemFree, nil)
	if _, code := try(t, w, three, api.CounterCommand{Action: api.ActionPause}); code != api.CodeReason {
		t.Errorf("pause without a reason: %q", code)
	}
	if c := must(t, w, three, api.CounterCommand{Action: api.ActionPause, Reason: "meal"}); c.Pause != "meal" {
		t.Errorf("pause is %q", c.Pause)
	}
	if _, code := try(t, w, three, api.CounterCommand{Action: api.ActionNext}); code != api.CodePaused {
		t.Errorf("called in a pause: %q", code)
	}
	if a := w.Take(halltest.ItemFree, nil); a.WaitFrom != queue.NoWindow.From {
		t.Errorf("the estimate counts on a window in a pause: %+v", a)
	}
	must(t, w, three, api.CounterCommand{Action: api.ActionWork})
	if c := command(t, w, three, api.ActionNext); at(c) != "A001 called" {
		t.Errorf("after the pause: %q", at(c))
	}
}

// The line that a counter shows is the order in which it calls.
func TestB11CounterCallsInTheOrderItShows(t *testing.T) {
	w := halltest.New(t, func(c *config.Hall) {
		c.Lanes = config.Lanes{PriorityTurns: 2, BookedTurns: 2, NormalTurns: 1, NormalWait: 60}
	})
	three := signIn(t, w, "3")
	var c api.Counter
	for i := range 12 {
		n := w.Take(halltest.ItemFree, nil).Number
		w.Clock.Add(time.Minute)
		if i%3 == 0 {
			c = must(t, w, three, api.CounterCommand{Action: api.ActionPrioritise, Number: n, Lane: string(queue.Priority), Reason: "wheelchair"})
		}
	}
	c, err := w.Desk.Counter(t.Context(), three)
	if err != nil {
		t.Fatal(err)
	}
	shown := numbers(c.Line)
	var called []string
	for range shown {
		called = append(called, command(t, w, three, api.ActionNext).Ticket.Number)
		command(t, w, three, api.ActionStart)
	}
	if !slices.Equal(shown, called) || slices.IsSorted(called) {
		t.Errorf("shown  %v\ncalled %v", shown, called)
	}
}

func TestSameCommandIDWithAnotherTargetIsRefused(t *testing.T) {
	w := halltest.New(t)
	three := signIn(t, w, "3")
	w.Take(halltest.ItemFree, nil)
	w.Take(halltest.ItemFree, nil)
	q := api.CounterCommand{CommandID: string(w.NewID()), Action: api.ActionCancel, Number: "A001", Reason: "left"}
	for range 2 {
		if _, err := w.Desk.Command(t.Context(), three, q); err != nil {
			t.Fatal(err)
		}
	}
	q.Number = "A002"
	_, err := w.Desk.Command(t.Context(), three, q)
	if r, ok := errors.AsType[*operation.Refusal](err); !ok || r.Code != api.CodeCommandMismatch {
		t.Errorf("another ticket under the same id: %v", err)
	}
	b, err := w.Board(context.Background())
	if err != nil || b.Waiting != 1 {
		t.Errorf("%d wait, want 1 (%v)", b.Waiting, err)
	}
}

func TestCallOutOfOrderNeedsAReasonAndIsKept(t *testing.T) {
	w := halltest.New(t)
	three := signIn(t, w, "3")
	for range 3 {
		w.Take(halltest.ItemFree, nil)
	}
	if _, code := try(t, w, three, api.CounterCommand{Action: api.ActionCall, Number: "A003"}); code != api.CodeReason {
		t.Errorf("no reason: %q", code)
	}
	if c := must(t, w, three, api.CounterCommand{Action: api.ActionCall, Number: "A003", Reason: "wheelchair"}); at(c) != "A003 called" {
		t.Errorf("at the window: %q", at(c))
	}
	r, err := w.Report(t.Context(), w.Today())
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Chosen) != 1 || r.Chosen[0].Reason != "wheelchair" || r.Chosen[0].Number != "A003" {
		t.Errorf("the report says %+v", r.Chosen)
	}
}

func TestEmergencyIsSilent(t *testing.T) {
	w := halltest.New(t)
	three := signIn(t, w, "3")
	before, err := w.Board(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if c := must(t, w, three, api.CounterCommand{Action: api.ActionEmergency}); !c.Emergency {
		t.Error("the clerk does not see that help was called")
	}
	after, err := w.Board(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	after.Seq, after.Time = before.Seq, before.Time
	if fmt.Sprint(after) != fmt.Sprint(before) {
		t.Errorf("citizens see it: %+v", after)
	}
	live, err := w.Live(t.Context())
	if err != nil || len(live.Emergencies) != 1 || live.Emergencies[0].Window != "3" {
		t.Errorf("managers see %+v, %v", live.Emergencies, err)
	}
	must(t, w, three, api.CounterCommand{Action: api.ActionEmergencyEnd})
	if live, err = w.Live(t.Context()); err != nil || len(live.Emergencies) != 0 {
		t.Errorf("after help came: %+v, %v", live.Emergencies, err)
	}
}
