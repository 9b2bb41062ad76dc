package main

import (
	"log/slog"
	"slices"
	"testing"

	"hallway/cmd/drivers"
	"hallway/devices"
	"hallway/printer"
)

func TestTheEndOfTheRollIsToldAndAFreshOneIsCounted(t *testing.T) {
	term := newFittedPrinter(t, "epson-tm-t82", func(*printer.Profile) {})
	const warning = "nearly used up by count"
	term.print(t, "op.1", 10)
	if !term.log.has(warning) { // 5 m of paper are fewer than 50 such tickets
		t.Error("the end of the roll is not told")
	}
	ending := func() bool {
		h := term.ports.Paper.(paper).Health()
		return h.State == devices.Degraded && slices.Contains(h.Conditions, devices.Condition{Code: drivers.CodeRollLow})
	}
	eventually(t, "the printer's health tells of the roll", ending)
	roll, err := term.outbox.Roll(t.Context())
	if err != nil || roll.Tickets != 1 || roll.Used < printer.Metre/20 {
		t.Errorf("roll %+v, %v", roll, err)
	}
	term.paper.SetPaper(0)
	eventually(t, "the missing paper is seen", func() bool { return term.log.has("paper-out") })
	term.paper.SetPaper(50_000)
	eventually(t, "the fresh roll is counted", func() bool {
		roll, err := term.outbox.Roll(t.Context())
		return err == nil && roll.Tickets == 0 && roll.Used == 0 && !roll.Since.IsZero()
	})
	eventually(t, "the health is good again", func() bool { return term.ports.Paper.(paper).Health().State == devices.Ready })
}

// health is what a supervisor publishes of a printer with these conditions.
func health(codes ...string) devices.Health {
	h := devices.Health{State: devices.Ready}
	for _, code := range codes {
		fault := code != drivers.CodePaperLow && code != drivers.CodeRollLow
		h.Conditions = append(h.Conditions, devices.Condition{Code: code, Fault: fault})
		if h.State = min(h.State, devices.Degraded); fault {
			h.State = devices.Faulted
		}
	}
	return h
}

// TestARollThatWasChangedIsCountedAnew goes through what a printer reports, from
// what the store held when the program started, and tells when a change of the
// roll is seen.
func TestARollThatWasChangedIsCountedAnew(t *testing.T) {
	good, low, out, cover, both := health(), health("paper-low"), health("paper-out"), health("cover-open"), health("paper-out", "cover-open")
	gone := devices.Health{State: devices.Absent}
	for name, c := range map[string]struct {
		stored printer.Level
		seen   []devices.Health
		fresh  []bool
		level  printer.Level
	}{
		"nothing happens":                      {printer.LevelPlenty, []devices.Health{gone, good, good}, []bool{false, false, false}, printer.LevelPlenty},
		"changed after its end":                {printer.LevelPlenty, []devices.Health{good, out, both, good}, []bool{false, false, false, true}, printer.LevelPlenty},
		"its end, and a nearly empty one":      {printer.LevelPlenty, []devices.Health{good, out, low}, []bool{false, false, true}, printer.LevelLow},
		"changed before its end":               {printer.LevelPlenty, []devices.Health{low, cover, good}, []bool{false, false, true}, printer.LevelPlenty},
		"the same roll put back":               {printer.LevelPlenty, []devices.Health{low, cover, low, good}, []bool{false, false, false, false}, printer.LevelLow},
		"a sensor that wavers":                 {printer.LevelPlenty, []devices.Health{low, good, low, good}, []bool{false, false, false, false}, printer.LevelLow},
		"a cover that takes the paper off":     {printer.LevelPlenty, []devices.Health{good, both, good}, []bool{false, false, false}, printer.LevelPlenty},
		"changed while off, after it was low":  {printer.LevelLow, []devices.Health{gone, good}, []bool{false, true}, printer.LevelPlenty},
		"changed while off, after it ended":    {printer.LevelOut, []devices.Health{gone, good}, []bool{false, true}, printer.LevelPlenty},
		"not changed while off, and still low": {printer.LevelLow, []devices.Health{gone, low, good}, []bool{false, false, false}, printer.LevelLow},
	} {
		dir := t.TempDir()
		o, err := openKilled(t.Context(), dir)
		if err != nil {
			t.Fatal(err)
		}
		if err := o.SetLevel(t.Context(), c.stored); err != nil {
			t.Fatal(err)
		}
		r := newRoll(t.Context(), o, 80, slog.New(slog.DiscardHandler))
		for i, h := range c.seen {
			r.see(h)
			if r.fresh != c.fresh[i] {
				t.Errorf("%s: report %d: a fresh roll %v", name, i, r.fresh)
			}
			r.fresh = false
		}
		if r.level != c.level {
			t.Errorf("%s: level %d, want %d", name, r.level, c.level)
		}
		if err := o.Close(); err != nil {
			t.Error(err)
		}
	}
}
