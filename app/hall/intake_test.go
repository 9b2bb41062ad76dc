package hall_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"hallway/app/config"
	"hallway/app/hall/api"
	"hallway/app/hall/halltest"
	"hallway/app/operation"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(halltest.OnEachStore(m)) }

func code(r operation.Result) string {
	if r.Problem == nil {
		return ""
	}
	return r.Problem.Code
}

// expect fails unless r has this status and code.
func expect(t *testing.T, what string, r operation.Result, s operation.Status, c string) {
	t.Helper()
	if r.Status != s || code(r) != c {
		t.Errorf("%s: got %s %q, want %s %q (%+v)", what, r.Status, code(r), s, c, r.Problem)
	}
}

func replacing(id operation.ID) func(*operation.Envelope) {
	return func(e *operation.Envelope) { e.Replaces = id }
}

// B5: 300 operations, each delivered three times at once: each takes effect once.
func TestB5DeliveredThriceTakesEffectOnce(t *testing.T) {
	w := halltest.New(t)
	const tickets, applications, copies = 100, 200, 3
	results := make([][copies]operation.Result, tickets+applications)
	var wg sync.WaitGroup
	for i := range results {
		e := w.Envelope(operation.ApplicationSubmit, application())
		if i%3 == 0 {
			e = w.Envelope(operation.TicketIssue, halltest.TicketBody(halltest.ItemFree, nil))
		}
		for c := range copies {
			wg.Go(func() { results[i][c] = w.Submit(e) })
		}
	}
	wg.Wait()
	made := map[string]bool{}
	for _, r := range results {
		applied := 0
		for _, c := range r {
			switch c.Status {
			case operation.Applied:
				applied++
			case operation.Duplicate:
			default:
				t.Fatalf("%+v", c)
			}
			if effect(c) != effect(r[0]) {
				t.Errorf("one operation made %s and %s", effect(c), effect(r[0]))
			}
		}
		if applied != 1 {
			t.Errorf("an operation was applied %d times", applied)
		}
		made[effect(r[0])] = true
	}
	for i := 1; i <= tickets; i++ {
		if n := fmt.Sprintf("A%03d", i); !made[n] {
			t.Errorf("number %s is missing", n)
		}
	}
	for i := 1; i <= applications; i++ {
		if n := fmt.Sprintf("0417-20261123-%05d", i); !made[n] {
			t.Errorf("official number %s is missing", n)
		}
	}
	if len(made) != len(results) {
		t.Errorf("%d operations made %d things", len(results), len(made))
	}
}

// effect names what an operation made.
func effect(r operation.Result) string {
	if r.Ticket != nil {
		return r.Ticket.Number
	}
	return r.ServerRef
}

func TestTicketTellsHowManyAreBefore(t *testing.T) {
	w := halltest.New(t)
	for i := range 3 {
		if got := w.Take(halltest.ItemFree, nil); got.Ahead != i || got.WaitFrom != -1 || got.IssuedAt != halltest.Start.UnixMilli() {
			t.Errorf("ticket %d: %+v", i, got)
		}
	}
	signIn(t, w, "1")
	if got := w.Take(halltest.ItemFree, nil); got.WaitFrom != 20 || got.WaitTo != 40 {
		t.Errorf("three people of 10 minutes at one window: %+v", got)
	}
}

func TestSameIDWithOtherBytesIsRefused(t *testing.T) {
	w := halltest.New(t)
	first := w.Envelope(operation.TicketIssue, halltest.TicketBody(halltest.ItemFree, nil))
	expect(t, "first", w.Submit(first), operation.Applied, "")
	again := w.Envelope(operation.TicketIssue, halltest.TicketBody(halltest.ItemFree, nil), func(e *operation.Envelope) { e.ID = first.ID })
	expect(t, "other bytes", w.Submit(again), operation.Rejected, operation.CodeOpMismatch)
	expect(t, "first again", w.Submit(first), operation.Duplicate, "")
}

func TestRejectionIsTheAnswerForEver(t *testing.T) {
	w := halltest.New(t)
	e := w.Envelope(operation.TicketIssue, halltest.TicketBody("NO-SUCH", nil))
	first := w.Submit(e)
	expect(t, "unknown item", first, operation.Rejected, operation.CodeUnknownService)
	w.Clock.Add(time.Hour)
	w.Restart()
	if d := cmp.Diff(first, w.Submit(e)); d != "" {
		t.Error(d)
	}
}

func TestReplacedBeforeArrivalHasNoEffect(t *testing.T) {
	w := halltest.New(t)
	lost := w.Envelope(operation.TicketIssue, halltest.TicketBody(halltest.ItemFree, nil))
	void := w.Envelope(operation.TicketVoid, operation.VoidBody{Reason: "restarted"}, replacing(lost.ID))
	expect(t, "void", w.Submit(void), operation.Applied, "")
	expect(t, "late issue", w.Submit(lost), operation.Rejected, operation.CodeReplaced)
	expect(t, "late issue again", w.Submit(lost), operation.Rejected, operation.CodeReplaced)
	if got := w.Take(halltest.ItemFree, nil).Number; got != "A001" {
		t.Errorf("first number is %s", got)
	}
}

func TestOnlyItsOwnKindMayBeReplaced(t *testing.T) {
	w := halltest.New(t)
	filed := w.Envelope(operation.ApplicationSubmit, application())
	expect(t, "application", w.Submit(filed), operation.Applied, "")
	void := w.Envelope(operation.TicketVoid, operation.VoidBody{}, replacing(filed.ID))
	expect(t, "void of an application", w.Submit(void), operation.Rejected, operation.CodeMalformed)
	issue := w.Envelope(operation.TicketIssue, halltest.TicketBody(halltest.ItemFree, nil))
	expect(t, "issue", w.Submit(issue), operation.Applied, "")
	foreign := w.Envelope(operation.TicketVoid, operation.VoidBody{}, replacing(issue.ID), func(e *operation.Envelope) { e.Terminal = halltest.Other })
	expect(t, "void by another terminal", w.Submit(foreign), operation.Rejected, operation.CodeMalformed)
	expect(t, "nothing was undone", w.Submit(issue), operation.Duplicate, "")
	if waiting, _ := w.Waiting(t.Context()); waiting.Waiting["registration"] != 1 {
		t.Errorf("%v wait", waiting)
	}
}

func application() operation.ApplicationBody {
	return operation.ApplicationBody{
		Item: halltest.ItemFree, Lang: "zh-Hans", Holder: *halltest.Person(7), Fields: map[string]string{"phone": "022-12345678", "kind": "ltd"},
	}
}

func TestApplicationGetsItsOfficialNumber(t *testing.T) {
	w := halltest.New(t)
	e := w.Envelope(operation.ApplicationSubmit, application())
	r := w.Submit(e)
	expect(t, "application", r, operation.Applied, "")
	if r.ServerRef != "0417-20261123-00001" {
		t.Errorf("official number is %q", r.ServerRef)
	}
	expect(t, "again", w.Submit(e), operation.Duplicate, "")
	cases, err := w.Intake.Cases(t.Context(), api.CasesRequest{Receipt: strings.ReplaceAll(e.Receipt, "-", " ")})
	if err != nil {
		t.Fatal(err)
	}
	want := []operation.Case{{Receipt: e.Receipt, Ref: r.ServerRef, Item: halltest.ItemFree, Kind: operation.ApplicationSubmit, State: "received", At: r.LodgedAt}}
	if d := cmp.Diff(want, cases.Cases); d != "" {
		t.Error(d)
	}
}

func TestApplicationIsCheckedAgainstTheForm(t *testing.T) {
	w := halltest.New(t)
	for what, change := range map[string]func(*operation.ApplicationBody){
		"phone missing":      func(b *operation.ApplicationBody) { delete(b.Fields, "phone") },
		"phone is a word":    func(b *operation.ApplicationBody) { b.Fields["phone"] = "call me" },
		"choice is unknown":  func(b *operation.ApplicationBody) { b.Fields["kind"] = "plc" },
		"field is unknown":   func(b *operation.ApplicationBody) { b.Fields["colour"] = "red" },
		"text is too long":   func(b *operation.ApplicationBody) { b.Fields["note"] = "六个汉字太长" },
		"text has controls":  func(b *operation.ApplicationBody) { b.Fields["note"] = "a\x00b" },
		"holder has no name": func(b *operation.ApplicationBody) { b.Holder.Name = "" },
		"number is short":    func(b *operation.ApplicationBody) { b.Holder.Number = "110101" },
		"number has letters": func(b *operation.ApplicationBody) { b.Holder.Number = "11010119491231O02X" },
	} {
		b := application()
		change(&b)
		expect(t, what, w.Submit(w.Envelope(operation.ApplicationSubmit, b)), operation.Rejected, operation.CodeValidation)
	}
	b := application()
	b.Item = halltest.ItemCard
	expect(t, "item takes none", w.Submit(w.Envelope(operation.ApplicationSubmit, b)), operation.Rejected, operation.CodeUnknownService)
	expect(t, "no receipt", w.Submit(w.Envelope(operation.ApplicationSubmit, application(), func(e *operation.Envelope) { e.Receipt = "" })),
		operation.Rejected, operation.CodeValidation)
	expect(t, "card needed", w.Submit(w.Envelope(operation.TicketIssue, halltest.TicketBody(halltest.ItemCard, nil))), operation.Rejected, operation.CodeValidation)
}

func TestOneBadOperationDoesNotBlockTheNext(t *testing.T) {
	w := halltest.New(t)
	good := w.Envelope(operation.TicketIssue, halltest.TicketBody(halltest.ItemFree, nil))
	raw, err := json.Marshal(good)
	if err != nil {
		t.Fatal(err)
	}
	damaged := good
	damaged.ID = w.NewID()
	damaged.Body = append([]byte(nil), damaged.Body...)
	damaged.Body[40] ^= 1
	damagedRaw, _ := json.Marshal(damaged)
	rs := w.Intake.Submit(t.Context(), halltest.Terminal, []json.RawMessage{
		json.RawMessage(`7`), json.RawMessage(`{"op_id":"` + string(damaged.ID) + `","colour":"red"}`), damagedRaw, raw,
	})
	for i, r := range rs[:3] {
		expect(t, fmt.Sprint("bad operation ", i), r, operation.Rejected, operation.CodeMalformed)
	}
	if rs[1].ID != damaged.ID {
		t.Error("the id of an operation that cannot be read is not answered")
	}
	expect(t, "good operation", rs[3], operation.Applied, "")
	other := w.Intake.Submit(t.Context(), halltest.Other, []json.RawMessage{raw})
	expect(t, "sent by another terminal", other[0], operation.Rejected, operation.CodeMalformed)
}

func TestClockThatCannotBeRightDoesNotCount(t *testing.T) {
	w := halltest.New(t)
	for what, ms := range map[string]int64{"year 2000": 946684800000, "tomorrow": halltest.Start.Add(24 * time.Hour).UnixMilli()} {
		r := w.Submit(w.Envelope(operation.ApplicationSubmit, application(), func(e *operation.Envelope) { e.DeviceTime = ms }))
		expect(t, what, r, operation.Applied, "")
		if r.LodgedAt != r.ReceivedAt {
			t.Errorf("%s: lodged at %d, received at %d", what, r.LodgedAt, r.ReceivedAt)
		}
	}
}

func TestHallRemembersAcrossRestart(t *testing.T) {
	w := halltest.New(t)
	e := w.Envelope(operation.TicketIssue, halltest.TicketBody(halltest.ItemFree, halltest.Person(1)))
	first := w.Submit(e)
	token := signIn(t, w, "3")
	command(t, w, token, api.ActionNext)
	before, err := w.Board(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	w.Restart(func(c *config.Hall) { c.Listen = ":1" })
	after, err := w.Board(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(before, after); d != "" {
		t.Error(d)
	}
	again := w.Submit(e)
	if again.Status != operation.Duplicate || again.Ticket.Number != first.Ticket.Number {
		t.Errorf("%+v", again)
	}
	if c := command(t, w, token, api.ActionStart); c.Ticket.State != "serving" {
		t.Errorf("%+v", c.Ticket)
	}
	if got := w.Take(halltest.ItemFree, nil).Number; got != "A002" {
		t.Errorf("numbers go on with %s", got)
	}
}
