package hall_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"hallway/app/hall/api"
	"hallway/app/hall/halltest"
	"hallway/app/operation"
)

func slots(t *testing.T, w *halltest.World) []operation.Slot {
	t.Helper()
	r, err := w.Intake.Slots(t.Context(), halltest.ItemFree)
	if err != nil {
		t.Fatal(err)
	}
	return r.Slots
}

func booking(slot string, person int) operation.BookingBody {
	return operation.BookingBody{Item: halltest.ItemFree, Slot: slot, Lang: "en", Holder: *halltest.Person(person)}
}

func TestSlotsAreHalfHoursOfTheComingWorkingDays(t *testing.T) {
	w := halltest.New(t)
	all := slots(t, w)
	days := map[string]int{}
	var order []string
	for _, s := range all {
		d := s.Start.Format("Mon 2006-01-02")
		if days[d] == 0 {
			order = append(order, d)
		}
		days[d]++
		if s.End.Sub(s.Start) != 30*time.Minute || s.Free != 3 {
			t.Errorf("%+v", s)
		}
	}
	want := []string{"Tue 2026-11-24", "Wed 2026-11-25", "Thu 2026-11-26", "Fri 2026-11-27", "Mon 2026-11-30"}
	if !slices.Equal(order, want) || days[want[0]] != 16 || len(all) != 80 {
		t.Errorf("%d slots on %v", len(all), order)
	}
	if first, last := all[0].Start.Format("15:04"), all[15].End.Format("15:04"); first != "09:00" || last != "17:00" {
		t.Errorf("a day lasts from %s to %s", first, last)
	}
	if _, err := w.Intake.Slots(t.Context(), halltest.ItemCard); err == nil {
		t.Error("an item that cannot be booked has slots")
	}
}

// B17: of 200 takers of a slot with three places three get one.
func TestB17SlotNeverHoldsMoreThanItsPlaces(t *testing.T) {
	w := halltest.New(t)
	slot := slots(t, w)[5]
	results := make([]operation.Result, 200)
	var wg sync.WaitGroup
	for i := range results {
		wg.Go(func() { results[i] = w.Submit(w.Envelope(operation.AppointmentBook, booking(slot.ID, i))) })
	}
	wg.Wait()
	count := map[string]int{}
	for _, r := range results {
		count[string(r.Status)+code(r)]++
	}
	if count["applied"] != 3 || count["rejected"+operation.CodeSlotFull] != 197 {
		t.Errorf("%v", count)
	}
	if got := slots(t, w)[5]; got.Free != 0 {
		t.Errorf("%d places are left", got.Free)
	}
}

func TestOneBookingAPersonDayAndItem(t *testing.T) {
	w := halltest.New(t)
	all := slots(t, w)
	r := w.Submit(w.Envelope(operation.AppointmentBook, booking(all[0].ID, 1)))
	expect(t, "first", r, operation.Applied, "")
	if r.Booking.State != "booked" || r.Booking.Start != all[0].Start.UnixMilli() {
		t.Errorf("%+v", r.Booking)
	}
	expect(t, "same day", w.Submit(w.Envelope(operation.AppointmentBook, booking(all[3].ID, 1))), operation.Rejected, operation.CodeAlreadyBooked)
	if got := slots(t, w)[3]; got.Free != 3 {
		t.Error("a refused booking took a place")
	}
	expect(t, "other day", w.Submit(w.Envelope(operation.AppointmentBook, booking(all[16].ID, 1))), operation.Applied, "")
	expect(t, "no such slot", w.Submit(w.Envelope(operation.AppointmentBook, booking("REG-01.20261124.0915", 2))), operation.Rejected, operation.CodeSlotUnknown)
	w.Clock.Add(24 * time.Hour)
	expect(t, "slot of today", w.Submit(w.Envelope(operation.AppointmentBook, booking(all[0].ID, 3))), operation.Rejected, operation.CodeSlotUnknown)
}

func TestRequestIsBookedWhileThereIsAPlace(t *testing.T) {
	w := halltest.New(t)
	slot := slots(t, w)[0]
	for i := range 4 {
		r := w.Submit(w.Envelope(operation.AppointmentRequest, booking(slot.ID, i)))
		want := "booked"
		if i == 3 {
			want = "requested"
		}
		expect(t, fmt.Sprint("request ", i), r, operation.Applied, "")
		if r.Booking.State != want {
			t.Errorf("request %d is %q, want %q", i, r.Booking.State, want)
		}
	}
}

// The link was down so long that the slot has begun: the wish is kept for the
// staff.
func TestLateRequestIsKeptForTheStaff(t *testing.T) {
	w := halltest.New(t)
	slot := slots(t, w)[0]
	e := w.Envelope(operation.AppointmentRequest, booking(slot.ID, 1))
	w.Clock.Add(72 * time.Hour)
	r := w.Submit(e)
	expect(t, "late request", r, operation.Applied, "")
	if r.Booking.State != "requested" {
		t.Errorf("%+v", r.Booking)
	}
}

// The answer to appointment.book is lost: the request that replaces it takes
// the booking over, and one place is used.
func TestRequestTakesOverTheBookingItReplaces(t *testing.T) {
	w := halltest.New(t)
	slot := slots(t, w)[0]
	lost := w.Envelope(operation.AppointmentBook, booking(slot.ID, 1))
	expect(t, "booking", w.Submit(lost), operation.Applied, "")
	request := w.Envelope(operation.AppointmentRequest, booking(slot.ID, 1), replacing(lost.ID))
	r := w.Submit(request)
	expect(t, "request", r, operation.Applied, "")
	if r.Booking.State != "booked" || r.Booking.Slot != slot.ID {
		t.Errorf("%+v", r.Booking)
	}
	if got := slots(t, w)[0]; got.Free != 2 {
		t.Errorf("%d places are left of 3", got.Free)
	}
	found, err := w.Intake.Cases(t.Context(), api.CasesRequest{Receipt: request.Receipt})
	if err != nil || len(found.Cases) != 1 || found.Cases[0].State != "booked" {
		t.Errorf("%+v, %v", found, err)
	}
}

func TestReplacedBookingHasNoEffectWhenItArrivesLate(t *testing.T) {
	w := halltest.New(t)
	slot := slots(t, w)[0]
	lost := w.Envelope(operation.AppointmentBook, booking(slot.ID, 1))
	request := w.Envelope(operation.AppointmentRequest, booking(slot.ID, 1), replacing(lost.ID))
	expect(t, "request", w.Submit(request), operation.Applied, "")
	expect(t, "late booking", w.Submit(lost), operation.Rejected, operation.CodeReplaced)
	if got := slots(t, w)[0]; got.Free != 2 {
		t.Errorf("%d places are left of 3", got.Free)
	}
}

func TestCasesOfAPersonAreFoundBySealedCard(t *testing.T) {
	w := halltest.New(t)
	w.Submit(w.Envelope(operation.AppointmentBook, booking(slots(t, w)[0].ID, 7)))
	w.Clock.Add(time.Minute)
	w.Submit(w.Envelope(operation.ApplicationSubmit, application()))
	ask := func(n int) []operation.Case {
		sealed, err := operation.SealHolder(w.Keys.Seal.Public(), *halltest.Person(n))
		if err != nil {
			t.Fatal(err)
		}
		r, err := w.Intake.Cases(t.Context(), api.CasesRequest{Person: sealed})
		if err != nil {
			t.Fatal(err)
		}
		return r.Cases
	}
	if got := ask(7); len(got) != 2 || got[0].Kind != operation.ApplicationSubmit || got[1].Kind != operation.AppointmentBook || got[1].Start == 0 {
		t.Errorf("%+v", got)
	}
	if got := ask(8); len(got) != 0 {
		t.Errorf("another person is told %+v", got)
	}
	for what, q := range map[string]api.CasesRequest{
		"nothing asked": {}, "both asked": {Receipt: "1", Person: []byte{1}},
	} {
		_, err := w.Intake.Cases(t.Context(), q)
		refused(t, what, err, operation.CodeValidation)
	}
	_, err := w.Intake.Cases(t.Context(), api.CasesRequest{Person: []byte("not sealed")})
	refused(t, "not sealed", err, operation.CodeMalformed)
	_, err = w.Intake.Cases(t.Context(), api.CasesRequest{Receipt: "0417-012-261123-0001-0"})
	refused(t, "mistyped receipt", err, operation.CodeValidation)
}
