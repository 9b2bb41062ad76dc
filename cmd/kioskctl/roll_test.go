package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hallway/app/hall/client"
	"hallway/app/outbox"
	"hallway/printer"
)

// ran is a terminal's store with 100 slips of 0.3 m.
func ran(t *testing.T, dir string) *outbox.Terminal {
	t.Helper()
	o, err := outbox.Open(t.Context(), outbox.Options{Dir: dir, Terminal: "012", Hall: client.New("http://127.0.0.1:1", token, nil), ReserveMB: 1})
	if err != nil {
		t.Fatal(err)
	}
	journal := o.Journal().(printer.Ledger)
	if err := journal.Intend(t.Context(), "op-1"); err != nil {
		t.Fatal(err)
	}
	for range 100 {
		if err := journal.Step(t.Context(), printer.Step{Job: "op-1", State: printer.StateSent, Paper: 3 * printer.Metre / 10}); err != nil {
			t.Fatal(err)
		}
	}
	return o
}

func TestTheRollIsShownAndANewOneIsSaid(t *testing.T) {
	file, _, _ := terminal(t)
	if out, err := begin(t, "roll", "show", "--kiosk", file).end(); err == nil || !strings.Contains(err.Error(), "no terminal has run") {
		t.Errorf("without a store: %v\n%s", err, out)
	}
	o := ran(t, filepath.Dir(file)) // its program runs beside the tool
	for _, c := range []struct{ args, say, why string }{
		{"roll show", "about 166 slips, 50.00 m of 80.00 m left by count\n", ""},
		{"check", "roll: about 166 slips, 50.00 m of 80.00 m left by count\n", ""},
		{"roll new --used 80", "", "want 0 to less than the 80 metres of printer.roll_m"},
		{"roll new --used 60", "20.00 m of 80.00 m left by count, no slip was printed yet, counted since 20", ""},
		{"roll new", "80.00 m of 80.00 m left by count, no slip was printed yet, counted since 20", ""},
	} {
		out, err := begin(t, append(strings.Fields(c.args), "--kiosk", file)...).end()
		if !strings.Contains(out, c.say) || (err == nil) != (c.why == "") || err != nil && !strings.Contains(err.Error(), c.why) {
			t.Errorf("%s: %v\n%s", c.args, err, out)
		}
	}
	if r, err := o.Roll(t.Context()); err != nil || r.Tickets != 0 || r.Since.IsZero() {
		t.Errorf("the terminal counts %+v, %v", r, err)
	}
	if err := o.Close(); err != nil {
		t.Error(err)
	}
}

// A roll at its end by count needs a person, and one that cannot be right is not
// believed.
func TestCheckTellsOfARollAtItsEnd(t *testing.T) {
	file, _, _ := terminal(t)
	o := ran(t, filepath.Dir(file))
	if err := o.Close(); err != nil {
		t.Fatal(err)
	}
	out, err := begin(t, "check", "--kiosk", withRoll(t, file, 35)).end()
	if err == nil || !strings.Contains(out, "roll: about 16 slips") || !strings.Contains(out, "roll-low") || !strings.Contains(out, "kioskctl roll new") {
		t.Errorf("%v\n%s", err, out)
	}
	out, err = begin(t, "check", "--kiosk", withRoll(t, file, 25)).end()
	if err != nil || !strings.Contains(out, "roll: 30.00 m were used of a roll of 25.00 m") || strings.Contains(out, "slips,") {
		t.Errorf("%v\n%s", err, out)
	}
}

// withRoll is a terminal's configuration with a roll of other length.
func withRoll(t *testing.T, file string, metres int) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "kiosk.toml")
	if err := os.WriteFile(out, fmt.Appendf(text, "roll_m = %d\n", metres), 0o600); err != nil {
		t.Fatal(err)
	}
	return out
}
