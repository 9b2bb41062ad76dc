package stage

import (
	"context"
	"errors"
	"image"
	"image/color"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
)

// virtual starts a virtual display and connects to it.
func virtual(t *testing.T) *Screen {
	t.Helper()
	l := launcher(t)
	p, display, err := StartXvfb(within(t, 30*time.Second), l, image.Pt(640, 480), filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Stop(); err != nil {
			t.Error(err)
		}
	})
	s, err := OpenScreen(display)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// client opens a red window of this process on a display, on a connection of
// its own, and returns its events.
func client(t *testing.T, display string) (*xgb.Conn, xproto.Window) {
	t.Helper()
	conn, err := xgb.NewConnDisplay(display)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	id, err := xproto.NewWindowId(conn)
	if err != nil {
		t.Fatal(err)
	}
	root := xproto.Setup(conn).DefaultScreen(conn).Root
	events := uint32(xproto.EventMaskButtonPress | xproto.EventMaskButtonRelease | xproto.EventMaskKeyPress)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(xproto.CreateWindowChecked(conn, 0, id, root, 5, 5, 100, 80, 0, xproto.WindowClassInputOutput, 0,
		xproto.CwBackPixel|xproto.CwEventMask, []uint32{0xff0000, events}).Check())
	atom, err := xproto.InternAtom(conn, false, uint16(len("_NET_WM_PID")), "_NET_WM_PID").Reply()
	must(err)
	pid := make([]byte, 4)
	xgb.Put32(pid, uint32(os.Getpid()))
	must(xproto.ChangePropertyChecked(conn, xproto.PropModeReplace, id, atom.Atom, xproto.AtomCardinal, 32, 1, pid).Check())
	must(xproto.MapWindowChecked(conn, id).Check())
	return conn, id
}

func TestWindowIsFoundMovedAndPictured(t *testing.T) {
	s := virtual(t)
	if s.Size() != image.Pt(640, 480) {
		t.Fatalf("display is %v", s.Size())
	}
	client(t, s.Display)
	w, err := s.Window(within(t, 10*time.Second), os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Move(image.Pt(200, 100)); err != nil {
		t.Fatal(err)
	}
	want := image.Rect(200, 100, 300, 180)
	if b, err := w.Bounds(); err != nil || b != want {
		t.Errorf("window is at %v, %v; want %v", b, err, want)
	}
	red := color.RGBA{255, 0, 0, 255}
	err = poll(within(t, 10*time.Second), func() (bool, error) {
		img, err := w.Capture()
		return err == nil && img.Bounds().Size() == want.Size() && img.RGBAAt(0, 0) == red && img.RGBAAt(99, 79) == red, err
	})
	if err != nil {
		t.Errorf("the picture never showed the red window: %v", err)
	}
}

func TestPointerAndKeysReachTheWindowAsRealEvents(t *testing.T) {
	s := virtual(t)
	conn, id := client(t, s.Display)
	ctx := within(t, 10*time.Second)
	w, err := s.Window(ctx, os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	b, err := w.Bounds()
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{w.Focus(), s.Click(ctx, b.Min.Add(image.Pt(30, 40))), s.Type(ctx, "a%"), s.Press(ctx, KeyF1)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	press := mustEvent[xproto.ButtonPressEvent](t, conn)
	if press.Event != id || press.EventX != 30 || press.EventY != 40 || press.Detail != 1 {
		t.Errorf("press %+v", press)
	}
	mustEvent[xproto.ButtonReleaseEvent](t, conn)
	keys, err := readKeymap(conn)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []Key{'a', keyShift, '%', KeyF1} {
		if e := mustEvent[xproto.KeyPressEvent](t, conn); byte(e.Detail) != keys[want].code {
			t.Errorf("key code %d, want that of %#x", e.Detail, uint32(want))
		}
	}
}

// mustEvent takes the next event of input, which must be an E.
func mustEvent[E any](t *testing.T, conn *xgb.Conn) E {
	t.Helper()
	ev, xerr := conn.WaitForEvent()
	for _, changed := ev.(xproto.MappingNotifyEvent); changed; _, changed = ev.(xproto.MappingNotifyEvent) {
		ev, xerr = conn.WaitForEvent()
	}
	e, ok := ev.(E)
	if !ok {
		t.Fatalf("event %T %v, error %v", ev, ev, xerr)
	}
	return e
}

func TestWindowOfNobodyEndsWithTheContext(t *testing.T) {
	s := virtual(t)
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	if _, err := s.Window(ctx, 1); !errors.Is(err, errNoWindow) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v", err)
	}
	if err := s.Press(ctx, 0x1234567); err == nil {
		t.Error("a key that no keyboard has was pressed")
	}
	if _, err := s.Capture(image.Rect(1000, 1000, 1010, 1010)); err == nil {
		t.Error("a picture outside the display was taken")
	}
}
