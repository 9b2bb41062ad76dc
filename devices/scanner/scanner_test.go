package scanner_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"hallway/devices"
	"hallway/devices/devicestest"
	"hallway/devices/hidinput"
	hidsim "hallway/devices/hidinput/sim"
	"hallway/devices/scanner"
	"hallway/devices/scanner/sim"
	"hallway/devices/serialport"
	devsim "hallway/devices/sim"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const patience = 10 * time.Second

// A desk is a simulated scanner and its driver.
type desk struct {
	*testing.T
	sim   *sim.Scanner
	s     *scanner.Scanner
	scans chan scanner.Scan
	log   *logged
}

// logged is a log that several goroutines write.
type logged struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func newDesk(t *testing.T, so sim.Options, o scanner.Options) *desk {
	t.Helper()
	d := &desk{T: t, sim: sim.New(so), scans: make(chan scanner.Scan, 100), log: &logged{}}
	o.Log = slog.New(slog.NewTextHandler(d.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	var err error
	switch so.Mode {
	case sim.Serial:
		conn := d.pty()
		d.s = scanner.OpenSerial(conn, o)
	case sim.POS:
		d.s, err = scanner.OpenPOS(t.Context(), d.wire(), o)
	case sim.Boot:
		d.s = scanner.OpenBoot(d.wire(), o)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.s.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

// pty serves the simulator on a pseudo-terminal.
func (d *desk) pty() devices.Conn {
	d.Helper()
	pty, err := devsim.OpenPTY("")
	if err != nil {
		d.Fatal(err)
	}
	conn, err := serialport.Open(d.Context(), pty.Name(), 9600)
	if err != nil {
		d.Fatal(err)
	}
	d.serve(pty, pty.Close)
	return conn
}

// wire serves the simulator on a line of reports.
func (d *desk) wire() devices.Conn {
	d.Helper()
	wire, conn, err := hidsim.NewWire()
	if err != nil {
		d.Fatal(err)
	}
	d.serve(wire, wire.Close)
	return conn
}

func (d *desk) serve(line interface {
	Read([]byte) (int, error)
	Write([]byte) (int, error)
}, end func() error) {
	done := make(chan error, 1)
	go func() { done <- d.sim.Serve(context.Background(), line) }()
	d.Cleanup(func() {
		if err := errors.Join(end(), <-done); err != nil && !errors.Is(err, os.ErrClosed) {
			d.Error(err)
		}
	})
}

// arm polls until the returned function is called. A scan that arrives proves
// that it has begun.
func (d *desk) arm() (stop func() error) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- d.s.Poll(ctx, func(s scanner.Scan) { d.scans <- s }) }()
	stop = sync.OnceValue(func() error { cancel(); return <-done })
	d.Cleanup(func() { _ = stop() })
	return stop
}

func (d *desk) next() (string, scanner.Scan) {
	d.Helper()
	select {
	case s := <-d.scans:
		return string(s.Code.Reveal("test")), s
	case <-time.After(patience):
		d.Fatal("no code came")
		return "", scanner.Scan{}
	}
}

// armed waits until codes arrive: it sends probes until one does, and takes
// those that follow.
func (d *desk) armed() {
	d.Helper()
	d.arm()
	for deadline := time.Now().Add(patience); len(d.scans) == 0; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			d.Fatal("the scanner never delivers")
		}
		if err := d.sim.Hold([]byte("probe")); err != nil {
			d.Fatal(err)
		}
	}
	if err := d.sim.Hold([]byte("begin")); err != nil {
		d.Fatal(err)
	}
	for code := ""; code != "begin"; {
		code, _ = d.next()
	}
}

var own = func(b []byte) bool { return bytes.HasPrefix(b, []byte("hall:")) }

func TestCodesArriveWholeInEveryMode(t *testing.T) {
	long := strings.Repeat("0123456789abcdefghij", 50)
	for name, so := range map[string]sim.Options{
		"serial": {AIM: "]Q1"}, "serial in pieces": {AIM: "]Q1", Split: 7, Suffix: "\r\n"},
		"pos": {Mode: sim.POS, AIM: "]Q1"}, "keyboard": {Mode: sim.Boot},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t, so, scanner.Options{AIM: true, Own: own, Gap: time.Minute})
			d.armed()
			for _, want := range []string{"hall:T001", "https://example.org/?a=1&B=~", long, "hall:T001"} {
				if err := d.sim.Hold([]byte(want)); err != nil {
					t.Fatal(err)
				}
				got, scan := d.next()
				if got != want || scan.AIM != so.AIM || scan.Own != strings.HasPrefix(want, "hall:") {
					t.Errorf("got %q, AIM %q, own %v; want %q", got, scan.AIM, scan.Own, want)
				}
			}
		})
	}
}

func TestNothingIsDeliveredUnarmed(t *testing.T) {
	d := newDesk(t, sim.Options{}, scanner.Options{Gap: time.Minute})
	if err := d.sim.Hold([]byte("secret-unarmed")); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(patience); !strings.Contains(d.log.String(), "is dropped"); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the unarmed code is not noticed")
		}
	}
	d.armed()
	if err := d.sim.Hold([]byte("wanted")); err != nil {
		t.Fatal(err)
	}
	if got, _ := d.next(); got != "wanted" || len(d.scans) != 0 {
		t.Errorf("got %q first", got)
	}
	if strings.Contains(d.log.String(), "secret") || strings.Contains(d.log.String(), "wanted") {
		t.Errorf("a code is in the log: %s", d.log)
	}
}

func TestCommandsLightAScannerUpWhileItIsAsked(t *testing.T) {
	d := newDesk(t, sim.Options{Trigger: true}, scanner.Options{Arm: scanner.TriggerOn, Disarm: scanner.TriggerOff})
	if err := d.sim.Hold([]byte("held")); err != nil {
		t.Fatal(err)
	}
	stop := d.arm()
	if got, _ := d.next(); got != "held" {
		t.Errorf("got %q", got)
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
	for deadline := time.Now().Add(patience); d.sim.Orders() < 2; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the scanner is not switched off")
		}
	}
}

func TestSuffixesEndCodes(t *testing.T) {
	for _, c := range []struct {
		suffix scanner.Suffix
		prefix string
		send   string
		want   []string
	}{
		{scanner.Any, "", "one\rtwo\nthree\r\n\r\nfour\r", []string{"one", "two", "three", "four"}},
		{scanner.CRLF, "", "a\rb\nc\r\nd\r\n", []string{"a\rb\nc", "d"}},
		{scanner.CR, "", "a\nb\r", []string{"a\nb"}},
		{scanner.LF, "\x02", "\x02a\n lost\n\x02b\n", []string{"a", "b"}},
		{scanner.CR, "", strings.Repeat("x", 100) + "\rshort\r", []string{"short"}},
		{scanner.CRLF, "", strings.Repeat("x", 100) + "\r\nshort\r\n", []string{"short"}},
	} {
		d := newDesk(t, sim.Options{Prefix: c.prefix, Suffix: map[scanner.Suffix]string{scanner.LF: "\n", scanner.CRLF: "\r\n"}[c.suffix]},
			scanner.Options{Suffix: c.suffix, Prefix: []byte(c.prefix), Limit: 64, Gap: time.Minute})
		d.armed()
		d.sim.Send([]byte(c.send))
		for _, want := range c.want {
			if got, _ := d.next(); got != want {
				t.Errorf("%q after %q: got %q, want %q", c.suffix, c.send, got, want)
			}
		}
	}
}

func TestSilenceEndsACodeWithoutSuffixAndDropsHalfOnes(t *testing.T) {
	d := newDesk(t, sim.Options{Suffix: "-"}, scanner.Options{Suffix: scanner.None, Gap: 20 * time.Millisecond})
	d.arm()
	for deadline := time.Now().Add(patience); len(d.scans) == 0; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("silence ends no code")
		}
		d.sim.Send([]byte("a\r\nb"))
	}
	if got, _ := d.next(); !strings.HasPrefix(got, "a\r\nb") {
		t.Errorf("got %q", got)
	}
	d = newDesk(t, sim.Options{}, scanner.Options{Suffix: scanner.CR, Gap: 50 * time.Millisecond})
	d.armed()
	if err := d.sim.Apply(devsim.Directive{Name: "half", Value: "half-a-code"}); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(patience); !strings.Contains(d.log.String(), "damaged"); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the half code is not given up")
		}
	}
	if err := d.sim.Hold([]byte("whole")); err != nil {
		t.Fatal(err)
	}
	if got, _ := d.next(); got != "whole" {
		t.Errorf("got %q", got)
	}
}

func TestDamagedReportsSpoilOnlyTheirCode(t *testing.T) {
	code := []byte(strings.Repeat("0123456789", 20))
	reports := sim.Reports(scanner.Honeywell, 64, "]Q1", code)
	if len(reports) != 4 {
		t.Fatalf("%d reports", len(reports))
	}
	tooMuch := slices.Clone(reports[1])
	tooMuch[1] = 57
	d := newDesk(t, sim.Options{Mode: sim.POS}, scanner.Options{Gap: time.Minute})
	d.armed()
	d.sim.Send(reports[0], []byte{9, 1, 2}, reports[1], reports[2], reports[3]) // another report between
	if got, _ := d.next(); got != string(code) {
		t.Errorf("got %q", got)
	}
	d.sim.Send(reports[0], tooMuch, reports[2], reports[3])
	d.sim.Send(reports[0], reports[1][:10], reports[3])
	d.sim.Send(sim.Reports(scanner.Honeywell, 64, "]Q1", bytes.Repeat([]byte("x"), 5000))...)
	if err := d.sim.Hold([]byte("good")); err != nil {
		t.Fatal(err)
	}
	if got, _ := d.next(); got != "good" {
		t.Errorf("got %q", got)
	}
}

func TestLostReportIsNotJoinedAfterSilence(t *testing.T) {
	reports := sim.Reports(scanner.Honeywell, 64, "]Q1", bytes.Repeat([]byte("x"), 100))
	d := newDesk(t, sim.Options{Mode: sim.POS}, scanner.Options{Gap: 50 * time.Millisecond})
	d.armed()
	d.sim.Send(reports[0])
	for deadline := time.Now().Add(patience); !strings.Contains(d.log.String(), "damaged"); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the half code is not given up")
		}
	}
	if err := d.sim.Hold([]byte("good")); err != nil {
		t.Fatal(err)
	}
	if got, _ := d.next(); got != "good" {
		t.Errorf("got %q", got)
	}
}

// The descriptor of a scanner by section 25 of the HID Usage Tables, and one
// as Honeywell lays it out, with the count in front and 64 bytes.
const (
	plainPOS = `05 8C 09 02 A1 01 85 02 15 00 26 FF 00 75 08 95 01 09 FB 81 02 09 FC 81 02 09 FD 81 02
		95 20 09 FE 82 02 01 75 01 95 01 25 01 09 FF 81 02 75 07 81 03 C0`
	countedPOS = `05 8C 09 02 A1 01 85 02 09 12 A1 02 15 00 26 FF 00 75 08 95 01 05 01 09 3B 81 02 95 03 05 8C
		09 FB 09 FC 09 FD 81 02 95 38 09 FE 82 02 01 06 00 FF 95 02 09 01 81 02 05 8C 75 01 95 01 09 FF 81 02 75 07 81 03 C0 C0`
	unnumberedPOS = `05 8C 09 02 A1 01 15 00 26 FF 00 75 08 95 03 09 FB 81 02 95 3C 09 FE 82 02 01 C0`
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.Join(strings.Fields(s), ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestLayoutIsReadFromTheDescriptor(t *testing.T) {
	got, err := scanner.ParseLayout(unhex(t, countedPOS))
	if err != nil || got != scanner.Honeywell {
		t.Errorf("counted: %+v, %v; want %+v", got, err, scanner.Honeywell)
	}
	for text, length := range map[string]int{plainPOS: 37, unnumberedPOS: 63} {
		l, err := scanner.ParseLayout(unhex(t, text))
		if err != nil {
			t.Fatal(err)
		}
		d := newDesk(t, sim.Options{Mode: sim.POS, Layout: &l, Length: length, AIM: "]E0"}, scanner.Options{Layout: &l, Gap: time.Minute})
		d.armed()
		want := "5901234123457"
		if l.Continued.Size > 0 {
			want = strings.Repeat(want, 10)
		}
		if err := d.sim.Hold([]byte(want)); err != nil {
			t.Fatal(err)
		}
		if got, scan := d.next(); got != want || scan.AIM != "]E0" {
			t.Errorf("%+v: got %q, AIM %q", l, got, scan.AIM)
		}
	}
}

func TestDescriptorsWithoutPlaceForCodesAreRefused(t *testing.T) {
	for text, want := range map[string]error{
		"05 01 09 06 A1 01 05 07 19 E0 29 E7 75 01 95 08 81 02 C0": scanner.ErrLayout,
		"05 8C 09 02 A1 01 75 04 95 08 09 FE 81 02 C0":             scanner.ErrLayout,
		"05 8C 09": hidinput.ErrDescriptor,
		"":         scanner.ErrLayout,
	} {
		if _, err := scanner.ParseLayout(unhex(t, text)); !errors.Is(err, want) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestScannerIsSwitchedOnWhereThePortCan(t *testing.T) {
	for _, c := range []struct{ port, want error }{{nil, nil}, {errors.ErrUnsupported, nil}, {devices.ErrGone, devices.ErrGone}} {
		wire, conn, err := hidsim.NewWire()
		if err != nil {
			t.Fatal(err)
		}
		var sent []byte
		s, err := scanner.OpenPOS(t.Context(), conn, scanner.Options{Enable: scanner.HoneywellOn,
			Feature: func(_ context.Context, port devices.Conn, report []byte) error {
				if port != conn {
					t.Error("the report goes to another port")
				}
				sent = slices.Clone(report)
				return c.port
			}})
		if !errors.Is(err, c.want) || !bytes.Equal(sent, []byte{0xFE, 1}) {
			t.Errorf("sent % X, %v", sent, err)
		}
		if err == nil {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		} else if _, used := conn.Write(t.Context(), nil); !errors.Is(used, devices.ErrClosed) {
			t.Errorf("the port stays open: %v", used)
		}
		wire.Close()
	}
}

func TestGrabbedKeyboardTellsBurstsFromFingers(t *testing.T) {
	wire, conn, err := hidsim.NewWire()
	if err != nil {
		t.Fatal(err)
	}
	defer wire.Close()
	s := scanner.OpenKeyboard(conn, scanner.Options{Gap: time.Minute})
	defer s.Close()
	scans := make(chan scanner.Scan, 9)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Poll(ctx, func(s scanner.Scan) { scans <- s }) }()
	clock := time.Hour
	strike := func(text string, every time.Duration) {
		writes, err := sim.Type(text)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range writes {
			if r[2] == 0 {
				continue
			}
			code, _ := hidinput.Code(r[2])
			clock += every
			var events []byte
			if r[0] != 0 {
				events = hidinput.AppendEvent(events, 42, true, clock)
			}
			events = hidinput.AppendEvent(events, code, true, clock)
			events = hidinput.AppendEvent(events, code, false, clock)
			events = hidinput.AppendEvent(events, 42, false, clock)
			if _, err := wire.Write(events); err != nil {
				t.Fatal(err)
			}
		}
	}
	for deadline := time.Now().Add(patience); len(scans) == 0; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("no code came")
		}
		strike("probe", time.Millisecond)
	}
	strike("fingers", 200*time.Millisecond)
	strike("Scan-1", 10*time.Millisecond)
	for got := ""; got != "Scan-1"; {
		select {
		case s := <-scans:
			if got = string(s.Code.Reveal("test")); got != "probe" && got != "Scan-1" {
				t.Errorf("got %q", got)
			}
		case <-time.After(patience):
			t.Fatal("no code came")
		}
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestCodeNeverShowsItself(t *testing.T) {
	type box struct {
		hidden scanner.Code
		Shown  scanner.Code
	}
	c := scanner.NewCode([]byte("marked-token"))
	b, err := json.Marshal(box{c, c})
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("scan", "code", c, "box", box{c, c})
	all := string(b) + log.String()
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%p"} {
		all += fmt.Sprintf(verb+verb+verb, c, box{c, c}, &box{c, c})
	}
	if strings.Contains(all, "marked") || strings.Contains(all, hex.EncodeToString([]byte("marked"))) || strings.Contains(all, "109 97 114") {
		t.Errorf("the code shows: %s", all)
	}
	other := c
	c.Wipe()
	if other.Len() != 0 || other.Reveal("test") != nil {
		t.Error("a wiped code is still there")
	}
}

func TestTextIsDecodedAndSaysHow(t *testing.T) {
	for in, want := range map[string]struct {
		text    string
		charset scanner.Charset
	}{
		"T001":                         {"T001", scanner.UTF8},
		"号码":                           {"号码", scanner.UTF8},
		"\xba\xc5\xc2\xeb":             {"号码", scanner.GB18030},
		"\xff\xff\x00":                 {"", scanner.Binary},
		"\x82\x35\x8f\x33":             {"\u9FA6", scanner.GB18030},
		"\x95\x32\x82\x36\xba\xc5\x31": {"\U00020000号1", scanner.GB18030},
	} {
		if text, charset := scanner.NewCode([]byte(in)).Text("test"); text != want.text || charset != want.charset {
			t.Errorf("%q: %q as %s, want %q", in, text, charset, want.text)
		}
	}
}

// TestConformance runs what every driver must do. Its command lights the
// scanner up and takes the code that is held under it.
func TestConformance(t *testing.T) {
	devicestest.Suite{
		Mute: true,
		New: func() devicestest.Sim {
			s := sim.New(sim.Options{Trigger: true})
			if err := s.Hold([]byte("T001")); err != nil {
				t.Fatal(err)
			}
			return s
		},
		Open: func(_ context.Context, conn devices.Conn) (devices.Device, error) {
			return scanner.OpenSerial(conn, scanner.Options{Arm: scanner.TriggerOn}), nil
		},
		Command: func(ctx context.Context, d devices.Device) error {
			ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
			defer cancel()
			asking, done := context.WithCancelCause(ctx)
			defer done(nil)
			err := d.(*scanner.Scanner).Poll(asking, func(scanner.Scan) { done(errRead) })
			if err == nil && !errors.Is(context.Cause(asking), errRead) {
				err = context.Cause(asking)
			}
			return err
		},
	}.Run(t)
}

// errRead says that a code was read.
var errRead = errors.New("code was read")
