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

func TestLastPaperIsUnknownUntilItIsConcluded(t *testing.T) {
	r := newRig(t)
	ctx := t.Context()
	journal := r.Journal().(printer.History)
	want := func(o devices.Outcome) {
		t.Helper()
		if got, err := journal.Last(ctx); err != nil || got != o {
			t.Errorf("last = %v, %v, want %v", got, err, o)
		}
	}
	want(devices.Done)
	for _, step := range []struct {
		id printer.JobID
		o  devices.Outcome
	}{{"op.9", devices.NotDone}, {"op.1", devices.Done}, {"op.5", devices.Unknown}} {
		if err := journal.Intend(ctx, step.id); err != nil {
			t.Fatal(err)
		}
		want(devices.Unknown)
		if err := journal.Conclude(ctx, step.id, printer.Result{Outcome: step.o}); err != nil {
			t.Fatal(err)
		}
		want(step.o)
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

func TestStepsOfAPaperOutliveTheProgram(t *testing.T) {
	r := newRig(t)
	ctx := t.Context()
	journal := r.Journal().(printer.Ledger)
	if err := journal.Step(ctx, printer.Step{Job: "op.1", State: printer.StateSending}); err == nil {
		t.Error("a step of a paper that was never intended was stored")
	}
	if err := journal.Intend(ctx, "op.1"); err != nil {
		t.Fatal(err)
	}
	for _, s := range []printer.Step{
		{Job: "op.1", State: printer.StateSending, Sum: [32]byte{1, 2}, Bytes: 600},
		{Job: "op.1", State: printer.StateSent, Paper: printer.Metre / 10},
		{Job: "op.1", State: printer.StatePrinted, Reason: printer.ReasonJam, Paper: printer.Metre / 10},
	} {
		if err := journal.Step(ctx, s); err != nil {
			t.Fatal(err)
		}
	}
	r.restart(t)
	got := mustRow(t, r.store.reader, `SELECT group_concat(state || ' ' || reason || ' ' || hex(substr(sum, 1, 2)) || ' ' || bytes || ' ' || paper_um, ', ') FROM print_step`)
	if got != "sending  0102 600 0, sent  0000 0 100000, printed paper-jam 0000 0 100000" {
		t.Errorf("ledger holds %s", got)
	}
}
