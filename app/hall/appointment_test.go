package hall_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"hallway/app/config"
	"hallway/app/hall/api"
	"hallway/app/hall/catalogue"
	"hallway/app/hall/halltest"
	"hallway/app/operation"
	"hallway/queue"
)

// usualBooking are the limits that a hall has by default.
func usualBooking(c *config.Hall) {
	config.Defaults(c)
	c.Booking = config.Booking{Hold: 10, CancelBefore: 120, CoolFrom: 5, CoolTo: 30, NoShow: 20, Misses: 3, MissesDays: 90, LockedDays: 30, MaxOpen: 2}
	c.Lanes = config.Lanes{PriorityTurns: 2, BookedTurns: 2, NormalTurns: 1, Early: 10, Late: 10, CheckIn: 60}
}

// groups is a catalogue whose item takes two people an hour and keeps one of
// three places for the staff.
func groups() catalogue.Catalogue {
	c := halltest.Catalogue()
	c.Items[0].SlotKept, c.Items[0].SlotTime, c.Items[0].SlotExtra, c.Items[0].SlotGroup = 1, 30, 30, 3
	return c
}

// book books a person and returns the answer and the receipt number.
func book(w *halltest.World, b operation.BookingBody) (operation.Result, string) {
	e := w.Envelope(operation.AppointmentBook, b)
	return w.Submit(e), e.Receipt
}

func free(t *testing.T, w *halltest.World, i int) int {
	t.Helper()
	return slots(t, w)[i].Free
}

func hold(t *testing.T, w *halltest.World, q api.HoldRequest) (time.Time, string) {
	t.Helper()
	q.Item = halltest.ItemFree
	r, err := w.Intake.Hold(t.Context(), q)
	if refusal, ok := errors.AsType[*operation.Refusal](err); ok {
		return time.Time{}, refusal.Code
	}
	if err != nil {
		t.Fatal(err)
	}
	return time.UnixMilli(r.Until), ""
}

func TestHoldKeepsAPlaceForTenMinutes(t *testing.T) {
	w := halltest.New(t, usualBooking)
	slot := slots(t, w)[0].ID
	q := api.HoldRequest{Hold: string(w.NewID()), Slot: slot}
	until, code := hold(t, w, q)
	if code != "" || !until.Equal(w.Now().Add(10*time.Minute)) || free(t, w, 0) != 2 {
		t.Fatalf("until %v, %q, %d free", until, code, free(t, w, 0))
	}
	w.Clock.Add(5 * time.Minute)
	if again, _ := hold(t, w, q); !again.Equal(until) || free(t, w, 0) != 2 {
		t.Errorf("asked again: until %v, %d free", again, free(t, w, 0))
	}
	q.Slot = slots(t, w)[1].ID
	if _, code := hold(t, w, q); code != operation.CodeOpMismatch {
		t.Errorf("the same hold for another time: %q", code)
	}
	w.Clock.Add(5 * time.Minute)
	if free(t, w, 0) != 3 {
		t.Errorf("after ten minutes %d are free", free(t, w, 0))
	}
	q = api.HoldRequest{Hold: string(w.NewID()), Slot: slot}
	hold(t, w, q)
	q.Release = true
	if _, code := hold(t, w, q); code != "" || free(t, w, 0) != 3 {
		t.Errorf("released: %q, %d free", code, free(t, w, 0))
	}
}

// B18: at the instant at which a hold ends, the booking that confirms it either
// has its place or is told that there is none; the end of the hold never frees
// a place that a booking has.
func TestB18ConfirmAtTheInstantAHoldEnds(t *testing.T) {
	for _, late := range []time.Duration{-time.Millisecond, 0, time.Millisecond} {
		w := halltest.New(t, usualBooking)
		slot := slots(t, w)[0].ID
		q := api.HoldRequest{Hold: string(w.NewID()), Slot: slot}
		hold(t, w, q)
		for i := range 2 {
			r, _ := book(w, booking(slot, 10+i))
			expect(t, "others", r, operation.Applied, "")
		}
		w.Clock.Add(10*time.Minute + late)
		b := booking(slot, 1)
		b.Hold = operation.ID(q.Hold)
		r, _ := book(w, b)
		expect(t, fmt.Sprint(late, " of the end"), r, operation.Applied, "")
		w.Clock.Add(time.Hour)
		if n := free(t, w, 0); n != 0 {
			t.Errorf("%v: three are booked and %d are free", late, n)
		}
		r, _ = book(w, booking(slot, 2))
		expect(t, "a fourth", r, operation.Rejected, operation.CodeSlotFull)
	}
}

func TestGroupTakesSlotsOneAfterTheOtherOrNone(t *testing.T) {
	w := halltest.NewWith(t, groups(), usualBooking)
	all := slots(t, w)
	b := booking(all[0].ID, 1)
	b.Persons = 2
	r, _ := book(w, b)
	expect(t, "two persons", r, operation.Applied, "")
	if free(t, w, 0) != 1 || free(t, w, 1) != 1 || free(t, w, 2) != 2 {
		t.Errorf("free %d %d %d", free(t, w, 0), free(t, w, 1), free(t, w, 2))
	}
	r, _ = book(w, booking(all[1].ID, 2))
	expect(t, "the last place of the second slot", r, operation.Applied, "")
	b = booking(all[0].ID, 3)
	b.Persons = 2
	r, _ = book(w, b)
	expect(t, "two more", r, operation.Rejected, operation.CodeSlotFull)
	if free(t, w, 0) != 1 {
		t.Errorf("a refused group keeps a place: %d free", free(t, w, 0))
	}
	for persons, want := range map[int]string{4: operation.CodeValidation, -1: operation.CodeValidation} {
		b.Persons = persons
		r, _ = book(w, b)
		expect(t, fmt.Sprint(persons, " persons"), r, operation.Rejected, want)
	}
	b = booking(all[15].ID, 4)
	b.Persons = 2
	r, _ = book(w, b)
	expect(t, "over closing time", r, operation.Rejected, operation.CodeSlotUnknown)
}

// B19: two bookings of the same slots that name them in opposite order both
// end, one of them with the places.
func TestB19GroupsInOppositeOrderEnd(t *testing.T) {
	c := groups()
	c.Items[0].SlotPlaces, c.Items[0].SlotKept = 1, 0
	w := halltest.NewWith(t, c, usualBooking)
	all := slots(t, w)
	results := make([]operation.Result, 20)
	var g sync.WaitGroup
	for i := range results {
		g.Go(func() {
			b := booking(all[i%2].ID, i)
			b.Persons = 2
			results[i], _ = book(w, b)
		})
	}
	g.Wait()
	applied := 0
	for _, r := range results {
		if r.Status == operation.Applied {
			applied++
		}
	}
	if applied != 1 {
		t.Errorf("%d groups have the middle slot", applied)
	}
}

// A cancelled place cannot be had at once by who waited for it.
func TestCancelledPlaceCoolsDown(t *testing.T) {
	w := halltest.New(t, usualBooking)
	slot := slots(t, w)[0].ID
	_, receipt := book(w, booking(slot, 1))
	cancel := func(receipt string, person int) operation.Result {
		return w.Submit(w.Envelope(operation.AppointmentCancel, operation.CancelBody{Receipt: receipt, Holder: *halltest.Person(person)}))
	}
	expect(t, "another person's", cancel(receipt, 2), operation.Rejected, operation.CodeBookingUnknown)
	r := cancel(receipt, 1)
	expect(t, "in time", r, operation.Applied, "")
	if r.Booking.State != "cancelled" || free(t, w, 0) != 2 {
		t.Errorf("%s, %d free at once", r.Booking.State, free(t, w, 0))
	}
	expect(t, "twice", cancel(receipt, 1), operation.Rejected, operation.CodeBookingUnknown)
	w.Clock.Add(4 * time.Minute)
	if free(t, w, 0) != 2 {
		t.Error("free after four minutes")
	}
	w.Clock.Add(26 * time.Minute)
	if free(t, w, 0) != 3 {
		t.Error("not free after half an hour")
	}
	r, receipt = book(w, booking(slot, 1))
	expect(t, "booked again", r, operation.Applied, "")
	start := slots(t, w)[0].Start
	w.Clock.Add(start.Add(-time.Hour).Sub(w.Now()))
	if r = cancel(receipt, 1); r.Booking == nil || r.Booking.State != "cancelled_late" {
		t.Errorf("an hour before: %+v", r)
	}
}

func TestBookingIsMovedToAnotherTime(t *testing.T) {
	w := halltest.New(t, usualBooking)
	all := slots(t, w)
	_, receipt := book(w, booking(all[0].ID, 1))
	b := booking(all[3].ID, 1)
	b.Instead = receipt
	r, _ := book(w, b)
	expect(t, "moved on the same day", r, operation.Applied, "")
	w.Clock.Add(time.Hour)
	if free(t, w, 0) != 3 || free(t, w, 3) != 2 {
		t.Errorf("free %d and %d", free(t, w, 0), free(t, w, 3))
	}
	b = booking(all[5].ID, 1)
	b.Instead = receipt
	r, _ = book(w, b)
	expect(t, "the old one again", r, operation.Rejected, operation.CodeBookingUnknown)
}

func TestNoShowsCostTheRightToBookUnlessExcused(t *testing.T) {
	w := halltest.New(t, usualBooking)
	miss := func(work bool) {
		t.Helper()
		all := slots(t, w)
		r, _ := book(w, booking(all[0].ID, 1))
		expect(t, "book", r, operation.Applied, "")
		w.Clock.Add(all[0].Start.Sub(w.Now()))
		if work {
			signIn(t, w, "3")
		}
		w.Clock.Add(51 * time.Minute)
		if err := errors.Join(w.MissBookings(t.Context()), w.MissBookings(t.Context())); err != nil {
			t.Fatal(err)
		}
		w.Clock.Add(22 * time.Hour)
		if err := w.CloseDays(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	miss(false) // nobody worked: excused
	miss(true)
	miss(true)
	miss(true)
	r, receipt := book(w, booking(slots(t, w)[0].ID, 1))
	expect(t, "after three", r, operation.Rejected, operation.CodeBookingLocked)
	w.Take(halltest.ItemFree, halltest.Person(1)) // a number is always possible
	_ = receipt
	three := signIn(t, w, "3")
	first, _ := book(w, booking(slots(t, w)[0].ID, 2))
	expect(t, "somebody else", first, operation.Applied, "")
	if _, code := try(t, w, three, api.CounterCommand{Action: api.ActionPardon, Number: "0417-012-261123-0001-0", Reason: "ill"}); code != api.CodeNotFound {
		t.Errorf("pardon of a receipt that nobody has: %q", code)
	}
	must(t, w, three, api.CounterCommand{Action: api.ActionPardon, Number: receiptOf(t, w, 1), Reason: "was in hospital"})
	r, _ = book(w, booking(slots(t, w)[0].ID, 1))
	expect(t, "forgiven", r, operation.Applied, "")
}

// receiptOf is a receipt number of a person's.
func receiptOf(t *testing.T, w *halltest.World, person int) string {
	t.Helper()
	for seq := 1; seq < 20; seq++ {
		receipt := operation.Receipt{Centre: "0417", Terminal: halltest.Terminal, Day: "2026-11-23", Seq: seq}.String()
		cases, err := w.Intake.Cases(t.Context(), api.CasesRequest{Receipt: receipt})
		if err == nil && len(cases.Cases) == 1 && cases.Cases[0].State == "no_show" {
			return receipt
		}
	}
	t.Fatal("nobody missed an appointment")
	return ""
}

func TestPersonHasTwoBookingsAtATime(t *testing.T) {
	w := halltest.New(t, usualBooking)
	all := slots(t, w)
	for i, want := range []string{"", "", operation.CodeTooManyOpen} {
		r, _ := book(w, booking(all[16*i].ID, 1))
		if got := code(r); got != want {
			t.Errorf("booking %d: %q, want %q", i+1, got, want)
		}
	}
}

// What is kept for the staff is not given to anybody else; a clerk gives it to
// a wish.
func TestStaffGivesAKeptPlaceToAWish(t *testing.T) {
	w := halltest.NewWith(t, groups(), usualBooking)
	slot := slots(t, w)[0].ID
	for i := range 2 {
		r, _ := book(w, booking(slot, i))
		expect(t, "public", r, operation.Applied, "")
	}
	r, _ := book(w, booking(slot, 2))
	expect(t, "third of two", r, operation.Rejected, operation.CodeSlotFull)
	e := w.Envelope(operation.AppointmentRequest, booking(slot, 2))
	if r = w.Submit(e); r.Booking == nil || r.Booking.State != "requested" {
		t.Fatalf("%+v", r)
	}
	three := signIn(t, w, "3")
	grant := api.CounterCommand{Action: api.ActionGrant, Number: e.Receipt, Item: slot}
	must(t, w, three, grant)
	if _, code := try(t, w, three, grant); code != api.CodeBadTransition {
		t.Errorf("granted twice: %q", code)
	}
	cases, err := w.Intake.Cases(t.Context(), api.CasesRequest{Receipt: e.Receipt})
	if err != nil || cases.Cases[0].State != "booked" {
		t.Errorf("%+v, %v", cases, err)
	}
}

// A hall that closes for a day cancels what is booked; who comes nevertheless
// has a booked person's turn.
func TestHallCancelsADay(t *testing.T) {
	w := halltest.New(t, usualBooking, func(c *config.Hall) { c.Clerks[0].Leader = true })
	all := slots(t, w)
	book(w, booking(all[0].ID, 1))
	three := signIn(t, w, "3")
	day := string(w.Today().AddDays(1))
	for q, want := range map[api.CounterCommand]string{
		{Action: api.ActionCancelDay, Number: day}:                   api.CodeReason,
		{Action: api.ActionCancelDay, Number: "soon", Reason: "ill"}: operation.CodeValidation,
	} {
		if _, code := try(t, w, three, q); code != want {
			t.Errorf("%+v: %q, want %q", q, code, want)
		}
	}
	must(t, w, three, api.CounterCommand{Action: api.ActionCancelDay, Number: day, Reason: "power cut"})
	w.Clock.Add(24 * time.Hour)
	three = signIn(t, w, "3")
	w.Take(halltest.ItemFree, nil)
	w.Clock.Add(time.Second)
	w.Take(halltest.ItemFree, halltest.Person(1))
	if c := command(t, w, three, api.ActionNext); c.Ticket.Number != "A002" || c.Ticket.Lane != string(queue.Booked) {
		t.Errorf("first is %+v", c.Ticket)
	}
}

func TestClerkWithoutRightsCancelsNoDay(t *testing.T) {
	w := halltest.New(t, usualBooking)
	if _, code := try(t, w, signIn(t, w, "3"), api.CounterCommand{Action: api.ActionCancelDay, Number: "2026-11-24", Reason: "r"}); code != api.CodeNotAllowed {
		t.Errorf("got %q", code)
	}
}
