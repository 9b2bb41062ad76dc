package panel

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"hallway/devices/serialport"
	"hallway/devices/sim"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A far is the far end of a line: it keeps what comes and may send it back.
type far struct {
	mu    sync.Mutex
	heard []byte
	back  int // how often each piece is sent back
}

func (f *far) all() []byte {
	f.mu.Lock()
	defer f.mu.Unlock()
	return bytes.Clone(f.heard)
}

func (f *far) until(t testing.TB, want []byte) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !bytes.HasSuffix(f.all(), want); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("heard % X, never % X", f.all(), want)
		}
	}
}

func line(t testing.TB, o LineOptions, back int) (*Line, *far) {
	t.Helper()
	pty, err := sim.OpenPTY("")
	if err != nil {
		t.Fatal(err)
	}
	f := &far{back: back}
	done := make(chan error, 1)
	go func() {
		done <- sim.Serve(context.Background(), pty, func(p []byte) error {
			f.mu.Lock()
			f.heard = append(f.heard, p...)
			f.mu.Unlock()
			for range f.back {
				_, _ = pty.Write(p)
			}
			return nil
		})
	}()
	conn, err := serialport.Open(t.Context(), pty.Name(), 9600)
	if err != nil {
		t.Fatal(err)
	}
	l := OpenLine(conn, o)
	t.Cleanup(func() {
		if err := errors.Join(l.Close(), pty.Close(), <-done); err != nil {
			t.Error(err)
		}
	})
	return l, f
}

func open(t testing.TB, l *Line, address int, profile string) *Panel {
	t.Helper()
	p, err := Load(profile)
	if err != nil {
		t.Fatal(err)
	}
	w, err := Open(t.Context(), l, address, p)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.Close() })
	return w
}

func TestTwoWindowsOnOneLineDoNotMix(t *testing.T) {
	l, f := line(t, LineOptions{}, 0)
	a, b := open(t, l, 1, "numeric4"), open(t, l, 2, "numeric4")
	var g sync.WaitGroup
	g.Go(func() { _ = a.Show(t.Context(), "11") })
	g.Go(func() { _ = b.Show(t.Context(), "22") })
	g.Wait()
	for deadline := time.Now().Add(10 * time.Second); len(f.all()) < 16 && time.Now().Before(deadline); {
		time.Sleep(time.Millisecond)
	}
	var frames []string
	for c := range slices.Chunk(f.all(), 4) {
		frames = append(frames, string(c))
	}
	slices.Sort(frames)
	if want := []string{"\x01\x00\x00\x01", "\x01\x00\x0b\x0c", "\x02\x00\x00\x02", "\x02\x00\x16\x18"}; !slices.Equal(frames, want) {
		t.Errorf("heard %q", frames)
	}
}

func TestPanelThatForgotIsRefreshed(t *testing.T) {
	l, f := line(t, LineOptions{Refresh: 10 * time.Millisecond}, 0)
	w := open(t, l, 5, "numeric4")
	if err := w.Show(t.Context(), "999"); err != nil {
		t.Fatal(err)
	}
	f.until(t, unhex("05 03 E7 EF 05 03 E7 EF 05 03 E7 EF"))
}

func FuzzParseProfile(f *testing.F) {
	f.Add([]byte("show = '{text:gbk}'\nclear = '0C'"), "A012")
	f.Fuzz(func(t *testing.T, b []byte, text string) {
		if p, err := ParseProfile(b); err == nil {
			_, _ = p.show.Render(Values{5, text})
		}
	})
}

func TestWrongProfilesAreRefused(t *testing.T) {
	for _, bad := range []string{"", "toast = 1", "show = '00'", "show = '{'\nclear = '00'", "baud = 1\nshow = '00'\nclear = '00'"} {
		if _, err := ParseProfile([]byte(bad)); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
	if _, err := Load("toaster"); err == nil {
		t.Error("toaster is a panel")
	}
}

// BenchmarkCallOnABusyLine is the time from a call to its bytes, the wire's
// time at 9600 included, with 40 panels that are refreshed without pause.
func BenchmarkCallOnABusyLine(b *testing.B) {
	l, _ := line(b, LineOptions{Refresh: time.Millisecond}, 0)
	var all []*Panel
	for i := range 40 {
		all = append(all, open(b, l, i+1, "alpha"))
	}
	var took []time.Duration
	for b.Loop() {
		time.Sleep(rand.N(50 * time.Millisecond)) // a call comes at any moment of a refresh
		began := time.Now()
		if err := all[len(took)%40].Show(b.Context(), "A012"); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
}
