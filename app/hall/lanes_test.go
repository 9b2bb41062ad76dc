package hall_test

import (
	"testing"
	"time"

	"hallway/app/config"
	"hallway/app/hall/api"
	"hallway/app/hall/halltest"
	"hallway/app/operation"
	"hallway/queue"
)

// bookTomorrow books a person into the first slot of the next day and returns
// when it begins.
func bookTomorrow(t *testing.T, w *halltest.World, p *operation.Holder) time.Time {
	t.Helper()
	slots, err := w.Intake.Slots(t.Context(), halltest.ItemFree)
	if err != nil {
		t.Fatal(err)
	}
	s := slots.Slots[0]
	r := w.Submit(w.Envelope(operation.AppointmentBook, operation.BookingBody{Item: halltest.ItemFree, Slot: s.ID, Holder: *p}))
	if r.Status != operation.Applied {
		t.Fatalf("%+v", r.Problem)
	}
	return s.Start
}

// A person with a booking is called at the booked time, before those who wait
// since earlier; too late, the booking's place is lost.
func TestBookingHasItsTurn(t *testing.T) {
	lanes := func(c *config.Hall) {
		c.Lanes = config.Lanes{PriorityTurns: 2, BookedTurns: 2, NormalTurns: 1, Early: 10, Late: 10, CheckIn: 60}
	}
	for _, c := range []struct {
		name  string
		after time.Duration // of the booked time, when the number is taken
		lane  queue.Lane
		first string
	}{
		{"half an hour early", -30 * time.Minute, queue.Booked, "A001"},
		{"in time", -5 * time.Minute, queue.Booked, "A002"},
		{"within the grace", 9 * time.Minute, queue.Booked, "A002"},
		{"too late", 11 * time.Minute, queue.Normal, "A001"},
		{"hours early", -61 * time.Minute, queue.Normal, "A001"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := halltest.New(t, lanes)
			start := bookTomorrow(t, w, halltest.Person(1))
			w.Clock.Add(start.Add(c.after).Sub(w.Now()))
			three := signIn(t, w, "3")
			w.Take(halltest.ItemFree, nil)
			w.Clock.Add(time.Second)
			w.Take(halltest.ItemFree, halltest.Person(1))
			state, err := w.Desk.Counter(t.Context(), three)
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range state.Line {
				if l.Number == "A002" && l.Lane != string(c.lane) {
					t.Errorf("lane %q, want %q", l.Lane, c.lane)
				}
			}
			if got := command(t, w, three, api.ActionNext).Ticket.Number; got != c.first {
				t.Errorf("first is %s, want %s", got, c.first)
			}
		})
	}
}

// A booking serves one ticket, also when its person takes a number again.
func TestBookingHasOneTicket(t *testing.T) {
	w := halltest.New(t, func(c *config.Hall) { c.Lanes = config.Lanes{Early: 10, Late: 10, CheckIn: 60} })
	start := bookTomorrow(t, w, halltest.Person(1))
	w.Clock.Add(start.Sub(w.Now()))
	three := signIn(t, w, "3")
	w.Take(halltest.ItemFree, halltest.Person(1))
	command(t, w, three, api.ActionNext)
	command(t, w, three, api.ActionStart)
	command(t, w, three, api.ActionFinish)
	w.Take(halltest.ItemFree, halltest.Person(1))
	if c, err := w.Desk.Counter(t.Context(), three); err != nil || c.Line[0].Lane != string(queue.Normal) {
		t.Errorf("the second ticket waits in lane %q, %v", c.Line[0].Lane, err)
	}
}

func TestPriorityAgeComesFromTheCard(t *testing.T) {
	w := halltest.New(t, func(c *config.Hall) { c.Lanes.PriorityAge = 70 })
	three := signIn(t, w, "3")
	w.Take(halltest.ItemFree, &operation.Holder{Name: "李四", Number: "11010119900101001X"})
	w.Take(halltest.ItemFree, halltest.Person(1)) // born 1949
	if c := command(t, w, three, api.ActionNext); c.Ticket.Number != "A002" || c.Ticket.Lane != string(queue.Priority) {
		t.Errorf("first is %+v", c.Ticket)
	}
}

func TestNumbersStopByHoursQuotaAndMinutes(t *testing.T) {
	closed := func(w *halltest.World) string {
		r := w.Submit(w.Envelope(operation.TicketIssue, halltest.TicketBody(halltest.ItemFree, nil)))
		if r.Problem == nil {
			return ""
		}
		return r.Problem.Code
	}
	w := halltest.New(t, func(c *config.Hall) { c.Numbers = config.Numbers{OpenHours: true, StopBefore: 30} })
	if got := closed(w); got != "" { // 10:00
		t.Errorf("open: %q", got)
	}
	w.Clock.Add(6*time.Hour + 29*time.Minute)
	if got := closed(w); got != "" { // 16:29
		t.Errorf("before the stop: %q", got)
	}
	w.Clock.Add(2 * time.Minute)
	if got := closed(w); got != operation.CodeClosed { // 16:31
		t.Errorf("after the stop: %q", got)
	}

	w = halltest.New(t, func(c *config.Hall) { c.Numbers = config.Numbers{OpenHours: true, ByMinutes: true} })
	w.Clock.Add(6*time.Hour + 40*time.Minute) // 16:40: room for two of ten minutes
	signIn(t, w, "8")
	for i, want := range []string{"", "", operation.CodeRangeFull} {
		if got := closed(w); got != want {
			t.Errorf("number %d: %q, want %q", i+1, got, want)
		}
	}

	c := halltest.Catalogue()
	c.Pools[0].Quota = 1
	w = halltest.NewWith(t, c)
	for i, want := range []string{"", operation.CodeRangeFull} {
		if got := closed(w); got != want {
			t.Errorf("quota, number %d: %q, want %q", i+1, got, want)
		}
	}
}

// B30: in a hall that never closes, a person who waits while the day changes is
// called, and one who is served stays at the window.
func TestB30NightWorkGoesOnOverTheDayChange(t *testing.T) {
	w := halltest.New(t, func(c *config.Hall) { c.Open, c.Close = 0, 0 })
	w.Clock.Add(17*time.Hour + 50*time.Minute) // 03:50, ten minutes before the change
	three := signIn(t, w, "3")
	w.Take(halltest.ItemFree, nil)
	w.Take(halltest.ItemFree, nil)
	command(t, w, three, api.ActionNext)
	command(t, w, three, api.ActionStart)
	w.Clock.Add(20 * time.Minute)
	if err := w.CloseDays(t.Context()); err != nil {
		t.Fatal(err)
	}
	c, err := w.Desk.Counter(t.Context(), three)
	if err != nil || at(c) != "A001 serving" {
		t.Fatalf("at the window: %q, %v", at(c), err)
	}
	if c = command(t, w, three, api.ActionNext); at(c) != "A002 called" {
		t.Errorf("called after the change: %q", at(c))
	}
	if a := w.Take(halltest.ItemFree, nil); a.Day != "2026-11-24" || a.Number != "A001" {
		t.Errorf("the new day begins with %s of %s", a.Number, a.Day)
	}
}

// What is laid aside for longer than its day waits on the next one under a
// number of that day.
func TestHeldTicketIsCarriedToTheNextDay(t *testing.T) {
	w := halltest.New(t)
	three := signIn(t, w, "3")
	w.Take(halltest.ItemFree, halltest.Person(1))
	w.Take(halltest.ItemFree, halltest.Person(2))
	for _, until := range []time.Duration{24 * time.Hour, time.Hour} {
		command(t, w, three, api.ActionNext)
		must(t, w, three, api.CounterCommand{Action: api.ActionHold, Reason: "missing paper", Until: w.Now().Add(until).UnixMilli()})
	}
	w.Clock.Add(20 * time.Hour)
	if err := w.CloseDays(t.Context()); err != nil {
		t.Fatal(err)
	}
	b, err := w.Board(t.Context())
	if err != nil || b.Waiting != 1 {
		t.Fatalf("%d wait on the next day, want 1 (%v)", b.Waiting, err)
	}
	three = signIn(t, w, "3")
	if c := command(t, w, three, api.ActionNext); at(c) != "A001 called" {
		t.Errorf("called: %q", at(c))
	}
	old, err := w.TicketStatus(t.Context(), "2026-11-23", "A001", "abcd2345")
	if err != nil || old.State != queue.Expired {
		t.Errorf("yesterday's ticket: %s, %v", old.State, err)
	}
}

// B26: a clock that is set back neither gives a number twice nor keeps those
// who wait from being called.
func TestB26ClockSetBack(t *testing.T) {
	w := halltest.New(t)
	three := signIn(t, w, "3")
	w.Take(halltest.ItemFree, nil)
	w.Clock.Add(time.Second)
	w.Take(halltest.ItemFree, nil)
	w.Clock.Add(-2 * time.Hour)
	if a := w.Take(halltest.ItemFree, nil); a.Number != "A003" {
		t.Errorf("number %s after the clock was set back", a.Number)
	}
	for _, want := range []string{"A003", "A001", "A002"} {
		if c := command(t, w, three, api.ActionNext); c.Ticket == nil || c.Ticket.Number != want {
			t.Fatalf("called %+v, want %s", c.Ticket, want)
		}
		command(t, w, three, api.ActionStart)
	}
}
