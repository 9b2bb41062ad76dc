package outbox

import (
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"hallway/app/hall/api"
	"hallway/app/hall/client"
	"hallway/app/operation"
)

func TestTheCatalogueIsFetchedWhenItChanged(t *testing.T) {
	r := newRig(t)
	var fetched, changes atomic.Int32
	r.hall.set(fault{before: func(_ http.ResponseWriter, req *http.Request) bool {
		if req.URL.Path == api.PathCatalogue {
			fetched.Add(1)
		}
		return false
	}})
	stop := r.Watch(func() { changes.Add(1) })
	r.look(t.Context(), 0)
	r.look(t.Context(), 0)
	if fetched.Load() != 1 || changes.Load() == 0 || !r.Online() {
		t.Errorf("fetched %d times, %d changes, online %v", fetched.Load(), changes.Load(), r.Online())
	}
	stop()
	seen := changes.Load()
	r.hall.mu.Lock()
	r.hall.version = "2"
	r.hall.mu.Unlock()
	r.look(t.Context(), 0)
	if c, err := r.Catalogue(t.Context()); err != nil || c.Version != "2" || changes.Load() != seen {
		t.Errorf("Catalogue = %q, %v; %d calls after stop", c.Version, err, changes.Load()-seen)
	}
	r.hall.set(fault{before: status500})
	r.restart(t)
	if c, err := r.Catalogue(t.Context()); err != nil || c.Version != "2" || len(c.Items) != 3 {
		t.Errorf("after a restart without a hall: %+v, %v", c, err)
	}
	if h, ok := r.Hall(); !ok || h.ID != "0417" {
		t.Errorf("Hall = %+v, %v", h, ok)
	}
}

func TestOnlineFollowsTheHall(t *testing.T) {
	r := newRig(t)
	for i, c := range []struct {
		f    fault
		want bool
	}{{fault{}, true}, {fault{before: status500}, false}, {fault{}, true}, {fault{before: portal}, false}, {fault{before: strict}, false}} {
		r.hall.set(c.f)
		r.look(t.Context(), 0)
		if r.Online() != c.want {
			t.Errorf("%d: online %v", i, r.Online())
		}
	}
}

func TestLeasesAreFetchedForTodayAndTheNextServiceDay(t *testing.T) {
	r := newRig(t)
	r.hall.holidays = true
	r.look(t.Context(), 0)
	got := mustRow(t, r.store.reader, `SELECT group_concat(day || ' ' || lo || '-' || hi, ', ') FROM lease`)
	if got != "2026-11-23 700-709, 2026-11-26 700-709" {
		t.Errorf("leases: %s", got)
	}
	r.hall.holidays = false
	r.clock.move(10 * 24 * time.Hour)
	r.look(t.Context(), 0)
	got = mustRow(t, r.store.reader, `SELECT group_concat(day, ', ') FROM lease`)
	if got != "2026-11-26, 2026-12-03, 2026-12-04" {
		t.Errorf("ten days later leases of %s are kept", got)
	}
}

func TestALostLeaseAnswerCostsNoSecondBlock(t *testing.T) {
	r := newRig(t)
	r.hall.set(fault{after: func(w http.ResponseWriter, req *http.Request) bool {
		return req.URL.Path == api.PathLeases && cut(w, req)
	}})
	r.look(t.Context(), 0)
	r.restart(t)
	r.look(t.Context(), 0)
	if r.leasesLeft(t) != 0 {
		t.Fatal("an answer was not lost")
	}
	r.hall.set(fault{})
	r.look(t.Context(), 0)
	if r.leasesLeft(t) != 2*blockSize || len(r.hall.leases) != 2 {
		t.Errorf("%d numbers out of %d blocks at the hall, want %d out of 2", r.leasesLeft(t), len(r.hall.leases), 2*blockSize)
	}
}

func TestOperationsCarryTheHallsTime(t *testing.T) {
	r := newRig(t)
	r.hall.now = func() time.Time { return r.clock.Now().Add(7 * time.Hour) }
	r.look(t.Context(), 0)
	r.hall.set(fault{before: status500})
	r.restart(t) // the offset is known although the hall is away
	if ticket := r.mustTake(t); !ticket.IssuedAt.Equal(opened.Add(7 * time.Hour)) {
		t.Errorf("issued at %v by the hall's clock", ticket.IssuedAt)
	}
	var seen operation.Envelope
	if err := r.pendingOps(t.Context(), func(e operation.Envelope) bool { seen = e; return true }); err != nil {
		t.Fatal(err)
	}
	if seen.DeviceTime != opened.UnixMilli() || seen.HallOffset != (7*time.Hour).Milliseconds() {
		t.Errorf("device time %d, offset %d ms", seen.DeviceTime, seen.HallOffset)
	}
}

func TestAHallThatCannotBeUsedIsNotLearnt(t *testing.T) {
	for name, spoil := range map[string]func(*api.Hall){
		"suite": func(h *api.Hall) { h.Suite = "hpke-9" },
		"key":   func(h *api.Hall) { h.PublicKey = h.PublicKey[1:] },
		"zone":  func(h *api.Hall) { h.Zone = "Asia/Atlantis" },
		"id":    func(h *api.Hall) { h.ID = "41A" },
	} {
		r := newRig(t)
		r.hall.set(fault{before: func(w http.ResponseWriter, req *http.Request) bool {
			h := r.hall.info()
			spoil(&h)
			w.Header().Set("Content-Type", "application/json")
			return json.NewEncoder(w).Encode(h) == nil
		}})
		r.look(t.Context(), 0)
		if _, ok := r.Hall(); ok {
			t.Errorf("a hall with an unusable %s was learnt", name)
		}
	}
}

func TestACacheOfAnotherVersionIsLearntAnew(t *testing.T) {
	r := cutAt(t, true, func(r *rig) { r.mustTake(t) })
	if err := r.keep(t.Context(), cacheHall, []string{"another shape"}); err != nil {
		t.Fatal(err)
	}
	if _, err := r.store.writer.Exec(`UPDATE op SET state = 'pending', body = x'00' WHERE seq = 1; DELETE FROM op WHERE seq = 2`); err != nil {
		t.Fatal(err)
	}
	r.restart(t)
	if _, ok := r.Hall(); ok {
		t.Fatal("the hall is known out of a cache that does not fit")
	}
	r.look(t.Context(), 0)
	var kinds []operation.Kind
	if err := r.pendingOps(t.Context(), func(e operation.Envelope) bool { kinds = append(kinds, e.Kind); return true }); err != nil {
		t.Fatal(err)
	}
	if len(kinds) != 1 || kinds[0] != operation.TicketVoid {
		t.Errorf("waiting: %v, want the void of the number that nobody saw", kinds)
	}
}

// Three days without a hall, in fake time: everything arrives once, in order,
// within minutes of the hall's return, and the terminal did not ask all the
// time.
func TestT20ThreeDaysOffline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hall := newHall(t, time.Now)
		hall.block = 60
		var away atomic.Bool
		var tries atomic.Int32
		c := client.New("http://hall", "token", &http.Client{Transport: inProcess{hall, func() bool {
			tries.Add(1)
			return away.Load()
		}}})
		term, err := Open(t.Context(), Options{Dir: t.TempDir(), Terminal: "012", Hall: c, Random: rand.NewChaCha8([32]byte{7})})
		if err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := term.Close(); err != nil {
				t.Error(err)
			}
		}()
		r := &rig{Terminal: term, hall: hall, id: term.o.NewID}
		stop := r.running(t)
		time.Sleep(time.Minute)
		away.Store(true)
		want := 0
		for range 24 { // every three hours
			r.mustApply(t)
			want++
			if _, err := r.take(t); err == nil {
				want++
			} else {
				wantRefusal(t, err, operation.CodeNoLease)
				want++ // the void
			}
			time.Sleep(3 * time.Hour)
		}
		if r.Pending() != want || r.Online() {
			t.Fatalf("%d wait, want %d; online %v", r.Pending(), want, r.Online())
		}
		tries.Store(0)
		time.Sleep(time.Hour)
		if n := tries.Load(); n < 60 || n > 240 {
			t.Errorf("%d tries in an hour without a hall", n)
		}
		away.Store(false)
		back := time.Now()
		for r.Pending() > 0 && time.Since(back) < time.Hour {
			time.Sleep(time.Second)
		}
		if took := time.Since(back); took > 2*time.Minute {
			t.Errorf("the outbox was empty %v after the hall came back", took)
		}
		stop()
		if len(hall.arrived) != want || hall.seen != want {
			t.Errorf("%d operations took effect in %d deliveries, want %d", len(hall.arrived), hall.seen, want)
		}
		for i, e := range hall.arrived[1:] {
			if e.Seq <= hall.arrived[i].Seq || e.DeviceTime < hall.arrived[i].DeviceTime {
				t.Fatalf("operation %d arrived out of order", i+1)
			}
		}
	})
}
