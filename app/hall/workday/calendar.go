package workday

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"hallway/queue"
)

// A Calendar says which days are worked. The zero value knows weekends only.
type Calendar struct {
	years map[int]bool
	days  map[queue.Day]bool // worked or not, where it differs from the weekday
}

// Works reports whether a day is worked. A day that cannot be read is not.
func (c Calendar) Works(d queue.Day) bool {
	if works, ok := c.days[d]; ok {
		return works
	}
	return weekday(d)
}

// weekday reports whether d is Monday to Friday.
func weekday(d queue.Day) bool {
	t, err := time.Parse(time.DateOnly, string(d))
	return err == nil && t.Weekday() != time.Saturday && t.Weekday() != time.Sunday
}

// Knows reports whether the calendar has the holidays of a year. Deadlines that
// reach into a year that it does not know count weekends only.
func (c Calendar) Knows(year int) bool { return c.years[year] }

// A Table is a Calendar as it travels: only what differs from the weekday.
type Table struct {
	Years []int       `json:"years"` // of which the holidays are known
	Off   []queue.Day `json:"off"`   // Mondays to Fridays that are not worked
	Work  []queue.Day `json:"work"`  // Saturdays and Sundays that are worked
}

// Table returns the calendar's days in order.
func (c Calendar) Table() Table {
	t := Table{Years: slices.Sorted(maps.Keys(c.years)), Off: []queue.Day{}, Work: []queue.Day{}}
	for _, d := range slices.Sorted(maps.Keys(c.days)) {
		switch {
		case c.days[d] && !weekday(d):
			t.Work = append(t.Work, d)
		case !c.days[d] && weekday(d):
			t.Off = append(t.Off, d)
		}
	}
	return t
}

// maxDays is the most days a table may name: a dozen years of holidays.
const maxDays = 500

// Calendar returns the calendar of a table that travelled. A table with a day
// that is none, or one that stands twice, is an error.
func (t Table) Calendar() (Calendar, error) {
	c := Calendar{years: map[int]bool{}, days: map[queue.Day]bool{}}
	if len(t.Off)+len(t.Work) > maxDays {
		return Calendar{}, errors.New("workday: the table of holidays is too long")
	}
	for _, y := range t.Years {
		c.years[y] = true
	}
	for works, days := range map[bool][]queue.Day{false: t.Off, true: t.Work} {
		for _, d := range days {
			_, twice := c.days[d]
			if _, err := time.Parse(time.DateOnly, string(d)); err != nil || twice {
				return Calendar{}, fmt.Errorf("workday: %.12q is no day, or stands twice in the table of holidays", string(d))
			}
			c.days[d] = works
		}
	}
	return c, nil
}
