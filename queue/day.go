package queue

import (
	"fmt"
	"time"
)

const dayLayout = "2006-01-02"

// ServiceDay returns the service day at t in zone. The day changes at change
// on the wall clock, so a hall that works past midnight keeps its numbers.
func ServiceDay(t time.Time, zone *time.Location, change time.Duration) Day {
	local := t.In(zone)
	sinceMidnight := time.Duration(local.Hour())*time.Hour + time.Duration(local.Minute())*time.Minute
	y, m, d := local.Date()
	if sinceMidnight < change {
		d--
	}
	return Day(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Format(dayLayout))
}

// DayRange returns when day begins and when it ends, which is when the next
// one begins.
func DayRange(day Day, zone *time.Location, change time.Duration) (from, to time.Time, err error) {
	d, err := time.Parse(dayLayout, string(day))
	if err != nil {
		return from, to, fmt.Errorf("%q is not a day such as 2006-01-02", string(day))
	}
	return at(d, zone, change), at(d.AddDate(0, 0, 1), zone, change), nil
}

// at returns the wall clock time change on the date of d in zone.
func at(d time.Time, zone *time.Location, change time.Duration) time.Time {
	return time.Date(d.Year(), d.Month(), d.Day(), int(change/time.Hour), int(change%time.Hour/time.Minute), 0, 0, zone)
}

// AddDays returns the day n days later. It returns day itself when day is not
// a date.
func (day Day) AddDays(n int) Day {
	d, err := time.Parse(dayLayout, string(day))
	if err != nil {
		return day
	}
	return Day(d.AddDate(0, 0, n).Format(dayLayout))
}
