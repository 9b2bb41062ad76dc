package hall

import (
	"slices"
	"strconv"
	"time"

	"hallway/app/hall/catalogue"
	"hallway/app/hall/store"
	"hallway/app/operation"
	"hallway/queue"
)

// place decides where a new ticket waits: a person with a booking at the
// booked time, a person of the priority age in the lane of those, everyone
// else at the end.
func (a *attempt) place(t *store.Ticket, b operation.TicketBody) error {
	t.Lane, t.EffectiveAt = queue.Normal, t.IssuedAt
	if b.Holder == nil {
		return nil
	}
	if age := a.Config.Lanes.PriorityAge; age > 0 && ageAt(b.Holder.Number, a.now.In(a.zone)) >= age {
		t.Lane = queue.Priority
	}
	return a.placeBooked(t)
}

// placeBooked gives a person with a booking its turn. Somebody whose booking
// the hall cancelled has a turn from the arrival on.
func (a *attempt) placeBooked(t *store.Ticket) error {
	b, ok, err := a.tx.BookedFor(t.PersonKey, t.Service, t.Day)
	if err != nil || !ok {
		return err
	}
	a.booked, a.arrival = b.Start, queue.InTime
	if b.State == store.CancelledHall {
		t.Lane = queue.Booked
		return nil
	}
	if a.arrival = a.Hall.booking.Arrive(b.Start, a.now); a.arrival != queue.InTime {
		return nil
	}
	used, err := a.tx.TicketOfBooking(b.Op)
	if err != nil || used {
		a.booked = time.Time{}
		return err
	}
	t.Lane, t.EffectiveAt, t.Booking = queue.Booked, b.Start, b.Op
	return nil
}

// ageAt is the age in years of the holder of a citizen number, GB 11643, or -1
// when the number carries no date of birth.
func ageAt(number string, now time.Time) int {
	if len(number) != 18 {
		return -1
	}
	born, err := time.Parse("20060102", number[6:14])
	if err != nil {
		return -1
	}
	age := now.Year() - born.Year()
	if now.Month() < born.Month() || now.Month() == born.Month() && now.Day() < born.Day() {
		age--
	}
	return age
}

// mayIssue refuses when the hall is closed or has no room for one more.
func (a *attempt) mayIssue(pool catalogue.Pool, day queue.Day) error {
	if pool.Quota > 0 {
		issued, err := a.tx.Issued(day)
		if err != nil {
			return err
		}
		if issued[pool.Prefix] >= pool.Quota {
			return refuse(operation.CodeRangeFull, "pool "+pool.ID+" gives out "+strconv.Itoa(pool.Quota)+" numbers a day, all are taken")
		}
	}
	n := a.Config.Numbers
	if !n.OpenHours {
		return nil
	}
	left := a.hours.Left(a.now, a.zone)
	if left <= minutes(n.StopBefore) {
		return refuse(operation.CodeClosed, "numbers are given out while the hall is open, until "+strconv.Itoa(n.StopBefore)+" minutes before it closes")
	}
	if !n.ByMinutes {
		return nil
	}
	return a.hasRoom(pool, left)
}

// hasRoom refuses when the windows of a pool cannot serve one person more in
// the time that is left. Without an open window it does not refuse: somebody
// is about to open one.
func (a *attempt) hasRoom(pool catalogue.Pool, left time.Duration) error {
	mean := a.means(a.tx, a.now)
	open, err := a.openWindows(mean)
	if err != nil {
		return err
	}
	l, err := a.line(a.tx, a.now)
	if err != nil {
		return err
	}
	served, waiting := map[queue.PoolID]bool{}, time.Duration(0)
	windows := 0
	for _, w := range open {
		if own := w.Levels[0]; slices.Contains(own, queue.PoolID(pool.ID)) {
			windows++
			for _, p := range own {
				served[p] = true
			}
		}
	}
	for _, t := range l.tickets {
		if served[t.Pool] {
			waiting += mean.of(t)
		}
	}
	if windows > 0 && queue.Room(left, windows, waiting, minutes(max(1, pool.MeanMinutes))) < 1 {
		return refuse(operation.CodeRangeFull, "those who wait in pool "+pool.ID+" take until the hall closes")
	}
	return mean.err
}
