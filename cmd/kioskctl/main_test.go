package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"go.uber.org/goleak"

	"hallway/cmd/drivers"
	"hallway/cmd/program"
	"hallway/devices"
	"hallway/devices/ff68"
	"hallway/devices/keypad"
	"hallway/devices/port"
	"hallway/devices/serialport"
	"hallway/idreader"
	"hallway/idreader/sam"
	"hallway/printer"
	"hallway/printer/escpos"
	"hallway/queue/display"
)

const patience = 20 * time.Second

func TestMain(m *testing.M) {
	testscript.Main(leakless{m}, map[string]func(){"kioskctl": main, "waitfor": waitFor, "accept": accept})
}

// leakless fails the run when goroutines are left.
type leakless struct{ m *testing.M }

// Run runs the tests and then looks for goroutines.
func (l leakless) Run() int {
	code := l.m.Run()
	if err := goleak.Find(); err != nil && code == 0 {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}

// waitFor is a command of scripts: it waits until a file exists.
func waitFor() {
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		if _, err := os.Stat(os.Args[1]); err == nil {
			return
		}
	}
	fmt.Fprintln(os.Stderr, os.Args[1], "never came")
	os.Exit(1)
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: "testdata"})
}

// A run is the program with its input and output.
type run struct {
	*testing.T
	port  string
	input *io.PipeWriter
	lines chan string
}

// start starts a simulator and ends it with the test.
func start(t *testing.T, args ...string) *run {
	t.Helper()
	stdin, input := io.Pipe()
	output, stdout := io.Pipe()
	m := &Main{Streams: program.Streams{Stdin: stdin, Stdout: stdout, Stderr: io.Discard, Exit: func(int) {}}}
	if err := m.ParseFlags(append([]string{"sim"}, args...)); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() {
		err := errors.Join(m.Run(ctx), m.Close())
		stdout.Close()
		done <- err
	}()
	r := &run{T: t, input: input, lines: make(chan string, 1000)}
	go func() {
		defer close(r.lines)
		for s := bufio.NewScanner(output); s.Scan(); {
			r.lines <- s.Text()
		}
	}()
	t.Cleanup(func() {
		cancel()
		input.Close()
		select {
		case err := <-done:
			if err != nil {
				t.Error(err)
			}
		case <-time.After(patience):
			t.Error("the simulator does not end")
		}
	})
	_, r.port, _ = strings.Cut(r.expect(args[0]+" at "), " at ")
	return r
}

// expect returns the next line that holds text.
func (r *run) expect(text string) string {
	r.Helper()
	for {
		select {
		case line, ok := <-r.lines:
			if !ok {
				r.Fatalf("ended without saying %q", text)
			}
			if strings.Contains(line, text) {
				return line
			}
		case <-time.After(patience):
			r.Fatalf("never said %q", text)
		}
	}
}

func (r *run) say(command string) {
	r.Helper()
	if _, err := fmt.Fprintln(r.input, command); err != nil {
		r.Fatal(err)
	}
}

// open opens the simulator's port like any other.
func (r *run) open() devices.Conn {
	r.Helper()
	c, err := r.connect()
	if err != nil {
		r.Fatal(err)
	}
	return c
}

func (r *run) connect() (devices.Conn, error) {
	return drivers.NewPorts(port.Root{}, nil).Stream(r.port, serialport.Mode{Baud: 9600}, port.Serial, port.TCP)(r.Context(), 0)
}

func TestReaderIsReadByItsDriver(t *testing.T) {
	r := start(t, "reader", "--pty", filepath.Join(t.TempDir(), "reader"))
	s, err := sam.Open(t.Context(), r.open(), sam.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	r.say("lay 张三丰")
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var got idreader.Event
	if err := s.Poll(ctx, func(e idreader.Event) {
		if e.Type == idreader.Read {
			got = e
			cancel()
		}
	}); err != nil {
		t.Fatal(err)
	}
	if got.Type != idreader.Read {
		t.Errorf("got %q", got.Type)
	}
}

func TestPrinterPrintsForItsDriver(t *testing.T) {
	r := start(t, "printer", "--listen", "127.0.0.1:0", "--profile", "generic-cn-58")
	profile, err := printer.LoadProfile("generic-cn-58")
	if err != nil {
		t.Fatal(err)
	}
	p, err := escpos.Open(t.Context(), r.open(), profile, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	result := p.Print(t.Context(), printer.Job{ID: "1", Doc: printer.Document{
		Template: "test", Lang: "zh-Hans", Blocks: []printer.Block{printer.Text{Text: "A012 测试"}, printer.Cut{}}}})
	if result.Outcome != devices.Done {
		t.Fatalf("got %+v", result)
	}
	r.expect("ticket finished, 1 to take")
	path := filepath.Join(t.TempDir(), "ticket.png")
	r.say("take " + path)
	r.expect("ticket in " + path)
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if img, err := png.Decode(f); err != nil || img.Bounds().Dx() < 384 {
		t.Errorf("picture: %v", err)
	}
	r.say("cover open")
	for deadline := time.Now().Add(patience); ; {
		c, err := p.Check(t.Context())
		if err != nil || time.Now().After(deadline) {
			t.Fatalf("the open cover is not seen: %v, %v", c, err)
		}
		if len(c) > 0 {
			break
		}
	}
}

func TestWindowSaysWhatItsDriverShows(t *testing.T) {
	r := start(t, "window", "--pty", filepath.Join(t.TempDir(), "window"), "--address", "7")
	w, err := display.Open(t.Context(), ff68.Open(r.open(), ff68.Options{}), display.Options{Address: 7})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Show(t.Context(), "A012"); err != nil {
		t.Error(err)
	}
	r.expect("ticket [012] waiting [   ]")
	if err := w.Close(); err != nil {
		t.Error(err)
	}
	r.expect("ticket [   ] waiting [   ]")
}

func TestKeypadPressesForItsDriver(t *testing.T) {
	r := start(t, "keypad", "--listen", "127.0.0.1:0")
	keys := make(chan keypad.Key, 9)
	k, err := keypad.Open(ff68.Open(r.open(), ff68.Options{}), keypad.Options{Address: 2}, func(k keypad.Key) { keys <- k })
	if err != nil {
		t.Fatal(err)
	}
	defer k.Close()
	r.say("press next")
	r.expect("presses acknowledged: 1")
	if got := <-keys; got != keypad.KeyNext {
		t.Errorf("got %q", got)
	}
}

func TestScriptBreaksTheLine(t *testing.T) {
	script := filepath.Join(t.TempDir(), "faults")
	if err := os.WriteFile(script, []byte("drop at=in:3 for=10ms"), 0o600); err != nil {
		t.Fatal(err)
	}
	r := start(t, "window", "--listen", "127.0.0.1:0", "--script", script)
	c := r.open()
	defer c.Close()
	if _, err := c.Write(t.Context(), []byte("1234")); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Read(t.Context(), make([]byte, 1)); !errors.Is(err, devices.ErrGone) {
		t.Errorf("got %v", err)
	}
	for deadline := time.Now().Add(patience); ; time.Sleep(time.Millisecond) {
		again, err := r.connect()
		if err == nil {
			again.Close()
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("never back: %v", err)
		}
	}
}
