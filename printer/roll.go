package printer

import "fmt"

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

// A Roll counts the paper since a fresh roll was put in, so that the end can be
// told before the sensor reports it.
type Roll struct {
	Length  Micrometres // of a fresh roll, such as 80 m
	Used    Micrometres // since the roll was put in, 0 or more
	Tickets int         // that Used was used for
}

// Take adds one ticket.
func (r *Roll) Take(paper Micrometres) { r.Used, r.Tickets = r.Used+paper, r.Tickets+1 }

// Left is the paper that is still there by count, never less than 0.
func (r Roll) Left() Micrometres { return max(r.Length-r.Used, 0) }

// Forecast is how many more tickets of the mean length the roll gives; ok is
// false while no ticket was counted.
func (r Roll) Forecast() (tickets int, ok bool) {
	if r.Tickets <= 0 || r.Used <= 0 {
		return 0, false
	}
	return int(r.Left() * Micrometres(r.Tickets) / r.Used), true
}
