package outbox

import (
	"testing"
	"time"

	"hallway/app/operation"
)

func TestABookingIsConfirmedWhenTheHallAnswers(t *testing.T) {
	r := enrolledRig(t)
	b, err := r.book(t, "s1")
	if err != nil || !b.Confirmed || b.Receipt != "0417-012-261123-0001-5" || !b.Slot.Start.Equal(opened.Add(2*time.Hour)) {
		t.Errorf("Book = %+v, %v", b, err)
	}
	wantStates(t, r, "appointment.book settled")
	if n := mustRow(t, r.store.reader, `SELECT count(*) FROM fallback`); n != "0" {
		t.Error("the request that nobody needs is still stored")
	}
}

func TestAFullSlotIsRefusedAtOnce(t *testing.T) {
	r := enrolledRig(t)
	_, err := r.book(t, "full")
	wantRefusal(t, err, operation.CodeSlotFull)
	wantStates(t, r, "appointment.book settled")
}

func TestWithoutAnAnswerABookingBecomesARequest(t *testing.T) {
	for name, c := range map[string]struct {
		f     fault
		state string
	}{
		"hall away":   {fault{before: onlyOps(status500)}, "requested"},
		"answer lost": {fault{after: onlyOps(cut)}, "booked"},
		"too late":    {fault{after: onlyOps(hang)}, "booked"},
		"portal":      {fault{before: onlyOps(portal)}, "requested"},
	} {
		t.Run(name, func(t *testing.T) {
			r := enrolledRig(t)
			r.hall.set(c.f)
			req := operation.BookingRequest{Op: r.id(), Item: "A2", Lang: "en", Person: person(), Slot: operation.Slot{ID: "s1"}}
			b, err := r.Book(t.Context(), req)
			if err != nil || b.Confirmed || b.Receipt == "" || b.Op != req.Op {
				t.Fatalf("Book = %+v, %v", b, err)
			}
			if again, err := r.Book(t.Context(), req); err != nil || again.Receipt != b.Receipt {
				t.Errorf("the same press again: %+v, %v", again, err)
			}
			wantStates(t, r, "appointment.book replaced", "appointment.request pending body")
			r.hall.set(fault{})
			r.running(t)
			eventually(t, "the request is delivered", func() bool { return r.Pending() == 0 })
			own, err := r.ownCases(t.Context(), b.Receipt)
			if err != nil || len(own) != 1 || own[0].State != c.state || own[0].Kind != operation.AppointmentRequest {
				t.Errorf("own case %+v, %v; want %s", own, err, c.state)
			}
		})
	}
}
