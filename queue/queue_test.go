package queue

import (
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var t0 = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

var (
	allStates = []State{"", Waiting, Called, Serving, OnHold, Missed, Finished, Cancelled, Expired, Void}
	allEvents = []EventKind{
		Issue, Call, CallChosen, Recall, Start, Miss, Rejoin, Return, Hold, Resume, Requeue, Transfer, Prioritise, ChangeItem,
		Finish, Undo, Cancel, Expire, AutoFinished, Voided, Reprint, "dance",
	}
)

// whole is an event that lacks nothing, so that only the state decides.
func whole(k EventKind) Event {
	e := Event{Kind: k, Window: "3", Actor: "clerk 1", Reason: "r", Pool: "q", Service: "s", Lane: Priority, Until: t0.Add(time.Hour), Place: t0}
	if k == Finish {
		e.Pool, e.Service = "", ""
	}
	return e
}

// The whole matrix: what is not listed here is refused and changes nothing.
func TestTransitionMatrix(t *testing.T) {
	want := map[State]map[EventKind]State{
		"": {Issue: Waiting},
		Waiting: {Call: Called, CallChosen: Called, Transfer: Waiting, Prioritise: Waiting, ChangeItem: Waiting, Cancel: Cancelled,
			Expire: Expired, Voided: Void, Reprint: Waiting},
		Called: {Recall: Called, Start: Serving, Miss: Missed, Return: Waiting, Hold: OnHold, Transfer: Waiting, ChangeItem: Called,
			Expire: Expired, Voided: Void, Reprint: Called},
		Serving: {Return: Waiting, Hold: OnHold, Transfer: Waiting, ChangeItem: Serving, Finish: Finished, AutoFinished: Finished, Reprint: Serving},
		OnHold: {CallChosen: Called, Resume: Serving, Requeue: Waiting, Transfer: Waiting, ChangeItem: OnHold, Cancel: Cancelled,
			Expire: Expired, Reprint: OnHold},
		Missed:   {CallChosen: Called, Rejoin: Waiting, ChangeItem: Missed, Undo: Called, Cancel: Cancelled, Expire: Expired, Voided: Void, Reprint: Missed},
		Finished: {Undo: Serving}, Cancelled: {Undo: Waiting},
	}
	before := map[State]State{Missed: Called, Finished: Serving, Cancelled: Waiting}
	for _, s := range allStates {
		for _, e := range allEvents {
			was := Ticket{ID: "t", State: s, Window: "3", Calls: 1, Version: 4, CalledAt: t0, AnnouncedAt: t0, Before: before[s], EndedAt: t0, EndedBy: "clerk 1"}
			after, err := Apply(was, whole(e), t0, Rules{})
			to, ok := want[s][e]
			switch {
			case !ok && !errors.Is(err, ErrTransition):
				t.Errorf("%q %s: got %v, want a refusal", s, e, err)
			case !ok && after != was:
				t.Errorf("%q %s: a refused event changed the ticket", s, e)
			case ok && (err != nil || after.State != to || after.Version != 5):
				t.Errorf("%q %s: got %q version %d, %v, want %q", s, e, after.State, after.Version, err, to)
			}
		}
		if len(want[s]) == 0 && !s.Final() {
			t.Errorf("no event leads out of %q, but it is not final", s)
		}
	}
}

// An event that lacks what it needs is refused with the reason.
func TestIncompleteEventsAreRefused(t *testing.T) {
	at := func(s State, e Event) error {
		_, err := Apply(Ticket{State: s, Window: "3", CalledAt: t0}, e, t0.Add(time.Hour), Rules{ReturnWithin: time.Minute})
		return err
	}
	for _, c := range []struct {
		state State
		event Event
		want  error
	}{
		{Waiting, Event{Kind: CallChosen, Window: "3"}, ErrReason},
		{Waiting, Event{Kind: CallChosen, Reason: "r"}, ErrWindow},
		{Called, Event{Kind: Hold, Window: "3", Until: t0.Add(2 * time.Hour)}, ErrReason},
		{Called, Event{Kind: Hold, Window: "3", Reason: "r", Until: t0}, ErrTooLate},
		{Called, Event{Kind: Hold, Window: "4", Reason: "r", Until: t0.Add(2 * time.Hour)}, ErrWindow},
		{Called, Event{Kind: Return, Window: "3"}, ErrReason},
		{Serving, Event{Kind: Transfer, Window: "4", Pool: "q"}, ErrWindow},
		{Serving, Event{Kind: Transfer, Window: "3"}, ErrEvent},
		{Serving, Event{Kind: Finish, Window: "3", Pool: "q"}, ErrEvent},
		{Serving, Event{Kind: ChangeItem, Window: "4", Service: "s"}, ErrWindow},
		{OnHold, Event{Kind: Resume, Window: "4"}, ErrWindow},
		{OnHold, Event{Kind: Requeue, Window: "4"}, ErrWindow},
		{Waiting, Event{Kind: Prioritise, Reason: "r", Lane: "X"}, ErrEvent},
		{Waiting, Event{Kind: Prioritise, Lane: Priority}, ErrReason},
		{Waiting, Event{Kind: Cancel}, ErrReason},
		{Missed, Event{Kind: Rejoin}, ErrEvent},
		{Waiting, Event{Kind: Reprint}, ErrReason},
	} {
		if err := at(c.state, c.event); !errors.Is(err, c.want) {
			t.Errorf("%s %+v: got %v, want %v", c.state, c.event, err, c.want)
		}
	}
}

func TestCallAnnouncesAtOneWindow(t *testing.T) {
	called, err := Apply(Ticket{State: Waiting}, Event{Kind: Call, Window: "3"}, t0, Rules{})
	if err != nil || called.Window != "3" || called.Calls != 1 || !called.CalledAt.Equal(t0) {
		t.Fatalf("%+v, %v", called, err)
	}
	for _, e := range []EventKind{Recall, Start, Miss} {
		if _, err := Apply(called, Event{Kind: e, Window: "4"}, t0, Rules{}); !errors.Is(err, ErrWindow) {
			t.Errorf("%s from another window: %v", e, err)
		}
	}
	if _, err := Apply(Ticket{State: Waiting}, Event{Kind: Call}, t0, Rules{}); !errors.Is(err, ErrWindow) {
		t.Errorf("call from nowhere: %v", err)
	}
	again, err := Apply(called, Event{Kind: Recall, Window: "3"}, t0.Add(time.Minute), Rules{})
	if err != nil || again.Calls != 2 || !again.CalledAt.Equal(t0) || !again.AnnouncedAt.Equal(t0.Add(time.Minute)) {
		t.Errorf("%+v, %v", again, err)
	}
}

func TestCallingRulesHoldBack(t *testing.T) {
	r := Rules{MaxCalls: 3, RecallAfter: 10 * time.Second, MissAfter: 30 * time.Second, MissCalls: 2}
	tk, _ := Apply(Ticket{State: Waiting}, Event{Kind: Call, Window: "3"}, t0, r)
	step := func(e EventKind, after time.Duration, want error) {
		t.Helper()
		next, err := Apply(tk, Event{Kind: e, Window: "3"}, t0.Add(after), r)
		if !errors.Is(err, want) {
			t.Errorf("%s after %v: got %v, want %v", e, after, err, want)
		}
		tk = next
	}
	step(Recall, 9*time.Second, ErrTooSoon)
	step(Miss, 40*time.Second, ErrTooSoon) // called once only
	step(Recall, 10*time.Second, nil)
	step(Recall, 19*time.Second, ErrTooSoon)
	step(Miss, 29*time.Second, ErrTooSoon)
	step(Recall, 20*time.Second, nil)
	step(Recall, time.Hour, ErrCalls)
	step(Miss, 30*time.Second, nil)
}

// steps lets events happen one second apart.
func steps(t *testing.T, tk Ticket, r Rules, events ...Event) Ticket {
	t.Helper()
	for i, e := range events {
		next, err := Apply(tk, e, t0.Add(time.Duration(i)*time.Second), r)
		if err != nil {
			t.Fatalf("step %d, %s: %v", i, e.Kind, err)
		}
		tk = next
	}
	return tk
}

func TestMissedPersonMayRejoinByTheRules(t *testing.T) {
	r := Rules{RejoinWithin: 30 * time.Minute, MaxRejoins: 1}
	missed := steps(t, Ticket{State: Waiting}, r, Event{Kind: Call, Window: "3"}, Event{Kind: Miss, Window: "3"})
	back := Event{Kind: Rejoin, Place: t0.Add(time.Hour)}
	if _, err := Apply(missed, back, t0.Add(31*time.Minute), r); !errors.Is(err, ErrTooLate) {
		t.Errorf("too late: %v", err)
	}
	waiting, err := Apply(missed, back, t0.Add(20*time.Minute), r)
	if err != nil || waiting.Window != "" || !waiting.EffectiveAt.Equal(back.Place) {
		t.Fatalf("%+v, %v", waiting, err)
	}
	again := steps(t, waiting, r, Event{Kind: Call, Window: "3"}, Event{Kind: Miss, Window: "3"})
	if _, err := Apply(again, back, t0.Add(time.Minute), r); !errors.Is(err, ErrLimit) {
		t.Errorf("second time: %v", err)
	}
}

func TestMistakesAreUndoneByWhoMadeThem(t *testing.T) {
	r := Rules{UndoWithin: 5 * time.Minute}
	by := func(k EventKind, actor string) Event { return Event{Kind: k, Window: "3", Actor: actor, Reason: "r"} }
	served := steps(t, Ticket{State: Waiting}, r, by(Call, "a"), by(Start, "a"), by(Finish, "a"))
	missed := steps(t, Ticket{State: Waiting}, r, by(Call, "a"), by(Miss, "a"))
	gone := steps(t, Ticket{State: Waiting}, r, by(Cancel, "a"))
	for _, c := range []struct {
		name  string
		from  Ticket
		event Event
		after time.Duration
		want  error
		to    State
	}{
		{"finish", served, by(Undo, "a"), time.Minute, nil, Serving},
		{"miss", missed, by(Undo, "a"), time.Minute, nil, Called},
		{"cancel", gone, by(Undo, "a"), time.Minute, nil, Waiting},
		{"another clerk", served, by(Undo, "b"), time.Minute, ErrRight, Finished},
		{"a leader", served, Event{Kind: Undo, Window: "3", Actor: "b", Leader: true}, time.Minute, nil, Serving},
		{"another window", served, Event{Kind: Undo, Window: "4", Actor: "a"}, time.Minute, ErrWindow, Finished},
		{"too late", served, by(Undo, "a"), 6 * time.Minute, ErrTooLate, Finished},
	} {
		got, err := Apply(c.from, c.event, t0.Add(c.after), r)
		if !errors.Is(err, c.want) || got.State != c.to {
			t.Errorf("%s: %s, %v", c.name, got.State, err)
		}
	}
	closed := steps(t, Ticket{State: Serving, Window: "3"}, r, Event{Kind: AutoFinished})
	if _, err := Apply(closed, by(Undo, "a"), t0, r); !errors.Is(err, ErrTransition) {
		t.Errorf("the end of the day was undone: %v", err)
	}
}

// A person sent to another window comes back to the one that sent them, with
// the number and place they had.
func TestTransferKeepsTheNumberAndComesBack(t *testing.T) {
	tk := Ticket{State: Waiting, Number: "A001", Pool: "p", Service: "s", EffectiveAt: t0.Add(-time.Hour)}
	sent := steps(t, tk, Rules{}, Event{Kind: Call, Window: "3"}, Event{Kind: Start, Window: "3"},
		Event{Kind: Transfer, Window: "3", Pool: "cash", Target: "9", ReturnTo: "3"})
	if sent.Pool != "cash" || sent.Target != "9" || sent.Number != "A001" || !sent.EffectiveAt.Equal(tk.EffectiveAt) || sent.Window != "" {
		t.Fatalf("sent: %+v", sent)
	}
	back := steps(t, sent, Rules{}, Event{Kind: Call, Window: "9"}, Event{Kind: Start, Window: "9"}, Event{Kind: Finish, Window: "9"})
	if back.State != Waiting || back.Pool != "p" || back.Target != "3" || back.ReturnTo != "" {
		t.Fatalf("back: %+v", back)
	}
	done := steps(t, back, Rules{}, Event{Kind: Call, Window: "3"}, Event{Kind: Start, Window: "3"}, Event{Kind: Finish, Window: "3"})
	if done.State != Finished || done.Target != "" {
		t.Errorf("done: %+v", done)
	}
}

func TestVisitGoesOnToItsNextStop(t *testing.T) {
	r := Rules{Carry: 10 * time.Minute}
	next := steps(t, Ticket{State: Waiting, Number: "A001", Pool: "p", Service: "s"}, r, Event{Kind: Call, Window: "3"},
		Event{Kind: Start, Window: "3"}, Event{Kind: Finish, Window: "3", Pool: "q", Service: "z"})
	if next.State != Waiting || next.Pool != "q" || next.Service != "z" || next.Number != "A001" {
		t.Fatalf("%+v", next)
	}
	if want := t0.Add(2*time.Second - 10*time.Minute); !next.EffectiveAt.Equal(want) {
		t.Errorf("place %v, want %v", next.EffectiveAt, want)
	}
}

// B29: a returned ticket stays away from the window that returned it, and only
// from that one.
func TestB29CooldownIsOfOneWindow(t *testing.T) {
	returned := steps(t, Ticket{ID: "t", State: Waiting, Pool: "p", EffectiveAt: t0.Add(-time.Hour)}, Rules{Cooldown: 5 * time.Minute},
		Event{Kind: Call, Window: "3"}, Event{Kind: Return, Window: "3"})
	pick := func(w WindowID, at time.Time) bool {
		_, ok := NewLine([]Ticket{returned}, DefaultPolicy, nil).Pick(CallerOf(w, "p"), at)
		return ok
	}
	if pick("3", t0.Add(time.Minute)) {
		t.Error("the same window gets the same person again at once")
	}
	if !pick("4", t0.Add(time.Minute)) || !pick("3", t0.Add(6*time.Minute)) {
		t.Error("nobody else, or never again, gets the person")
	}
	free := steps(t, Ticket{State: Waiting}, Rules{}, Event{Kind: Call, Window: "3"}, Event{Kind: Return, Window: "3"})
	if free.Avoid != "" {
		t.Error("a hall without cooldown has one")
	}
}

func TestNumbersRoundTrip(t *testing.T) {
	for _, c := range []struct {
		prefix     string
		n, highest int
		want       Number
	}{{"A", 1, 799, "A001"}, {"A", 999, 999, "A999"}, {"AB", 7, 1000, "AB0007"}, {"H", 1000, 5000, "H1000"}} {
		got := FormatNumber(c.prefix, c.n, c.highest)
		p, n, err := ParseNumber(got)
		if got != c.want || p != c.prefix || n != c.n || err != nil {
			t.Errorf("%+v: got %s, %s, %d, %v", c, got, p, n, err)
		}
	}
	for _, bad := range []Number{"", "A", "A1", "A12", "A12345", "ABC123", "a123", "I001", "O001", "001", "A-12", "A+12", "A 12", "Ａ001", "A001 "} {
		if _, _, err := ParseNumber(bad); err == nil {
			t.Errorf("%q is read as a number", bad)
		}
	}
}

func FuzzParseNumber(f *testing.F) {
	f.Add("A012")
	f.Add("AB0007")
	f.Add("A+01")
	f.Fuzz(func(t *testing.T, s string) {
		p, n, err := ParseNumber(Number(s))
		if err != nil {
			return
		}
		highest := 999
		if len(s)-len(p) == 4 {
			highest = 9999
		}
		if got := FormatNumber(p, n, highest); string(got) != s {
			t.Errorf("%q reads as %s %d, which prints as %s", s, p, n, got)
		}
	})
}

func TestEstimateRangeIsHonest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := time.Duration(rapid.Int64Range(0, int64(10*time.Hour)).Draw(t, "wait"))
		w := spread(d)
		from, to := time.Duration(w.From)*time.Minute, time.Duration(w.To)*time.Minute
		switch {
		case d < from || d > to:
			t.Errorf("%v is outside of %v", d, w)
		case w.From%5 != 0 || w.To%5 != 0 || w.To <= w.From:
			t.Errorf("%v is not rounded", w)
		case w.From > 0 && w.To > 2*w.From:
			t.Errorf("%v is wider than double", w)
		}
	})
}

func TestServiceDayChangesAtTheHallsHour(t *testing.T) {
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	const change = 4 * time.Hour
	for local, want := range map[string]Day{
		"2026-11-23 03:59": "2026-11-22",
		"2026-11-23 04:00": "2026-11-23",
		"2026-11-23 23:59": "2026-11-23",
		"2026-11-24 00:30": "2026-11-23",
		"2027-01-01 03:00": "2026-12-31",
		"2028-03-01 00:00": "2028-02-29",
	} {
		at, err := time.ParseInLocation("2006-01-02 15:04", local, zone)
		if err != nil {
			t.Fatal(err)
		}
		if got := ServiceDay(at.UTC(), zone, change); got != want {
			t.Errorf("%s is day %s, want %s", local, got, want)
		}
	}
	if got := Day("2026-12-31").AddDays(1); got != "2027-01-01" {
		t.Errorf("next day is %s", got)
	}
	if _, _, err := DayRange("23.11.2026", zone, change); err == nil {
		t.Error("a wrong day has a range")
	}
}

// Every moment lies in the range of its own service day, also on the days on
// which a zone changes its clocks.
func TestEveryMomentLiesInItsDay(t *testing.T) {
	for _, name := range []string{"Asia/Shanghai", "Europe/Berlin", "America/New_York"} {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		rapid.Check(t, func(t *rapid.T) {
			at := time.Unix(rapid.Int64Range(1_700_000_000, 1_900_000_000).Draw(t, "at"), 0)
			change := time.Duration(rapid.IntRange(0, 6*60).Draw(t, "change")) * time.Minute
			day := ServiceDay(at, zone, change)
			from, to, err := DayRange(day, zone, change)
			if err != nil {
				t.Fatal(err)
			}
			// On the night of a clock change the hour of the change exists
			// twice or never; one hour either side may belong to either day.
			if at.Before(from.Add(-time.Hour)) || !at.Before(to.Add(time.Hour)) {
				t.Errorf("%v has day %s, which lasts from %v to %v", at, day, from, to)
			}
		})
	}
}
