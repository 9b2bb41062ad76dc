package rater_test

import (
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
	"hallway/devices/ff68"
	"hallway/devices/keypad"
	"hallway/devices/rater"
	"hallway/devices/rater/sim"
	"hallway/devices/serialport"
	devsim "hallway/devices/sim"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	limit   = 10 * time.Second
	address = 7
)

// A desk is a simulated box and its driver on one line.
type desk struct {
	*testing.T
	pty  *devsim.PTY
	box  *sim.Rater
	port *ff68.Port
	mu   sync.Mutex
	log  strings.Builder
}

// Write keeps the log.
func (d *desk) Write(p []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.log.Write(p)
}

func (d *desk) logs(text string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return strings.Contains(d.log.String(), text)
}

func newDesk(t *testing.T, o sim.Options) *desk {
	t.Helper()
	pty, err := devsim.OpenPTY("")
	if err != nil {
		t.Fatal(err)
	}
	o.Address = address
	d := &desk{T: t, pty: pty, box: sim.New(o)}
	d.port = ff68.NewPort(func(ctx context.Context) (devices.Conn, error) {
		return serialport.Open(ctx, pty.Name(), 9600)
	}, ff68.Options{})
	done := make(chan error, 1)
	go func() { done <- d.box.Serve(context.Background(), pty) }()
	t.Cleanup(func() {
		if err := errors.Join(pty.Close(), <-done); err != nil {
			t.Error(err)
		}
	})
	return d
}

func (d *desk) open(o rater.Options) *rater.Rater {
	d.Helper()
	line, err := d.port.Line(d.Context())
	if err != nil {
		d.Fatal(err)
	}
	o.Address = address
	o.Log = slog.New(slog.NewTextHandler(d, nil))
	r, err := rater.Open(line, o)
	if err != nil {
		d.Fatal(err)
	}
	d.Cleanup(func() {
		if err := r.Close(); err != nil {
			d.Error(err)
		}
	})
	return r
}

func (d *desk) await(what string, ready func() bool) {
	d.Helper()
	for deadline := time.Now().Add(limit); !ready(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			d.Fatalf("%s never happens", what)
		}
	}
}

func TestEveryKeyGivesItsRatingOnce(t *testing.T) {
	for value, want := range rater.DefaultValues() {
		d := newDesk(t, sim.Options{Auto: want})
		r := d.open(rater.Options{Stars: 4})
		got, err := r.Rate(t.Context())
		if err != nil || got != want {
			t.Errorf("value %d: got %q, %v", value, got, err)
		}
		d.await("acknowledgement", func() bool { return d.box.Acked() == 1 })
		if d.box.Starts() != 1 || d.box.Stars() != 4 {
			t.Errorf("%d starts, %d stars", d.box.Starts(), d.box.Stars())
		}
	}
}

func TestLatePressIsAcknowledgedAndRefused(t *testing.T) {
	d := newDesk(t, sim.Options{})
	r := d.open(rater.Options{Patience: 50 * time.Millisecond, Bounce: time.Nanosecond})
	if got, err := r.Rate(t.Context()); err != nil || got != rater.Unrated {
		t.Errorf("nobody presses: %q, %v", got, err)
	}
	if err := d.box.Press(rater.Dissatisfied); err != nil {
		t.Fatal(err)
	}
	d.await("acknowledgement", func() bool { return d.box.Acked() == 1 })
	d.await("refusal", func() bool { return d.logs("is refused") })
	if got, err := r.Rate(t.Context()); err != nil || got != rater.Unrated {
		t.Errorf("the late press rates the next service: %q, %v", got, err)
	}
}

func TestOnlyTheFirstPressCounts(t *testing.T) {
	d := newDesk(t, sim.Options{})
	r := d.open(rater.Options{Bounce: time.Nanosecond})
	rated := make(chan rater.Rating, 1)
	go func() {
		got, _ := r.Rate(context.Background())
		rated <- got
	}()
	d.await("start", func() bool { return d.box.Starts() == 1 })
	for _, rating := range []rater.Rating{rater.Satisfied, rater.Dissatisfied} {
		if err := d.box.Press(rating); err != nil {
			t.Fatal(err)
		}
	}
	if got := <-rated; got != rater.Satisfied {
		t.Errorf("got %q", got)
	}
	d.await("acknowledgements", func() bool { return d.box.Acked() == 2 })
	d.await("refusal", func() bool { return d.logs("is refused") })
}

func TestRepeatedPressDoesNotRateTheNextService(t *testing.T) {
	d := newDesk(t, sim.Options{Auto: rater.Fair})
	r := d.open(rater.Options{Bounce: time.Hour})
	if got, err := r.Rate(t.Context()); err != nil || got != rater.Fair {
		t.Fatalf("%q, %v", got, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		_, err := r.Rate(ctx)
		ended <- err
	}()
	d.await("second press", func() bool { return d.box.Acked() == 2 })
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("the repeated press counts again: %v", err)
	}
}

func TestMeaningOfKeysIsConfigured(t *testing.T) {
	values := map[byte]rater.Rating{9: rater.VeryDissatisfied}
	d := newDesk(t, sim.Options{Values: values})
	r := d.open(rater.Options{Values: values, NoStart: true, Patience: limit, Bounce: time.Nanosecond})
	rated := make(chan rater.Rating, 1)
	go func() {
		got, _ := r.Rate(context.Background())
		rated <- got
	}()
	d.await("answer", func() bool {
		acked := d.box.Acked()
		d.box.PressValue(4) // without a meaning
		d.box.PressValue(9) // Rate may not have begun
		d.await("acknowledgements", func() bool { return d.box.Acked() == acked+2 })
		return len(rated) == 1
	})
	if got := <-rated; got != rater.VeryDissatisfied || d.box.Starts() != 0 || !d.logs("without a meaning") {
		t.Errorf("got %q, %d starts", got, d.box.Starts())
	}
	if err := d.box.Apply(devsim.Directive{Name: "rate", Value: string(rater.Satisfied)}); err == nil {
		t.Error("a key that the box does not have is pressed")
	}
}

func TestOneServiceIsRatedAtATimeAndCloseEndsIt(t *testing.T) {
	d := newDesk(t, sim.Options{})
	r := d.open(rater.Options{})
	ended := make(chan error, 1)
	go func() {
		_, err := r.Rate(context.Background())
		ended <- err
	}()
	d.await("start", func() bool { return d.box.Starts() == 1 })
	if _, err := r.Rate(t.Context()); !errors.Is(err, devices.ErrBusy) {
		t.Errorf("second rating: %v", err)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	if err := <-ended; !errors.Is(err, devices.ErrClosed) {
		t.Errorf("rating ends with %v", err)
	}
}

func TestWrongOptionsAreRefusedAndLeaveTheLine(t *testing.T) {
	d := newDesk(t, sim.Options{})
	for _, o := range []rater.Options{{Stars: 6}, {Values: map[byte]rater.Rating{}}} {
		line, err := d.port.Line(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := rater.Open(line, o); err == nil {
			t.Errorf("%+v is accepted", o)
		}
	}
	r := d.open(rater.Options{})
	line, err := d.port.Line(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := rater.Open(line, rater.Options{Address: address}); !errors.Is(err, devices.ErrBusy) {
		t.Errorf("two boxes at one address: %v", err)
	}
	if _, err := r.Check(t.Context()); !errors.Is(err, devices.ErrNoStatus) {
		t.Errorf("check: %v", err)
	}
}

// TestBoxSharesAddressAndLineWithKeypadAndDisplay has a keypad and a box at one
// address answer on one pair of wires, while a display is refreshed.
func TestBoxSharesAddressAndLineWithKeypadAndDisplay(t *testing.T) {
	d := newDesk(t, sim.Options{Auto: rater.VerySatisfied})
	line, err := d.port.Line(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	keys := make(chan keypad.Key, 9)
	k, err := keypad.Open(line, keypad.Options{Address: address, Bounce: time.Nanosecond}, func(k keypad.Key) { keys <- k })
	if err != nil {
		t.Fatal(err)
	}
	defer k.Close()
	r := d.open(rater.Options{Bounce: time.Nanosecond})
	if err := line.Hold(t.Context(), ff68.Frame{Addr: 1, Func: 2, Data: []byte{0, 0, 1, 0, 4, 5}}); err != nil {
		t.Fatal(err)
	}
	press, err := ff68.Encode(ff68.Frame{Addr: address, Func: 1, Data: []byte{0x0C}})
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if got, err := r.Rate(t.Context()); err != nil || got != rater.VerySatisfied {
			t.Errorf("got %q, %v", got, err)
		}
		d.pty.Write(press)
		if key := <-keys; key != keypad.KeyNext {
			t.Errorf("got %q", key)
		}
	}
}

// TestConformance runs what every driver must do. Its command has a service
// rated.
func TestConformance(t *testing.T) {
	devicestest.Suite{
		Mute: true,
		New: func() devicestest.Sim {
			return sim.New(sim.Options{Address: address, Auto: rater.Satisfied, Tries: 1, Repeat: time.Millisecond})
		},
		Open: func(_ context.Context, conn devices.Conn) (devices.Device, error) {
			return rater.Open(ff68.Open(conn, ff68.Options{}), rater.Options{Address: address, Bounce: time.Nanosecond, Patience: 2 * time.Second})
		},
		Command: func(ctx context.Context, d devices.Device) error {
			got, err := d.(*rater.Rater).Rate(ctx)
			if err == nil && got != rater.Satisfied {
				err = errors.New("nobody presses")
			}
			return err
		},
	}.Run(t)
}

func FuzzPresses(f *testing.F) {
	f.Add([]byte{0xFF, 0x68, 3, 3, 0x68, address, 0x11, 0, address + 0x11, 0x16})
	f.Fuzz(func(t *testing.T, p []byte) {
		pty, err := devsim.OpenPTY("")
		if err != nil {
			t.Fatal(err)
		}
		conn, err := serialport.Open(t.Context(), pty.Name(), 9600)
		if err != nil {
			t.Fatal(err)
		}
		r, err := rater.Open(ff68.Open(conn, ff68.Options{}), rater.Options{Address: address})
		if err != nil {
			t.Fatal(err)
		}
		pty.Write(p)
		if err := errors.Join(r.Close(), pty.Close()); err != nil {
			t.Error(err)
		}
	})
}
