package display_test

import (
	"context"
	"errors"
	"io"
	"testing"
	"time"

	"go.uber.org/goleak"

	"hallway/devices"
	"hallway/devices/devicestest"
	"hallway/devices/ff68"
	"hallway/devices/serialport"
	devsim "hallway/devices/sim"
	"hallway/queue"
	"hallway/queue/display"
	"hallway/queue/display/sim"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const patience = 10 * time.Second

// serve runs panels on one line and returns the line's port.
func serve(t *testing.T, o ff68.Options, panels ...*sim.Window) (*devsim.PTY, *ff68.Port) {
	t.Helper()
	pty, err := devsim.OpenPTY("")
	if err != nil {
		t.Fatal(err)
	}
	// All panels of a line hear everything.
	var taps []io.Writer
	done := make(chan error, len(panels)+1)
	for _, p := range panels {
		r, w := io.Pipe()
		taps = append(taps, w)
		go func() { done <- p.Serve(context.Background(), struct{ io.ReadWriter }{tap{r}}) }()
	}
	go func() {
		done <- devsim.Serve(context.Background(), pty, func(b []byte) error {
			_, err := io.MultiWriter(taps...).Write(b)
			return err
		})
		for _, w := range taps {
			w.(io.Closer).Close()
		}
	}()
	t.Cleanup(func() {
		err := pty.Close()
		for range cap(done) {
			err = errors.Join(err, <-done)
		}
		if err != nil {
			t.Error(err)
		}
	})
	return pty, ff68.NewPort(func(ctx context.Context) (devices.Conn, error) {
		return serialport.Open(ctx, pty.Name(), 9600)
	}, o)
}

// A tap hears a line and never speaks.
type tap struct{ io.Reader }

func (tap) Write(p []byte) (int, error) { return len(p), nil }

func open(t *testing.T, port *ff68.Port, address byte) *display.Window {
	t.Helper()
	line, err := port.Line(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	w, err := display.Open(t.Context(), line, display.Options{Address: address})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.Close() })
	return w
}

// expect waits until a panel shows what it should.
func expect(t *testing.T, panel *sim.Window, ticket, waiting string) {
	t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(time.Millisecond) {
		a, b := panel.Shown()
		if a == ticket && b == waiting {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("shows %q and %q, want %q and %q", a, b, ticket, waiting)
		}
	}
}

const dark = "   "

func TestPanelShowsTheLastThreeDigitsOrHowManyWait(t *testing.T) {
	panel := sim.New(sim.Options{Address: 3})
	_, port := serve(t, ff68.Options{}, panel)
	w := open(t, port, 3)
	for number, want := range map[queue.Number]string{"A012": "012", "B000": "000", "AB999": "999", "C1234": "234"} {
		if err := w.Show(t.Context(), number); err != nil {
			t.Fatal(err)
		}
		expect(t, panel, want, dark)
	}
	for n, want := range map[int]string{0: "000", 7: "007", 999: "999", 1000: "999"} {
		if err := w.Waiting(t.Context(), n); err != nil {
			t.Fatal(err)
		}
		expect(t, panel, dark, want)
	}
	if err := w.Clear(t.Context()); err != nil {
		t.Fatal(err)
	}
	expect(t, panel, dark, dark)
}

func TestWhatIsNoNumberIsRefusedAndChangesNothing(t *testing.T) {
	panel := sim.New(sim.Options{Address: 3})
	_, port := serve(t, ff68.Options{}, panel)
	w := open(t, port, 3)
	if err := w.Show(t.Context(), "A012"); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []queue.Number{"", "012", "A", "O12", "A01234"} {
		if err := w.Show(t.Context(), bad); err == nil {
			t.Errorf("%q is shown", bad)
		}
	}
	if err := w.Waiting(t.Context(), -1); err == nil {
		t.Error("-1 people wait")
	}
	expect(t, panel, "012", dark)
}

func TestTwoWindowsOnOneLineDoNotMix(t *testing.T) {
	one, two := sim.New(sim.Options{Address: 1}), sim.New(sim.Options{Address: 2})
	_, port := serve(t, ff68.Options{}, one, two)
	a, b := open(t, port, 1), open(t, port, 2)
	if err := errors.Join(a.Show(t.Context(), "A011"), b.Waiting(t.Context(), 22)); err != nil {
		t.Fatal(err)
	}
	expect(t, one, "011", dark)
	expect(t, two, dark, "022")
	if err := a.Close(); err != nil {
		t.Error(err)
	}
	expect(t, one, dark, dark)
	if err := b.Show(t.Context(), "B022"); err != nil {
		t.Error(err)
	}
	expect(t, two, "022", dark)
}

func TestPanelThatLostItsPowerShowsItsNumberAgain(t *testing.T) {
	panel := sim.New(sim.Options{Address: 3})
	_, port := serve(t, ff68.Options{Refresh: 20 * time.Millisecond}, panel)
	w := open(t, port, 3)
	if err := w.Show(t.Context(), "A012"); err != nil {
		t.Fatal(err)
	}
	expect(t, panel, "012", dark)
	for range 2 {
		if err := panel.Apply(devsim.Directive{Name: "power", Value: "cut"}); err != nil {
			t.Fatal(err)
		}
		expect(t, panel, "012", dark)
	}
}

func TestCloseDarkensThePanel(t *testing.T) {
	panel := sim.New(sim.Options{Address: 3})
	_, port := serve(t, ff68.Options{}, panel)
	w := open(t, port, 3)
	if err := w.Show(t.Context(), "A012"); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Error(err)
	}
	expect(t, panel, dark, dark)
}

func TestPanelIsADevice(t *testing.T) {
	devicestest.Suite{
		New: func() devicestest.Sim { return sim.New(sim.Options{Address: 3}) },
		Open: func(ctx context.Context, conn devices.Conn) (devices.Device, error) {
			return display.Open(ctx, ff68.Open(conn, ff68.Options{}), display.Options{Address: 3})
		},
		Command: func(ctx context.Context, d devices.Device) error { return d.(*display.Window).Show(ctx, "A012") },
		State: func(s devicestest.Sim) string {
			ticket, waiting := s.(*sim.Window).Shown()
			return ticket + waiting
		},
		Mute: true,
	}.Run(t)
}
