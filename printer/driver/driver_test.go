package driver

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"

	"go.uber.org/goleak"

	"hallway/devices"
	devsim "hallway/devices/sim"
	"hallway/printer"
	"hallway/printer/escpos"
	"hallway/printer/escpos/sim"
	"hallway/printer/star"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var doc = printer.Document{Template: "ticket", Blocks: []printer.Block{printer.Text{Text: "A012 号", Scale: 2}, printer.Cut{}}}

// TestEveryProfilePrintsThroughOneDoor prints on a printer of each profile.
func TestEveryProfilePrintsThroughOneDoor(t *testing.T) {
	for _, id := range printer.ProfileIDs() {
		synctest.Test(t, func(t *testing.T) {
			p, err := printer.LoadProfile(id)
			if err != nil {
				t.Fatal(err)
			}
			paper, line := sim.New(sim.Options{Model: sim.ModelOf(p), TimeScale: 1}), devsim.NewMemory("paper")
			served := make(chan error, 1)
			go func() { served <- paper.Serve(context.Background(), line) }()
			conn, err := line.Open(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			d, err := Open(t.Context(), conn, p, nil)
			if err != nil {
				t.Fatal(err)
			}
			want := devices.Done
			if p.Proof == printer.ProofNone {
				want = devices.Unknown
			}
			if r := d.Print(t.Context(), printer.Job{ID: "op/1", Doc: doc}); r.Outcome != want {
				t.Errorf("%s: %+v", id, r)
			}
			synctest.Wait()
			if err := errors.Join(d.Close(), line.Close(), <-served, errors.Join(paper.Errors()...)); err != nil {
				t.Errorf("%s: %v", id, err)
			}
			if len(paper.Tickets()) != 1 {
				t.Errorf("%s: %d tickets", id, len(paper.Tickets()))
			}
		})
	}
}

func TestTheWrongDoorSaysWhichIsRight(t *testing.T) {
	for id, open := range map[string]func(devices.Conn, printer.Profile) error{
		"star-line": func(c devices.Conn, p printer.Profile) error {
			_, err := escpos.Open(t.Context(), c, p, nil)
			return err
		},
		"generic-cn-80": func(c devices.Conn, p printer.Profile) error { _, err := star.Open(t.Context(), c, p, nil); return err },
	} {
		p, err := printer.LoadProfile(id)
		if err != nil {
			t.Fatal(err)
		}
		line := devsim.NewMemory("paper")
		conn, err := line.Open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if err := open(conn, p); err == nil {
			t.Errorf("%s is opened", id)
		}
		if _, err := conn.Write(t.Context(), []byte{0}); !errors.Is(err, devices.ErrClosed) {
			t.Errorf("%s: the port stays open: %v", id, err)
		}
		if err := line.Close(); err != nil {
			t.Error(err)
		}
	}
}
