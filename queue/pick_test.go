package queue

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// clock reads "9:50" on the day of the vectors.
func clock(t testing.TB, s string) time.Time {
	t.Helper()
	at, err := time.Parse("2006-01-02 15:04", "2026-11-23 "+s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// waiting reads "N1 9:30 U2 9:57": tickets of pool p in the order they came.
func waiting(t testing.TB, list string) []Ticket {
	var out []Ticket
	f := strings.Fields(list)
	for i := 0; i < len(f); i += 2 {
		at := clock(t, f[i+1])
		out = append(out, Ticket{ID: TicketID(f[i]), Pool: "p", State: Waiting, Lane: Lane(f[i][:1]), EffectiveAt: at, IssuedAt: at.Add(time.Duration(i) * time.Millisecond)})
	}
	return out
}

// picks empties the line from one window without time passing.
func picks(line *Line, c Caller, now time.Time) (out []string) {
	for {
		p, ok := line.Pick(c, now)
		if !ok {
			return out
		}
		name := string(p.Ticket.ID)
		if p.Reason != ByTurn {
			name += " " + string(p.Reason)
		}
		out = append(out, name)
	}
}

// The vectors V1 to V5 of the pick rule: B10, an order that turns around, fails
// every one of them.
func TestB10VectorsOfThePickRule(t *testing.T) {
	for _, c := range []struct{ name, list, want string }{
		{"V1", "A1 10:00 A2 10:00 N1 09:30 N2 09:40 N3 09:50", "A1,N1,A2,N2,N3"},
		{"V2", "U1 09:57 U2 09:58 U3 09:59 A1 10:00 N1 09:50 N2 09:51", "U1,A1,N1,U2,U3,N2"},
		{"V3", "U1 09:55 U2 09:56 U3 09:57 U4 09:58 U5 09:59 U6 10:00 N1 09:41 N2 09:42 N3 09:43 N4 09:44", "U1,N1,U2,U3,N2,U4,U5,N3,U6,N4"},
		{"V4", "N1 08:59 N2 09:20 U1 09:58 U2 09:59 A1 10:00", "N1 guard,U1,A1,U2,N2"},
		{"V5", "N1 08:50 U1 09:45 A1 09:50", "U1 guard,N1 guard,A1"},
	} {
		list := waiting(t, c.list)
		rand.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		got := strings.Join(picks(NewLine(list, DefaultPolicy, nil), CallerOf("1", "p"), clock(t, "10:00")), ",")
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestEarlyPeopleAreCalledWhenNobodyElseWaits(t *testing.T) {
	now := clock(t, "10:00")
	for _, c := range []struct{ name, list, want string }{
		{"ten minutes early is due", "A1 10:10 N1 09:59", "A1,N1"},
		{"earlier waits for the others", "A1 10:11 N1 09:59", "N1,A1 fill"},
		{"a clock set back calls everybody in order", "N2 12:01 N1 12:00", "N1 fill,N2 fill"},
	} {
		if got := strings.Join(picks(NewLine(waiting(t, c.list), DefaultPolicy, nil), CallerOf("1", "p"), now), ","); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestHelpingWindowServesItsOwnPoolsFirst(t *testing.T) {
	list := waiting(t, "N1 09:58 N2 09:59")
	other := waiting(t, "N8 08:00 N9 08:01")
	for i := range other {
		other[i].Pool = "q"
	}
	c := Caller{"1", []Level{{"p"}, {"q"}}}
	got := strings.Join(picks(NewLine(append(other, list...), DefaultPolicy, nil), c, clock(t, "10:00")), ",")
	if got != "N1,N2,N8 guard,N9 guard" {
		t.Errorf("got %s", got)
	}
}

func TestTargetedTicketGoesToItsWindowOnly(t *testing.T) {
	list := waiting(t, "N1 09:30 N2 09:40")
	list[0].Target = "7"
	now := clock(t, "10:00")
	if got := picks(NewLine(list, DefaultPolicy, nil), CallerOf("1", "p"), now); !slices.Equal(got, []string{"N2"}) {
		t.Errorf("window 1 calls %v", got)
	}
	if got := picks(NewLine(list, DefaultPolicy, nil), CallerOf("7", "p"), now); !slices.Equal(got, []string{"N1", "N2"}) {
		t.Errorf("window 7 calls %v", got)
	}
}

// drawLine is a line of up to 40 people in two pools and all lanes.
func drawLine(t *rapid.T) []Ticket {
	n := rapid.IntRange(1, 40).Draw(t, "people")
	out := make([]Ticket, n)
	for i := range out {
		issued := t0.Add(-time.Duration(rapid.IntRange(0, 100).Draw(t, "issued")) * time.Minute)
		out[i] = Ticket{
			ID: TicketID(fmt.Sprintf("t%02d", i)), State: Waiting, Pool: rapid.SampledFrom([]PoolID{"p", "q"}).Draw(t, "pool"),
			Lane: rapid.SampledFrom(Lanes[:]).Draw(t, "lane"), IssuedAt: issued,
			EffectiveAt: issued.Add(time.Duration(rapid.IntRange(0, 30).Draw(t, "booked")) * time.Minute),
		}
	}
	return out
}

// B11: the order that is shown is the order in which people are called while
// nothing changes, whatever turns were taken before.
func TestB11ShownOrderIsCalledOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := drawLine(t)
		credits := Credits{"p": {rapid.IntRange(-3, 3).Draw(t, "u"), rapid.IntRange(-3, 3).Draw(t, "a"), rapid.IntRange(-3, 3).Draw(t, "n")}}
		before := maps.Clone(credits)
		shown := map[TicketID]int{}
		for _, tk := range list {
			shown[tk.ID] = Ahead(tk, list, DefaultPolicy, credits, t0)
		}
		line := NewLine(list, DefaultPolicy, maps.Clone(credits))
		for n := 0; ; n++ {
			p, ok := line.Pick(CallerOf("1", "p"), t0)
			if !ok {
				break
			}
			if shown[p.Ticket.ID] != n {
				t.Fatalf("%s is call %d but was shown %d", p.Ticket.ID, n, shown[p.Ticket.ID])
			}
		}
		if credits["p"] != before["p"] {
			t.Fatal("showing an order took a turn")
		}
	})
}

// Everybody is called once, in the order of their lane, and a waiting lane is
// never passed over longer than its weight allows.
func TestEveryoneIsCalledOnceAndLanesTakeTurns(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := drawLine(t)
		line := NewLine(list, DefaultPolicy, nil)
		last := map[Lane]Ticket{}
		n := 0
		for ; ; n++ {
			p, ok := line.Pick(CallerOf("1", "p", "q"), t0.Add(time.Hour))
			if !ok {
				break
			}
			if before, seen := last[p.Ticket.Lane]; seen && Order(before, p.Ticket) >= 0 {
				t.Fatalf("%s was called after %s", p.Ticket.ID, before.ID)
			}
			last[p.Ticket.Lane] = p.Ticket
		}
		if n != len(list) {
			t.Fatalf("%d of %d people are called", n, len(list))
		}
	})
}

// B31: times that are missing or equal have a place of their own: the order is
// the same in whatever order a database gives the rows.
func TestB31OrderDoesNotDependOnTheOrderOfRows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := drawLine(t)
		for i := range list {
			if rapid.Bool().Draw(t, "no time") {
				list[i].EffectiveAt, list[i].IssuedAt = time.Time{}, time.Time{}
			}
		}
		other := rapid.Permutation(list).Draw(t, "rows")
		a := picks(NewLine(list, DefaultPolicy, nil), CallerOf("1", "p", "q"), t0)
		b := picks(NewLine(other, DefaultPolicy, nil), CallerOf("1", "p", "q"), t0)
		if !slices.Equal(a, b) {
			t.Fatalf("%v\n%v", a, b)
		}
	})
}

func TestRejoinedPersonLetsThreePass(t *testing.T) {
	now := clock(t, "10:00")
	list := waiting(t, "N1 09:30 N2 09:40 N3 09:50 N4 09:55 U1 09:58")
	me := Ticket{ID: "me", Pool: "p", Lane: Normal, State: Missed}
	if got, want := RejoinPlace(me, list, 3, now), clock(t, "09:50").Add(time.Millisecond); !got.Equal(want) {
		t.Errorf("place %v, want %v", got, want)
	}
	for _, n := range []int{0, 5} {
		if got := RejoinPlace(me, list, n, now); !got.Equal(now) {
			t.Errorf("behind %d of 4: %v", n, got)
		}
	}
}

func row(n int, pool PoolID) []Ticket {
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
	one := []OpenWindow{{Caller: CallerOf("1", "p")}}
	rush := me
	rush.Lane = Priority
	for _, c := range []struct {
		name    string
		me      Ticket
		waiting []Ticket
		open    []OpenWindow
		want    Wait
	}{
		{"nobody before", me, nil, one, Wait{0, 5}},
		{"no window open", me, nil, nil, NoWindow},
		{"window of another pool", me, nil, []OpenWindow{{Caller: CallerOf("1", "q")}}, NoWindow},
		{"one window, four before: 40 min", me, row(4, "p"), one, Wait{30, 55}},
		{"a priority person waits for nobody", rush, row(4, "p"), one, Wait{0, 5}},
		{"the present person counts", me, row(3, "p"), []OpenWindow{{CallerOf("1", "p"), 10 * time.Minute}}, Wait{30, 55}},
		{"two windows halve it", me, row(4, "p"), append(one, OpenWindow{Caller: CallerOf("2", "p")}), Wait{15, 30}},
		{"a shared window serves the other pool's people first", me, append(row(2, "p"), row(2, "q")...), []OpenWindow{{Caller: CallerOf("1", "p", "q")}}, Wait{30, 55}},
		{"a window of the other pool helps", me, append(row(2, "p"), row(2, "q")...), []OpenWindow{{Caller: CallerOf("1", "p")}, {Caller: CallerOf("2", "q")}}, Wait{15, 30}},
	} {
		if got := Estimate(c.me, NewLine(c.waiting, DefaultPolicy, nil), c.open, mean, t0); got != c.want {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
		if got := Estimate(c.me, NewLine(append(slices.Clone(c.waiting), c.me), DefaultPolicy, nil), c.open, mean, t0); got != c.want {
			t.Errorf("%s, listed itself: got %v, want %v", c.name, got, c.want)
		}
	}
}

func BenchmarkPick(b *testing.B) {
	list := row(300, "p")
	for b.Loop() {
		NewLine(list, DefaultPolicy, nil).Pick(CallerOf("1", "p"), t0)
	}
}

func BenchmarkEstimate(b *testing.B) {
	list := row(300, "p")
	open := make([]OpenWindow, 8)
	for i := range open {
		open[i].Caller = CallerOf(WindowID(fmt.Sprint(i)), "p")
	}
	me := Ticket{ID: "me", Pool: "p", State: Waiting, EffectiveAt: t0}
	for b.Loop() {
		Estimate(me, NewLine(list, DefaultPolicy, nil), open, func(Ticket) time.Duration { return 10 * time.Minute }, t0)
	}
}
