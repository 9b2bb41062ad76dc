package main

import (
	"bytes"
	"context"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"hallway/app/config"
	"hallway/app/hall/client"
	"hallway/app/journey"
	"hallway/app/outbox"
	"hallway/cmd/drivers"
	"hallway/devices"
	"hallway/devices/port"
	"hallway/printer"
	"hallway/printer/escpos/sim"
)

// notes is a log that several goroutines write.
type notes struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (n *notes) Write(p []byte) (int, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.text.Write(p)
}

func (n *notes) has(s string) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return strings.Contains(n.text.String(), s)
}

// fittedPrinter is the kiosk's own printer on a simulated one, without a window.
type fittedPrinter struct {
	paper  *sim.Printer
	outbox *outbox.Terminal
	log    *notes
	ports  journey.Ports
}

func newFittedPrinter(t *testing.T, profile string, change func(*printer.Profile)) fittedPrinter {
	t.Helper()
	p := &parts{config: config.Kiosk{Terminal: "012"}, ports: drivers.NewPorts(port.Root{}, slog.New(slog.DiscardHandler)), history: devices.NewHistory()}
	var err error
	if p.profile, err = printer.LoadProfile(profile); err != nil {
		t.Fatal(err)
	}
	change(&p.profile)
	term := fittedPrinter{paper: sim.New(sim.Options{Model: sim.ModelOf(p.profile)}), log: &notes{}}
	p.log = slog.New(slog.NewTextHandler(term.log, nil))
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var group sync.WaitGroup
	group.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			_ = term.paper.Serve(ctx, c)
			c.Close()
		}
	})
	p.config.Printer = config.Printer{Port: "tcp:" + l.Addr().String(), Baud: 9600, Flow: "none", Profile: profile, Roll: 5}
	if p.outbox, err = outbox.Open(t.Context(), outbox.Options{
		Dir: t.TempDir(), Terminal: "012", Hall: client.New("http://127.0.0.1:1", "token-of-terminal-012", nil), ReserveMB: 1, Log: p.log,
	}); err != nil {
		t.Fatal(err)
	}
	term.outbox, term.ports = p.outbox, p.fit(ctx, &group, func(journey.Msg) {})
	group.Go(func() { p.ports.Run(ctx) })
	t.Cleanup(func() {
		cancel()
		l.Close()
		group.Wait()
		if err := p.close(); err != nil {
			t.Error(err)
		}
	})
	return term
}

// print prints a slip, also while the printer is still being opened.
func (term fittedPrinter) print(t *testing.T, id printer.JobID, lines int) {
	t.Helper()
	doc := printer.Document{Template: "ticket"}
	for range lines {
		doc.Blocks = append(doc.Blocks, printer.Text{Text: "排队号 A012", Scale: 4})
	}
	doc.Blocks = append(doc.Blocks, printer.Cut{})
	var r printer.Result
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if r = term.ports.Paper.Print(t.Context(), printer.Job{ID: id, Doc: doc}); r.Outcome != devices.NotDone {
			break
		}
	}
	if r.Outcome != devices.Done {
		t.Fatalf("slip %s: %s, %s, %v", id, r.Outcome, r.Reason, r.Err)
	}
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); !ok(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("never: %s", what)
		}
	}
}

func TestATicketThatNobodyTakesIsDrawnBack(t *testing.T) {
	term := newFittedPrinter(t, "custom-vkp80", func(p *printer.Profile) { p.Presenter.Patience = 5 })
	term.print(t, "op.1", 3)
	eventually(t, "the ticket is drawn back", func() bool { return len(term.paper.Retracted()) == 1 })
	term.print(t, "op.2", 3)
	if _, ok := term.paper.Take(); !ok {
		t.Error("no second ticket")
	}
}
