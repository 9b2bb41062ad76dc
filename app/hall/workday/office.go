package workday

import (
	"time"

	"hallway/queue"
)

// An Office is when people work.
type Office struct {
	Calendar
	Zone  *time.Location
	Open  time.Duration // after midnight
	Close time.Duration // after midnight, later than Open
}

// A Pause is a time in which the clock stands still, such as while the citizen
// was asked for papers.
type Pause struct {
	From time.Time
	To   time.Time // zero while it lasts
}

// day is the day of t on the office's wall clock.
func (o Office) day(t time.Time) queue.Day { return queue.Day(t.In(o.Zone).Format(time.DateOnly)) }

// at is a time of a day.
func (o Office) at(d queue.Day, clock time.Duration) time.Time {
	t, err := time.ParseInLocation(time.DateOnly, string(d), o.Zone)
	if err != nil {
		return time.Time{}
	}
	return time.Date(t.Year(), t.Month(), t.Day(), 0, int(clock/time.Minute), 0, 0, o.Zone)
}

// Zero returns day 0 of what is registered at t: that day when it is worked and
// the office has not closed, else the next that is worked.
func (o Office) Zero(t time.Time) queue.Day {
	d := o.day(t)
	if o.Works(d) && t.Before(o.at(d, o.Close)) {
		return d
	}
	return o.next(d, nil)
}

// next is the first day after d that counts.
func (o Office) next(d queue.Day, pauses []Pause) queue.Day {
	for d = d.AddDays(1); !o.counts(d, pauses); d = d.AddDays(1) {
	}
	return d
}

// counts reports whether a day is worked and in no pause.
func (o Office) counts(d queue.Day, pauses []Pause) bool {
	if !o.Works(d) {
		return false
	}
	for _, p := range pauses {
		if o.day(p.From) < d && (p.To.IsZero() || d <= o.day(p.To)) {
			return false
		}
	}
	return true
}

// lasting reports whether a pause has no end yet.
func lasting(pauses []Pause) bool {
	for _, p := range pauses {
		if p.To.IsZero() {
			return true
		}
	}
	return false
}

// Due returns when what was registered at t is due in n working days. It
// returns false while a pause lasts: then nobody can say.
func (o Office) Due(t time.Time, n int, pauses ...Pause) (time.Time, bool) {
	if lasting(pauses) {
		return time.Time{}, false
	}
	d := o.Zero(t)
	for range n {
		d = o.next(d, pauses)
	}
	return o.at(d, o.Close), true
}

// Spent returns how much of the time for n working days is spent at now, in
// whole percent of office hours: 0 before the first minute, 100 exactly from
// the due time on. While a pause lasts it is what was spent when it began.
func (o Office) Spent(t time.Time, n int, now time.Time, pauses ...Pause) int {
	pauses = closed(pauses, now)
	var spent time.Duration
	d := o.Zero(t)
	for i := 0; i <= n && !o.at(d, o.Open).After(now); i++ {
		spent += clip(now, o.start(d, t), o.at(d, o.Close))
		d = o.next(d, pauses)
	}
	return int(spent * 100 / o.total(t, n))
}

// closed ends a pause that lasts at now.
func closed(pauses []Pause, now time.Time) []Pause {
	out := make([]Pause, len(pauses))
	for i, p := range pauses {
		if p.To.IsZero() {
			p.To = now
		}
		out[i] = p
	}
	return out
}

// Reached returns when percent of the time for n working days are spent; 100
// is the due time. It returns false while a pause lasts.
func (o Office) Reached(t time.Time, n, percent int, pauses ...Pause) (time.Time, bool) {
	if lasting(pauses) {
		return time.Time{}, false
	}
	left := (o.total(t, n)*time.Duration(percent) + 99) / 100
	d := o.Zero(t)
	for {
		start := o.start(d, t)
		long := o.at(d, o.Close).Sub(start)
		if left <= long {
			return start.Add(left), true
		}
		left -= long
		d = o.next(d, pauses)
	}
}

// total is the time in office hours between registration and the due time.
func (o Office) total(t time.Time, n int) time.Duration {
	d := o.Zero(t)
	return o.at(d, o.Close).Sub(o.start(d, t)) + time.Duration(n)*(o.Close-o.Open)
}

// start is when a day's work on what was registered at t begins.
func (o Office) start(d queue.Day, t time.Time) time.Time {
	open := o.at(d, o.Open)
	if t.After(open) && o.day(t) == d {
		return t
	}
	return open
}

// clip is the part of from..to that lies before now.
func clip(now, from, to time.Time) time.Duration {
	if now.Before(to) {
		to = now
	}
	return max(0, to.Sub(from))
}
