package outbox

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"hallway/app/hall/api"
	"hallway/app/operation"
)

func TestAfterAnOutageEverythingArrivesOnceInOrder(t *testing.T) {
	r := enrolledRig(t)
	r.hall.set(fault{before: status500})
	r.mustApply(t)
	r.mustTake(t)
	r.clock.move(time.Minute)
	r.mustApply(t)
	if _, err := r.book(t, "s1"); err != nil {
		t.Fatal(err)
	}
	r.clock.move(time.Minute)
	r.mustTake(t)
	r.hall.set(fault{})
	r.running(t)
	eventually(t, "everything is delivered", func() bool { return r.Pending() == 0 })
	want := []operation.Kind{operation.ApplicationSubmit, operation.TicketOffline, operation.ApplicationSubmit,
		operation.AppointmentRequest, operation.TicketOffline}
	if got := r.hall.kinds(); !slices.Equal(got, want) {
		t.Errorf("the hall got %v, want %v", got, want)
	}
	if !slices.IsSortedFunc(r.hall.arrived, func(a, b operation.Envelope) int { return int(a.DeviceTime - b.DeviceTime) }) {
		t.Error("operations arrived out of the order of time")
	}
	wantStates(t, r, "application.submit settled", "ticket.issue replaced", "ticket.offline settled", "application.submit settled",
		"appointment.book replaced", "appointment.request settled", "ticket.issue replaced", "ticket.offline settled")
}

func TestALostAnswerIsAskedForAgainAndTakesEffectOnce(t *testing.T) {
	r := enrolledRig(t)
	var lost atomic.Int32
	r.hall.set(fault{after: onlyOps(func(w http.ResponseWriter, req *http.Request) bool { return lost.Add(1) <= 2 && cut(w, req) })})
	r.running(t)
	a := r.mustApply(t)
	eventually(t, "the application is settled", func() bool { return r.Pending() == 0 })
	if len(r.hall.arrived) != 1 || r.hall.seen != 3 {
		t.Errorf("%d applications took effect after %d deliveries, want 1 after 3", len(r.hall.arrived), r.hall.seen)
	}
	if c, err := r.ownCases(t.Context(), a.Receipt); err != nil || c[0].Ref != "HALL-1" {
		t.Errorf("own case %+v, %v", c, err)
	}
}

func TestAnApplicationSaysWhetherTheHallHasIt(t *testing.T) {
	r := enrolledRig(t, func(o *Options) { o.Answer = 10 * time.Second })
	if a := r.mustApplyFor(t, "not running"); a.Delivered || a.Receipt != "0417-012-261123-0001-5" {
		t.Errorf("without a hall that answers: %+v", a)
	}
	r.running(t)
	eventually(t, "the hall is there", r.Online)
	if a := r.mustApply(t); !a.Delivered || !strings.HasPrefix(a.ServerRef, "HALL-") {
		t.Errorf("with the hall: %+v", a)
	}
	_, err := r.apply(t, "bad")
	wantRefusal(t, err, operation.CodeValidation)
}

// mustApplyFor files an application while the link counts as down.
func (r *rig) mustApplyFor(t testing.TB, why string) operation.Accepted {
	t.Helper()
	r.online.Store(false)
	t.Log("link is taken for down:", why)
	return r.mustApply(t)
}

func TestARefusalByRuleIsSettledAndOneByMistakeNeedsAPerson(t *testing.T) {
	r := enrolledRig(t)
	for _, item := range []string{"bad", "A1"} {
		if _, err := r.acceptApplication(t.Context(), r.Terminal.hall.Load(), r.id(), operation.ApplicationBody{Item: item}); err != nil {
			t.Fatal(err)
		}
	}
	r.online.Store(false)
	r.hall.set(fault{before: status500})
	if _, err := r.book(t, "full"); err != nil {
		t.Fatal(err)
	}
	r.hall.set(fault{})
	r.running(t)
	eventually(t, "everything is answered", func() bool { return r.Pending() == 0 })
	wantStates(t, r, "application.submit attention body", "application.submit settled",
		"appointment.book replaced", "appointment.request settled")
}

func TestB27OneOperationThatTheHallPutsOffDoesNotStopTheRest(t *testing.T) {
	r := enrolledRig(t)
	r.online.Store(false)
	stuck := r.mustApply(t)
	r.mustApply(t)
	r.hall.set(fault{before: onlyOps(func(w http.ResponseWriter, req *http.Request) bool {
		b, _ := io.ReadAll(req.Body)
		var parts []string
		for _, e := range decoded[api.SubmitRequest](b).Ops {
			status := "applied"
			if e.Receipt == stuck.Receipt {
				status = "retry"
			}
			parts = append(parts, fmt.Sprintf(`{"op_id":%q,"status":%q}`, e.ID, status))
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintf(w, `{"results":[%s]}`, strings.Join(parts, ","))
		return true
	})})
	r.running(t)
	eventually(t, "only the stuck operation waits", func() bool { return r.Pending() == 1 })
	wantStates(t, r, "application.submit pending body", "application.submit settled")
	r.hall.set(fault{})
	eventually(t, "the stuck operation is delivered", func() bool { return r.Pending() == 0 })
}

func TestABatchThatTheHallCannotReadIsSplitUntilTheCulpritStandsAlone(t *testing.T) {
	r := enrolledRig(t)
	r.online.Store(false)
	var culprit operation.Accepted
	for i := range 7 {
		if a := r.mustApply(t); i == 4 {
			culprit = a
		}
	}
	r.hall.set(fault{before: onlyOps(func(w http.ResponseWriter, req *http.Request) bool {
		b, _ := io.ReadAll(req.Body)
		if !strings.Contains(string(b), culprit.Receipt) {
			return false
		}
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(400)
		_, _ = io.WriteString(w, `{"title":"Bad Request","status":400}`)
		return true
	})})
	r.running(t)
	eventually(t, "everything is answered", func() bool { return r.Pending() == 0 })
	want := slices.Repeat([]string{"application.submit settled"}, 7)
	want[4] = "application.submit attention body"
	wantStates(t, r, want...)
}

func TestABatchStaysWithinItsLimits(t *testing.T) {
	r := enrolledRig(t)
	r.online.Store(false)
	r.mustEnrolAndApply(t, 60)
	c := courier{t: r.Terminal, limit: maxOps}
	if batch, err := c.next(t.Context()); err != nil || len(batch) != maxOps || batch[0].Seq != 1 {
		t.Errorf("batch of %d, %v", len(batch), err)
	}
	big := operation.ApplicationBody{Item: "A1", Fields: map[string]string{"x": strings.Repeat("x", 60<<10)}}
	for range 20 {
		if _, err := r.acceptApplication(t.Context(), r.Terminal.hall.Load(), r.id(), big); err != nil {
			t.Fatal(err)
		}
	}
	r.hall.set(fault{before: onlyOps(func(_ http.ResponseWriter, req *http.Request) bool {
		if b, _ := io.ReadAll(req.Body); len(b) > operation.MaxBatch {
			t.Errorf("a delivery has %d bytes", len(b))
		}
		return false
	})})
	r.running(t)
	eventually(t, "everything is delivered", func() bool { return r.Pending() == 0 })
}

func TestTheHallIsNotAskedEarlierThanItSaid(t *testing.T) {
	r := enrolledRig(t)
	r.online.Store(false)
	r.hall.set(fault{before: onlyOps(func(w http.ResponseWriter, _ *http.Request) bool {
		w.Header().Set("Retry-After", "120")
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(503)
		_, _ = io.WriteString(w, `{"title":"Busy","status":503}`)
		return true
	})})
	r.mustApply(t)
	c := courier{t: r.Terminal, limit: maxOps}
	if pause := c.round(t.Context()); pause < 120*time.Second || time.Until(c.notBefore) < 119*time.Second {
		t.Errorf("pause %v, not before %v", pause, time.Until(c.notBefore))
	}
}

func TestPausesGrowToFiveMinutesAndAreSpread(t *testing.T) {
	r := newRig(t)
	for n, top := range map[int]time.Duration{0: time.Second, 3: 8 * time.Second, 20: 300 * time.Second, 4000: 300 * time.Second} {
		var lo, hi time.Duration = top, 0
		for range 2000 {
			p := r.backoff(n)
			lo, hi = min(lo, p), max(hi, p)
		}
		if lo > top/10 || hi < top*9/10 || hi >= top {
			t.Errorf("after %d failures pauses are %v to %v, want 0 to %v", n, lo, hi, top)
		}
	}
}

// TestT20TerminalsDoNotReturnTogether spreads those whose hall was away for long.
func TestT20TerminalsDoNotReturnTogether(t *testing.T) {
	r := newRig(t)
	if p := r.returnPause(); p != 0 {
		t.Errorf("after a short outage the pause is %v", p)
	}
	var lo, hi time.Duration = returnSpread, 0
	for range 2000 {
		r.away.Store(int64(2 * longAway))
		p := r.returnPause()
		lo, hi = min(lo, p), max(hi, p)
	}
	if hi-lo < returnSpread*8/10 || hi >= returnSpread {
		t.Errorf("pauses are %v to %v, want 0 to %v", lo, hi, returnSpread)
	}
}

func TestNothingPersonalIsInTheStoreOrTheLog(t *testing.T) {
	var log strings.Builder
	r := enrolledRig(t, func(o *Options) { o.Log = slogTo(&log) })
	r.hall.set(fault{before: status500})
	r.mustTake(t)
	r.mustApply(t)
	if _, err := r.book(t, "s1"); err != nil {
		t.Fatal(err)
	}
	r.hall.set(fault{})
	r.look(t.Context(), 0)
	files := readAll(t, snapshot(t, r.opts.Dir)) + log.String()
	for _, secret := range []string{"张三丰", "110101194912310016", "19491231", "13800000000"} {
		if strings.Contains(files, secret) {
			t.Errorf("%q is readable in the store or the log", secret)
		}
	}
}

func TestABodyIsWipedWhenTheHallHasIt(t *testing.T) {
	r := enrolledRig(t)
	r.online.Store(false)
	r.mustApply(t)
	var sealed []byte
	if err := r.pendingOps(t.Context(), func(e operation.Envelope) bool { sealed = e.Body; return true }); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(readAll(t, snapshot(t, r.opts.Dir)), string(sealed)) {
		t.Fatal("the sealed body is not in the store while it waits")
	}
	stop := r.running(t)
	eventually(t, "it is delivered", func() bool { return r.Pending() == 0 })
	stop()
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(readAll(t, r.opts.Dir), string(sealed)) {
		t.Error("the sealed body is still in the store after it was delivered")
	}
}

// TestARotatedKeySealsWhatComesNext keeps what was sealed before as it is: sealing
// again would make other bytes of the same operation.
func TestARotatedKeySealsWhatComesNext(t *testing.T) {
	r := enrolledRig(t)
	r.online.Store(false)
	r.mustApply(t)
	old := r.hall.key
	fresh, err := operation.GenerateKey()
	if err != nil {
		t.Fatal(err)
	}
	r.hall.mu.Lock()
	r.hall.key = fresh
	r.hall.mu.Unlock()
	r.hall.set(fault{before: onlyOps(status500)})
	r.look(t.Context(), 0)
	r.online.Store(false)
	r.mustApply(t)
	keys := []operation.PrivateKey{old, fresh}
	err = r.pendingOps(t.Context(), func(e operation.Envelope) bool {
		k := keys[e.Seq-1]
		if _, err := operation.OpenBody[operation.ApplicationBody](k, e); err != nil || e.Key != k.Public().ID() {
			t.Errorf("operation %d is sealed to %s: %v", e.Seq, e.Key, err)
		}
		return true
	})
	if err != nil {
		t.Fatal(err)
	}
}
