package hall_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hallway/app/config"
	"hallway/app/hall/api"
	"hallway/app/hall/halltest"
	"hallway/app/operation"
	"hallway/queue"
)

func signIn(t testing.TB, w *halltest.World, window string) string {
	t.Helper()
	r, err := w.Desk.SignIn(t.Context(), api.SignInRequest{Window: window, Clerk: halltest.Clerk, PIN: halltest.PIN})
	if err != nil {
		t.Fatal(err)
	}
	return r.Token
}

func command(t testing.TB, w *halltest.World, token, action string) api.Counter {
	t.Helper()
	c, err := w.Desk.Command(t.Context(), token, api.CounterCommand{CommandID: string(w.NewID()), Action: action})
	if err != nil {
		t.Fatalf("%s: %v", action, err)
	}
	return c
}

// refused fails unless err is a refusal with this code.
func refused(t testing.TB, what string, err error, code string) {
	t.Helper()
	r, ok := errors.AsType[*operation.Refusal](err)
	if !ok || r.Code != code {
		t.Errorf("%s: got %v, want %s", what, err, code)
	}
}

// Eight windows press next at once until nobody waits: no ticket is called
// twice, none is forgotten.
func TestWindowsNeverShareATicket(t *testing.T) {
	w := halltest.New(t)
	const people, windows = 40, 8
	for range people {
		w.Take(halltest.ItemFree, nil)
	}
	var mu sync.Mutex
	calls := map[string]string{}
	var wg sync.WaitGroup
	for i := 1; i <= windows; i++ {
		window := fmt.Sprint(i)
		token := signIn(t, w, window)
		wg.Go(func() {
			for {
				c := command(t, w, token, api.ActionNext)
				if c.Ticket == nil {
					return
				}
				mu.Lock()
				if at, ok := calls[c.Ticket.Number]; ok {
					t.Errorf("%s is called at %s and at %s", c.Ticket.Number, at, window)
				}
				calls[c.Ticket.Number] = window
				mu.Unlock()
				command(t, w, token, api.ActionStart)
			}
		})
	}
	wg.Wait()
	if len(calls) != people {
		t.Errorf("%d of %d tickets were called", len(calls), people)
	}
}

func TestVisitAtTheWindow(t *testing.T) {
	w := halltest.New(t)
	w.Take(halltest.ItemFree, nil)
	w.Take(halltest.ItemFree, nil)
	token := signIn(t, w, "3")
	c := command(t, w, token, api.ActionNext)
	if c.Window != "3" || c.Clerk != "王芳" || c.Ticket.Number != "A001" || c.Ticket.State != "called" || c.Waiting != 1 {
		t.Errorf("%+v, %+v", c, c.Ticket)
	}
	if c = command(t, w, token, api.ActionRecall); c.Ticket.Calls != 2 {
		t.Errorf("%+v", c.Ticket)
	}
	_, err := w.Desk.Command(t.Context(), token, api.CounterCommand{CommandID: string(w.NewID()), Action: api.ActionNext})
	refused(t, "next before start or miss", err, api.CodeBadTransition)
	_, err = w.Desk.Command(t.Context(), token, api.CounterCommand{CommandID: string(w.NewID()), Action: api.ActionSignOut})
	refused(t, "sign-out with a ticket", err, api.CodeBadTransition)
	command(t, w, token, api.ActionStart)
	if c = command(t, w, token, api.ActionNext); c.Ticket.Number != "A002" || c.Waiting != 0 {
		t.Errorf("next after serving: %+v", c.Ticket)
	}
	if c = command(t, w, token, api.ActionMiss); c.Ticket != nil {
		t.Errorf("after miss: %+v", c.Ticket)
	}
	for _, a := range []string{api.ActionRecall, api.ActionMiss, api.ActionStart, api.ActionFinish} {
		_, err := w.Desk.Command(t.Context(), token, api.CounterCommand{CommandID: string(w.NewID()), Action: a})
		refused(t, a+" without a ticket", err, api.CodeBadTransition)
	}
	if c = command(t, w, token, api.ActionNext); c.Ticket != nil {
		t.Errorf("nobody waits, but %+v is called", c.Ticket)
	}
	command(t, w, token, api.ActionSignOut)
	_, err = w.Desk.Counter(t.Context(), token)
	refused(t, "after sign-out", err, api.CodeSignedOut)
}

func TestCommandTakesEffectOnce(t *testing.T) {
	w := halltest.New(t)
	w.Take(halltest.ItemFree, nil)
	w.Take(halltest.ItemFree, nil)
	token := signIn(t, w, "1")
	next := api.CounterCommand{CommandID: string(w.NewID()), Action: api.ActionNext}
	first, err := w.Desk.Command(t.Context(), token, next)
	if err != nil {
		t.Fatal(err)
	}
	refusal := api.CounterCommand{CommandID: string(w.NewID()), Action: api.ActionFinish}
	_, err = w.Desk.Command(t.Context(), token, refusal)
	refused(t, "finish of a called ticket", err, api.CodeBadTransition)
	command(t, w, token, api.ActionStart)
	again, err := w.Desk.Command(t.Context(), token, next)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(first, again); d != "" {
		t.Error(d)
	}
	_, err = w.Desk.Command(t.Context(), token, refusal)
	refused(t, "finish again, though it would be possible now", err, api.CodeBadTransition)
	next.Action = api.ActionFinish
	_, err = w.Desk.Command(t.Context(), token, next)
	refused(t, "id of another action", err, api.CodeCommandMismatch)
	_, err = w.Desk.Command(t.Context(), token, api.CounterCommand{CommandID: "1", Action: api.ActionFinish})
	refused(t, "not an id", err, operation.CodeValidation)
	_, err = w.Desk.Command(t.Context(), token, api.CounterCommand{CommandID: string(w.NewID()), Action: "shout"})
	refused(t, "unknown action", err, operation.CodeValidation)
}

func TestNewSignInEndsTheOneBefore(t *testing.T) {
	w := halltest.New(t)
	w.Take(halltest.ItemFree, nil)
	old := signIn(t, w, "2")
	command(t, w, old, api.ActionNext)
	fresh := signIn(t, w, "2")
	_, err := w.Desk.Command(t.Context(), old, api.CounterCommand{CommandID: string(w.NewID()), Action: api.ActionStart})
	refused(t, "old sign-in", err, api.CodeSignedOut)
	c, err := w.Desk.Counter(t.Context(), fresh)
	if err != nil || c.Ticket == nil || c.Ticket.Number != "A001" {
		t.Errorf("the ticket did not stay at the window: %+v, %v", c, err)
	}
	_, err = w.Desk.Counter(t.Context(), "made up")
	refused(t, "made-up token", err, api.CodeUnauthorized)
}

func TestFiveWrongPINsLockTheClerk(t *testing.T) {
	w := halltest.New(t)
	try := func(clerk, pin string) error {
		_, err := w.Desk.SignIn(t.Context(), api.SignInRequest{Window: "1", Clerk: clerk, PIN: pin})
		return err
	}
	for range 4 {
		refused(t, "wrong PIN", try(halltest.Clerk, "0000"), api.CodeWrongPIN)
	}
	if err := try(halltest.Clerk, halltest.PIN); err != nil {
		t.Fatalf("the fifth try is right: %v", err)
	}
	for range 5 {
		refused(t, "wrong PIN", try(halltest.Clerk, "0000"), api.CodeWrongPIN)
	}
	refused(t, "right PIN while locked", try(halltest.Clerk, halltest.PIN), api.CodeClerkLocked)
	refused(t, "unknown clerk", try("9999", halltest.PIN), api.CodeWrongPIN)
	w.Clock.Add(5*time.Minute - time.Second)
	w.Restart()
	refused(t, "a second too early, after a restart", try(halltest.Clerk, halltest.PIN), api.CodeClerkLocked)
	w.Clock.Add(2 * time.Second)
	if err := try(halltest.Clerk, halltest.PIN); err != nil {
		t.Errorf("after five minutes: %v", err)
	}
	_, err := w.Desk.SignIn(t.Context(), api.SignInRequest{Window: "99", Clerk: halltest.Clerk, PIN: halltest.PIN})
	refused(t, "unknown window", err, api.CodeUnknownWindow)
}

// Tries at the same time are counted before their PIN is looked at.
func TestTriesAtTheSameTimeAreCounted(t *testing.T) {
	w := halltest.New(t)
	var wg sync.WaitGroup
	var mu sync.Mutex
	looked := 0
	for range 12 {
		wg.Go(func() {
			_, err := w.Desk.SignIn(t.Context(), api.SignInRequest{Window: "1", Clerk: halltest.Clerk, PIN: "0000"})
			if r, ok := errors.AsType[*operation.Refusal](err); ok && r.Code == api.CodeWrongPIN {
				mu.Lock()
				looked++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if looked != 5 {
		t.Errorf("%d of 12 PINs were looked at, want 5", looked)
	}
}

func TestCallingRulesComeFromTheConfiguration(t *testing.T) {
	w := halltest.New(t, func(c *config.Hall) {
		c.Calling = config.Calling{MaxCalls: 2, RecallAfter: 10, MissAfter: 30, MissCalls: 2}
	})
	w.Take(halltest.ItemFree, nil)
	token := signIn(t, w, "1")
	do := func(action string) error {
		_, err := w.Desk.Command(t.Context(), token, api.CounterCommand{CommandID: string(w.NewID()), Action: action})
		return err
	}
	command(t, w, token, api.ActionNext)
	refused(t, "recall at once", do(api.ActionRecall), api.CodeTooSoon)
	w.Clock.Add(10 * time.Second)
	command(t, w, token, api.ActionRecall)
	refused(t, "miss after 10 s", do(api.ActionMiss), api.CodeTooSoon)
	w.Clock.Add(20 * time.Second)
	refused(t, "third call of two", do(api.ActionRecall), api.CodeTooManyCalls)
	command(t, w, token, api.ActionMiss)
}

func TestDayEndClosesWhatIsOpen(t *testing.T) {
	w := halltest.New(t)
	for range 4 {
		w.Take(halltest.ItemFree, nil)
	}
	serving, calling := signIn(t, w, "1"), signIn(t, w, "2")
	command(t, w, serving, api.ActionNext)
	command(t, w, serving, api.ActionStart)
	command(t, w, calling, api.ActionNext)
	command(t, w, calling, api.ActionMiss)
	command(t, w, calling, api.ActionNext)
	w.Clock.Add(17*time.Hour + 59*time.Minute) // 03:59 of the next morning
	if err := w.CloseDays(t.Context()); err != nil {
		t.Fatal(err)
	}
	if b, _ := w.Board(t.Context()); len(b.Calls) != 2 || b.Waiting != 1 || len(b.Missed) != 1 {
		t.Errorf("the day ended before its hour: %+v", b)
	}
	w.Clock.Add(time.Minute)
	if err := w.CloseDays(t.Context()); err != nil {
		t.Fatal(err)
	}
	for number, want := range map[queue.Number]queue.State{"A001": queue.Finished, "A002": queue.Expired, "A003": queue.Expired, "A004": queue.Expired} {
		s, err := w.TicketStatus(t.Context(), "2026-11-23", number, "abcd2345")
		if err != nil || s.State != want {
			t.Errorf("%s is %q, %v, want %q", number, s.State, err, want)
		}
	}
	_, err := w.Desk.Counter(t.Context(), serving)
	refused(t, "yesterday's sign-in", err, api.CodeSignedOut)
	if got := w.Take(halltest.ItemFree, nil).Number; got != "A001" {
		t.Errorf("the new day begins with %s", got)
	}
	if c := command(t, w, signIn(t, w, "1"), api.ActionNext); c.Ticket == nil || c.Ticket.Number != "A001" {
		t.Errorf("the new day's first call: %+v", c.Ticket)
	}
}

func TestBoardShowsCallsInTheOrderOfAnnouncements(t *testing.T) {
	w := halltest.New(t)
	for range 4 {
		w.Take(halltest.ItemFree, nil)
	}
	one, two := signIn(t, w, "1"), signIn(t, w, "2")
	command(t, w, one, api.ActionNext)
	command(t, w, two, api.ActionNext)
	shown := func() string {
		b, err := w.Board(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		s := ""
		for _, c := range b.Calls {
			s += c.Number + "@" + c.Window + " "
		}
		return fmt.Sprint(s, b.Missed, b.Waiting)
	}
	if got, want := shown(), "A002@2 A001@1 [] 2"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	before, _ := w.Board(t.Context())
	command(t, w, one, api.ActionRecall)
	if got, want := shown(), "A001@1 A002@2 [] 2"; got != want {
		t.Errorf("a recall is a new announcement: got %s, want %s", got, want)
	}
	after, _ := w.Board(t.Context())
	if after.Calls[0].Seq <= before.Calls[0].Seq || after.Seq != after.Calls[0].Seq {
		t.Errorf("sequence of announcements: %+v, then %+v", before.Calls, after.Calls)
	}
	command(t, w, two, api.ActionMiss)
	command(t, w, one, api.ActionMiss)
	if got, want := shown(), "[A001 A002] 2"; got != want {
		t.Errorf("missed numbers, newest first: got %s, want %s", got, want)
	}
	if len(after.Windows) != 8 || !after.Windows[0].Open || after.Windows[7].Open {
		t.Errorf("%+v", after.Windows)
	}
}

func TestTicketPageNeedsItsCode(t *testing.T) {
	w := halltest.New(t)
	w.Take(halltest.ItemFree, halltest.Person(1))
	w.Take(halltest.ItemFree, nil)
	type page struct {
		day    queue.Day
		number queue.Number
		code   string
	}
	for what, q := range map[string]page{
		"wrong code": {"2026-11-23", "A001", "abcd2346"}, "no code": {"2026-11-23", "A001", ""},
		"no such number": {"2026-11-23", "A700", "abcd2345"}, "no such number, no code": {"2026-11-23", "A700", ""}, "not a day": {"x", "A001", "abcd2345"},
	} {
		s, err := w.TicketStatus(t.Context(), q.day, q.number, q.code)
		refused(t, what, err, api.CodeNotFound)
		if s.Number != "" {
			t.Errorf("%s: told %+v", what, s)
		}
	}
	s, err := w.TicketStatus(t.Context(), "2026-11-23", "A002", "abcd2345")
	if err != nil || s.State != "waiting" || s.Ahead != 1 || s.Wait != queue.NoWindow {
		t.Errorf("%+v, %v", s, err)
	}
	signIn(t, w, "1")
	if s, err = w.TicketStatus(t.Context(), "2026-11-23", "A002", "abcd2345"); err != nil || s.Wait != (queue.Wait{From: 5, To: 10}) {
		t.Errorf("one window, one person of 10 minutes before: %+v, %v", s.Wait, err)
	}
}
