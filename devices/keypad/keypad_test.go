package keypad_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"hallway/devices"
	"hallway/devices/ff68"
	"hallway/devices/keypad"
	"hallway/devices/keypad/sim"
	"hallway/devices/serialport"
	devsim "hallway/devices/sim"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	patience = 10 * time.Second
	address  = 7
)

// A desk is a simulated pad and its driver on one line.
type desk struct {
	pty  *devsim.PTY
	pad  *sim.Keypad
	port *ff68.Port
	keys chan keypad.Key
	log  bytes.Buffer
}

func newDesk(t *testing.T, o sim.Options) *desk {
	t.Helper()
	pty, err := devsim.OpenPTY("")
	if err != nil {
		t.Fatal(err)
	}
	o.Address = address
	d := &desk{pty: pty, pad: sim.New(o), keys: make(chan keypad.Key, 100)}
	d.port = ff68.NewPort(func(ctx context.Context) (devices.Conn, error) {
		return serialport.Open(ctx, pty.Name(), 9600)
	}, ff68.Options{})
	done := make(chan error, 1)
	go func() { done <- d.pad.Serve(context.Background(), pty) }()
	t.Cleanup(func() {
		if err := errors.Join(pty.Close(), <-done); err != nil {
			t.Error(err)
		}
	})
	return d
}

func (d *desk) open(t *testing.T, o keypad.Options) (*keypad.Keypad, error) {
	t.Helper()
	line, err := d.port.Line(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	o.Address = address
	o.Log = slog.New(slog.NewTextHandler(&d.log, nil))
	k, err := keypad.Open(line, o, func(k keypad.Key) { d.keys <- k })
	if err == nil {
		t.Cleanup(func() {
			if err := k.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	return k, err
}

func (d *desk) next(t *testing.T) keypad.Key {
	t.Helper()
	select {
	case k := <-d.keys:
		return k
	case <-time.After(patience):
		t.Fatal("no key came")
		return ""
	}
}

func (d *desk) awaitAcks(t *testing.T, n int) {
	t.Helper()
	for deadline := time.Now().Add(patience); d.pad.Acked() < n; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d of %d presses acknowledged", d.pad.Acked(), n)
		}
	}
}

func TestEveryKeyOfTheTableArrivesOnceAndIsAcknowledged(t *testing.T) {
	d := newDesk(t, sim.Options{})
	if _, err := d.open(t, keypad.Options{}); err != nil {
		t.Fatal(err)
	}
	keys := keypad.DefaultTable().Keys()
	if len(keys) != 19 { // nine functions and ten digits
		t.Errorf("keys %v", keys)
	}
	for _, k := range keys {
		if err := d.pad.Press(k); err != nil {
			t.Fatal(err)
		}
		if got := d.next(t); got != k {
			t.Errorf("got %q, want %q", got, k)
		}
	}
	d.awaitAcks(t, len(keys))
	if n := len(d.keys); n != 0 {
		t.Errorf("%d keys too many", n)
	}
}

func TestKnownCodesMeanWhatTheirProgramMeans(t *testing.T) {
	for code, want := range map[string]keypad.Key{
		"\x0c": keypad.KeyNext, "\x0d": keypad.KeyRecall, "\x0b": keypad.KeyRate, "\x12": keypad.KeyPause,
		"\x13": keypad.KeyTransfer, "\x06\x0f": keypad.KeyMiss, "\x03\x0f": keypad.KeyCallBack,
		"\x01\x0f": keypad.KeyStart, "\x02\x0f": keypad.KeyFinish, "\x07": "7",
		"\x00\x00\x0c": keypad.KeyNext, // the last byte decides
	} {
		d := newDesk(t, sim.Options{})
		if _, err := d.open(t, keypad.Options{}); err != nil {
			t.Fatal(err)
		}
		b, err := ff68.Encode(ff68.Frame{Addr: address, Func: 1, Data: []byte(code)})
		if err != nil {
			t.Fatal(err)
		}
		d.pty.Write(b)
		if got := d.next(t); got != want {
			t.Errorf("% X: got %q, want %q", code, got, want)
		}
	}
}

func TestRepeatedFrameIsOnePressAndIsAcknowledgedEachTime(t *testing.T) {
	d := newDesk(t, sim.Options{})
	if _, err := d.open(t, keypad.Options{Bounce: time.Hour}); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		d.pad.Press(keypad.KeyNext)
	}
	d.pad.Press(keypad.KeyRecall)
	d.pad.Press(keypad.KeyNext)
	d.awaitAcks(t, 5)
	for _, want := range []keypad.Key{keypad.KeyNext, keypad.KeyRecall, keypad.KeyNext} {
		if got := d.next(t); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if n := len(d.keys); n != 0 {
		t.Errorf("%d keys too many", n)
	}
}

func TestSecondPressAfterTheBounceCounts(t *testing.T) {
	d := newDesk(t, sim.Options{})
	if _, err := d.open(t, keypad.Options{Bounce: time.Nanosecond}); err != nil {
		t.Fatal(err)
	}
	d.pad.Press(keypad.KeyNext)
	d.pad.Press(keypad.KeyNext)
	if a, b := d.next(t), d.next(t); a != keypad.KeyNext || b != keypad.KeyNext {
		t.Errorf("got %q and %q", a, b)
	}
}

func TestPadRepeatsAKeyUntilAProgramListens(t *testing.T) {
	d := newDesk(t, sim.Options{Repeat: 5 * time.Millisecond, Tries: 1 << 30})
	d.pad.Press(keypad.KeyFinish)
	if _, err := d.open(t, keypad.Options{Bounce: time.Minute}); err != nil {
		t.Fatal(err)
	}
	if got := d.next(t); got != keypad.KeyFinish {
		t.Errorf("got %q", got)
	}
	d.awaitAcks(t, 1)
}

func TestUnknownKeyAndRatingAreNoPress(t *testing.T) {
	d := newDesk(t, sim.Options{})
	if _, err := d.open(t, keypad.Options{}); err != nil {
		t.Fatal(err)
	}
	for _, f := range []ff68.Frame{{Addr: address, Func: 1, Data: []byte{0x77}}, {Addr: address, Func: 0x11, Data: []byte{0x0D}}, {Addr: address, Func: 1}, {Addr: address, Func: 1, Data: []byte{1, 1, 1, 0x0C}}} {
		b, err := ff68.Encode(f)
		if err != nil {
			t.Fatal(err)
		}
		d.pty.Write(b)
	}
	d.pad.Press(keypad.KeyNext)
	if got := d.next(t); got != keypad.KeyNext || len(d.keys) != 0 {
		t.Errorf("got %q first", got)
	}
	if !strings.Contains(d.log.String(), "code=77") {
		t.Errorf("the unknown key is not logged: %s", &d.log)
	}
}

func TestTableOfTheHallReplacesTheDefault(t *testing.T) {
	table := keypad.Table{"20": keypad.KeyNext}
	d := newDesk(t, sim.Options{Table: table})
	if _, err := d.open(t, keypad.Options{Table: table}); err != nil {
		t.Fatal(err)
	}
	if err := d.pad.Press(keypad.KeyRecall); err == nil {
		t.Error("a key that the pad does not have is pressed")
	}
	d.pad.Press(keypad.KeyNext)
	if got := d.next(t); got != keypad.KeyNext {
		t.Errorf("got %q", got)
	}
}

func TestTableWithImpossibleCodesIsRefused(t *testing.T) {
	d := newDesk(t, sim.Options{})
	for _, code := range []string{"", "0", "0c", "060F", "06 0F 00 00", "next"} {
		if _, err := d.open(t, keypad.Options{Table: keypad.Table{code: keypad.KeyNext}}); err == nil {
			t.Errorf("%q is accepted", code)
		}
	}
	if _, err := d.open(t, keypad.Options{}); err != nil {
		t.Errorf("after the refusals: %v", err)
	}
}

func TestCheckTellsALostLineFromASilentPad(t *testing.T) {
	d := newDesk(t, sim.Options{})
	k, err := d.open(t, keypad.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := k.Check(t.Context()); !errors.Is(err, devices.ErrNoStatus) {
		t.Errorf("check: %v", err)
	}
	d.pty.Unplug()
	for deadline := time.Now().Add(patience); errors.Is(err, devices.ErrNoStatus) || err == nil; _, err = k.Check(t.Context()) {
		if time.Now().After(deadline) {
			t.Fatal("the loss is not noticed")
		}
	}
	if !errors.Is(err, devices.ErrGone) {
		t.Errorf("check after unplug: %v", err)
	}
	if err := errors.Join(k.Close(), k.Close()); err != nil {
		t.Error(err)
	}
	if _, err := k.Check(t.Context()); !errors.Is(err, devices.ErrClosed) {
		t.Errorf("check after close: %v", err)
	}
}

func TestScriptPressesKeys(t *testing.T) {
	d := newDesk(t, sim.Options{})
	if _, err := d.open(t, keypad.Options{}); err != nil {
		t.Fatal(err)
	}
	if err := d.pad.Apply(devsim.Directive{Name: "press", Value: "pause"}); err != nil {
		t.Error(err)
	}
	if got := d.next(t); got != keypad.KeyPause {
		t.Errorf("got %q", got)
	}
	if err := d.pad.Apply(devsim.Directive{Name: "cover", Value: "open"}); err == nil {
		t.Error("a pad has a cover")
	}
}
