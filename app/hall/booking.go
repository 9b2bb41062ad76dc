package hall

import (
	"context"
	"fmt"
	"slices"
	"time"

	"hallway/app/hall/api"
	"hallway/app/hall/catalogue"
	"hallway/app/hall/store"
	"hallway/app/operation"
	"hallway/queue"
)

// book takes a place in a slot, now: the one that a hold keeps, or a free one.
func (a *attempt) book(b operation.BookingBody) error {
	slots, err := a.bookable(b, a.now)
	if err != nil {
		return err
	}
	if !slots[0].Start.After(a.now) {
		return refuse(operation.CodeSlotUnknown, "the slot has begun")
	}
	if err := a.mayBook(b); err != nil {
		return err
	}
	old, err := a.insteadOf(b)
	if err != nil {
		return err
	}
	ok, err := a.takeHeld(string(b.Hold), slots)
	if err == nil && !ok {
		ok, err = a.takeAll(a.tx, slots, false)
	}
	if err != nil {
		return err
	}
	if !ok {
		return refuse(operation.CodeSlotFull, "the slot has no place left")
	}
	if old != nil {
		if err := a.endBooking(a.tx, *old, store.Rescheduled, ""); err != nil {
			return err
		}
	}
	return a.putBooking(b, slots, store.Booked)
}

// mayBook refuses who missed too many appointments or has too many.
func (a *attempt) mayBook(b operation.BookingBody) error {
	person := a.Keys.personKey(&b.Holder)
	rules := a.Hall.booking
	misses, err := a.tx.NoShows(person, a.now.Add(-rules.MissesIn-rules.LockedFor))
	if err != nil {
		return err
	}
	if until := rules.LockedUntil(misses, a.now); !until.IsZero() {
		return refuse(operation.CodeBookingLocked, "the person missed too many appointments and may book again from "+until.In(a.zone).Format("2006-01-02"))
	}
	open, err := a.tx.OpenBookings(person, a.now)
	if err == nil && b.Instead != "" {
		open--
	}
	if err == nil && rules.MaxOpen > 0 && open >= rules.MaxOpen {
		err = refuse(operation.CodeTooManyOpen, fmt.Sprintf("a person may have %d bookings at a time", rules.MaxOpen))
	}
	return err
}

// takeHeld takes the places that a hold keeps. It returns false when there is
// no such hold, it is over, or it keeps others.
func (a *attempt) takeHeld(hold string, slots []store.Slot) (bool, error) {
	if hold == "" {
		return false, nil
	}
	held, _, err := a.tx.HeldSlots(hold, a.now)
	if err != nil || !slices.Equal(held, names(slots)) {
		return false, err
	}
	return true, a.tx.KeepHold(hold)
}

// takeAll takes a place in every slot or in none. Slots come in ascending
// order, so that two takers never wait for each other.
func (h *Hall) takeAll(tx *store.Tx, slots []store.Slot, staff bool) (bool, error) {
	for i, s := range slots {
		ok, err := tx.TakePlace(s, staff, h.Now())
		if err != nil {
			return false, err
		}
		if !ok {
			for _, taken := range slots[:i] {
				if err := tx.GivePlace(taken.ID); err != nil {
					return false, err
				}
			}
			return false, nil
		}
	}
	return true, nil
}

func names(slots []store.Slot) []string {
	out := make([]string, len(slots))
	for i, s := range slots {
		out[i] = s.ID
	}
	return out
}

// insteadOf is the booking whose place another one takes; nil for none.
func (a *attempt) insteadOf(b operation.BookingBody) (*store.Booking, error) {
	if b.Instead == "" {
		return nil, nil
	}
	old, err := a.openBooking(b.Instead, b.Holder)
	return &old, err
}

// openBooking finds a person's booking that can still be given up.
func (a *attempt) openBooking(receipt string, p operation.Holder) (store.Booking, error) {
	old, ok, err := a.tx.BookingByReceipt(receipt, a.Keys.personKey(&p))
	if err != nil {
		return old, err
	}
	open := old.State == store.Booked || old.State == store.Requested
	if !ok || !open || !old.Start.After(a.now) {
		return old, refuse(operation.CodeBookingUnknown, "the person has no such booking, or it is over")
	}
	return old, nil
}

// cancelBooking gives a booking up. Its places return after a random time.
func (a *attempt) cancelBooking(b operation.CancelBody) error {
	if err := checkHolder(b.Holder); err != nil {
		return err
	}
	old, err := a.openBooking(b.Receipt, b.Holder)
	if err != nil {
		return err
	}
	state := store.Cancelled
	if a.Hall.booking.CancelledLate(old.Start, a.now) {
		state = store.CancelledLate
	}
	a.result.Booking = &operation.BookingAnswer{State: state, Slot: old.Slot, Start: old.Start.UnixMilli()}
	return a.endBooking(a.tx, old, state, "")
}

// endBooking ends a booking and lets its places cool.
func (h *Hall) endBooking(tx *store.Tx, b store.Booking, state, reason string) error {
	if err := tx.EndBooking(b.Op, state, reason, false); err != nil {
		return err
	}
	share, err := h.share()
	if err != nil {
		return err
	}
	until := h.Now().Add(h.booking.Cool(share))
	for _, s := range b.Slots {
		if err := tx.PutHold("cooling "+string(b.Op), s, until); err != nil {
			return err
		}
	}
	return nil
}

// share is a random number from 0 to below 1.
func (h *Hall) share() (float64, error) {
	var b [2]byte
	if _, err := h.Random.Read(b[:]); err != nil {
		return 0, fmt.Errorf("draw cooling time: %w", err)
	}
	return float64(int(b[0])<<8|int(b[1])) / (1 << 16), nil
}

// request takes a place when the slot still has one, and leaves the wish to
// the staff when not. When the booking whose place it takes had arrived, that
// booking stands.
func (a *attempt) request(b operation.BookingBody) error {
	if a.e.Replaces != "" {
		old, ok, err := a.tx.BookingOf(a.e.Replaces)
		if err != nil {
			return err
		}
		if ok {
			a.result.Booking = &operation.BookingAnswer{State: old.State, Slot: old.Slot, Start: old.Start.UnixMilli()}
			return a.tx.MoveBooking(old.Op, a.e.ID, a.e.Receipt)
		}
	}
	slots, err := a.bookable(b, a.lodged)
	if err != nil {
		return err
	}
	if err := a.mayBook(b); err != nil {
		return err
	}
	state := store.Requested
	if slots[0].Start.After(a.now) {
		ok, err := a.takeAll(a.tx, slots, false)
		if err != nil {
			return err
		}
		if ok {
			state = store.Booked
		}
	}
	return a.putBooking(b, slots, state)
}

// bookable returns the slots that a booking needs, as they were at asked.
func (a *attempt) bookable(b operation.BookingBody, asked time.Time) ([]store.Slot, error) {
	item, ok := a.items[b.Item]
	if !ok || !item.Bookable {
		return nil, refuse(operation.CodeUnknownService, "the catalogue takes no bookings for "+quoted(b.Item))
	}
	if err := a.checkSubmission(b.Holder); err != nil {
		return nil, err
	}
	if b.Phone != "" && !isPhone(b.Phone) {
		return nil, refuse(operation.CodeValidation, "the telephone number is wrong")
	}
	slots, err := a.slotsFor(item, b.Slot, b.Persons, asked)
	if err != nil {
		return nil, err
	}
	has, err := a.tx.HasBooking(a.Keys.personKey(&b.Holder), b.Item, slots[0].Day)
	if err == nil && has && b.Instead == "" {
		err = refuse(operation.CodeAlreadyBooked, "the person has a booking for the item on that day")
	}
	return slots, err
}

// slotsFor returns the slots one after the other that so many persons need,
// from a named one on.
func (h *Hall) slotsFor(item catalogue.Item, first string, persons int, asked time.Time) ([]store.Slot, error) {
	if most := max(1, item.SlotGroup); persons < 0 || persons > most {
		return nil, refuse(operation.CodeValidation, fmt.Sprintf("at most %d persons come together", most))
	}
	one := slotLength
	if item.SlotTime > 0 {
		one = minutes(item.SlotTime)
	}
	n := queue.SlotsFor(queue.Length(one, minutes(item.SlotExtra), persons), slotLength)
	all := h.grid(item, asked)
	i := slices.IndexFunc(all, func(s store.Slot) bool { return s.ID == first })
	if i < 0 {
		return nil, refuse(operation.CodeSlotUnknown, "there is no such slot")
	}
	if i+n > len(all) || all[i+n-1].Day != all[i].Day {
		return nil, refuse(operation.CodeSlotUnknown, "the hall closes before so many persons are served")
	}
	return all[i : i+n], nil
}

// putBooking stores a booking and answers with it.
func (a *attempt) putBooking(b operation.BookingBody, s []store.Slot, state string) error {
	row := store.Booking{
		Op: a.e.ID, Receipt: a.e.Receipt, Item: b.Item, Slot: s[0].ID, Day: s[0].Day, PersonKey: a.Keys.personKey(&b.Holder),
		State: state, Start: s[0].Start, End: s[len(s)-1].End, At: a.lodged, Persons: max(1, b.Persons),
	}
	if state == store.Booked {
		row.Slots = names(s)
	}
	ok, err := a.tx.PutBooking(row)
	if err == nil && !ok {
		err = fmt.Errorf("booking: %w", store.ErrChanged)
	}
	a.result.Booking = &operation.BookingAnswer{State: state, Slot: s[0].ID, Start: s[0].Start.UnixMilli()}
	return err
}

// grid returns the bookable times of an item as they are at now: half hours
// between the hall's opening and closing on the coming working days.
func (h *Hall) grid(item catalogue.Item, now time.Time) []store.Slot {
	var out []store.Slot
	if !item.Bookable || item.SlotPlaces < 1 {
		return nil
	}
	end := int(h.Config.Close)
	if h.Config.Close == h.Config.Open {
		end = 24 * 60
	}
	day := h.dayAt(now)
	for days := 0; days < h.Config.SlotDays; {
		day = day.AddDays(1)
		midnight, _, err := queue.DayRange(day, h.zone, 0)
		if err != nil {
			return out
		}
		if wd := midnight.Weekday(); wd == time.Saturday || wd == time.Sunday {
			continue
		}
		days++
		for m := int(h.Config.Open); m+int(slotLength/time.Minute) <= end; m += int(slotLength / time.Minute) {
			start := time.Date(midnight.Year(), midnight.Month(), midnight.Day(), m/60, m%60, 0, 0, h.zone)
			out = append(out, store.Slot{
				ID:   item.Code + "." + start.Format("20060102.1504"),
				Item: item.Code, Day: day, Start: start, End: start.Add(slotLength), Capacity: item.SlotPlaces, Kept: item.SlotKept,
			})
		}
	}
	return out
}

// Slots returns the bookable times of an item with their free places.
func (in Intake) Slots(ctx context.Context, code string) (api.SlotsResponse, error) {
	now := in.Now()
	r := api.SlotsResponse{Slots: []operation.Slot{}, Time: now.UnixMilli()}
	item, ok := in.items[code]
	if !ok || !item.Bookable {
		return r, refuse(operation.CodeUnknownService, "the catalogue takes no bookings for "+quoted(code))
	}
	err := in.Store.Read(ctx, func(tx *store.Tx) error {
		free, err := tx.Free(code, in.dayAt(now), now)
		for _, s := range in.grid(item, now) {
			left, taken := free[s.ID]
			if !taken {
				left = s.Capacity - s.Kept
			}
			r.Slots = append(r.Slots, operation.Slot{ID: s.ID, Start: s.Start, End: s.End, Free: max(0, left)})
		}
		return err
	})
	return r, err
}

// Hold keeps places for a person who fills in the form, or lets them go. The
// same hold gets the same answer; its time does not begin anew.
func (in Intake) Hold(ctx context.Context, q api.HoldRequest) (r api.HoldResponse, err error) {
	item, ok := in.items[q.Item]
	if !ok || !item.Bookable {
		return r, refuse(operation.CodeUnknownService, "the catalogue takes no bookings for "+quoted(q.Item))
	}
	if !operation.ID(q.Hold).Valid() {
		return r, refuse(operation.CodeValidation, "hold is not a UUIDv7")
	}
	err = in.Store.Write(ctx, func(tx *store.Tx) error {
		r, err = in.hold(tx, item, q)
		return err
	})
	return r, err
}

func (in Intake) hold(tx *store.Tx, item catalogue.Item, q api.HoldRequest) (api.HoldResponse, error) {
	now := in.Now()
	held, until, err := tx.HeldSlots(q.Hold, now)
	if err != nil || q.Release {
		if err == nil {
			err = tx.EndHold(q.Hold, now)
		}
		return api.HoldResponse{}, err
	}
	slots, err := in.slotsFor(item, q.Slot, q.Persons, now)
	if err != nil {
		return api.HoldResponse{}, err
	}
	if len(held) > 0 {
		if !slices.Equal(held, names(slots)) {
			return api.HoldResponse{}, refuse(operation.CodeOpMismatch, "the hold keeps another time")
		}
		return api.HoldResponse{Until: until.UnixMilli()}, nil
	}
	ok, err := in.takeAll(tx, slots, false)
	if err != nil || !ok {
		if err == nil {
			err = refuse(operation.CodeSlotFull, "the slot has no place left")
		}
		return api.HoldResponse{}, err
	}
	until = now.Add(in.booking.HoldFor)
	for _, s := range slots {
		if err := tx.PutHold(q.Hold, s.ID, until); err != nil {
			return api.HoldResponse{}, err
		}
	}
	return api.HoldResponse{Until: until.UnixMilli()}, nil
}

// MissBookings ends the bookings to which nobody came. When no window was open
// during the booked time nobody is to blame.
func (h *Hall) MissBookings(ctx context.Context) error {
	now := h.Now()
	return h.Store.Write(ctx, func(tx *store.Tx) error {
		late, err := tx.NotUsed(now.Add(-h.booking.NoShow))
		if err != nil {
			return err
		}
		for _, b := range late {
			if b.End.IsZero() {
				b.End = b.Start.Add(slotLength)
			}
			if !h.booking.Missed(b.End, now) {
				continue
			}
			worked, err := tx.WorkedDuring(b.Start, b.End)
			if err != nil {
				return err
			}
			if err := tx.EndBooking(b.Op, store.NoShow, "", !worked); err != nil {
				return err
			}
		}
		return nil
	})
}
