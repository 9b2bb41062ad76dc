package trace

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"hallway/devices"
	"hallway/devices/sim"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A talk is a recorded line: what is written on line can be read from it.
type talk struct {
	*Recorder
	line *sim.Memory
	file bytes.Buffer // complete after Close
	log  bytes.Buffer
}

func newTalk(t *testing.T, o Options) *talk {
	t.Helper()
	k := &talk{line: sim.NewMemory("memory")}
	conn, err := k.line.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	o.Log = slog.New(slog.NewTextHandler(&k.log, nil))
	h := Header{Driver: "escpos", Identity: devices.Identity{Model: "TM-T82"}, Port: "usb:1-1.3:1.0", Serial: &Serial{115200}, At: time.Date(2026, 5, 4, 9, 30, 0, 0, time.UTC)}
	k.Recorder = Record(conn, &k.file, h, o)
	t.Cleanup(func() { _ = errors.Join(k.Close(), k.line.Close()) })
	return k
}

// say lets the device send text and the program read it.
func (k *talk) say(t *testing.T, text string) {
	t.Helper()
	k.line.Write([]byte(text))
	got := make([]byte, len(text))
	for read := 0; read < len(got); {
		n, err := k.Read(t.Context(), got[read:])
		if read += n; err != nil {
			t.Fatal(err)
		}
	}
	if string(got) != text {
		t.Errorf("the program read %q, the device sent %q", got, text)
	}
}

// text closes the recording and returns it.
func (k *talk) text(t *testing.T) string {
	t.Helper()
	if err := errors.Join(k.Close(), k.Close()); err != nil {
		t.Error(err)
	}
	return k.file.String()
}

func TestRecordingHasTheFormOfTheHandbook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newTalk(t, Options{Level: Data, Mask: ShowAll})
		time.Sleep(12400 * time.Microsecond)
		k.Write(t.Context(), []byte{0x10, 4, 1})
		time.Sleep(2500 * time.Microsecond)
		k.say(t, "\x12")
		k.Note("cover opened")
		time.Sleep(5100 * time.Microsecond)
		k.line.Unplug()
		for range 2 {
			if _, err := k.Read(t.Context(), make([]byte, 1)); !errors.Is(err, devices.ErrGone) {
				t.Errorf("read after unplug: %v", err)
			}
		}
		want := `{"v":1,"driver":"escpos","identity":{"Maker":"","Model":"TM-T82","Serial":"","Firmware":""},"port":"usb:1-1.3:1.0","serial":{"baud":115200},"at":"2026-05-04T09:30:00Z"}
{"t":12.4,"w":"10 04 01"}
{"t":14.9,"r":"12"}
{"t":14.9,"note":"cover opened"}
{"t":20,"e":"gone"}
`
		got := k.text(t)
		if got != want {
			t.Errorf("got\n%swant\n%s", got, want)
		}
		rec, err := Parse(strings.NewReader(got))
		if err != nil || len(rec.Entries) != 4 {
			t.Fatalf("%d entries, %v", len(rec.Entries), err)
		}
		var again strings.Builder
		if _, err := rec.WriteTo(&again); err != nil || again.String() != got {
			t.Errorf("written again\n%s, %v", again.String(), err)
		}
	})
}

func TestOnlyLengthsUnlessBytesAreAskedFor(t *testing.T) {
	for _, o := range []Options{{Mask: ShowAll}, {Level: Data}, {Level: Data, Mask: MaskOf("odd")}} {
		k := newTalk(t, o)
		k.Write(t.Context(), []byte("secret"))
		k.say(t, "answer")
		text := k.text(t)
		if n := strings.Count(text, `:"..","masked":6}`); n != 2 {
			t.Errorf("%+v:\n%s", o, text)
		}
	}
}

func TestHiddenBytesLeaveLengthAndHash(t *testing.T) {
	long := strings.Repeat("Zhang San ", 10)
	hashOf := func(o Options) []string {
		k := newTalk(t, o)
		k.Write(t.Context(), []byte("ask"))
		for _, text := range []string{long, long, long[1:] + "!", "short"} {
			k.say(t, text)
		}
		text := k.text(t)
		if strings.Contains(text, "5A 68") || strings.Contains(text, "Zhang") || !strings.Contains(text, `"w":"61 73 6B"}`) {
			t.Errorf("got\n%s", text)
		}
		rec, err := Parse(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		var hashes []string
		for _, e := range rec.Entries {
			if e.Read != nil {
				hashes = append(hashes, e.Hash)
			}
		}
		return hashes
	}
	first := hashOf(Options{Level: Data, Mask: HideRead})
	if len(first) != 4 || first[0] == "" || first[0] != first[1] || first[0] == first[2] || first[3] != "" {
		t.Errorf("hashes %q", first)
	}
	if second := hashOf(Options{Level: Data, Mask: HideRead}); second[0] == first[0] {
		t.Error("two recordings have the same salt")
	}
}

func TestClassesWithPersonalDataAreHidden(t *testing.T) {
	for kind, want := range map[devices.Kind][2]bool{
		devices.Display: {true, true}, devices.Keypad: {true, true}, devices.Rater: {true, true},
		devices.IDReader: {true, false}, devices.Scanner: {true, false}, devices.Printer: {false, true}, "mrz": {false, false},
	} {
		for i, d := range []Direction{Written, Read} {
			if n, show := MaskOf(kind).Next(d, []byte("text")); n != 4 || show != want[i] {
				t.Errorf("%s: shows %v in direction %v", kind, show, d)
			}
		}
	}
	m := ShowOnly([]byte{0x10, 4, 1})
	if _, show := m.Next(Written, []byte{0x10, 4, 1}); !show {
		t.Error("a status request is hidden")
	}
	if _, show := m.Next(Written, []byte{0x10, 4, 1, 'x'}); show {
		t.Error("text behind a status request is shown")
	}
}

// A disk is full, or hangs until it is released.
type disk struct {
	mu      sync.Mutex
	hang    chan struct{}
	err     error
	written int
}

func (d *disk) Write(p []byte) (int, error) {
	if d.hang != nil {
		<-d.hang
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.written += len(p)
	return len(p), d.err
}

func TestADeviceDoesNotNoticeThatItsRecordingFails(t *testing.T) {
	full := errors.New("no space left on device")
	line := sim.NewMemory("memory")
	defer line.Close()
	conn, err := line.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	r := Record(conn, &disk{err: full}, Header{}, Options{Log: slog.New(slog.NewTextHandler(&log, nil))})
	for range 100 {
		if _, err := r.Write(t.Context(), []byte("x")); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	if n := strings.Count(log.String(), full.Error()); n != 1 {
		t.Errorf("said %d times: %s", n, log.String())
	}
}

func TestADiskThatHangsCostsEntriesAndNothingElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := &disk{hang: make(chan struct{})}
		line := sim.NewMemory("memory")
		defer line.Close()
		conn, err := line.Open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var file safeFile
		r := Record(conn, io.MultiWriter(slow, &file), Header{}, Options{Level: Data, Mask: ShowAll})
		buf := make([]byte, 16)
		for range queued + 100 {
			if _, err := r.Write(t.Context(), []byte("x")); err != nil {
				t.Fatal(err)
			}
			line.Read(buf)
		}
		began := time.Now()
		if err := r.Close(); err != nil {
			t.Error(err)
		}
		if took := time.Since(began); took != flushLimit {
			t.Errorf("close waits %v for the disk", took)
		}
		close(slow.hang)
		synctest.Wait()
		rec, err := Parse(strings.NewReader(file.String()))
		if err != nil || len(rec.Entries) < queued-1 || len(rec.Entries) > queued+1 {
			t.Errorf("%d entries, %v", len(rec.Entries), err)
		}
	})
}

type safeFile struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (f *safeFile) Write(p []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.b.Write(p)
}

func (f *safeFile) String() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.b.String()
}

func TestLostEntriesAreCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := &disk{hang: make(chan struct{})}
		line := sim.NewMemory("memory")
		defer line.Close()
		conn, err := line.Open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var file safeFile
		r := Record(conn, io.MultiWriter(slow, &file), Header{}, Options{Level: Data, Mask: ShowAll})
		synctest.Wait()
		for range queued + 5 {
			r.Note("many")
		}
		close(slow.hang)
		synctest.Wait()
		r.Note("last")
		r.Close()
		rec, err := Parse(strings.NewReader(file.String()))
		if err != nil {
			t.Fatal(err)
		}
		n := len(rec.Entries)
		if n < 3 || rec.Entries[n-1].Note != "last" || rec.Entries[n-2].Lost != 5 {
			t.Errorf("ends with %+v", rec.Entries[max(0, n-2):])
		}
		if _, err := Play(rec, PlayOptions{}); err == nil {
			t.Error("a recording with a gap is played")
		}
	})
}

func TestARecordingEndsAtItsLimit(t *testing.T) {
	k := newTalk(t, Options{Level: Data, Mask: ShowAll, Limit: 1000})
	for range 200 {
		k.Note("a note of some length")
	}
	text := k.text(t)
	if len(text) > 1000 || len(text) < 900 || !strings.HasSuffix(text, "}\n") || strings.Count(k.log.String(), "full") != 1 {
		t.Errorf("%d bytes; log %s", len(text), &k.log)
	}
}

func TestAWriteThatFailsSaysHowMuchItBroughtAway(t *testing.T) {
	k := newTalk(t, Options{Level: Data, Mask: ShowAll})
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	n, err := k.Write(ctx, make([]byte, 5000))
	if !errors.Is(err, context.DeadlineExceeded) || n != 4096 {
		t.Fatalf("%d, %v", n, err)
	}
	if text := k.text(t); !strings.Contains(text, `"e":"failed","took":4096}`) {
		t.Errorf("got %.200s", text[strings.LastIndex(text, "{"):])
	}
}
