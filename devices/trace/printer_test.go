package trace_test

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"hallway/devices"
	"hallway/devices/sim"
	"hallway/devices/trace"
	"hallway/printer"
	"hallway/printer/escpos"
	papersim "hallway/printer/escpos/sim"
)

// polls are the requests that the printer's driver sends by its clock.
func polls() (all [][]byte) {
	var together []byte
	for n := byte(1); n <= 4; n++ {
		all = append(all, []byte{0x10, 0x04, n})
		together = append(together, 0x10, 0x04, n)
	}
	return append(all, together)
}

// print opens the printer on conn and prints a ticket.
func print(t *testing.T, conn devices.Conn) printer.Result {
	t.Helper()
	profile, err := printer.LoadProfile("epson-tm-t82")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	p, err := escpos.Open(ctx, conn, profile, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	ticket := printer.Document{Template: "ticket", Blocks: []printer.Block{printer.Text{Text: "A012"}, printer.Cut{}}}
	return p.Print(ctx, printer.Job{ID: "op-1/1", Doc: ticket})
}

// record prints a ticket on a simulated printer behind a line with a script of
// faults, and returns what was recorded.
func record(t *testing.T, script string, o trace.Options) (string, printer.Result) {
	t.Helper()
	profile, err := printer.LoadProfile("epson-tm-t82")
	if err != nil {
		t.Fatal(err)
	}
	faults, err := sim.ParseScript(script)
	if err != nil {
		t.Fatal(err)
	}
	line := sim.NewMemory("printer")
	paper := papersim.New(papersim.Options{Model: papersim.ModelOf(profile)})
	faulty, err := sim.NewFaulty(line, faults, paper)
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- paper.Serve(context.Background(), faulty) }()
	t.Cleanup(func() {
		_ = faulty.Close()
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	conn, err := line.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	r := print(t, trace.Record(conn, &file, trace.Header{Driver: "escpos", Port: "memory"}, o))
	return file.String(), r
}

func TestAPrintersRecordingIsPlayedToItsDriver(t *testing.T) {
	for name, script := range map[string]string{"good": "", "slow": "slow bytes/s=20000", "unplugged": "drop at=in:400"} {
		t.Run(name, func(t *testing.T) {
			text, want := record(t, script, trace.Options{Level: trace.Data, Mask: trace.ShowAll})
			rec, err := trace.Parse(strings.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			for _, o := range []trace.PlayOptions{{Polls: polls()}, {Polls: polls(), Speed: 5}} {
				play, err := trace.Play(rec, o)
				if err != nil {
					t.Fatal(err)
				}
				got := print(t, play)
				if got.Outcome != want.Outcome || got.Reason != want.Reason || got.Proof != want.Proof {
					t.Errorf("speed %v: got %v %q %q, recorded %v %q %q", o.Speed, got.Outcome, got.Reason, got.Proof, want.Outcome, want.Reason, want.Proof)
				}
				if err := play.Done(); err != nil {
					t.Errorf("speed %v: %v", o.Speed, err)
				}
			}
		})
	}
}

func TestATicketIsNotInTheTraceOfItsPrinter(t *testing.T) {
	mask := trace.ShowOnly(polls()...)
	text, r := record(t, "", trace.Options{Level: trace.Data, Mask: mask})
	if r.Outcome != devices.Done {
		t.Fatal(r.Err)
	}
	if strings.Contains(text, "41 30 31 32") || !strings.Contains(text, `"w":"10 04 01"`) || !strings.Contains(text, `"r":"12"`) {
		t.Errorf("got %s", text)
	}
}
