package ff68

import (
	"context"
	"errors"
	"io"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"hallway/devices"
	"hallway/devices/serialport"
	"hallway/devices/sim"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const patience = 10 * time.Second

// A wire is a line on a pseudo-terminal and what its far end hears.
type wire struct {
	*testing.T
	pty   *sim.PTY
	port  *Port
	heard chan Frame
}

func newWire(t *testing.T, o Options) *wire {
	t.Helper()
	pty, err := sim.OpenPTY(filepath.Join(t.TempDir(), "bus"))
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{T: t, pty: pty, heard: make(chan Frame, 100)}
	w.port = NewPort(func(ctx context.Context) (devices.Conn, error) { return serialport.Open(ctx, pty.Name(), 9600) }, o)
	done := make(chan error, 1)
	go func() {
		var d Decoder
		done <- sim.Serve(context.Background(), pty, func(p []byte) error {
			d.Feed(p)
			for f, ok := d.Next(); ok; f, ok = d.Next() {
				w.heard <- f
			}
			return nil
		})
	}()
	t.Cleanup(func() {
		if err := errors.Join(pty.Close(), <-done); err != nil {
			t.Error(err)
		}
	})
	return w
}

// line opens or joins the line until the test ends.
func (w *wire) line() *Line {
	w.Helper()
	l, err := w.port.Line(w.Context())
	if err != nil {
		w.Fatal(err)
	}
	w.Cleanup(func() {
		if err := l.Close(); err != nil {
			w.Error(err)
		}
	})
	return l
}

// expect waits for a frame at the far end.
func (w *wire) expect(want Frame) {
	w.Helper()
	select {
	case got := <-w.heard:
		if !got.Equal(want) {
			w.Errorf("heard %v, want %v", got, want)
		}
	case <-time.After(patience):
		w.Fatalf("never heard %v", want)
	}
}

// say sends a frame from the far end.
func (w *wire) say(f Frame) {
	w.Helper()
	b, err := Encode(f)
	if err != nil {
		w.Fatal(err)
	}
	w.pty.Write(b)
}

func TestFramesReachTheHandlerOfTheirAddress(t *testing.T) {
	w := newWire(t, Options{})
	l := w.line()
	got := [2]chan Frame{make(chan Frame, 9), make(chan Frame, 9)}
	for i, c := range got {
		if _, err := l.Handle(byte(i+1), func(f Frame) { c <- f }); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := l.Handle(1, func(Frame) {}); !errors.Is(err, devices.ErrBusy) {
		t.Errorf("an address is handled twice: %v", err)
	}
	w.say(Frame{9, 1, nil})
	w.pty.Write([]byte{0xFF, 0x68, 3, 0})
	w.say(Frame{2, 1, []byte{7}})
	w.say(Frame{1, 1, []byte{8}})
	if f := <-got[0]; !f.Equal(Frame{1, 1, []byte{8}}) {
		t.Errorf("address 1 got %v", f)
	}
	if f := <-got[1]; !f.Equal(Frame{2, 1, []byte{7}}) || len(got[0])+len(got[1]) > 0 {
		t.Errorf("address 2 got %v", f)
	}
}

func TestFunctionsOfOneAddressAreSharedOut(t *testing.T) {
	w := newWire(t, Options{})
	l := w.line()
	rest, named := make(chan Frame, 9), make(chan Frame, 9)
	if _, err := l.Handle(1, func(f Frame) { rest <- f }); err != nil {
		t.Fatal(err)
	}
	release, err := l.Handle(1, func(f Frame) { named <- f }, 0x11, 0x12)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := l.Handle(1, func(Frame) {}, 0x12); !errors.Is(err, devices.ErrBusy) {
		t.Errorf("a function is handled twice: %v", err)
	}
	w.say(Frame{1, 0x11, []byte{0}})
	w.say(Frame{1, 0x01, []byte{7}})
	if f := <-named; f.Func != 0x11 {
		t.Errorf("got %v", f)
	}
	if f := <-rest; f.Func != 0x01 {
		t.Errorf("got %v", f)
	}
	release()
	w.say(Frame{1, 0x11, []byte{2}})
	if f := <-rest; f.Func != 0x11 || len(named) != 0 {
		t.Errorf("got %v after the release", f)
	}
}

func TestReleasedAddressMayBeHandledAgain(t *testing.T) {
	l := newWire(t, Options{}).line()
	release, err := l.Handle(1, func(Frame) {})
	if err != nil {
		t.Fatal(err)
	}
	release()
	if _, err := l.Handle(1, func(Frame) {}); err != nil {
		t.Error(err)
	}
}

func TestTornFrameDoesNotSwallowTheNext(t *testing.T) {
	w := newWire(t, Options{})
	got := make(chan Frame, 9)
	if _, err := w.line().Handle(1, func(f Frame) { got <- f }); err != nil {
		t.Fatal(err)
	}
	// A beginning that promises 18 bytes, and silence. The key that follows is
	// too short to fill it up.
	w.pty.Write([]byte{0xFF, 0x68, 18, 18, 0x68, 1})
	w.say(Frame{1, 1, []byte{0x0C}})
	select {
	case <-got:
	case <-time.After(patience):
		t.Error("the key was swallowed")
	}
}

func TestSendersDoNotMixTheirFrames(t *testing.T) {
	w := newWire(t, Options{Gap: time.Microsecond})
	l := w.line()
	var wg sync.WaitGroup
	for i := range 40 {
		wg.Go(func() {
			if err := l.Send(t.Context(), Frame{byte(i), 2, []byte{1, 2, 3, 4, 5, 6}}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	seen := map[byte]bool{}
	for range 40 {
		select {
		case f := <-w.heard:
			seen[f.Addr] = true
		case <-time.After(patience):
			t.Fatalf("only %d of 40 frames came", len(seen))
		}
	}
	if len(seen) != 40 {
		t.Errorf("%d senders heard", len(seen))
	}
}

func TestHeldFramesAreSentAgainInTurnUntilReleased(t *testing.T) {
	w := newWire(t, Options{Refresh: 20 * time.Millisecond})
	l := w.line()
	a, old, b := Frame{1, 2, []byte{1}}, Frame{2, 2, []byte{9}}, Frame{2, 2, []byte{2}}
	for _, f := range []Frame{a, old, b} {
		if err := l.Hold(t.Context(), f); err != nil {
			t.Fatal(err)
		}
	}
	counts := map[byte]int{}
	for counts[1] < 4 || counts[2] < 5 { // one refresh of each at least, behind the first sending
		select {
		case f := <-w.heard:
			counts[f.Addr]++
			if f.Equal(old) && counts[2] > 2 {
				t.Fatal("a replaced frame is sent again")
			}
		case <-time.After(patience):
			t.Fatalf("refreshed %v", counts)
		}
	}
	l.Release(1)
	if err := l.Send(t.Context(), Frame{3, 3, nil}); err != nil {
		t.Fatal(err)
	}
	for f := range w.heard {
		if f.Addr == 3 {
			break
		}
	}
	for range 3 {
		if f := <-w.heard; f.Addr != 2 {
			t.Errorf("released frame %v is sent again", f)
		}
	}
}

func TestEchoIsDroppedOnceAndOnlyWithEchoSet(t *testing.T) {
	for _, echo := range []bool{true, false} {
		w := newWire(t, Options{Echo: echo})
		l := w.line()
		got := make(chan Frame, 9)
		if _, err := l.Handle(1, func(f Frame) { got <- f }); err != nil {
			t.Fatal(err)
		}
		f := Frame{1, 1, []byte{0x0C}}
		if err := l.Send(t.Context(), f); err != nil {
			t.Fatal(err)
		}
		w.expect(f)
		w.say(f)                       // the echo, or a key
		w.say(Frame{1, 1, []byte{13}}) // a key
		first := <-got
		if echo == first.Equal(f) {
			t.Errorf("echo %v: first frame is %v", echo, first)
		}
	}
}

func TestUsersShareALineAndTheLastClosesIt(t *testing.T) {
	w := newWire(t, Options{})
	first, err := w.port.Line(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	second, err := w.port.Line(t.Context())
	if err != nil || second != first {
		t.Fatalf("not shared: %v", err)
	}
	if err := first.Close(); err != nil {
		t.Error(err)
	}
	if err := second.Send(t.Context(), Frame{1, 3, nil}); err != nil {
		t.Errorf("after one of two closed: %v", err)
	}
	if err := second.Close(); err != nil {
		t.Error(err)
	}
	if err := second.Send(t.Context(), Frame{1, 3, nil}); !errors.Is(err, devices.ErrClosed) {
		t.Errorf("after both closed: %v", err)
	}
	w.line() // the port is free again
}

func TestLostLineGivesThePortFreeAtOnce(t *testing.T) {
	w := newWire(t, Options{})
	old := w.line()
	if err := w.pty.Unplug(); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(patience); old.Err() == nil; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the line does not notice")
		}
	}
	if err := old.Send(t.Context(), Frame{1, 3, nil}); !errors.Is(err, devices.ErrGone) {
		t.Errorf("send: %v", err)
	}
	if _, err := w.port.Line(t.Context()); !errors.Is(err, devices.ErrAbsent) {
		t.Errorf("open while unplugged: %v", err)
	}
	if err := w.pty.Replug(); err != nil {
		t.Fatal(err)
	}
	fresh := w.line() // although nobody has closed the old one
	if err := fresh.Send(t.Context(), Frame{1, 3, nil}); err != nil || fresh == old {
		t.Errorf("send: %v", err)
	}
	w.expect(Frame{1, 3, nil})
}

func TestCloseEndsASenderThatWaits(t *testing.T) {
	pty, err := sim.OpenPTY("") // nobody reads, so it fills up
	if err != nil {
		t.Fatal(err)
	}
	defer pty.Close()
	conn, err := serialport.Open(t.Context(), pty.Name(), 9600)
	if err != nil {
		t.Fatal(err)
	}
	l := Open(conn, Options{Gap: time.Microsecond})
	got := make(chan error, 1)
	go func() {
		var err error
		for err == nil {
			err = l.Send(context.Background(), Frame{1, 2, make([]byte, MaxData)})
		}
		got <- err
	}()
	time.Sleep(50 * time.Millisecond) // most runs find it waiting; all must pass
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	if err := <-got; !errors.Is(err, devices.ErrClosed) {
		t.Errorf("got %v", err)
	}
}

func TestStuckPortIsSilence(t *testing.T) {
	pty, err := sim.OpenPTY("")
	if err != nil {
		t.Fatal(err)
	}
	defer pty.Close()
	conn, err := serialport.Open(t.Context(), pty.Name(), 9600)
	if err != nil {
		t.Fatal(err)
	}
	l := Open(conn, Options{Gap: time.Microsecond})
	defer l.Close()
	for err == nil {
		err = l.Send(t.Context(), Frame{1, 2, make([]byte, MaxData)})
	}
	if !errors.Is(err, devices.ErrSilent) || l.Err() != nil {
		t.Errorf("got %v, line %v", err, l.Err())
	}
	go io.Copy(io.Discard, pty)
	if err := l.Send(t.Context(), Frame{1, 2, nil}); err != nil {
		t.Errorf("the port takes bytes again: %v", err)
	}
}
