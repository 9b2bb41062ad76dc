package outbox

import (
	"context"
	"errors"
	"reflect"
	"time"

	"hallway/app/hall/api"
	"hallway/app/operation"
)

// look asks the hall for everything that a terminal needs when the hall is
// away. turn chooses whose bookable times are asked for. It reports whether the
// hall was there.
func (t *Terminal) look(ctx context.Context, turn int) bool {
	info, err := t.o.Hall.Hall(ctx)
	t.heard(err)
	if err == nil {
		err = t.learn(ctx, info)
	}
	if err == nil {
		err = errors.Join(t.freshCatalogue(ctx, info.Catalogue), t.freshLeases(ctx, info), t.freshSlots(ctx, turn))
	}
	err = errors.Join(err, t.care(ctx), t.report(ctx))
	if err != nil && ctx.Err() == nil {
		t.o.Log.Warn("hall's data could not be refreshed", "err", err)
	}
	return t.Online()
}

// offsetDrift is how far the measured offset may move before it is stored
// again: a commit every 30 s would wear the disk for nothing.
const offsetDrift = time.Second

// learn takes up what the hall says about itself and stores what changed.
func (t *Terminal) learn(ctx context.Context, h api.Hall) error {
	offset, _ := t.o.Hall.Offset()
	h.Time = 0 // is known as the offset
	info, err := newHallInfo(cachedHall{Hall: h, OffsetMS: offset.Milliseconds()})
	if err != nil {
		return err
	}
	old := t.hall.Load()
	if old != nil && reflect.DeepEqual(old.Hall, h) {
		drift := time.Duration(old.OffsetMS)*time.Millisecond - offset
		if drift.Abs() < offsetDrift {
			return nil
		}
	}
	if err := t.keep(ctx, cacheHall, info.cachedHall); err != nil {
		return err
	}
	t.hall.Store(info)
	t.watch.call()
	if old == nil { // orphans could not be replaced without the hall's key
		return t.adoptOrphans(ctx)
	}
	return nil
}

// freshCatalogue fetches the catalogue when the hall has another version.
func (t *Terminal) freshCatalogue(ctx context.Context, version string) error {
	if c := t.goods.Load(); c != nil && c.Version == version {
		return nil
	}
	return t.fetchCatalogue(ctx)
}

func (t *Terminal) fetchCatalogue(ctx context.Context) error {
	c, err := t.o.Hall.Catalogue(ctx)
	t.heard(err)
	if err != nil {
		return err
	}
	if len(c.Items) == 0 {
		return errors.New("outbox: the hall sent an empty catalogue")
	}
	if err := t.keep(ctx, cacheCatalogue, c); err != nil {
		return err
	}
	t.goods.Store(&c)
	t.watch.call()
	return nil
}

// freshSlots fetches the bookable times of one item, each in its turn, so that
// a terminal without a hall has something to offer. One item a look is little
// traffic and still reaches twenty items in ten minutes.
func (t *Terminal) freshSlots(ctx context.Context, turn int) error {
	c := t.goods.Load()
	if c == nil {
		return nil
	}
	var bookable []string
	for _, i := range c.Items {
		if i.Bookable {
			bookable = append(bookable, i.Code)
		}
	}
	if len(bookable) == 0 {
		return nil
	}
	_, err := t.fetchSlots(ctx, bookable[turn%len(bookable)])
	return err
}

// storedSlots are bookable times as they are cached.
type storedSlots struct {
	Slots []operation.Slot `json:"slots"`
	AsOf  int64            `json:"as_of"` // unix ms, hall's clock
}

func (t *Terminal) fetchSlots(ctx context.Context, item string) (storedSlots, error) {
	r, err := t.o.Hall.Slots(ctx, item)
	t.heard(err)
	if err != nil {
		return storedSlots{}, err
	}
	s := storedSlots{Slots: r.Slots, AsOf: r.Time}
	return s, t.keep(ctx, cacheSlots+item, s)
}
