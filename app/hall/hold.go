package hall

import (
	"context"
	"slices"

	"hallway/app/hall/api"
	"hallway/app/hall/catalogue"
	"hallway/app/hall/store"
	"hallway/app/operation"
)

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
