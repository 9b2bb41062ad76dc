package queue

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var t0 = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

var (
	allStates = []State{"", Waiting, Called, Serving, Missed, Finished, Cancelled, Expired, Void}
	allEvents = []EventKind{Issue, Call, Recall, Start, Miss, Finish, Cancel, Expire, Voided, "undo"}
)

// The whole matrix: what is not listed here is refused and changes nothing.
func TestTransitionMatrix(t *testing.T) {
	want := map[State]map[EventKind]State{
		"":      {Issue: Waiting},
		Waiting: {Call: Called, Cancel: Cancelled, Expire: Expired, Voided: Void},
		Called:  {Recall: Called, Start: Serving, Miss: Missed, Expire: Expired, Voided: Void},
		Serving: {Finish: Finished, Expire: Finished},
		Missed:  {Cancel: Cancelled, Expire: Expired, Voided: Void},
	}
	for _, s := range allStates {
		for _, e := range allEvents {
			before := Ticket{ID: "t", State: s, Window: "3", Calls: 1, Version: 4, CalledAt: t0, AnnouncedAt: t0}
			after, err := Apply(before, Event{e, "3"}, t0, Rules{})
			to, ok := want[s][e]
			switch {
			case !ok && !errors.Is(err, ErrTransition):
				t.Errorf("%q %s: got %v, want a refusal", s, e, err)
			case !ok && after != before:
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

func TestCallAnnouncesAtOneWindow(t *testing.T) {
	called, err := Apply(Ticket{State: Waiting}, Event{Call, "3"}, t0, Rules{})
	if err != nil || called.Window != "3" || called.Calls != 1 || !called.CalledAt.Equal(t0) {
		t.Fatalf("%+v, %v", called, err)
	}
	for _, e := range []EventKind{Recall, Start, Miss} {
		if _, err := Apply(called, Event{e, "4"}, t0, Rules{}); !errors.Is(err, ErrWindow) {
			t.Errorf("%s from another window: %v", e, err)
		}
	}
	if _, err := Apply(Ticket{State: Waiting}, Event{Call, ""}, t0, Rules{}); !errors.Is(err, ErrWindow) {
		t.Errorf("call from nowhere: %v", err)
	}
	again, err := Apply(called, Event{Recall, "3"}, t0.Add(time.Minute), Rules{})
	if err != nil || again.Calls != 2 || !again.CalledAt.Equal(t0) || !again.AnnouncedAt.Equal(t0.Add(time.Minute)) {
		t.Errorf("%+v, %v", again, err)
	}
}

func TestCallingRulesHoldBack(t *testing.T) {
	r := Rules{MaxCalls: 3, RecallAfter: 10 * time.Second, MissAfter: 30 * time.Second, MissCalls: 2}
	tk, _ := Apply(Ticket{State: Waiting}, Event{Call, "3"}, t0, r)
	step := func(e EventKind, after time.Duration, want error) {
		t.Helper()
		next, err := Apply(tk, Event{e, "3"}, t0.Add(after), r)
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

func TestEarliestIsCalledFirst(t *testing.T) {
	at := func(id string, effective, issued int) Ticket {
		return Ticket{ID: TicketID(id), Pool: "p", State: Waiting,
			EffectiveAt: t0.Add(time.Duration(effective) * time.Minute), IssuedAt: t0.Add(time.Duration(issued) * time.Minute)}
	}
	want := []Ticket{at("d", -9, -1), at("c", -8, -8), at("z", -7, -7), at("a", -7, -5), at("b", -7, -5)}
	for range 50 {
		left := slices.Clone(want)
		left = append(left, at("future", 1, -20), Ticket{ID: "other", Pool: "q", State: Waiting}, Ticket{ID: "done", Pool: "p", State: Finished})
		rand.Shuffle(len(left), func(i, j int) { left[i], left[j] = left[j], left[i] })
		for i, w := range want {
			got, ok := Next(left, []PoolID{"p", "r"}, t0)
			if !ok || got.ID != w.ID {
				t.Fatalf("call %d is %q, want %q", i, got.ID, w.ID)
			}
			if n := Ahead(want[i], left); n != 0 {
				t.Fatalf("%d are ahead of the next one", n)
			}
			left = slices.DeleteFunc(left, func(o Ticket) bool { return o.ID == got.ID })
		}
		if got, ok := Next(left, []PoolID{"p"}, t0); ok {
			t.Fatalf("%q is called though nobody is due", got.ID)
		}
	}
	if n := Ahead(want[3], want); n != 3 {
		t.Errorf("%d are ahead of the fourth", n)
	}
}

func line(n int, pool PoolID) []Ticket {
	var out []Ticket
	for i := range n {
		at := t0.Add(time.Duration(i-n) * time.Minute)
		out = append(out, Ticket{ID: TicketID(fmt.Sprintf("%s%03d", pool, i)), Pool: pool, State: Waiting, IssuedAt: at, EffectiveAt: at})
	}
	return out
}

func TestEstimateFollowsThePickRule(t *testing.T) {
	mean := func(Ticket) time.Duration { return 10 * time.Minute }
	me := Ticket{ID: "z-me", Pool: "p", State: Waiting, IssuedAt: t0, EffectiveAt: t0}
	one := []OpenWindow{{ID: "1", Pools: []PoolID{"p"}}}
	for _, c := range []struct {
		name    string
		waiting []Ticket
		open    []OpenWindow
		want    Wait
	}{
		{"nobody before", nil, one, Wait{0, 5}},
		{"no window open", nil, nil, NoWindow},
		{"window of another pool", nil, []OpenWindow{{ID: "1", Pools: []PoolID{"q"}}}, NoWindow},
		{"one window, four before: 40 min", line(4, "p"), one, Wait{30, 55}},
		{"the present person counts", line(3, "p"), []OpenWindow{{ID: "1", Pools: []PoolID{"p"}, Busy: 10 * time.Minute}}, Wait{30, 55}},
		{"two windows halve it", line(4, "p"), append(one, OpenWindow{ID: "2", Pools: []PoolID{"p"}}), Wait{15, 30}},
		{"a shared window serves the other pool's people first", append(line(2, "p"), line(2, "q")...), []OpenWindow{{ID: "1", Pools: []PoolID{"p", "q"}}}, Wait{30, 55}},
		{"a window of the other pool helps", append(line(2, "p"), line(2, "q")...), []OpenWindow{{ID: "1", Pools: []PoolID{"p"}}, {ID: "2", Pools: []PoolID{"q"}}}, Wait{15, 30}},
	} {
		if got := Estimate(me, c.waiting, c.open, mean, t0); got != c.want {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
		if got := Estimate(me, append(slices.Clone(c.waiting), me), c.open, mean, t0); got != c.want {
			t.Errorf("%s, listed itself: got %v, want %v", c.name, got, c.want)
		}
	}
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
