package printer

import (
	"fmt"
	"time"
)

// Micrometres is a length of paper.
type Micrometres int64

// Metre is 1 m of paper.
const Metre Micrometres = 1_000_000

// String writes the length in metres.
func (m Micrometres) String() string { return fmt.Sprintf("%.2f m", float64(m)/float64(Metre)) }

// Length is the paper of that many rows of dots.
func (g Geometry) Length(rows int) Micrometres {
	return Micrometres(int64(rows) * 25_400 / int64(max(g.DPI, 1)))
}

// Level is what a printer's sensors last said of its roll.
type Level int

// The levels.
const (
	LevelPlenty Level = iota // nothing, or that there is enough
	LevelLow                 // near its end
	LevelOut                 // ended
)

// A Roll counts the paper since a fresh roll was put in, so that the end can be
// told before the sensor reports it.
type Roll struct {
	Length  Micrometres // of a fresh roll, such as 80 m
	Used    Micrometres // since the roll was put in, 0 or more
	Tickets int         // that were printed on it since it is counted
	Printed Micrometres // for those tickets; less than Used for a roll that was not full
	Since   time.Time   // when it was put in; zero when nobody knows
	Level   Level
}

// Take adds one ticket.
func (r *Roll) Take(paper Micrometres) {
	r.Used, r.Printed, r.Tickets = r.Used+paper, r.Printed+paper, r.Tickets+1
}

// Left is the paper that is still there by count, never less than 0.
func (r Roll) Left() Micrometres { return max(r.Length-r.Used, 0) }

// Overrun reports whether more was printed than the roll holds: a fresh one was
// put in and nobody said so, or its length is wrong.
func (r Roll) Overrun() bool { return r.Length > 0 && r.Used > r.Length }

// Forecast is how many more tickets of the mean length the roll gives; ok is
// false while no ticket was counted, and for a count that cannot be right.
func (r Roll) Forecast() (tickets int, ok bool) {
	if r.Tickets <= 0 || r.Printed <= 0 || r.Overrun() {
		return 0, false
	}
	return int(r.Left() * Micrometres(r.Tickets) / r.Printed), true
}

// FewTickets is how many tickets before the end of the roll by count a
// technician is told.
const FewTickets = 50

// Ending reports whether few tickets are left by count.
func (r Roll) Ending() bool {
	n, ok := r.Forecast()
	return ok && n < FewTickets
}

// String says for technicians what is left by count.
func (r Roll) String() string {
	since := ""
	if !r.Since.IsZero() {
		since = ", counted since " + r.Since.Format("2006-01-02 15:04")
	}
	n, ok := r.Forecast()
	switch {
	case r.Overrun():
		return fmt.Sprintf("%s were used of a roll of %s: it was changed and nobody said so, or roll_m is wrong%s", r.Used, r.Length, since)
	case !ok:
		return fmt.Sprintf("%s of %s left by count, no slip was printed yet%s", r.Left(), r.Length, since)
	}
	return fmt.Sprintf("about %d slips, %s of %s left by count%s", n, r.Left(), r.Length, since)
}
