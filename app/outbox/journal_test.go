package outbox

import (
	"errors"
	"testing"

	"hallway/devices"
	"hallway/printer"
)

func TestAPaperIsBegunOnceForEver(t *testing.T) {
	r := newRig(t)
	ctx := t.Context()
	if err := r.Journal().Intend(ctx, "op.1"); err != nil {
		t.Fatal(err)
	}
	if err := r.Journal().Intend(ctx, "op.2"); err != nil {
		t.Fatal(err)
	}
	done := printer.Result{Outcome: devices.Done, Proof: "gs-h"}
	if err := r.Journal().Conclude(ctx, "op.2", done); err != nil {
		t.Fatal(err)
	}
	r.restart(t)
	for _, id := range []printer.JobID{"op.1", "op.2"} {
		if err := r.Journal().Intend(ctx, id); !errors.Is(err, printer.ErrPrinted) {
			t.Errorf("%s was begun twice: %v", id, err)
		}
	}
	if err := r.Journal().Conclude(ctx, "op.2", printer.Result{Outcome: devices.Unknown}); err == nil {
		t.Error("a paper ended twice")
	}
	if err := r.Journal().Conclude(ctx, "op.9", done); err == nil {
		t.Error("a paper ended that was never begun")
	}
	got := mustRow(t, r.store.reader, `SELECT group_concat(job_id || ' ' || coalesce(outcome || ' ' || proof, 'open'), ', ') FROM print_job`)
	if got != "op.1 open, op.2 done gs-h" {
		t.Errorf("journal holds %s", got)
	}
}

func TestAPaperIsNotBegunWhenTheStoreRefuses(t *testing.T) {
	r := newRig(t)
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	if err := r.Journal().Intend(t.Context(), "op.1"); err == nil || errors.Is(err, printer.ErrPrinted) {
		t.Errorf("err = %v", err)
	}
}
