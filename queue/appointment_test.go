package queue

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

const days = 24 * time.Hour

var bookingRules = BookingRules{
	CancelBefore: 2 * time.Hour, CoolFrom: 5 * time.Minute, CoolTo: 30 * time.Minute, CheckIn: time.Hour, Late: 10 * time.Minute,
	NoShow: 20 * time.Minute, Misses: 3, MissesIn: 90 * days, LockedFor: 30 * days,
}

func TestGroupNeedsMoreSlots(t *testing.T) {
	for n, want := range map[int]int{0: 1, 1: 1, 2: 2, 3: 2, 4: 3} {
		if got := SlotsFor(Length(20*time.Minute, 15*time.Minute, n), 30*time.Minute); got != want {
			t.Errorf("%d persons need %d slots, want %d", n, got, want)
		}
	}
}

func TestArrivals(t *testing.T) {
	for minute, want := range map[int]Arrival{-61: TooEarly, -60: InTime, 0: InTime, 10: InTime, 11: TooLate} {
		if got := bookingRules.Arrive(t0, t0.Add(time.Duration(minute)*time.Minute)); got != want {
			t.Errorf("%d minutes: %s, want %s", minute, got, want)
		}
	}
	if bookingRules.Missed(t0, t0.Add(20*time.Minute)) || !bookingRules.Missed(t0, t0.Add(21*time.Minute)) {
		t.Error("a no-show is not 20 minutes after the end")
	}
	if bookingRules.CancelledLate(t0, t0.Add(-2*time.Hour)) || !bookingRules.CancelledLate(t0, t0.Add(-119*time.Minute)) {
		t.Error("late is not two hours before")
	}
}

func TestThreeNoShowsCostTheRightToBook(t *testing.T) {
	at := func(day int) time.Time { return t0.Add(time.Duration(day) * days) }
	for _, c := range []struct {
		name   string
		misses []int
		now    int
		want   time.Time
	}{
		{"two", []int{0, 1}, 2, time.Time{}},
		{"three", []int{2, 0, 1}, 2, at(32)},
		{"three long ago", []int{0, 1, 2}, 32, time.Time{}},
		{"spread over more than 90 days", []int{0, 50, 91}, 92, time.Time{}},
		{"the last three of four count", []int{0, 50, 91, 92}, 93, at(122)},
		{"the future does not count", []int{0, 1, 5}, 2, time.Time{}},
	} {
		var misses []time.Time
		for _, d := range c.misses {
			misses = append(misses, at(d))
		}
		if got := bookingRules.LockedUntil(misses, at(c.now)); !got.Equal(c.want) {
			t.Errorf("%s: locked until %v, want %v", c.name, got, c.want)
		}
	}
}

func TestFreedPlaceReturnsAtARandomTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		got := bookingRules.Cool(rapid.Float64Range(0, 0.999999).Draw(t, "share"))
		if got < 5*time.Minute || got >= 30*time.Minute {
			t.Errorf("returns after %v", got)
		}
	})
}
