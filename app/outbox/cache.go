package outbox

import (
	"context"
	"errors"
	"fmt"
	"time"
	_ "time/tzdata" // the hall's zone must be known on a machine without zone files

	"hallway/app/hall/api"
	"hallway/app/hall/catalogue"
	"hallway/app/operation"
	"hallway/queue"
)

// hallInfo is what the hall said about itself, ready for use.
type hallInfo struct {
	cachedHall
	key  operation.PublicKey
	zone *time.Location
}

// cachedHall is hallInfo as it is stored. Offset lets a terminal that starts
// without a hall stamp its operations with the hall's time.
type cachedHall struct {
	Hall     api.Hall `json:"hall"`
	OffsetMS int64    `json:"offset_ms"`
}

// newHallInfo checks what a hall says about itself.
func newHallInfo(c cachedHall) (*hallInfo, error) {
	key, err := operation.ParsePublicKey(c.Hall.Suite, c.Hall.PublicKey)
	if err != nil {
		return nil, err
	}
	if err := (operation.Receipt{Centre: c.Hall.ID, Terminal: "000", Day: "2000-01-01", Seq: 1}).Validate(); err != nil {
		return nil, fmt.Errorf("outbox: the hall's id: %w", err)
	}
	zone, err := time.LoadLocation(c.Hall.Zone)
	if err != nil {
		return nil, fmt.Errorf("outbox: the hall's time zone: %w", err)
	}
	return &hallInfo{cachedHall: c, key: key, zone: zone}, nil
}

// day is the service day at the hall's time now.
func (h *hallInfo) day(now time.Time) string {
	return string(queue.ServiceDay(now, h.zone, time.Duration(h.Hall.DayChange)*time.Minute))
}

// enrolled returns the hall's data, or a Refusal with CodeNotEnrolled when this
// terminal never reached its hall.
func (t *Terminal) enrolled() (*hallInfo, error) {
	h := t.hall.Load()
	if h == nil {
		return nil, refuse(operation.CodeNotEnrolled, errors.New("outbox: the hall was never reached: check its address and this terminal's token"))
	}
	return h, nil
}

// Hall returns what the hall last said about itself, and false when this
// terminal never reached it.
func (t *Terminal) Hall() (api.Hall, bool) {
	h := t.hall.Load()
	if h == nil {
		return api.Hall{}, false
	}
	return h.Hall, true
}

// Catalogue returns what the hall offers, as last seen. Without one it asks the
// hall; when that fails too, the Refusal is CodeNotEnrolled. The slices of the
// answer are shared and must not be changed.
func (t *Terminal) Catalogue(ctx context.Context) (catalogue.Catalogue, error) {
	if c := t.goods.Load(); c != nil {
		return *c, nil
	}
	ctx, cancel := context.WithTimeout(ctx, t.o.Answer)
	defer cancel()
	if err := t.fetchCatalogue(ctx); err != nil {
		return catalogue.Catalogue{}, refuse(operation.CodeNotEnrolled, err)
	}
	return *t.goods.Load(), nil
}

// item looks an item and its pool up in the catalogue.
func (t *Terminal) item(code string) (catalogue.Item, catalogue.Pool, bool) {
	c := t.goods.Load()
	if c == nil {
		return catalogue.Item{}, catalogue.Pool{}, false
	}
	for _, i := range c.Items {
		if i.Code != code {
			continue
		}
		for _, p := range c.Pools {
			if p.ID == i.Pool {
				return i, p, true
			}
		}
	}
	return catalogue.Item{}, catalogue.Pool{}, false
}

// hallNow is the hall's time as well as this terminal knows it, and how far it
// is ahead of the terminal's own clock.
func (t *Terminal) hallNow() (time.Time, time.Duration) {
	offset, ok := t.o.Hall.Offset()
	if h := t.hall.Load(); !ok && h != nil {
		offset = time.Duration(h.OffsetMS) * time.Millisecond
	}
	return t.o.Now().Add(offset), offset
}

// loadCache takes up what the hall said before the last stop.
func (t *Terminal) loadCache(ctx context.Context) error {
	h, ok, err := cached[cachedHall](ctx, t, cacheHall)
	if err != nil {
		return err
	}
	if ok {
		info, err := newHallInfo(h)
		if err != nil {
			t.o.Log.Warn("what the hall said before is of no use now", "err", err)
		} else {
			t.hall.Store(info)
		}
	}
	c, ok, err := cached[catalogue.Catalogue](ctx, t, cacheCatalogue)
	if ok {
		t.goods.Store(&c)
	}
	return err
}
