package panel

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"hallway/devices"
	"hallway/devices/devicestest"
	"hallway/devices/sim"
)

// A talker answers every piece that it hears.
type talker struct {
	say func(heard []byte) [][]byte

	mu    sync.Mutex
	heard []byte
}

func (k *talker) Serve(ctx context.Context, line io.ReadWriter) error {
	return sim.Serve(ctx, line, func(p []byte) error {
		k.mu.Lock()
		k.heard = append(k.heard, p...)
		k.mu.Unlock()
		for _, b := range k.say(bytes.Clone(p)) {
			if _, err := line.Write(b); err != nil {
				return err
			}
		}
		return nil
	})
}

// talking opens the panel 5 of a profile whose far end answers so.
func talking(t *testing.T, profile string, o LineOptions, say func([]byte) [][]byte) (*Line, *Panel, *talker, error) {
	t.Helper()
	k := &talker{say: say}
	conn, _ := devicestest.Memory().Connect(t, k)
	l := OpenLine(conn, o)
	t.Cleanup(func() { l.Close() })
	p, err := Load(profile)
	if err != nil {
		t.Fatal(err)
	}
	w, err := Open(t.Context(), l, 5, p)
	if err == nil {
		t.Cleanup(func() { w.Close() })
	}
	return l, w, k, err
}

func once(b ...[]byte) [][]byte { return b }

func crc(b ...byte) []byte { return append(b, low(reflected(b, 0xFFFF))...) }

func TestModbusAnswersAreJudged(t *testing.T) {
	echo := func(p []byte) [][]byte { return once(p) }
	for name, c := range map[string]struct {
		echo bool
		say  func([]byte) [][]byte
		want error
	}{
		"answer":                   {false, echo, nil},
		"answer behind the echo":   {true, func(p []byte) [][]byte { return once(p, p) }, nil},
		"answer in pieces":         {false, func(p []byte) [][]byte { return once(p[:1], p[1:3], p[3:]) }, nil},
		"answer behind noise":      {false, func(p []byte) [][]byte { return once([]byte{0x05, 0xFF, 0x05}, p) }, nil},
		"echo alone":               {true, echo, devices.ErrSilent},
		"silence":                  {false, func([]byte) [][]byte { return nil }, devices.ErrSilent},
		"another address":          {false, func(p []byte) [][]byte { return once(crc(6, 6, 0, 0, 0, 0)) }, devices.ErrSilent},
		"another register":         {false, func(p []byte) [][]byte { return once(crc(5, 6, 0, 1, 0, 0)) }, devices.ErrSilent},
		"broken checksum":          {false, func(p []byte) [][]byte { p[7] ^= 1; return once(p) }, devices.ErrSilent},
		"exception":                {false, func([]byte) [][]byte { return once(crc(5, 0x86, 2)) }, devices.ErrProtocol},
		"exception behind an echo": {true, func(p []byte) [][]byte { return once(p, crc(5, 0x86, 2)) }, devices.ErrProtocol},
		"exception of a neighbour": {false, func([]byte) [][]byte { return once(crc(7, 0x86, 2)) }, devices.ErrSilent},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				_, _, _, err := talking(t, "modbus", LineOptions{Echo: c.echo}, c.say)
				if !errors.Is(err, c.want) || (err == nil) != (c.want == nil) {
					t.Errorf("got %v, want %v", err, c.want)
				}
			})
		})
	}
}

func TestAnswerToFunction10IsItsFirstSixBytes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, w, k, err := talking(t, "modbus-text", LineOptions{}, func(p []byte) [][]byte { return once(crc(p[:6]...)) })
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Show(t.Context(), "A012号"); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		want := crc(append([]byte{5, 0x10, 0, 0, 0, 4, 8}, "A012\xBA\xC5  "...)...)
		if !bytes.HasSuffix(k.heard, want) {
			t.Errorf("heard % X, want % X", k.heard, want)
		}
	})
}

func TestBroadcastWaitsForNoAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, _, k, err := talking(t, "modbus", LineOptions{}, func(p []byte) [][]byte {
			if p[0] == broadcast {
				return nil
			}
			return once(p)
		})
		if err != nil {
			t.Fatal(err)
		}
		p, err := Load("modbus")
		if err != nil {
			t.Fatal(err)
		}
		all, err := Open(t.Context(), l, broadcast, p)
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		if err := all.Show(t.Context(), "888"); err != nil {
			t.Error(err)
		}
		if took := time.Since(began); took > 50*time.Millisecond {
			t.Errorf("a broadcast takes %v", took)
		}
		if _, err := all.Check(t.Context()); !errors.Is(err, devices.ErrNoStatus) {
			t.Errorf("check: %v", err)
		}
		if err := all.Close(); err != nil {
			t.Error(err)
		}
		synctest.Wait()
		if want := crc(0, 6, 0, 0, 0x03, 0x78); !bytes.Contains(k.heard, want) {
			t.Errorf("heard % X, never % X", k.heard, want)
		}
	})
}

func TestMissingAnswersAreCountedUntilOneComes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var silent atomic.Bool
		l, w, _, err := talking(t, "modbus", LineOptions{}, func(p []byte) [][]byte {
			if silent.Load() {
				return nil
			}
			return once(p)
		})
		if err != nil {
			t.Fatal(err)
		}
		silent.Store(true)
		for range 3 {
			if _, err := w.Check(t.Context()); !errors.Is(err, devices.ErrSilent) {
				t.Errorf("check: %v", err)
			}
		}
		if n := l.Missed(5); n != 3 {
			t.Errorf("%d answers are missing", n)
		}
		silent.Store(false)
		if err := w.Show(t.Context(), "12"); err != nil || l.Missed(5) != 0 {
			t.Errorf("%v, %d answers are missing", err, l.Missed(5))
		}
	})
}

func FuzzModbusAnswer(f *testing.F) {
	sent := crc(5, 6, 0, 0, 0, 12)
	f.Add(sent, sent)
	f.Add(sent, crc(5, 0x86, 2))
	f.Add(crc(1, 0x10, 0, 0, 0, 2, 4, 'A', '0', '1', '2'), crc(1, 0x10, 0, 0, 0, 2))
	f.Fuzz(func(t *testing.T, sent, got []byte) {
		before := slices.Clone(got)
		done, err := modbus(sent, got)
		if !done && err != nil || !bytes.Equal(before, got) {
			t.Errorf("%v, %v, % X became % X", done, err, before, got)
		}
	})
}
