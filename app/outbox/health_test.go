package outbox

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"hallway/app/operation"
	"hallway/app/outbox/crashfs"
	"hallway/app/outbox/oplog"
)

// ctx keeps the signatures of transactions in tests short.
type ctx = context.Context

// living are the journal's frames of what waits.
func (r *rig) living(t testing.TB) (frames []oplog.Frame) {
	t.Helper()
	err := r.store.tx(func(ctx ctx, tx *sql.Tx) (err error) {
		frames, err = r.store.living(ctx, tx)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return frames
}

func (r *rig) conditions(t testing.TB) []string {
	t.Helper()
	h, err := r.Health(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return h.Conditions
}

func TestHealthSaysSinceWhenAndWhy(t *testing.T) {
	r, d := crashRig(t, func(o *Options) { o.ReserveMB = 100 })
	if c := r.conditions(t); len(c) != 0 {
		t.Errorf("of an empty store: %v", c)
	}
	r.mustApply(t)
	since := r.clock.Now()
	r.clock.move(WaitingLong + time.Minute)
	c := courier{t: r.Terminal, limit: maxOps}
	c.round(t.Context())
	h, err := r.Health(t.Context())
	if err != nil || h.Waiting != 1 || !h.Oldest.Equal(since) || h.Delivery.Failures != 1 || h.Delivery.Why == "" || !slices.Equal(h.Conditions, []string{CondWaitingLong}) {
		t.Errorf("%+v, %v", h, err)
	}
	if seen, err := Inspect(t.Context(), r.opts.Dir); err != nil || seen.Delivery.Why != h.Delivery.Why {
		t.Errorf("from outside: %+v, %v", seen.Delivery, err)
	}
	d.SetFree(99)
	if c := r.conditions(t); !slices.Contains(c, CondDiskLow) {
		t.Errorf("on a full disk: %v", c)
	}
	_, err = r.apply(t, "A1")
	wantSentences(t, err, operation.CodeDiskLow)
	d.SetFree(1000)
	r.hall.set(fault{})
	c.round(t.Context())
	if h, err := r.Health(t.Context()); err != nil || h.Waiting != 0 || h.Delivery.Failures != 0 || len(h.Conditions) != 0 {
		t.Errorf("when all is delivered: %+v, %v", h, err)
	}
}

func TestTwoDiskErrorsWithinADayTakeTheTerminalOutOfService(t *testing.T) {
	r, d := crashRig(t)
	fail := func() {
		t.Helper()
		var once atomic.Bool
		d.Fault(func(c crashfs.Call) error {
			if c.Kind == crashfs.Sync && c.Name == dbFile+"-wal" && !once.Swap(true) {
				return syscall.EIO
			}
			return nil
		})
		_, err := r.apply(t, "A1")
		wantSentences(t, err, operation.CodeStore)
	}
	fail()
	r.mustApply(t)
	r.clock.move(failingWithin)
	fail()
	r.mustApply(t)
	r.clock.move(failingWithin / 2)
	fail()
	for range 2 {
		c := courier{t: r.Terminal, limit: maxOps}
		c.round(t.Context()) // what waits is delivered all the same
		_, err := r.apply(t, "A1")
		wantSentences(t, err, operation.CodeDiskFailing)
		if c := r.conditions(t); !slices.Contains(c, CondFailing) {
			t.Errorf("conditions %v", c)
		}
		r.restart(t)
	}
}

func TestADiskThatLiedTakesNothingWithoutTheHall(t *testing.T) {
	r, d := crashRig(t)
	r.mustApply(t)
	if err := r.store.checkpoint(t.Context()); err != nil {
		t.Fatal(err)
	}
	d.Lie(func(name string) bool { return name == dbFile+"-wal" })
	r.living(t) // the sentinel of the first operation has the old time
	r.clock.move(time.Minute)
	kept := r.mustApply(t)
	r.living(t) // behind it, so that the sentinel is written
	d.Cut()
	next, _, err := r.after(t, d, crashfs.Nothing, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := next.set(t, `SELECT receipt FROM op`); !got[kept.Receipt] {
		t.Errorf("stored are %v, %s was told", got, kept.Receipt)
	}
	if c := next.conditions(t); !slices.Contains(c, CondUntrusted) {
		t.Errorf("conditions %v", c)
	}
	_, err = next.apply(t, "A1")
	wantSentences(t, err, operation.CodeDiskFailing)
	next.hall.set(fault{})
	next.look(t.Context(), 0)
	next.mustApply(t)
}

// TestT8SlowDiskLeavesQuestionsAnswered lets an fsync hang: what the screens ask
// is answered meanwhile.
func TestT8SlowDiskLeavesQuestionsAnswered(t *testing.T) {
	r, d := crashRig(t)
	a := r.mustApply(t)
	begun, release := make(chan struct{}), make(chan struct{})
	var once atomic.Bool
	d.Fault(func(c crashfs.Call) error {
		if c.Kind == crashfs.Sync && !once.Swap(true) {
			close(begun)
			<-release
		}
		return nil
	})
	done := make(chan error, 1)
	go func() { _, err := r.apply(t, "A1"); done <- err }()
	<-begun
	if _, err := r.Catalogue(t.Context()); err != nil {
		t.Error(err)
	}
	if c, err := r.ownCases(t.Context(), a.Receipt); err != nil || len(c) != 1 {
		t.Errorf("%+v, %v", c, err)
	}
	if h, err := r.Health(t.Context()); err != nil || h.Waiting != 1 || r.Pending() != 1 || r.Online() {
		t.Errorf("%+v, %v", h, err)
	}
	select {
	case err := <-done:
		t.Errorf("accepted before the disk had it: %v", err)
	default:
	}
	close(release)
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// TestT10AStuckReaderIsSeen keeps a reader open while the log grows.
func TestT10AStuckReaderIsSeen(t *testing.T) {
	r, _ := crashRig(t)
	r.store.o.walAlarm = 4 << 20
	rows, err := r.store.reader.Query(`SELECT name FROM sqlite_schema`)
	if err != nil || !rows.Next() {
		t.Fatal(err)
	}
	defer rows.Close()
	big := operation.ApplicationBody{Item: "A1", Fields: map[string]string{"x": fmt.Sprintf("%060000d", 1)}}
	for range 80 {
		if _, err := r.acceptApplication(t.Context(), r.Terminal.hall.Load(), r.id(), big); err != nil {
			t.Fatal(err)
		}
	}
	if c := r.conditions(t); !slices.Contains(c, CondLogLarge) {
		t.Errorf("conditions %v", c)
	}
	if err := rows.Close(); err != nil {
		t.Fatal(err)
	}
	if err := r.store.checkpoint(t.Context()); err != nil {
		t.Fatal(err)
	}
	if c := r.conditions(t); len(c) != 0 {
		t.Errorf("without the reader: %v", c)
	}
}

// TestWhatTheHallHasIsWipedWhileTheTerminalRuns looks for a delivered body in
// every file of a terminal that goes on.
func TestWhatTheHallHasIsWipedWhileTheTerminalRuns(t *testing.T) {
	r := enrolledRig(t)
	r.online.Store(false)
	big := operation.ApplicationBody{Item: "A1", Fields: map[string]string{"x": fmt.Sprintf("%060000d", 1)}}
	var bodies [][]byte
	for range 3 {
		if _, err := r.acceptApplication(t.Context(), r.Terminal.hall.Load(), r.id(), big); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.pendingOps(t.Context(), func(e operation.Envelope) bool { bodies = append(bodies, e.Body); return true }); err != nil {
		t.Fatal(err)
	}
	c := courier{t: r.Terminal, limit: maxOps}
	for range 3 {
		c.round(t.Context())
	}
	if r.Pending() != 0 {
		t.Fatalf("%d wait", r.Pending())
	}
	all := readAll(t, r.opts.Dir)
	for _, b := range bodies {
		if strings.Contains(all, string(b[:200])) || strings.Contains(all, string(b[len(b)-200:])) {
			t.Error("a body that the hall has is on the disk")
		}
	}
}

// TestWhatEndedLongAgoIsForgotten keeps what waits, what something younger
// replaces, and the end of the chain.
func TestWhatEndedLongAgoIsForgotten(t *testing.T) {
	r, _ := crashRig(t)
	r.mustTake(t)
	r.mustApply(t)
	r.hall.set(fault{})
	c := courier{t: r.Terminal, limit: maxOps}
	c.round(t.Context())
	r.hall.set(fault{before: onlyOps(status500)})
	r.mustApply(t)
	r.clock.move((keepEnded + 1) * 24 * time.Hour)
	if _, err := r.store.writer.Exec(`DELETE FROM number`); err != nil {
		t.Fatal(err)
	}
	if err := r.care(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := mustRow(t, r.store.reader, `SELECT group_concat(seq || ' ' || state) FROM op`); got != "4 pending" {
		t.Errorf("left are %s", got)
	}
	r.mustApply(t)
	r.restart(t)
	if r.Pending() != 2 {
		t.Errorf("%d wait", r.Pending())
	}
}
