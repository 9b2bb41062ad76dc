package keypad_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"hallway/devices"
	hidsim "hallway/devices/hidinput/sim"
	"hallway/devices/keypad"
	"hallway/devices/keypad/sim"
	devsim "hallway/devices/sim"
)

// A numpad is a simulated pad on USB and its driver.
type numpad struct {
	wire hidsim.Wire
	pad  *sim.HID
	hid  *keypad.HID
	keys chan keypad.Key
}

func newNumpad(t *testing.T, o keypad.HIDOptions) *numpad {
	t.Helper()
	wire, conn, err := hidsim.NewWire()
	if err != nil {
		t.Fatal(err)
	}
	n := &numpad{wire: wire, pad: sim.NewHID(wire, o.Table), keys: make(chan keypad.Key, 100)}
	if n.hid, err = keypad.OpenHID(conn, o, func(k keypad.Key) { n.keys <- k }); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		wire.Close()
		if err := errors.Join(n.hid.Close(), n.hid.Close()); err != nil {
			t.Error(err)
		}
	})
	n.awake(t)
	return n
}

// awake waits until presses arrive.
func (n *numpad) awake(t *testing.T) {
	t.Helper()
	for deadline := time.Now().Add(patience); len(n.keys) == 0; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("no key comes")
		}
		if err := n.pad.Press(n.hid.Keys()[0]); err != nil {
			t.Fatal(err)
		}
	}
	if err := n.pad.Press(keypad.KeyNext); err != nil {
		t.Fatal(err)
	}
	for k := keypad.Key(""); k != keypad.KeyNext; {
		if k = n.next(t); k == keypad.KeyNext {
			return
		}
		if _, called := k.Called(); called {
			return
		}
	}
}

func (n *numpad) next(t *testing.T) keypad.Key {
	t.Helper()
	select {
	case k := <-n.keys:
		return k
	case <-time.After(patience):
		t.Fatal("no key came")
		return ""
	}
}

func (n *numpad) expect(t *testing.T, want ...keypad.Key) {
	t.Helper()
	var got []keypad.Key
	for range want {
		got = append(got, n.next(t))
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestKeysOfANumericPadMeanTheSame(t *testing.T) {
	n := newNumpad(t, keypad.HIDOptions{})
	for _, k := range []keypad.Key{keypad.KeyRecall, keypad.KeyPause, keypad.KeyMiss, keypad.KeyNext} {
		if err := n.pad.Press(k); err != nil {
			t.Fatal(err)
		}
		n.expect(t, k)
	}
	if err := n.pad.Press(keypad.KeyTransfer); err == nil {
		t.Error("a key that the pad does not have is pressed")
	}
}

func TestDigitsAndEnterCallANumber(t *testing.T) {
	n := newNumpad(t, keypad.HIDOptions{})
	for _, usage := range []byte{0x62, 0x53, 0x5C, 0x5D, 0x58, 0x58, 0x59, 0x57, 0x58} { // 0 NumLock 4 5 Enter, Enter, 1 + Enter
		if err := n.pad.Strike(usage); err != nil {
			t.Fatal(err)
		}
	}
	n.expect(t, "0", "4", "5", keypad.Call("045"), keypad.KeyNext, "1", keypad.KeyRecall, keypad.KeyNext)
	if digits, ok := keypad.Call("045").Called(); !ok || digits != "045" {
		t.Errorf("called %q, %v", digits, ok)
	}
	if _, ok := keypad.KeyNext.Called(); ok {
		t.Error("next calls a number")
	}
}

func TestForgottenDigitsCallNothing(t *testing.T) {
	n := newNumpad(t, keypad.HIDOptions{Dial: time.Nanosecond})
	for _, usage := range []byte{0x5C, 0x58} {
		if err := n.pad.Strike(usage); err != nil {
			t.Fatal(err)
		}
	}
	n.expect(t, "4", keypad.KeyNext)
}

func TestKeysHeldTogetherAreOnePressEach(t *testing.T) {
	n := newNumpad(t, keypad.HIDOptions{})
	if err := n.pad.Strike(0x59, 0x5A, 0x5B, 0x5C, 0x5D, 0x5E, 0x5F); err != nil {
		t.Fatal(err)
	}
	if err := n.pad.Strike(0x57); err != nil {
		t.Fatal(err)
	}
	n.expect(t, "1", "2", "3", "4", "5", "6", keypad.KeyRecall)
	// Short, odd and unknown reports are no press.
	for _, report := range [][]byte{{0}, {0, 0, 0x57}, {0, 0, 0x04, 0, 0, 0, 0, 0}, {0, 0, 0, 0, 0, 0, 0, 0}} {
		if _, err := n.wire.Write(report); err != nil {
			t.Fatal(err)
		}
	}
	if err := n.pad.Apply(devsim.Directive{Name: "press", Value: "miss"}); err != nil {
		t.Fatal(err)
	}
	n.expect(t, keypad.KeyMiss)
}

func TestNumberedReportsOfOthersAreNoPress(t *testing.T) {
	wire, conn, err := hidsim.NewWire()
	if err != nil {
		t.Fatal(err)
	}
	defer wire.Close()
	keys := make(chan keypad.Key, 9)
	h, err := keypad.OpenHID(conn, keypad.HIDOptions{Report: 3}, func(k keypad.Key) { keys <- k })
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	for deadline := time.Now().Add(patience); len(keys) == 0; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("no key comes")
		}
		for _, r := range [][]byte{{1, 0, 0, 0x55, 0, 0, 0, 0, 0}, {3, 0, 0, 0x57, 0, 0, 0, 0, 0}, {3, 0, 0, 0, 0, 0, 0, 0, 0}} {
			if _, err := wire.Write(r); err != nil {
				t.Fatal(err)
			}
		}
	}
	if k := <-keys; k != keypad.KeyRecall {
		t.Errorf("got %q", k)
	}
}

func TestUnpluggedPadIsGone(t *testing.T) {
	n := newNumpad(t, keypad.HIDOptions{})
	if _, err := n.hid.Check(t.Context()); !errors.Is(err, devices.ErrNoStatus) {
		t.Errorf("check: %v", err)
	}
	n.wire.Close()
	var err error
	for deadline := time.Now().Add(patience); !errors.Is(err, devices.ErrGone); _, err = n.hid.Check(t.Context()) {
		if time.Now().After(deadline) {
			t.Fatalf("the loss is not noticed: %v", err)
		}
	}
	n.hid.Close()
	if _, err := n.hid.Check(t.Context()); !errors.Is(err, devices.ErrClosed) {
		t.Errorf("check after close: %v", err)
	}
}

func TestFileChangesSingleKeys(t *testing.T) {
	table, err := keypad.DefaultTable().With(map[string]string{"0c": "start", "060f": "none", "20": "7"})
	if err != nil {
		t.Fatal(err)
	}
	if table["0C"] != keypad.KeyStart || table["06 0F"] != "" || table["20"] != "7" || table["0D"] != keypad.KeyRecall {
		t.Errorf("table %v", table)
	}
	if keypad.DefaultTable()["0C"] != keypad.KeyNext {
		t.Error("the default table has changed")
	}
	_, err = keypad.DefaultTable().With(map[string]string{"zz": "next", "01": "launch", "": "next", "01020304": "next"})
	if err == nil || len(err.(interface{ Unwrap() []error }).Unwrap()) != 4 {
		t.Errorf("mistakes: %v", err)
	}
	wire, conn, err := hidsim.NewWire()
	if err != nil {
		t.Fatal(err)
	}
	defer wire.Close()
	if _, err := keypad.OpenHID(conn, keypad.HIDOptions{Table: keypad.Table{"x": keypad.KeyNext}}, func(keypad.Key) {}); err == nil {
		t.Error("a table with an impossible code is accepted")
	}
	if _, err := conn.Write(t.Context(), nil); !errors.Is(err, devices.ErrClosed) {
		t.Errorf("the port stays open: %v", err)
	}
}

func TestPadWithoutEchoIsNotAcknowledged(t *testing.T) {
	d := newDesk(t, sim.Options{Tries: 1, Repeat: time.Millisecond})
	if _, err := d.open(t, keypad.Options{NoEcho: true}); err != nil {
		t.Fatal(err)
	}
	for _, k := range []keypad.Key{keypad.KeyNext, keypad.KeyRecall} {
		if err := d.pad.Press(k); err != nil {
			t.Fatal(err)
		}
		if got := d.next(t); got != k {
			t.Errorf("got %q", got)
		}
	}
	if n := d.pad.Acked(); n != 0 {
		t.Errorf("%d presses acknowledged", n)
	}
}

func FuzzReports(f *testing.F) {
	f.Add([]byte{0, 0, 0x59, 0, 0, 0, 0, 0})
	f.Add([]byte{0})
	f.Fuzz(func(t *testing.T, report []byte) {
		if len(report) == 0 || len(report) > 512 {
			return
		}
		wire, conn, err := hidsim.NewWire()
		if err != nil {
			t.Fatal(err)
		}
		h, err := keypad.OpenHID(conn, keypad.HIDOptions{}, func(keypad.Key) {})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := wire.Write(report); err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(wire.Close(), h.Close()); err != nil {
			t.Error(err)
		}
	})
}
