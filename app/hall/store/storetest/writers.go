package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"hallway/app/hall/store"
	"hallway/queue"
)

// A read-then-write without any guard in the statements is safe, because
// nobody writes in between.
func writersSeeWhatWasCommittedBeforeThem(t *testing.T, s Suite) {
	const writers, rounds = 8, 12
	nodes := s.stores(t, 2)
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for range rounds {
				if err := nodes[w%2].Write(t.Context(), func(tx *store.Tx) error {
					n, err := tx.LastOf("x")
					if err != nil {
						return err
					}
					if m, err := tx.NextOf("x"); err != nil || m != n+1 {
						return errors.Join(err, fmt.Errorf("read %d, then counted to %d", n, m))
					}
					_, err = tx.AddEvent(store.Event{At: t0, Kind: fmt.Sprint(n)})
					return err
				}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if n := counted(t, nodes[0], "x"); n != writers*rounds {
		t.Errorf("counted to %d, want %d", n, writers*rounds)
	}
}

// Events are numbered without gaps in the order of commits, though some
// writers fail; and whoever reads number n finds all below it.
func eventsHaveNoGaps(t *testing.T, s Suite) {
	const writers, rounds = 8, 12
	nodes := s.stores(t, 2)
	fail := errors.New("no")
	var mu sync.Mutex
	got := map[int64]bool{}
	ctx, cancel := context.WithCancel(t.Context())
	var readers, wg sync.WaitGroup
	readers.Go(func() { followEvents(t, ctx, nodes[1]) })
	for w := range writers {
		wg.Go(func() {
			for round := range rounds {
				var seq int64
				err := nodes[w%2].Write(t.Context(), func(tx *store.Tx) (err error) {
					if seq, err = tx.AddEvent(store.Event{At: t0, Kind: "call"}); err == nil && round%3 == 2 {
						err = fail
					}
					return err
				})
				if round%3 == 2 && errors.Is(err, fail) {
					continue
				}
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				if got[seq] {
					t.Errorf("%d was given twice", seq)
				}
				got[seq] = true
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	cancel()
	readers.Wait()
	for n := int64(1); n <= int64(len(got)); n++ {
		if !got[n] {
			t.Errorf("%d is missing", n)
		}
	}
	if want := writers * rounds * 2 / 3; len(got) != want || counted(t, nodes[0], store.EventSequence) != int64(want) {
		t.Errorf("%d events, want %d", len(got), want)
	}
}

// followEvents reads as a screen does until ctx ends: the last number never
// goes back.
func followEvents(t *testing.T, ctx context.Context, db store.Store) {
	for last := int64(0); ctx.Err() == nil; {
		n := int64(0)
		err := db.Read(t.Context(), func(tx *store.Tx) (err error) {
			n, err = tx.LastOf(store.EventSequence)
			return err
		})
		if err != nil || n < last {
			t.Errorf("%d after %d, %v", n, last, err)
			return
		}
		last = n
	}
}

func numbersAreTakenOnceAndToTheEnd(t *testing.T, s Suite) {
	nodes := s.stores(t, 2)
	taken := map[int]bool{}
	var mu sync.Mutex
	var wg sync.WaitGroup
	for i := range 12 {
		wg.Go(func() {
			var from, to int
			var ok bool
			err := nodes[i%2].Write(t.Context(), func(tx *store.Tx) (err error) {
				from, to, ok, err = tx.TakeNumbers(day, "A", store.SeriesOffline, 801, 895, 10)
				return err
			})
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			for n := from; ok && n <= to; n++ {
				if taken[n] || n < 801 || n > 895 {
					t.Errorf("%d was taken again or is outside of the range", n)
				}
				taken[n] = true
			}
		})
	}
	wg.Wait()
	if len(taken) != 95 {
		t.Errorf("%d of 95 numbers were taken", len(taken))
	}
}

func slot(id string, capacity int) store.Slot {
	return store.Slot{ID: id, Item: "i", Day: "2026-11-24", Start: t0, End: t0.Add(time.Minute), Capacity: capacity}
}

// Two hundred takers of three places, on two nodes: three get one, also when
// the catalogue says more after the first.
func slotGivesItsPlacesAndNoMore(t *testing.T, s Suite) {
	nodes := s.stores(t, 2)
	must(t, nodes[0].Write(t.Context(), func(tx *store.Tx) error {
		_, err := tx.TakePlace(slot("s", 3), false, t0)
		return err
	}))
	var mu sync.Mutex
	got := 1
	var wg sync.WaitGroup
	for i := range 199 {
		wg.Go(func() {
			ok := false
			err := nodes[i%2].Write(t.Context(), func(tx *store.Tx) (err error) {
				ok, err = tx.TakePlace(slot("s", 99), false, t0)
				return err
			})
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				t.Error(err)
			} else if ok {
				got++
			}
		})
	}
	wg.Wait()
	if got != 3 {
		t.Errorf("%d places of 3 were taken", got)
	}
}

// Bookings of several slots that take them in opposite orders, on two nodes,
// all end, and each has all of its places or none.
func slotsInOppositeOrderDoNotLock(t *testing.T, s Suite) {
	const rounds = 20
	nodes := s.stores(t, 2)
	full := errors.New("full")
	orders := [2][]string{{"a", "b", "c"}, {"c", "b", "a"}}
	var wg sync.WaitGroup
	for i := range 2 * rounds {
		wg.Go(func() {
			err := nodes[i%2].Write(t.Context(), func(tx *store.Tx) error {
				for _, id := range orders[i%2] {
					if ok, err := tx.TakePlace(slot(id, rounds), false, t0); err != nil || !ok {
						return errors.Join(err, full)
					}
				}
				return nil
			})
			if err != nil && err.Error() != full.Error() {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	must(t, nodes[0].Read(t.Context(), func(tx *store.Tx) error {
		same(t, "free places", map[string]int{"a": 0, "b": 0, "c": 0}, fine(tx.Free("i", queue.Day(day), t0)))
		return nil
	}))
}
