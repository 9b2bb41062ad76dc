package outbox

import (
	"testing"
	"time"

	"hallway/app/operation"
)

func TestSlotsComeFromTheHallOrFromBefore(t *testing.T) {
	r := enrolledRig(t)
	live, err := r.Slots(t.Context(), "A2")
	if err != nil || !live.Live || len(live.Slots) != 1 || live.Slots[0].ID != "s1" || !live.AsOf.Equal(opened) {
		t.Fatalf("Slots = %+v, %v; want the one that has not begun", live, err)
	}
	if got := live.Slots[0].Start.Format("15:04"); got != "11:00" {
		t.Errorf("slot begins at %s by the hall's wall clock", got)
	}
	r.hall.set(fault{before: status500})
	r.clock.move(time.Hour)
	r.restart(t)
	old, err := r.Slots(t.Context(), "A2")
	if err != nil || old.Live || len(old.Slots) != 1 || !old.AsOf.Equal(opened) {
		t.Errorf("Slots = %+v, %v; want those seen before", old, err)
	}
	r.clock.move(time.Hour)
	if gone, err := r.Slots(t.Context(), "A2"); err != nil || len(gone.Slots) != 0 {
		t.Errorf("a slot that has begun is offered: %+v, %v", gone, err)
	}
	_, err = r.Slots(t.Context(), "A1")
	wantRefusal(t, err, operation.CodeHallAway)
}

func TestSlotsOfBookableItemsAreFetchedAhead(t *testing.T) {
	r := newRig(t)
	r.look(t.Context(), 0)
	r.hall.set(fault{before: status500})
	if s, err := r.Slots(t.Context(), "A2"); err != nil || len(s.Slots) != 1 {
		t.Errorf("Slots = %+v, %v", s, err)
	}
}

func TestCasesOfAReceiptAreKnownHereUntilTheHallKnowsThem(t *testing.T) {
	r := enrolledRig(t)
	r.hall.set(fault{before: status500})
	a := r.mustApply(t)
	typed := operation.CaseQuery{Receipt: " 0417 012 2611230001 5 "}
	for _, live := range []bool{false, true} {
		if live {
			r.hall.set(fault{})
		}
		c, err := r.Cases(t.Context(), typed)
		if err != nil || c.Live != live || len(c.Cases) != 1 || c.Cases[0].State != "waiting_to_send" ||
			c.Cases[0].Receipt != a.Receipt || c.Cases[0].Item != "A1" || c.Cases[0].At != opened.UnixMilli() {
			t.Errorf("live %v: %+v, %v", live, c, err)
		}
	}
	stop := r.running(t)
	eventually(t, "it is delivered", func() bool { return r.Pending() == 0 })
	stop()
	c, err := r.Cases(t.Context(), typed)
	if err != nil || !c.Live || len(c.Cases) != 1 || c.Cases[0].Ref != "at the hall" {
		t.Errorf("the hall's word counts when it has one: %+v, %v", c, err)
	}
	r.hall.set(fault{before: status500})
	c, err = r.Cases(t.Context(), typed)
	if err != nil || c.Live || c.Cases[0].State != "received" || c.Cases[0].Ref != "HALL-1" {
		t.Errorf("after delivery without a hall: %+v, %v", c, err)
	}
}

func TestQuestionsThatOnlyTheHallCouldAnswer(t *testing.T) {
	r := enrolledRig(t)
	r.mustApply(t)
	c, err := r.Cases(t.Context(), operation.CaseQuery{Person: person()})
	if err != nil || !c.Live || c.Cases[0].Receipt != "of 110101194912310016" {
		t.Errorf("by card: %+v, %v", c, err)
	}
	r.hall.set(fault{before: status500})
	_, err = r.Cases(t.Context(), operation.CaseQuery{Person: person()})
	wantRefusal(t, err, operation.CodeHallAway)
	_, err = r.Cases(t.Context(), operation.CaseQuery{Receipt: "0417-012-261123-0093-7"})
	wantRefusal(t, err, operation.CodeHallAway)
	_, err = r.Cases(t.Context(), operation.CaseQuery{Receipt: "0417-012-261123-0093-8"})
	wantRefusal(t, err, operation.CodeValidation)
}
