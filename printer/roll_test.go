package printer

import (
	"testing"
	"time"
)

func TestTheRollTellsHowManyTicketsAreLeft(t *testing.T) {
	r := Roll{Length: 10 * Metre}
	if _, ok := r.Forecast(); ok || r.Ending() {
		t.Error("a forecast without a ticket")
	}
	g := Geometry{DPI: 203}
	for range 20 {
		r.Take(g.Length(1600)) // 200.2 mm
	}
	if n, ok := r.Forecast(); !ok || n != 29 || !r.Ending() || r.Overrun() {
		t.Errorf("%d tickets of 0.2 m on %s, want 29", n, r.Left())
	}
	used := Roll{Length: 10 * Metre, Used: 5 * Metre}
	used.Take(g.Length(1600))
	if n, ok := used.Forecast(); !ok || n != 23 {
		t.Errorf("%d tickets of 0.2 m on a roll of which half was used before, want 23", n)
	}
	r.Take(100 * Metre)
	if n, ok := r.Forecast(); n != 0 || ok || r.Left() != 0 || !r.Overrun() || r.Ending() {
		t.Errorf("a roll of 10 m of which %s are used is believed: %d tickets", r.Used, n)
	}
}

func TestTheRollSpeaksToTechnicians(t *testing.T) {
	at := time.Date(2026, 11, 23, 9, 31, 0, 0, time.UTC)
	for want, r := range map[string]Roll{
		"about 400 slips, 40.00 m of 80.00 m left by count, counted since 2026-11-23 09:31":                                             {Length: 80 * Metre, Used: 40 * Metre, Printed: 10 * Metre, Tickets: 100, Since: at},
		"80.00 m of 80.00 m left by count, no slip was printed yet":                                                                     {Length: 80 * Metre},
		"81.00 m were used of a roll of 80.00 m: it was changed and nobody said so, or roll_m is wrong, counted since 2026-11-23 09:31": {Length: 80 * Metre, Used: 81 * Metre, Printed: 81 * Metre, Tickets: 1, Since: at},
	} {
		if got := r.String(); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}
