package outbox

import (
	"bytes"
	"database/sql"
	"errors"
	"slices"
	"testing"
	"time"

	"hallway/app/operation"
	"hallway/devices"
)

func TestAnExportHoldsWhatWaitsAndOnlyTheHallReadsIt(t *testing.T) {
	r := busyRig(t)
	want := r.model(t)
	ctx, dir := t.Context(), r.opts.Dir
	if _, err := Export(ctx, dir, opened, &bytes.Buffer{}); !errors.Is(err, devices.ErrBusy) {
		t.Errorf("exported while the terminal runs: %v", err)
	}
	c, err := Inspect(ctx, dir)
	if err != nil || c.Terminal != "012" || len(c.Waiting) != len(want.live) || !slices.IsSortedFunc(c.Waiting, func(a, b Waiting) int { return a.Since.Compare(b.Since) }) {
		t.Errorf("while it runs: %+v, %v", c, err)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	head, err := Export(ctx, dir, opened, &file)
	if err != nil || head.Ops != len(want.live) {
		t.Fatalf("%+v, %v", head, err)
	}
	for _, secret := range []string{"张三丰", "110101194912310016", "13800000000", "0417-012"} {
		if bytes.Contains(file.Bytes(), []byte(secret)) {
			t.Errorf("%q is readable in the export", secret)
		}
	}
	again, sealed, err := ReadExport(file.Bytes())
	if err != nil || again != head {
		t.Fatalf("%+v, %v", again, err)
	}
	e, err := operation.OpenExport(r.hall.key, sealed)
	if err != nil || len(e.Ops) != head.Ops {
		t.Fatalf("%d operations, %v", len(e.Ops), err)
	}
	for _, op := range e.Ops {
		if err := op.Validate(); err != nil || want.live[op.ID] == "" {
			t.Errorf("operation %s: %v", op.ID, err)
		}
	}
	if err := Drained(ctx, dir, nil); !errors.Is(err, ErrWaiting) {
		t.Errorf("drained: %v", err)
	}
	other := head
	other.Sum = ""
	if err := Reset(ctx, dir, &other, false); !errors.Is(err, ErrWaiting) {
		t.Errorf("removed with another export: %v", err)
	}
	if err := Reset(ctx, dir, &head, false); err != nil {
		t.Error(err)
	}
	if err := Drained(ctx, dir, nil); err != nil {
		t.Errorf("after the reset: %v", err)
	}
}

func TestAPersonDecidesAboutWhatACrashLeft(t *testing.T) {
	r := busyRig(t)
	before := r.model(t)
	// The last operation reached the journal and not the database.
	known := r.living(t)
	last := known[len(known)-1]
	id := r.id()
	last.Op.ID, last.Op.Kept, last.Op.State, last.Op.Receipt, last.Op.Replaces, last.Op.Number = id, false, "", "", "", nil
	last.Seq += 10
	err := r.store.tx(func(ctx, *sql.Tx) error { return errors.Join(r.store.log.Append(last), r.store.log.Sync()) })
	if err != nil {
		t.Fatal(err)
	}
	next := *r
	next.opts.Dir, next.opts.Disk = snapshot(t, r.opts.Dir), nil
	next.start(t)
	before.want(t, "what was not committed", next.model(t))
	h, err := next.Health(t.Context())
	if err != nil || h.Unconfirmed != 1 || !slices.Contains(h.Conditions, CondUnconfirmed) {
		t.Errorf("%+v, %v", h, err)
	}
	if err := next.Close(); err != nil {
		t.Fatal(err)
	}
	if err := Retry(t.Context(), next.opts.Dir, id, opened); err != nil {
		t.Fatal(err)
	}
	next.start(t)
	if got := next.model(t).live[id]; got == "" {
		t.Error("what a person sent does not wait")
	}
	if n := mustRow(t, next.store.reader, `SELECT count(*) FROM audit WHERE actor = 'technician'`); n != "1" {
		t.Errorf("%s entries in the audit trail", n)
	}
}

func TestWhatNobodyDecidedAboutIsDroppedADayLater(t *testing.T) {
	r := enrolledRig(t)
	err := r.store.tx(func(ctx ctx, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO unconfirmed VALUES ('x', 'application.submit', ?, CAST('{}' AS BLOB))`, r.clock.Now().UnixMilli())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		wait time.Duration
		left int
	}{{unconfirmedFor - time.Minute, 1}, {2 * time.Minute, 0}} {
		r.clock.move(step.wait)
		r.restart(t)
		if h, err := r.Health(t.Context()); err != nil || h.Unconfirmed != step.left {
			t.Errorf("after %v: %d, %v", step.wait, h.Unconfirmed, err)
		}
	}
	for _, stmt := range []string{`DELETE FROM audit`, `UPDATE audit SET detail = ''`} {
		if _, err := r.store.writer.Exec(stmt); err == nil {
			t.Errorf("%s is possible", stmt)
		}
	}
}
