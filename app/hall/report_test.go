package hall_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"hallway/app/config"
	"hallway/app/hall/api"
	"hallway/app/hall/halltest"
)

func group(t *testing.T, r api.Report, by, key string) api.Group {
	t.Helper()
	for _, g := range r.Groups {
		if g.By == by && g.Key == key {
			return g
		}
	}
	t.Fatalf("the report has no %s %s: %+v", by, key, r.Groups)
	return api.Group{}
}

func TestReportMeasuresWaitWayAndService(t *testing.T) {
	w := halltest.New(t)
	three := signIn(t, w, "3")
	for i := range 3 { // waits 10, 20 and 30 minutes, one minute on the way, 5, 6 and 7 of service
		w.Take(halltest.ItemFree, nil)
		w.Clock.Add(time.Duration(10*(i+1)) * time.Minute)
		command(t, w, three, api.ActionNext)
		w.Clock.Add(time.Minute)
		command(t, w, three, api.ActionStart)
		w.Clock.Add(time.Duration(5+i) * time.Minute)
		command(t, w, three, api.ActionFinish)
	}
	r, err := w.Report(t.Context(), w.Today())
	if err != nil {
		t.Fatal(err)
	}
	want := api.Group{
		Tickets: 3, Served: 3, Wait: api.Figures{Median: 1200, P90: 1800, Longest: 1800}, Way: api.Figures{Median: 60, P90: 60, Longest: 60},
		Service: api.Figures{Median: 360, P90: 420, Longest: 420},
	}
	for _, k := range [][2]string{{"pool", "registration"}, {"window", "3"}, {"clerk", halltest.Clerk}, {"service", halltest.ItemFree}, {"hall", "0417"}} {
		want.By, want.Key = k[0], k[1]
		if got := group(t, r, k[0], k[1]); got != want {
			t.Errorf("got  %+v\nwant %+v", got, want)
		}
	}
	if got := group(t, r, "hour", "10"); got.Tickets != 3 {
		t.Errorf("between ten and eleven: %+v", got)
	}
	if len(r.Promises) != 1 || r.Promises[0].Tickets != 3 || r.Promises[0].Within != 0 {
		t.Errorf("all three were told less than five minutes: %+v", r.Promises)
	}
}

// B16: whatever happens to the tickets of a day, each is counted once: issued
// is the sum of all ends and of what is open.
func TestB16EveryTicketIsCountedOnce(t *testing.T) {
	w := halltest.New(t, sameRules)
	r := rand.New(rand.NewPCG(16, 16))
	three, four := signIn(t, w, "3"), signIn(t, w, "4")
	var taken []string
	for i := range 120 {
		w.Clock.Add(7 * time.Second)
		if i%3 == 0 {
			taken = append(taken, w.Take(halltest.ItemFree, halltest.Person(i)).Number)
			continue
		}
		try(t, w, []string{three, four}[r.IntN(2)], randomCommand(r, append([]string{api.ActionNext, api.ActionNext, api.ActionStart,
			api.ActionFinish, api.ActionMiss, api.ActionVoid}, naming...), taken))
	}
	check := func(when string) {
		t.Helper()
		got, err := w.Report(t.Context(), "2026-11-23")
		if err != nil {
			t.Fatal(err)
		}
		sum := 0
		for _, n := range got.States {
			sum += n
		}
		if got.Issued != len(taken) || sum != len(taken) {
			t.Errorf("%s: issued %d, sum %d (%v), taken %d", when, got.Issued, sum, got.States, len(taken))
		}
		if void := got.States["void"]; group(t, got, "hall", "0417").Tickets != len(taken)-void {
			t.Errorf("%s: void tickets are in the figures", when)
		}
	}
	check("while people wait")
	w.Clock.Add(24 * time.Hour)
	if err := w.CloseDays(t.Context()); err != nil {
		t.Fatal(err)
	}
	check("on the next day")
}

func TestManagersSeeWhatNeedsThem(t *testing.T) {
	w := halltest.New(t, func(c *config.Hall) { c.Alarms = config.Alarms{Wait: 40, Line: 2, Idle: 10} })
	for range 3 {
		w.Take(halltest.ItemFree, nil)
	}
	live := func() api.Live {
		t.Helper()
		l, err := w.Live(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	if got := fmt.Sprint(live().Alarms); got != "[{line registration  3} {nobody registration  3}]" {
		t.Errorf("alarms %s", got)
	}
	if got := live().Light; got != api.Red {
		t.Errorf("the light is %s though nobody is called", got)
	}
	three := signIn(t, w, "3")
	w.Clock.Add(11 * time.Minute)
	if got := fmt.Sprint(live().Alarms); got != "[{line registration  3} {idle  3 660}]" {
		t.Errorf("alarms %s", got)
	}
	command(t, w, three, api.ActionNext)
	command(t, w, three, api.ActionStart)
	l := live()
	if len(l.Alarms) != 0 || l.Windows[2].Number != "A001" || l.Windows[2].State != "serving" || l.Pools[0].Waiting != 2 || l.Pools[0].Windows != 1 {
		t.Errorf("%+v", l)
	}
	w.Clock.Add(40 * time.Minute)
	if got := fmt.Sprint(live().Alarms); got != "[{wait registration  3060}]" {
		t.Errorf("alarms %s", got)
	}
}
