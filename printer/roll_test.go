package printer

import "testing"

func TestTheRollTellsHowManyTicketsAreLeft(t *testing.T) {
	r := Roll{Length: 10 * Metre}
	if _, ok := r.Forecast(); ok {
		t.Error("a forecast without a ticket")
	}
	g := Geometry{DPI: 203}
	for range 20 {
		r.Take(g.Length(1600)) // 200.2 mm
	}
	if n, ok := r.Forecast(); !ok || n != 29 {
		t.Errorf("%d tickets of 0.2 m on %s, want 29", n, r.Left())
	}
	r.Take(100 * Metre)
	if n, _ := r.Forecast(); n != 0 || r.Left() != 0 {
		t.Errorf("%d tickets on an empty roll, %s", n, r.Left())
	}
}
