package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"hallway/app/config"
	"hallway/app/counter"
	"hallway/app/hall/api"
	"hallway/app/operation"
	"hallway/cmd/program"
	"hallway/devices"
	"hallway/devices/ff68"
	"hallway/devices/keypad"
	keypadsim "hallway/devices/keypad/sim"
	"hallway/devices/sim"
	displaysim "hallway/queue/display/sim"
)

// Fyne starts a goroutine when it is loaded.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m, goleak.IgnoreCurrent()) }

func TestWrongCommandLineIsSaid(t *testing.T) {
	m := &Main{Streams: program.Streams{Stdout: io.Discard, Stderr: io.Discard, Exit: func(int) {}}}
	if err := m.ParseFlags([]string{"--nonsense"}); err == nil {
		t.Error("an unknown flag was taken")
	}
	if err := m.ParseFlags(nil); err == nil || !strings.Contains(err.Error(), "--config") {
		t.Errorf("error %v does not name --config", err)
	}
}

func TestMistakesOfTheConfigurationEndTheProgram(t *testing.T) {
	path := filepath.Join(t.TempDir(), "counter.toml")
	if err := os.WriteFile(path, []byte("window = \"3\"\ncolour = \"red\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	m := &Main{Streams: program.Streams{Stdout: &out, Stderr: &out, Exit: func(int) {}}}
	if err := m.ParseFlags([]string{"--config", path}); err != nil {
		t.Fatal(err)
	}
	err := m.Run(t.Context())
	for _, want := range []string{"counter.toml:2", "colour", "hall"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v lacks %s", err, want)
		}
	}
	if err := m.Close(); err != nil {
		t.Error(err)
	}
}

// hall answers every request of a window with a status and a body.
func hallThat(t *testing.T, status int, kind, body string) caller {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		w.WriteHeader(status)
		io.WriteString(w, body)
	}))
	t.Cleanup(s.Close)
	h := newHall(config.Counter{Window: "3", Hall: config.CounterHall{URL: s.URL}})
	t.Cleanup(h.client.Close)
	return h
}

func TestOnlyAHallThatSaysNoRefuses(t *testing.T) {
	problem := `{"type":"urn:hallway:problem:wrong_pin","title":"no","code":"wrong_pin"}`
	for _, c := range []struct {
		status     int
		kind, body string
		refused    string
	}{
		{401, "application/problem+json", problem, api.CodeWrongPIN},
		{500, "application/problem+json", strings.ReplaceAll(problem, "wrong_pin", "internal"), ""},
		{500, "text/plain", "internal error", ""},
		{200, "text/html", "<!doctype html>", ""},
	} {
		_, _, err := hallThat(t, c.status, c.kind, c.body).SignIn(t.Context(), "1001", "2468")
		var refused *operation.Refusal
		switch {
		case err == nil:
			t.Errorf("%d %s was taken for an answer", c.status, c.kind)
		case errors.As(err, &refused) != (c.refused != ""):
			t.Errorf("%d %s: refusal is %v", c.status, c.kind, err)
		case refused != nil && refused.Code != c.refused:
			t.Errorf("%d %s: code %q", c.status, c.kind, refused.Code)
		}
	}
}

// bench is a display and a keypad on pseudo-terminals, and the devices of a
// window that speak to them.
type bench struct {
	display *displaysim.Window
	keypad  *keypadsim.Keypad
	fitted  *fitted
}

// fit makes the devices of a configuration.
func fit(t *testing.T, c config.Counter) *fitted {
	t.Helper()
	f, err := newDevices(c, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func onBench(t *testing.T) bench {
	t.Helper()
	b := bench{display: displaysim.New(displaysim.Options{Address: 1}), keypad: keypadsim.New(keypadsim.Options{Address: 2})}
	ctx, cancel := context.WithCancel(context.Background())
	var served sync.WaitGroup
	c := config.Counter{Display: config.Display{Type: config.TypeFF68, Baud: 9600, Address: 1}, Keypad: config.Keypad{Type: "bus", Baud: 9600, Address: 2, Echo: true}}
	for link, serve := range map[*string]func(context.Context, io.ReadWriter) error{&c.Display.Port: b.display.Serve, &c.Keypad.Port: b.keypad.Serve} {
		pty, err := sim.OpenPTY("")
		if err != nil {
			t.Fatal(err)
		}
		*link = pty.Name()
		served.Go(func() { serve(ctx, pty) })
		t.Cleanup(func() { pty.Close() })
	}
	b.fitted = fit(t, c)
	served.Go(func() { b.fitted.run(ctx) })
	t.Cleanup(func() { cancel(); served.Wait() })
	return b
}

// eventually waits until ok says yes.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("never: %s", what)
		}
	}
}

func TestNumberReachesTheDisplayAndKeysReachTheWindow(t *testing.T) {
	b := onBench(t)
	eventually(t, "both devices ready", func() bool {
		return b.fitted.display.Health().State == devices.Ready && b.fitted.keypad.Health().State == devices.Ready
	})
	if err := b.fitted.Show(t.Context(), "A012"); err != nil {
		t.Fatal(err)
	}
	eventually(t, "number on the display", func() bool { ticket, _ := b.display.Shown(); return ticket == "012" })
	if err := b.keypad.Press(keypad.KeyRecall); err != nil {
		t.Fatal(err)
	}
	if got := control(<-b.fitted.pressed); got != counter.CtlRecall {
		t.Errorf("key stands for %q", got)
	}
	if err := b.fitted.Clear(t.Context()); err != nil {
		t.Fatal(err)
	}
	eventually(t, "dark display", func() bool { ticket, waiting := b.display.Shown(); return ticket == "   " && waiting == "   " })
}

func TestHealthOfTheDevicesReachesTheWindow(t *testing.T) {
	b := onBench(t)
	screens := make(chan counter.Screen, 256)
	r := counter.NewRunner(b.fitted.start(counter.Start("3", "en", time.Now())), counter.Options{
		Hall: hallThat(t, 500, "text/plain", ""), Display: b.fitted, Now: time.Now,
		IDs: func() operation.ID { return "id" }, Show: func(s counter.Screen) { screens <- s },
	})
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { defer close(ended); defer b.fitted.report(ctx, r)(); r.Run(ctx) }()
	defer func() { cancel(); <-ended }()
	if err := b.keypad.Press("7"); err != nil {
		t.Fatal(err)
	}
	var last counter.Screen
	eventually(t, "both lights on and the digit typed", func() bool {
		select {
		case last = <-screens:
		default:
		}
		return len(last.Lights) == 2 && last.Lights[0].OK && last.Lights[1].OK && last.Lines[0].Text == "7"
	})
}

func TestWindowWithoutDevicesWorks(t *testing.T) {
	f := fit(t, config.Counter{})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	f.run(ctx)
	if err := errors.Join(f.Show(ctx, "A012"), f.Waiting(ctx, 3), f.Clear(ctx)); err != nil {
		t.Error(err)
	}
	if m := f.start(counter.Model{}); m.Display != devices.Disabled || m.Keypad != devices.Disabled {
		t.Errorf("display %v, keypad %v", m.Display, m.Keypad)
	}
	if control(keypad.KeyPause) != "" || control("") != "" || control("5") != "key.5" {
		t.Error("keys stand for the wrong controls")
	}
}

// Display and keypad on one pair of wires share the port, which only one of
// two programs could open.
func TestDevicesWithOnePortShareItsLine(t *testing.T) {
	pty, err := sim.OpenPTY("")
	if err != nil {
		t.Fatal(err)
	}
	defer pty.Close()
	bus := config.Display{Type: config.TypeFF68, Port: pty.Name(), Baud: 9600, Address: 1}
	pad := config.Keypad{Type: "bus", Port: bus.Port, Baud: bus.Baud, Address: 2, Echo: true}
	f := fit(t, config.Counter{Display: bus, Keypad: pad})
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { defer close(ended); f.run(ctx) }()
	defer func() { cancel(); <-ended }()
	eventually(t, "both devices ready on one port", func() bool {
		return f.display.Health().State == devices.Ready && f.keypad.Health().State == devices.Ready
	})
	frames := make(chan ff68.Frame, 16)
	go sim.Serve(ctx, pty, func(p []byte) error {
		var d ff68.Decoder
		d.Feed(p)
		for fr, ok := d.Next(); ok; fr, ok = d.Next() {
			frames <- fr
		}
		return nil
	})
	if err := f.Show(ctx, "A345"); err != nil {
		t.Fatal(err)
	}
	for fr := range frames {
		if fr.Addr == 1 && bytes.HasSuffix(fr.Data, []byte{3, 4, 5}) {
			return
		}
	}
}
