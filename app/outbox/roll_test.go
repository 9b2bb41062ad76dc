package outbox

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"hallway/printer"
)

func TestTheRollIsCountedUntilAFreshOneIsPutIn(t *testing.T) {
	r := newRig(t)
	ctx := t.Context()
	for _, id := range []printer.JobID{"op.1", "op.2"} {
		if err := r.Journal().Intend(ctx, id); err != nil {
			t.Fatal(err)
		}
		for _, state := range []printer.State{printer.StateSending, printer.StateSent, printer.StatePrinted} {
			if err := r.Journal().(printer.Ledger).Step(ctx, printer.Step{Job: id, State: state, Paper: 120_000}); err != nil {
				t.Fatal(err)
			}
		}
	}
	r.restart(t)
	roll, err := r.Roll(ctx)
	roll.Length = printer.Metre
	if n, ok := roll.Forecast(); err != nil || roll.Used != 240_000 || roll.Tickets != 2 || n != 6 || !ok {
		t.Errorf("roll %+v, %v, forecast %d", roll, err, n)
	}
	if err := r.SetLevel(ctx, printer.LevelOut); err != nil {
		t.Fatal(err)
	}
	r.restart(t)
	if roll, err := r.Roll(ctx); err != nil || roll.Level != printer.LevelOut || !roll.Since.IsZero() {
		t.Errorf("roll %+v, %v", roll, err)
	}
	if err := r.NewRoll(ctx); err != nil {
		t.Fatal(err)
	}
	if roll, err := r.Roll(ctx); err != nil || roll.Used != 0 || roll.Tickets != 0 || roll.Level != printer.LevelPlenty || !roll.Since.Equal(opened) {
		t.Errorf("fresh roll %+v, %v", roll, err)
	}
}

// A technician says that a roll was put in while the program runs, or not.
func TestARollIsPutInBesideTheProgram(t *testing.T) {
	r := newRig(t)
	ctx := t.Context()
	if _, err := OpenPaper(ctx, t.TempDir()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a folder without a store: %v", err)
	}
	for _, runs := range []bool{true, false} {
		if !runs {
			if err := r.Close(); err != nil {
				t.Fatal(err)
			}
		}
		p, err := OpenPaper(ctx, r.opts.Dir)
		if err != nil {
			t.Fatal(err)
		}
		if err := p.NewRoll(ctx, 30*printer.Metre, opened); err != nil {
			t.Error(err)
		}
		roll, err := p.Roll(ctx)
		if want := (printer.Roll{Used: 30 * printer.Metre, Since: opened.Local()}); err != nil || roll != want {
			t.Errorf("roll %+v, %v", roll, err)
		}
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	}
	r.start(t)
	if roll, err := r.Roll(ctx); err != nil || roll.Used != 30*printer.Metre {
		t.Errorf("roll %+v, %v", roll, err)
	}
}

func TestAnotherProgramsStoreIsLeftAlone(t *testing.T) {
	r := newRig(t)
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(r.opts.Dir, "kiosk.db")
	exec(t, path, "ALTER TABLE paper_roll DROP COLUMN level")
	if _, err := OpenPaper(t.Context(), r.opts.Dir); err == nil || !strings.Contains(err.Error(), "start this version") {
		t.Errorf("an older store: %v", err)
	}
	exec(t, path, "PRAGMA application_id = 77")
	if _, err := OpenPaper(t.Context(), r.opts.Dir); err == nil || !strings.Contains(err.Error(), "another program") {
		t.Errorf("a foreign store: %v", err)
	}
}
