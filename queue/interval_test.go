package queue

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

// history lets events happen and records them as a hall does.
type history struct {
	ticket  Ticket
	entries []Entry
}

func (h *history) do(e Event, at time.Time) error {
	next, err := Apply(h.ticket, e, at, Rules{})
	if err != nil {
		return err
	}
	h.entries = append(h.entries, Entry{At: at, Kind: e.Kind, From: h.ticket.State, To: next.State, Window: next.Window, Actor: e.Actor})
	h.ticket = next
	return nil
}

// B15: 61 minutes count as 61.
func TestB15TimesFallOutOfTheEvents(t *testing.T) {
	h := history{}
	for _, s := range []struct {
		minute int
		event  Event
	}{
		{0, Event{Kind: Issue}},
		{61, Event{Kind: Call, Window: "3"}},
		{62, Event{Kind: Recall, Window: "3"}},
		{63, Event{Kind: Start, Window: "3"}},
		{73, Event{Kind: Hold, Window: "3", Reason: "paper", Until: t0.Add(9 * time.Hour)}},
		{80, Event{Kind: Resume, Window: "3"}},
		{85, Event{Kind: Transfer, Window: "3", Pool: "q"}},
		{90, Event{Kind: Call, Window: "4"}},
		{91, Event{Kind: Start, Window: "4"}},
		{95, Event{Kind: Finish, Window: "4"}},
		{96, Event{Kind: Undo, Window: "4"}},
		{99, Event{Kind: Finish, Window: "4"}},
	} {
		if err := h.do(s.event, t0.Add(time.Duration(s.minute)*time.Minute)); err != nil {
			t.Fatal(err)
		}
	}
	got := Sum(Intervals(h.entries), t0.Add(24*time.Hour))
	want := Times{Waiting: 66 * time.Minute, Way: 3 * time.Minute, Service: (10 + 5 + 8) * time.Minute, Held: 7 * time.Minute}
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestServiceThatNobodyEndedDoesNotCount(t *testing.T) {
	h := history{}
	for i, e := range []Event{{Kind: Issue}, {Kind: Call, Window: "3"}, {Kind: Start, Window: "3"}, {Kind: AutoFinished}} {
		if err := h.do(e, t0.Add(time.Duration(i)*time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	iv := Intervals(h.entries)
	if got := Sum(iv, t0); got.Service != 0 || got.Waiting != time.Hour || !iv[len(iv)-1].Uncertain {
		t.Errorf("%+v of %+v", got, iv)
	}
}

// Whatever happens to a ticket, its intervals have no gap and no overlap, and
// the last one is the state it is in.
func TestIntervalsHaveNoGapAndNoOverlap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := history{}
		if err := h.do(Event{Kind: Issue}, t0); err != nil {
			t.Fatal(err)
		}
		for i := range rapid.IntRange(0, 30).Draw(t, "events") {
			e := whole(rapid.SampledFrom(allEvents).Draw(t, "event"))
			if err := h.do(e, t0.Add(time.Duration(i)*time.Second)); err != nil {
				continue
			}
			iv := Intervals(h.entries)
			for j := 1; j < len(iv); j++ {
				if !iv[j-1].To.Equal(iv[j].From) {
					t.Fatalf("interval %d ends %v, the next begins %v", j-1, iv[j-1].To, iv[j].From)
				}
			}
			last := iv[len(iv)-1]
			if h.ticket.State.Final() == last.To.IsZero() || !h.ticket.State.Final() && last.State != h.ticket.State {
				t.Fatalf("ticket is %s, last interval %+v", h.ticket.State, last)
			}
		}
	})
}

func TestExpectedServiceTime(t *testing.T) {
	usual := 10 * time.Minute
	samples := func(minutes ...int) (out []Sample) {
		for _, m := range minutes {
			out = append(out, Sample{t0.Add(-time.Hour), time.Duration(m) * time.Minute})
		}
		return out
	}
	old := samples(1, 1, 1, 1, 1, 1, 1, 1)
	for i := range old {
		old[i].At = t0.Add(-11 * 24 * time.Hour)
	}
	faded := samples(2, 2, 2, 2, 2, 20, 20, 20)
	for i := range 5 {
		faded[i].At = t0.Add(-9 * 24 * time.Hour)
	}
	for _, c := range []struct {
		name    string
		samples []Sample
		want    time.Duration
	}{
		{"none", nil, usual},
		{"too few", samples(1, 2, 3, 4, 5, 6, 7), usual},
		{"the median", samples(5, 5, 6, 6, 7, 7, 30, 31), 6 * time.Minute},
		{"forgotten ones do not count", samples(5, 5, 5, 5, 6, 6, 6, 41), usual},
		{"old ones do not count", old, usual},
		{"recent ones count more", faded, 20 * time.Minute},
	} {
		if got := Expected(c.samples, usual, t0); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestPercentileIsTheNearestRank(t *testing.T) {
	all := []time.Duration{9, 1, 8, 2, 7, 3, 6, 4, 5, 10}
	for p, want := range map[int]time.Duration{0: 1, 50: 5, 90: 9, 100: 10} {
		if got := Percentile(all, p); got != want {
			t.Errorf("percentile %d is %d, want %d", p, got, want)
		}
	}
	if Percentile(nil, 50) != 0 {
		t.Error("nothing has a median")
	}
}

func TestHoursAndRoom(t *testing.T) {
	office, night := Hours{9 * time.Hour, 17 * time.Hour}, Hours{20 * time.Hour, 4 * time.Hour}
	for _, c := range []struct {
		hours Hours
		at    string
		want  time.Duration
	}{
		{office, "08:59", 0}, {office, "09:00", 8 * time.Hour}, {office, "16:59", time.Minute}, {office, "17:00", 0},
		{night, "19:59", 0}, {night, "23:00", 5 * time.Hour}, {night, "03:30", 30 * time.Minute}, {night, "04:00", 0},
		{Hours{}, "03:00", 24 * time.Hour},
	} {
		if got := c.hours.Left(clock(t, c.at), time.UTC); got != c.want {
			t.Errorf("%v at %s: %v, want %v", c.hours, c.at, got, c.want)
		}
	}
	if got := Room(time.Hour, 3, 80*time.Minute, 10*time.Minute); got != 10 {
		t.Errorf("room for %d, want 10", got)
	}
	if Room(time.Hour, 0, 0, time.Minute) != 0 || Room(time.Hour, 1, 2*time.Hour, time.Minute) != 0 {
		t.Error("a full hall has room")
	}
}
