package escpos

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"hallway/devices"
	"hallway/printer"
	"hallway/printer/charset"
	"hallway/printer/escpos/sim"
)

// slip is a short document; big fills the printer's buffer several times.
func slip(t *testing.T) printer.Job { return printer.Job{ID: "op-1/1", Doc: small} }

var small = printer.Document{Template: "ticket", Blocks: []printer.Block{
	printer.Text{Text: "排队号 A012"}, printer.QR{Data: "A", Module: 3}, printer.Cut{},
}}

func big(t *testing.T) printer.Job {
	return printer.Job{ID: "op-2/1", Doc: documents(t, "zh-Hans")["queue"]}
}

// expect fails the test unless the result is as wanted.
func expect(t *testing.T, r printer.Result, outcome devices.Outcome, why printer.Reason) {
	t.Helper()
	if r.Outcome != outcome || r.Reason != why {
		t.Errorf("got %s, reason %q, proof %q, %v; want %s, reason %q", r.Outcome, r.Reason, r.Proof, r.Err, outcome, why)
	}
}

func TestAFaultBeforeTheJobMeansNotOneByte(t *testing.T) {
	for why, fault := range map[printer.Reason]func(*sim.Printer){
		printer.ReasonPaperOut: func(s *sim.Printer) { s.SetPaper(0) },
		printer.ReasonCover:    func(s *sim.Printer) { s.SetCover(true) },
		printer.ReasonCutter:   func(s *sim.Printer) { s.SetCutterJam(true) },
		printer.ReasonHot:      func(s *sim.Printer) { s.SetHeadHot(true) },
	} {
		m := start(t, load(t, "epson-tm-t82"), sim.Options{})
		fault(m.sim)
		before := m.conn.written.Load()
		expect(t, m.Print(t.Context(), slip(t)), devices.NotDone, why)
		if sent := m.conn.written.Load() - before; sent != 12 {
			t.Errorf("%s: %d bytes left, want the 12 of the status requests", why, sent)
		}
		if len(m.journal.Intents) != 0 {
			t.Errorf("%s: the job was intended", why)
		}
	}
}

func TestEveryProofEndsAsDone(t *testing.T) {
	for proof, want := range map[printer.Proof]string{
		printer.ProofProcessID: "gs-h", printer.ProofPaper: "status", printer.ProofStatus: "status",
	} {
		p := impatient(t)
		p.Proof = proof
		m := start(t, p, sim.Options{})
		r := m.Print(t.Context(), slip(t))
		expect(t, r, devices.Done, printer.ReasonNone)
		if r.Proof != want || m.journal.Results["op-1/1"].Proof != want || len(m.sim.Tickets()) != 1 {
			t.Errorf("%s: %+v, journal %+v, %d tickets", proof, r, m.journal.Results, len(m.sim.Tickets()))
		}
	}
}

func TestAWriteOnlyPrinterEndsAsUnknown(t *testing.T) {
	p := load(t, "generic-cn-80")
	p.Status, p.Proof = printer.Status{}, printer.ProofNone
	m := start(t, p, sim.Options{})
	if _, err := m.Check(t.Context()); !errors.Is(err, devices.ErrNoStatus) {
		t.Errorf("Check: %v", err)
	}
	expect(t, m.Print(t.Context(), slip(t)), devices.Unknown, printer.ReasonNoProof)
	until(t, func() bool { return len(m.sim.Tickets()) == 1 })
}

// until polls with a deadline.
func until(t *testing.T, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(5 * time.Second); !ok(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("it never became true")
		}
	}
}

func TestPaperOutDuringPrintingIsUnknownAndSaysWhy(t *testing.T) {
	for _, profile := range []string{"epson-tm-t82", "generic-cn-80"} {
		t.Run(profile, func(t *testing.T) {
			t.Parallel()
			m := start(t, load(t, profile), sim.Options{Paper: 60})
			expect(t, m.Print(t.Context(), big(t)), devices.Unknown, printer.ReasonPaperOut)
			if m.journal.Results["op-2/1"].Outcome != devices.Unknown || len(m.sim.Tickets()) != 0 || !m.sim.Printing() {
				t.Errorf("journal %+v, %d tickets", m.journal.Results, len(m.sim.Tickets()))
			}
		})
	}
}

// whenPrinted calls f once when rows of the present ticket are on paper.
func whenPrinted(s *sim.Printer, rows int, f func()) {
	var done atomic.Bool
	s.OnChange(func() {
		if s.Length() >= rows && !done.Swap(true) {
			f()
		}
	})
}

func TestCoverOpenedDuringPrintingIsUnknownAndNothingIsRepeated(t *testing.T) {
	for clear, rest := range map[printer.Clear]int{printer.ClearNone: 1, printer.ClearDC4: 0} {
		t.Run("clear by "+string(clear), func(t *testing.T) {
			t.Parallel()
			p := load(t, "epson-tm-t82")
			p.Recover.Clear = clear
			m := start(t, p, sim.Options{})
			whenPrinted(m.sim, 400, func() { m.sim.SetCover(true) })
			expect(t, m.Print(t.Context(), big(t)), devices.Unknown, printer.ReasonCover)

			// What was not cleared is printed when the cover closes; the next
			// job comes whole, on paper of its own.
			m.sim.SetCover(false)
			until(t, func() bool { return len(m.sim.Tickets()) == rest })
			next := big(t)
			next.ID = "op-3/1"
			expect(t, m.Print(t.Context(), next), devices.Done, printer.ReasonNone)
			tickets := m.sim.Tickets()
			if len(tickets) != 2+rest || !strings.Contains(tickets[0].Text, "打印中断") && rest == 0 {
				t.Errorf("%d pieces of paper, the first says\n%s", len(tickets), tickets[0].Text)
			}
			if got := decode(t, tickets[len(tickets)-1].Image); got != link {
				t.Errorf("the next ticket's QR code says %q", got)
			}
		})
	}
}

func TestAJamAtTheBladeLeavesAPrintedTicketDone(t *testing.T) {
	t.Parallel()
	p := load(t, "epson-tm-t82")
	m := start(t, p, sim.Options{})
	e, err := prepare(big(t).Doc, p)
	if err != nil {
		t.Fatal(err)
	}
	// The strip begins with the paper between head and blade, and rows counts
	// the feed to the blade: some of that feed is over when the blade sticks.
	whenPrinted(m.sim, e.rows-margin+20, func() { m.sim.SetCutterJam(true) })
	r := m.Print(t.Context(), big(t))
	expect(t, r, devices.Done, printer.ReasonCutter)
	if r.Proof != "gs-h" || r.Err == nil {
		t.Errorf("%+v", r)
	}
}

func TestTheIntentIsStoredBeforeTheFirstByte(t *testing.T) {
	m := start(t, load(t, "epson-tm-t82"), sim.Options{})
	m.conn.wrote = func(b []byte) {
		if bytes.Contains(b, []byte("\x1b@")) && len(m.journal.Intents) == 0 {
			t.Error("the job leaves before its intent is stored")
		}
	}
	expect(t, m.Print(t.Context(), slip(t)), devices.Done, printer.ReasonNone)
	m.conn.wrote = nil

	before := m.sim.Received()
	r := m.Print(t.Context(), slip(t))
	expect(t, r, devices.NotDone, printer.ReasonJournal)
	if !errors.Is(r.Err, printer.ErrPrinted) || m.sim.Received() != before+12 {
		t.Errorf("a job that was intended before sent %d bytes, %v", m.sim.Received()-before-12, r.Err)
	}
	if m.journal.Results["op-1/1"].Outcome != devices.Done {
		t.Error("the refused attempt overwrote the outcome of the first")
	}
	m.journal.Refuse = errors.New("disk full")
	next := slip(t)
	next.ID = "op-9/1"
	expect(t, m.Print(t.Context(), next), devices.NotDone, printer.ReasonJournal)
	if len(m.sim.Tickets()) != 1 {
		t.Errorf("%d tickets", len(m.sim.Tickets()))
	}
}

func TestAnUnprintableNameIsRefusedWithItsCharacter(t *testing.T) {
	m := start(t, load(t, "epson-tm-t82"), sim.Options{})
	r := m.Print(t.Context(), printer.Job{ID: "x", Doc: printer.Document{Blocks: []printer.Block{printer.Text{Text: "张\U0010fffd"}}}})
	expect(t, r, devices.NotDone, printer.ReasonDocument)
	var missing *charset.MissingError
	if !errors.As(r.Err, &missing) {
		t.Errorf("got %v", r.Err)
	}
}

func TestGarbledAnswersBeforeTheJob(t *testing.T) {
	m := start(t, load(t, "epson-tm-t82"), sim.Options{})
	var noisy atomic.Bool
	noisy.Store(true)
	m.Close()
	s := connect(t, m.sim)
	s.garble = func(b byte) byte {
		if noisy.Load() {
			return b | 0x80
		}
		return b
	}
	if _, err := Open(t.Context(), s, load(t, "epson-tm-t82"), nil); !errors.Is(err, devices.ErrProtocol) {
		t.Fatalf("Open on a garbled line: %v", err)
	}
	noisy.Store(false)
	again := attach(t, load(t, "epson-tm-t82"), m.sim)
	noisy.Store(true)
	again.conn.garble = s.garble
	r := again.Print(t.Context(), slip(t))
	expect(t, r, devices.NotDone, printer.ReasonSilent)
	if !errors.Is(r.Err, devices.ErrProtocol) {
		t.Errorf("got %v", r.Err)
	}
	noisy.Store(false)
	expect(t, again.Print(t.Context(), slip(t)), devices.Done, printer.ReasonNone)
}

func TestAnswersGarbledDuringTheJobProveNothing(t *testing.T) {
	t.Parallel()
	m := start(t, impatient(t), sim.Options{})
	var noisy atomic.Bool
	m.conn.garble = func(b byte) byte {
		if noisy.Load() {
			return b | 0x80
		}
		return b
	}
	m.conn.wrote = func(b []byte) {
		if len(b) > 3 {
			noisy.Store(true)
		}
	}
	expect(t, m.Print(t.Context(), slip(t)), devices.Unknown, printer.ReasonNoProof)
}

func TestAPowerCutOfThePrinterIsUnknown(t *testing.T) {
	t.Parallel()
	m := start(t, impatient(t), sim.Options{})
	whenPrinted(m.sim, 300, func() { m.sim.SetPower(false) })
	expect(t, m.Print(t.Context(), big(t)), devices.Unknown, printer.ReasonNoProof)
	m.sim.SetPower(true)
	next := big(t)
	next.ID = "op-4/1"
	m.Profile.Link.Baud = 9600
	expect(t, m.Print(t.Context(), next), devices.Done, printer.ReasonNone)
	tickets := m.sim.Tickets()
	if len(tickets) == 0 {
		t.Fatal("no ticket came out")
	}
	if got := decode(t, tickets[len(tickets)-1].Image); got != link {
		t.Errorf("the next ticket's QR code says %q", got)
	}
}

func TestACancelledContextSendsNothing(t *testing.T) {
	m := start(t, load(t, "epson-tm-t82"), sim.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	before := m.conn.written.Load()
	expect(t, m.Print(ctx, slip(t)), devices.NotDone, printer.ReasonCanceled)
	if _, err := m.Check(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Check: %v", err)
	}
	if m.conn.written.Load() != before {
		t.Error("bytes left")
	}
}

func TestCloseEndsARunningJobAndLaterCallsSayClosed(t *testing.T) {
	m := start(t, load(t, "epson-tm-t82"), sim.Options{})
	whenPrinted(m.sim, 300, func() { m.sim.SetCover(true) })
	result := make(chan printer.Result, 1)
	go func() { result <- m.Print(context.Background(), big(t)) }()
	until(t, m.sim.Cover)
	if err := m.Close(); err != nil {
		t.Error(err)
	}
	select {
	case r := <-result:
		if r.Outcome != devices.Unknown {
			t.Errorf("%+v", r)
		}
	case <-time.After(2 * time.Second):
		t.Fatal("Print goes on after Close")
	}
	if r := m.Print(t.Context(), slip(t)); r.Outcome != devices.NotDone || !errors.Is(r.Err, devices.ErrClosed) {
		t.Errorf("Print after Close: %+v", r)
	}
	if _, err := m.Check(t.Context()); !errors.Is(err, devices.ErrClosed) {
		t.Errorf("Check after Close: %v", err)
	}
	if err := m.Close(); err != nil {
		t.Errorf("second Close: %v", err)
	}
}

func TestIdentityComesFromThePrinter(t *testing.T) {
	m := start(t, load(t, "epson-tm-t82"), sim.Options{})
	want := devices.Identity{Maker: "HALLWAY", Model: "epson-tm-t82", Serial: "SIM0001", Firmware: "1.00"}
	if got := m.Identity(); got != want {
		t.Errorf("got %+v", got)
	}
}

func TestConditionsComeAndGo(t *testing.T) {
	m := start(t, load(t, "epson-tm-t82"), sim.Options{})
	check := func(want string) {
		t.Helper()
		got, err := m.Check(t.Context())
		if err != nil || fmt.Sprint(got) != want {
			t.Errorf("got %v, %v; want %s", got, err, want)
		}
	}
	check("[]")
	m.sim.SetPaper(100)
	check("[{paper-low false}]")
	m.sim.SetPaper(0)
	check("[{paper-out true}]")
	m.sim.SetPaper(50_000)
	m.sim.SetCover(true)
	check("[{cover-open true}]")
	m.sim.SetCover(false)
	check("[]")
	if m.sim.Printing() || len(m.sim.Tickets()) > 0 {
		t.Error("Check printed")
	}
}

func TestChecksFromManyGoroutinesDoNotMix(t *testing.T) {
	m := start(t, load(t, "epson-tm-t82"), sim.Options{Paper: 100})
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			got, err := m.Check(t.Context())
			if err != nil || fmt.Sprint(got) != "[{paper-low false}]" {
				t.Errorf("got %v, %v", got, err)
			}
		})
	}
	all.Wait()
}

// forgetful is a journal that stores intents but no steps.
type forgetful struct{ *journal }

func (forgetful) Step(context.Context, printer.Step) error { return errors.New("disk full") }

func TestAStepThatCannotBeStoredStopsTheJobBeforeItsFirstByte(t *testing.T) {
	m := start(t, load(t, "epson-tm-t82"), sim.Options{})
	p, err := Open(t.Context(), connect(t, sim.New(sim.Options{Model: sim.ModelOf(m.Profile)})), m.Profile, forgetful{m.journal})
	if err != nil {
		t.Fatal(err)
	}
	expect(t, p.Print(t.Context(), slip(t)), devices.NotDone, printer.ReasonJournal)
	if r := m.journal.Results["op-1/1"]; r.Outcome != devices.NotDone {
		t.Errorf("journal %+v", r)
	}
	if err := p.Close(); err != nil {
		t.Error(err)
	}
}

func TestEveryStepOfATicketIsStored(t *testing.T) {
	m := start(t, load(t, "epson-tm-t82"), sim.Options{})
	expect(t, m.Print(t.Context(), slip(t)), devices.Done, printer.ReasonNone)
	if got := fmt.Sprint(m.journal.States("op-1/1")); got != "[sending sent printed cut]" {
		t.Errorf("states %s", got)
	}
	sending, cut := m.journal.Steps[0], m.journal.Steps[3]
	ticket, err := dialect{m.Profile}.Encode(slip(t))
	if err != nil {
		t.Fatal(err)
	}
	bytes := len(ticket.Body) + len(ticket.Cut) + len(ticket.Mark[0]) + len(ticket.Mark[1])
	if sending.Bytes != bytes || sending.Sum == [32]byte{} || cut.Paper != m.Profile.Geometry.Length(ticket.Rows) || cut.Paper == 0 {
		t.Errorf("%+v, %+v", sending, cut)
	}
}
