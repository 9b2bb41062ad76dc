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
