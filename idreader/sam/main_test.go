package sam_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"hallway/devices"
	"hallway/idreader"
	"hallway/idreader/sam"
	"hallway/idreader/sam/sim"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	flag.Parse()
	_ = flag.Set("test.parallel", "8") // most tests wait for time limits on true lines
	goleak.VerifyTestMain(m)
}

// brisk is fast enough for tests and slow enough for a busy machine.
func brisk() sam.Timing {
	return sam.Timing{
		Answer: 400 * time.Millisecond, Card: 400 * time.Millisecond, Rest: 100 * time.Millisecond,
		Quiet: 20 * time.Millisecond, Idle: 3 * time.Millisecond, Probe: 3 * time.Millisecond,
		Reset: 5 * time.Millisecond, Same: time.Nanosecond,
	}
}

// A bench is a reader on one end of a line and its session on the other.
type bench struct {
	*testing.T
	wire    wire
	reader  *sim.Reader
	session *sam.Session
	conn    devices.Conn
	unplug  func() // the reader's end goes away
	log     *safeBuffer
}

// newBench opens a session on a simulated reader.
func newBench(t *testing.T, w wire, o sim.Options, timing sam.Timing) *bench {
	t.Helper()
	return newBenchWith(t, w, o, sam.Options{Timing: timing})
}

// newBenchWith is newBench with options of the session.
func newBenchWith(t *testing.T, w wire, o sim.Options, so sam.Options) *bench {
	t.Helper()
	b := unopened(t, w, o)
	so.Log = slog.New(slog.NewTextHandler(b.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	session, err := sam.Open(t.Context(), b.conn, so)
	if err != nil {
		t.Fatal(err)
	}
	b.session = session
	t.Cleanup(func() {
		if err := session.Close(); err != nil {
			t.Error(err)
		}
		b.noPersonalData()
	})
	return b
}

// unopened is a bench without a session.
func unopened(t *testing.T, w wire, o sim.Options) *bench {
	t.Helper()
	b := &bench{T: t, wire: w, reader: sim.New(o), log: &safeBuffer{}}
	b.plug()
	return b
}

// plug connects the reader to a fresh line.
func (b *bench) plug() {
	b.Helper()
	device, conn := b.wire(b.T)
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- b.reader.Serve(ctx, device) }()
	stop := sync.OnceFunc(func() {
		cancel()
		if err := errors.Join(<-served, unplug(device)); err != nil {
			b.Errorf("reader ended with %v", err)
		}
	})
	b.Cleanup(stop)
	b.conn, b.unplug = conn, stop
}

// noPersonalData fails when the log holds anything of the specimens.
func (b *bench) noPersonalData() {
	b.Helper()
	text := b.log.String()
	for _, s := range sim.AllSpecimens() {
		if strings.Contains(text, s.Name) {
			b.Errorf("the log holds a name: %s", text)
		}
	}
	for _, part := range []string{"110101", "120101", "示例路", "公安局"} {
		if strings.Contains(text, part) {
			b.Errorf("the log holds %s: %s", part, text)
		}
	}
}

// A polling is a Poll that runs; its events come out of next.
type polling struct {
	*bench
	events chan idreader.Event
	cancel context.CancelFunc
	done   chan error
}

func (b *bench) poll() *polling {
	ctx, cancel := context.WithCancel(context.Background())
	p := &polling{bench: b, events: make(chan idreader.Event, 100), cancel: cancel, done: make(chan error, 1)}
	go func() { p.done <- b.session.Poll(ctx, func(e idreader.Event) { p.events <- e }) }()
	b.Cleanup(func() { p.stop() })
	return p
}

// next returns the next event, or fails when none comes.
func (p *polling) next() idreader.Event {
	p.Helper()
	select {
	case e := <-p.events:
		return e
	case err := <-p.done:
		p.done <- err
		p.Fatalf("poll ended: %v", err)
	case <-time.After(10 * time.Second):
		p.Fatalf("no event; log: %s", p.log)
	}
	panic("unreachable")
}

// expect reads events of the given types and returns the last.
func (p *polling) expect(types ...idreader.EventType) (e idreader.Event) {
	p.Helper()
	for _, want := range types {
		if e = p.next(); e.Type != want {
			p.Fatalf("got event %s (%s), want %s; log: %s", e.Type, e.Fault, want, p.log)
		}
	}
	return e
}

// stop ends the poll and returns its error and the events that nobody read.
func (p *polling) stop() ([]idreader.Event, error) {
	p.cancel()
	err := p.wait()
	var rest []idreader.Event
	for len(p.events) > 0 {
		rest = append(rest, <-p.events)
	}
	return rest, err
}

// wait returns how the poll ended.
func (p *polling) wait() error {
	p.Helper()
	select {
	case err := <-p.done:
		p.done <- err
		return err
	case <-time.After(10 * time.Second):
		p.Fatalf("poll does not end; log: %s", p.log)
		return nil
	}
}

// until waits for a condition of the reader.
func (b *bench) until(what string, ok func() bool) {
	b.Helper()
	for deadline := time.Now().Add(10 * time.Second); !ok(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			b.Fatalf("never %s; log: %s", what, b.log)
		}
	}
}

// asked waits until the reader was asked c at least n times more than now.
func (b *bench) asked(c sam.Command, n int) {
	b.Helper()
	n += b.reader.Asked(c)
	b.until(fmt.Sprintf("asked to %v", c), func() bool { return b.reader.Asked(c) >= n })
}

// looked waits until the reader was asked n times more for a card that lies
// there.
func (b *bench) looked(n int) {
	b.Helper()
	looks := func() int { return b.reader.Asked(sam.CmdFind) + b.reader.Asked(sam.CmdManagement) }
	n += looks()
	b.until("looked at the card", func() bool { return looks() >= n })
}

type safeBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *safeBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *safeBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}
