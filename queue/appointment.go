package queue

import (
	"slices"
	"time"
)

// BookingRules are what a hall asks of appointments. A zero limit is no limit.
type BookingRules struct {
	HoldFor      time.Duration // a place is kept while its taker fills in the form
	CancelBefore time.Duration // cancelling later than this before the time counts as late
	CoolFrom     time.Duration // a freed place returns after a random time from here
	CoolTo       time.Duration // to here, so that nobody can wait for it
	CheckIn      time.Duration // before the booked time a number is one of the booking
	Late         time.Duration // after it, still
	NoShow       time.Duration // after the end of the booked time
	Misses       int           // no-shows within MissesIn that cost the right to book
	MissesIn     time.Duration //
	LockedFor    time.Duration // for this long from the last of them
	MaxOpen      int           // bookings of one person that are not over
}

// Length is how long a booking of n persons takes: the first one base, each
// further one extra.
func Length(base, extra time.Duration, n int) time.Duration {
	return base + extra*time.Duration(max(0, n-1))
}

// SlotsFor is how many slots of a length a booking needs.
func SlotsFor(need, slot time.Duration) int {
	if slot <= 0 {
		return 1
	}
	return max(1, int((need+slot-1)/slot))
}

// Arrival says how a person with a booking comes.
type Arrival string

// The arrivals.
const (
	TooEarly Arrival = "too_early" // waits like everyone else
	InTime   Arrival = "in_time"   // has the booking's turn
	TooLate  Arrival = "too_late"  // waits like everyone else
)

// Arrive says how a person comes at now to a booking that begins at start.
func (r BookingRules) Arrive(start, now time.Time) Arrival {
	switch {
	case now.Before(start.Add(-r.CheckIn)):
		return TooEarly
	case now.After(start.Add(r.Late)):
		return TooLate
	}
	return InTime
}

// Missed reports whether a booking whose time ends at end counts as missed at
// now when nobody came.
func (r BookingRules) Missed(end, now time.Time) bool { return now.After(end.Add(r.NoShow)) }

// CancelledLate reports whether cancelling at now counts as late.
func (r BookingRules) CancelledLate(start, now time.Time) bool {
	return now.After(start.Add(-r.CancelBefore))
}

// LockedUntil returns until when a person with no-shows at these times may not
// book; the zero time when they may at now.
func (r BookingRules) LockedUntil(misses []time.Time, now time.Time) time.Time {
	if r.Misses <= 0 {
		return time.Time{}
	}
	sorted := slices.SortedFunc(slices.Values(misses), time.Time.Compare)
	for i := len(sorted) - 1; i >= r.Misses-1; i-- {
		last := sorted[i]
		if last.Sub(sorted[i-r.Misses+1]) <= r.MissesIn && last.Add(r.LockedFor).After(now) && !last.After(now) {
			return last.Add(r.LockedFor)
		}
	}
	return time.Time{}
}

// Cool is how long a freed place stays out of sight; share is a random number
// from 0 to below 1.
func (r BookingRules) Cool(share float64) time.Duration {
	return r.CoolFrom + time.Duration(share*float64(max(0, r.CoolTo-r.CoolFrom)))
}
