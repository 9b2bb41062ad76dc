package mrz_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"hallway/devices"
	"hallway/devices/devicestest"
	"hallway/devices/serialport"
	devsim "hallway/devices/sim"
	"hallway/devices/tcpport"
	"hallway/idreader"
	"hallway/idreader/mrz"
	"hallway/idreader/mrz/sim"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const patience = 10 * time.Second

// A desk is a simulated reader and its driver.
type desk struct {
	*testing.T
	sim    *sim.Reader
	reader *mrz.Reader
	events chan mrz.Event

	mu  sync.Mutex
	log bytes.Buffer
}

// Write keeps the log.
func (d *desk) Write(p []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.log.Write(p)
}

func (d *desk) logged() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.log.String()
}

func newDesk(t *testing.T, line devsim.Line, so sim.Options, o mrz.Options) *desk {
	t.Helper()
	d := &desk{T: t, sim: sim.New(so), events: make(chan mrz.Event, 100)}
	conn, err := connect(t.Context(), line.Name())
	if err != nil {
		t.Fatal(err)
	}
	o.Today = func() idreader.Date { return today }
	o.Log = slog.New(slog.NewTextHandler(d, &slog.HandlerOptions{Level: slog.LevelDebug}))
	d.reader = mrz.Open(conn, o)
	done := make(chan error, 1)
	go func() { done <- d.sim.Serve(context.Background(), line) }()
	t.Cleanup(func() {
		if err := errors.Join(d.reader.Close(), d.reader.Close(), line.Close(), <-done); err != nil {
			t.Error(err)
		}
	})
	return d
}

// connect opens the program's end of a simulated line.
func connect(ctx context.Context, name string) (devices.Conn, error) {
	if address, ok := strings.CutPrefix(name, "tcp:"); ok {
		return tcpport.Open(ctx, address)
	}
	return serialport.Open(ctx, name, 9600)
}

func pty(t *testing.T) devsim.Line {
	t.Helper()
	line, err := devsim.OpenPTY("")
	if err != nil {
		t.Fatal(err)
	}
	return line
}

// arm polls until the test ends, and returns when swipes arrive.
func (d *desk) arm() (stop func() error) {
	d.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- d.reader.Poll(ctx, func(e mrz.Event) { d.events <- e }) }()
	stop = sync.OnceValue(func() error { cancel(); return <-done })
	d.Cleanup(func() { _ = stop() })
	for deadline := time.Now().Add(patience); len(d.events) == 0; time.Sleep(100 * time.Millisecond) {
		if time.Now().After(deadline) {
			d.Fatal("no swipe arrives")
		}
		d.swipe(1)
	}
	d.swipe(4)
	for {
		if e := d.next(); e.Document.Reveal("test").Zone == mrz.TD2 {
			return stop
		}
	}
}

func (d *desk) swipe(specimen int) {
	d.Helper()
	if err := d.sim.Swipe(sim.Specimens()[specimen-1].Lines...); err != nil {
		d.Fatal(err)
	}
}

func (d *desk) next() mrz.Event {
	d.Helper()
	select {
	case e := <-d.events:
		return e
	case <-time.After(patience):
		d.Fatal("no event came")
		return mrz.Event{}
	}
}

const gap = 40 * time.Millisecond

func TestEverySpecimenIsReadInEveryFramingOverSerialAndTCP(t *testing.T) {
	for _, framing := range []sim.Framing{sim.Plain, sim.Unbroken, sim.Desko, sim.ThreeM} {
		line := pty(t)
		if framing == sim.ThreeM {
			line.Close()
			var err error
			if line, err = devsim.Listen("127.0.0.1:0"); err != nil {
				t.Fatal(err)
			}
		}
		d := newDesk(t, line, sim.Options{Framing: framing}, mrz.Options{Gap: gap})
		d.arm()
		for i, s := range sim.Specimens() {
			d.swipe(i + 1)
			e := d.next()
			got := e.Document.Reveal("test")
			if e.Type != idreader.Read || !got.Valid() || got.Number == "" || got.Birth.IsZero() || got.Expiry.IsZero() {
				t.Errorf("%s %q: event %s %s, number %q", framing, s.What, e.Type, e.Fault, got.Number)
			}
		}
		if len(d.events) != 0 {
			t.Errorf("%s: %d events too many", framing, len(d.events))
		}
	}
}

func TestSwipeInPiecesIsOneAndCommandsAreSent(t *testing.T) {
	d := newDesk(t, pty(t), sim.Options{Trigger: true, Split: 7}, mrz.Options{Arm: sim.Command, Disarm: []byte("off\r"), Gap: time.Second})
	d.swipe(2)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- d.reader.Poll(ctx, func(e mrz.Event) { d.events <- e }) }()
	if e := d.next(); e.Type != idreader.Read || e.Document.Reveal("test").Zone != mrz.TD1 {
		t.Errorf("got %+v", e)
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	for deadline := time.Now().Add(patience); d.sim.Orders() < 2; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the reader is not switched off")
		}
	}
}

func TestNoiseAndHalfSwipesAreSurvived(t *testing.T) {
	d := newDesk(t, pty(t), sim.Options{}, mrz.Options{Gap: gap})
	d.arm()
	apply := func(name, value string) {
		t.Helper()
		if err := d.sim.Apply(devsim.Directive{Name: name, Value: value}); err != nil {
			t.Fatal(err)
		}
	}
	seen := strings.Count(d.logged(), "is not read")
	apply("noise", "ff00130d")
	for deadline := time.Now().Add(patience); strings.Count(d.logged(), "is not read") == seen; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the noise is not noticed")
		}
	}
	apply("half", "1")
	if e := d.next(); e.Type != idreader.Failed || e.Fault != idreader.FaultGarbled || e.Document.Present() {
		t.Errorf("half a swipe: %+v", e)
	}
	lines := sim.Specimens()[0].Lines
	if err := d.sim.Swipe(lines[0], strings.Replace(lines[1], "1204159", "1204158", 1)); err != nil {
		t.Fatal(err)
	}
	if e := d.next(); e.Type != idreader.Failed || !e.Document.Present() || e.Document.Reveal("test").Valid() {
		t.Errorf("a wrong digit: %+v", e)
	}
	// What a reader sends twice is one event.
	if err := d.sim.Swipe(lines[0], lines[1], lines[0], lines[1]); err != nil {
		t.Fatal(err)
	}
	if e := d.next(); e.Type != idreader.Read {
		t.Errorf("sent twice: %+v", e)
	}
	d.sim.Send(bytes.Repeat([]byte("<"), 1000))
	if e := d.next(); e.Type != idreader.Failed {
		t.Errorf("endless line: %+v", e)
	}
	d.swipe(2)
	if e := d.next(); e.Type != idreader.Read || e.Document.Reveal("test").Zone != mrz.TD1 || len(d.events) != 0 {
		t.Errorf("after all: %+v", e)
	}
	for _, wrong := range [][2]string{{"swipe", "0"}, {"half", "99"}, {"swipe", "x"}, {"noise", "x"}, {"cover", "1"}} {
		if err := d.sim.Apply(devsim.Directive{Name: wrong[0], Value: wrong[1]}); err == nil {
			t.Errorf("%v is obeyed", wrong)
		}
	}
}

func TestUnarmedSwipesAreDroppedAndNothingIsLogged(t *testing.T) {
	d := newDesk(t, pty(t), sim.Options{}, mrz.Options{Gap: gap})
	d.swipe(8)
	for deadline := time.Now().Add(patience); !strings.Contains(d.logged(), "is dropped"); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the unarmed swipe is not noticed")
		}
	}
	stop := d.arm()
	if err := stop(); err != nil {
		t.Error(err)
	}
	for len(d.events) > 0 {
		if e := d.next(); e.Document.Reveal("test").Issuer != "UTO" {
			t.Error("the unarmed swipe is delivered")
		}
	}
	for _, secret := range []string{"ZHENG", "ERIKSSON", "L898902C3", "E00000000"} {
		if strings.Contains(d.logged(), secret) {
			t.Errorf("%s is in the log", secret)
		}
	}
}

// TestConformance runs what every driver must do. Its command has the reader
// send the document that lies in it.
func TestConformance(t *testing.T) {
	devicestest.Suite{
		Mute: true,
		New: func() devicestest.Sim {
			r := sim.New(sim.Options{Trigger: true})
			if err := r.Swipe(sim.Specimens()[0].Lines...); err != nil {
				t.Fatal(err)
			}
			return r
		},
		Open: func(_ context.Context, conn devices.Conn) (devices.Device, error) {
			return mrz.Open(conn, mrz.Options{Arm: sim.Command, Gap: 30 * time.Millisecond}), nil
		},
		Command: func(ctx context.Context, d devices.Device) error {
			ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
			defer cancel()
			asking, done := context.WithCancelCause(ctx)
			defer done(nil)
			err := d.(*mrz.Reader).Poll(asking, func(e mrz.Event) {
				if e.Type == idreader.Read {
					done(errRead)
				}
			})
			if err == nil && !errors.Is(context.Cause(asking), errRead) {
				err = context.Cause(asking)
			}
			return err
		},
	}.Run(t)
}

// errRead says that a document was read.
var errRead = errors.New("document was read")
