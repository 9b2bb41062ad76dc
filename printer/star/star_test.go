package star

import (
	"bytes"
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
	"go.uber.org/goleak"

	"hallway/devices"
	"hallway/devices/devicestest"
	devsim "hallway/devices/sim"
	"hallway/printer"
	"hallway/printer/escpos/sim"
	"hallway/printer/internal/engine"
	"hallway/printer/printertest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const link = "http://hall.example.cn/t/A012"

var small = printer.Document{Template: "ticket", Blocks: []printer.Block{
	printer.Text{Text: "排队号 A012", Scale: 2, Bold: true, Align: printer.Centre}, printer.Text{Text: "反白", Invert: true},
	printer.Rule{}, printer.QR{Data: link, Module: 4}, printer.Cut{},
}}

func load(t testing.TB, id string) printer.Profile {
	t.Helper()
	p, err := printer.LoadProfile(id)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestConformance(t *testing.T) {
	p := load(t, "star-line")
	var jobs atomic.Int64
	devicestest.Suite{
		New: func() devicestest.Sim { return sim.New(sim.Options{Model: sim.ModelOf(p)}) },
		Open: func(ctx context.Context, conn devices.Conn) (devices.Device, error) {
			return Open(ctx, conn, p, nil)
		},
		Command: func(ctx context.Context, d devices.Device) error {
			id := printer.JobID(fmt.Sprint("op/", jobs.Add(1)))
			return d.(*Printer).Print(ctx, printer.Job{ID: id, Doc: small}).Err
		},
		State: func(s devicestest.Sim) string {
			paper := s.(*sim.Printer)
			return fmt.Sprint(len(paper.Tickets()), " tickets, ", paper.Length(), " rows")
		},
	}.Run(t)
}

// inBubble runs a test with a printer under a false clock.
func inBubble(t *testing.T, id string, o sim.Options, test func(t *testing.T, p *Printer, paper *sim.Printer, j *printertest.Journal)) {
	synctest.Test(t, func(t *testing.T) {
		profile := load(t, id)
		o.Model = sim.ModelOf(profile)
		paper, line := sim.New(o), devsim.NewMemory("paper")
		served := make(chan error, 1)
		go func() { served <- paper.Serve(context.Background(), line) }()
		conn, err := line.Open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		j := &printertest.Journal{}
		p, err := Open(t.Context(), conn, profile, j)
		if err != nil {
			t.Fatal(err)
		}
		test(t, p, paper, j)
		if err := p.Close(); err != nil {
			t.Error(err)
		}
		if err := line.Close(); err != nil {
			t.Error(err)
		}
		if err := <-served; err != nil {
			t.Error(err)
		}
		for _, err := range paper.Errors() {
			t.Error("the simulated printer did not understand: ", err)
		}
	})
}

// TestPowerCutAtEveryByte cuts the power at every byte of a ticket. A printer
// that lost its power forgets its ETBs, so none of the job before can prove the
// next.
func TestPowerCutAtEveryByte(t *testing.T) {
	p := load(t, "star-line")
	p.Geometry.Dots = 384 // fewer bytes a row
	printertest.PowerCut(t, p, func(ctx context.Context, conn devices.Conn, j printer.Journal) (printertest.Driver, error) {
		return Open(ctx, conn, p, j)
	})
}

func TestATicketIsProvedByETB(t *testing.T) {
	inBubble(t, "star-line", sim.Options{TimeScale: 1}, func(t *testing.T, p *Printer, paper *sim.Printer, j *printertest.Journal) {
		for i := range 12 { // once round the groups of ETBs and further
			id := printer.JobID(fmt.Sprint("op/", i))
			if r := p.Print(t.Context(), printer.Job{ID: id, Doc: small}); r.Outcome != devices.Done || r.Proof != "etb" || r.Err != nil {
				t.Fatalf("%+v", r)
			}
			slip, ok := paper.Take()
			if !ok || !slip.Cut || slip.Text != "排队号 A012\n反白" {
				t.Fatalf("%v, %q", ok, slip.Text)
			}
			bits, err := gozxing.NewBinaryBitmapFromImage(slip.Image)
			if err != nil {
				t.Fatal(err)
			}
			got, err := qrcode.NewQRCodeReader().Decode(bits, nil)
			if err != nil || got.GetText() != link {
				t.Fatalf("QR code: %v, %v", got, err)
			}
			if states := fmt.Sprint(j.States(id)); states != "[sending sent printed cut]" {
				t.Errorf("states %s", states)
			}
		}
	})
}

func TestAFaultDuringPrintingIsUnknown(t *testing.T) {
	inBubble(t, "star-line", sim.Options{TimeScale: 1}, func(t *testing.T, p *Printer, paper *sim.Printer, _ *printertest.Journal) {
		paper.SetRows(200)
		r := p.Print(t.Context(), printer.Job{ID: "op/1", Doc: small})
		if r.Outcome != devices.Unknown || r.Reason != printer.ReasonPaperOut {
			t.Errorf("%+v", r)
		}
		paper.SetPaper(50_000)
	})
}

// The rest of a stopped job, with its ETBs, is printed in front of the next
// one, whose cover opens before its own last line: no proof may come of it.
func TestLateETBsOfTheJobBeforeProveNothing(t *testing.T) {
	inBubble(t, "star-line", sim.Options{TimeScale: 1}, func(t *testing.T, p *Printer, paper *sim.Printer, _ *printertest.Journal) {
		paper.SetRows(60)
		if r := p.Print(t.Context(), printer.Job{ID: "op/1", Doc: small}); r.Outcome != devices.Unknown {
			t.Fatalf("%+v", r)
		}
		paper.SetRows(650)
		r := p.Print(t.Context(), printer.Job{ID: "op/2", Doc: small})
		if r.Outcome != devices.Unknown || r.Reason != printer.ReasonPaperOut {
			t.Errorf("%+v", r)
		}
		paper.SetPaper(50_000)
	})
}

func TestATicketThatNobodyTakesIsDrawnBack(t *testing.T) {
	inBubble(t, "star-tup", sim.Options{}, func(t *testing.T, p *Printer, paper *sim.Printer, j *printertest.Journal) {
		if r := p.Print(t.Context(), printer.Job{ID: "op/1", Doc: small}); r.Outcome != devices.Done {
			t.Fatalf("%+v", r)
		}
		began := time.Now()
		state, err := p.Collect(t.Context(), "op/1")
		if state != printer.StateRetracted || err != nil || time.Since(began) < 20*time.Second || len(paper.Retracted()) != 1 {
			t.Errorf("%s, %v, after %v, %d drawn back", state, err, time.Since(began), len(paper.Retracted()))
		}
		if states := fmt.Sprint(j.States("op/1")); states != "[sending sent printed cut presented retracted]" {
			t.Errorf("states %s", states)
		}
	})
}

func TestPicturesHoldNoRealTimeRequest(t *testing.T) {
	data := bytes.Repeat([]byte{0x1b, 0x06, 0x01}, 5)
	calm(data)
	if bytes.Contains(data, []byte{0x1b, 0x06}) {
		t.Errorf("% X", data)
	}
}

func FuzzSplitterLosesNoByte(f *testing.F) {
	f.Add([]byte{0x23, 0x06, 0, 0, 0, 0, 0, 2, 0, 0xff, 0x0f, 0x06, 0, 0, 0, 0, 0}, 3)
	f.Fuzz(func(t *testing.T, stream []byte, n int) {
		n = max(n%64, 1)
		var s splitter
		got := 0
		for rest := stream; len(rest) > 0; {
			piece := rest[:min(n, len(rest))]
			s.Push(piece, func(r engine.Reply) {
				got += len(r.Data)
				if r.Kind == replyStatus {
					_ = conditions(r.Data)
					_, _ = counter(r.Data)
				}
			})
			rest = rest[len(piece):]
		}
		if got+len(s.pending) != len(stream) || len(s.pending) > 34 {
			t.Errorf("%d of %d bytes came out, %d are kept", got, len(stream), len(s.pending))
		}
	})
}
