package hall

import (
	"context"
	"fmt"
	"time"

	"hallway/app/hall/api"
	"hallway/app/hall/catalogue"
	"hallway/app/hall/store"
	"hallway/app/operation"
	"hallway/queue"
)

// slotLength is the length of every bookable time.
const slotLength = 30 * time.Minute

// application files an application.
func (a *attempt) application(b operation.ApplicationBody) error {
	item, ok := a.items[b.Item]
	if !ok || !item.Apply {
		return refuse(operation.CodeUnknownService, "the catalogue takes no applications for "+quoted(b.Item))
	}
	if err := a.checkSubmission(b.Holder); err != nil {
		return err
	}
	if err := checkForm(item.Form, b.Fields); err != nil {
		return err
	}
	day := a.dayAt(a.now)
	n, err := a.tx.NextOf("application " + string(day))
	if err != nil {
		return err
	}
	begin, _, err := queue.DayRange(day, a.zone, a.change)
	if err != nil {
		return err
	}
	a.result.ServerRef = fmt.Sprintf("%s-%s-%05d", a.Config.ID, begin.Format("20060102"), n)
	return a.tx.PutApplication(store.Application{
		Op: a.e.ID, Ref: a.result.ServerRef, Receipt: a.e.Receipt, Item: b.Item,
		PersonKey: a.Keys.personKey(&b.Holder), State: "received", At: a.lodged,
	})
}

// checkSubmission checks what applications and bookings have in common.
func (a *attempt) checkSubmission(p operation.Holder) error {
	if a.e.Receipt == "" {
		return refuse(operation.CodeValidation, "the receipt number is missing")
	}
	return checkHolder(p)
}

// book takes a place in a slot, now.
func (a *attempt) book(b operation.BookingBody) error {
	slot, err := a.bookable(b, a.now)
	if err != nil {
		return err
	}
	if !slot.Start.After(a.now) {
		return refuse(operation.CodeSlotUnknown, "the slot has begun")
	}
	ok, err := a.tx.TakePlace(slot)
	if err != nil {
		return err
	}
	if !ok {
		return refuse(operation.CodeSlotFull, "the slot has no place left")
	}
	return a.putBooking(b, slot, store.Booked)
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
	slot, err := a.bookable(b, a.lodged)
	if err != nil {
		return err
	}
	state := store.Requested
	if slot.Start.After(a.now) {
		ok, err := a.tx.TakePlace(slot)
		if err != nil {
			return err
		}
		if ok {
			state = store.Booked
		}
	}
	return a.putBooking(b, slot, state)
}

// bookable returns the slot that a booking names, as the slots were at asked.
func (a *attempt) bookable(b operation.BookingBody, asked time.Time) (store.Slot, error) {
	item, ok := a.items[b.Item]
	if !ok || !item.Bookable {
		return store.Slot{}, refuse(operation.CodeUnknownService, "the catalogue takes no bookings for "+quoted(b.Item))
	}
	if err := a.checkSubmission(b.Holder); err != nil {
		return store.Slot{}, err
	}
	if b.Phone != "" && !isPhone(b.Phone) {
		return store.Slot{}, refuse(operation.CodeValidation, "the telephone number is wrong")
	}
	for _, s := range a.grid(item, asked) {
		if s.ID != b.Slot {
			continue
		}
		has, err := a.tx.HasBooking(a.Keys.personKey(&b.Holder), b.Item, s.Day)
		if err == nil && has {
			err = refuse(operation.CodeAlreadyBooked, "the person has a booking for the item on that day")
		}
		return s, err
	}
	return store.Slot{}, refuse(operation.CodeSlotUnknown, "there is no such slot")
}

// putBooking stores a booking and answers with it.
func (a *attempt) putBooking(b operation.BookingBody, s store.Slot, state string) error {
	ok, err := a.tx.PutBooking(store.Booking{
		Op: a.e.ID, Receipt: a.e.Receipt, Item: b.Item, Slot: s.ID, Day: s.Day,
		PersonKey: a.Keys.personKey(&b.Holder), State: state, Start: s.Start, At: a.lodged,
	})
	if err == nil && !ok {
		err = fmt.Errorf("booking: %w", store.ErrChanged)
	}
	a.result.Booking = &operation.BookingAnswer{State: state, Slot: s.ID, Start: s.Start.UnixMilli()}
	return err
}

// grid returns the bookable times of an item as they are at now: half hours
// between the hall's opening and closing on the coming working days.
func (h *Hall) grid(item catalogue.Item, now time.Time) []store.Slot {
	var out []store.Slot
	if !item.Bookable || item.SlotPlaces < 1 {
		return nil
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
		end := int(h.Config.Close)
		if h.Config.Close == h.Config.Open {
			end = 24 * 60
		}
		for m := int(h.Config.Open); m+int(slotLength/time.Minute) <= end; m += int(slotLength / time.Minute) {
			start := time.Date(midnight.Year(), midnight.Month(), midnight.Day(), m/60, m%60, 0, 0, h.zone)
			out = append(out, store.Slot{
				ID:   item.Code + "." + start.Format("20060102.1504"),
				Item: item.Code, Day: day, Start: start, End: start.Add(slotLength), Capacity: item.SlotPlaces,
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
		free, err := tx.Free(code, in.dayAt(now))
		for _, s := range in.grid(item, now) {
			left, taken := free[s.ID]
			if !taken {
				left = s.Capacity
			}
			r.Slots = append(r.Slots, operation.Slot{ID: s.ID, Start: s.Start, End: s.End, Free: left})
		}
		return err
	})
	return r, err
}

// Cases returns how things stand for a receipt number or a person.
func (in Intake) Cases(ctx context.Context, q api.CasesRequest) (api.CasesResponse, error) {
	r := api.CasesResponse{Cases: []operation.Case{}, Time: in.Now().UnixMilli()}
	receipt, person, err := in.caseKey(q)
	if err != nil {
		return r, err
	}
	err = in.Store.Read(ctx, func(tx *store.Tx) error {
		var found []operation.Case
		if person != "" {
			found, err = tx.CasesOf(person)
		} else {
			found, err = tx.CasesByReceipt(receipt)
		}
		r.Cases = append(r.Cases, found...)
		return err
	})
	return r, err
}

// caseKey returns what to look for; exactly one is not empty.
func (in Intake) caseKey(q api.CasesRequest) (receipt, person string, err error) {
	if (q.Receipt == "") == (len(q.Person) == 0) {
		return "", "", refuse(operation.CodeValidation, "ask by receipt or by person")
	}
	if q.Receipt != "" {
		r, err := operation.ParseReceipt(q.Receipt)
		if err != nil {
			return "", "", refuse(operation.CodeValidation, err.Error())
		}
		return r.String(), "", nil
	}
	holder, err := operation.OpenHolder(in.Keys.Seal, q.Person)
	if err != nil {
		return "", "", refuse(operation.CodeMalformed, err.Error())
	}
	if err := checkHolder(holder); err != nil {
		return "", "", err
	}
	return "", in.Keys.personKey(&holder), nil
}
