package idreader

import (
	"fmt"
	"time"
)

// Date is a calendar date without zone. The zero Date is no date.
type Date struct{ Year, Month, Day int }

// ParseDate reads the eight digits YYYYMMDD of a card. A date that the
// calendar does not have is an error.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse("20060102", s)
	if err != nil || t.Year() < 1 {
		return Date{}, fmt.Errorf("date %d characters long is not a calendar date YYYYMMDD", len(s))
	}
	return DateOf(t), nil
}

// DateOf returns the date of t in t's own zone.
func DateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date{y, int(m), d}
}

// IsZero reports whether d is no date.
func (d Date) IsZero() bool { return d == Date{} }

// String returns d as 1949-12-31, or "" when there is no date.
func (d Date) String() string { return d.join("-") }

// Compact returns d as the eight digits of a card, or "" when there is no date.
func (d Date) Compact() string { return d.join("") }

func (d Date) join(sep string) string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d%s%02d%s%02d", d.Year, sep, d.Month, sep, d.Day)
}

// Before reports whether d is an earlier day than e.
func (d Date) Before(e Date) bool {
	if d.Year != e.Year {
		return d.Year < e.Year
	}
	if d.Month != e.Month {
		return d.Month < e.Month
	}
	return d.Day < e.Day
}

// AgeOn returns the full years from d to on. Somebody born on 29 February
// completes a year on 1 March of a common year. It is negative when d is in
// the future.
func (d Date) AgeOn(on Date) int {
	age := on.Year - d.Year
	if (Date{d.Year, on.Month, on.Day}).Before(d) {
		age--
	}
	return age
}
