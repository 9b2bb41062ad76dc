package sim

import (
	"bytes"
	"io"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"hallway/devices"
)

// A talk is a program on a line in memory with faults and an echo behind it.
type talk struct {
	*testing.T
	conn devices.Conn
	line *Faulty
}

func newTalk(t *testing.T, script string, device Applier) *talk {
	t.Helper()
	m := NewMemory("memory")
	s, err := ParseScript(script)
	if err != nil {
		t.Fatal(err)
	}
	f, err := NewFaulty(m, s, device)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	echo(t, f)
	conn, err := m.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return &talk{t, conn, f}
}

func (k *talk) Write(p []byte) (int, error) { return k.conn.Write(k.Context(), p) }
func (k *talk) Read(p []byte) (int, error)  { return k.conn.Read(k.Context(), p) }

func TestLoseAndDoubleTouchTheirShareOfBothWays(t *testing.T) {
	sent := make([]byte, 1000)
	for script, want := range map[string]int{"lose rate=1/1": 0, "double rate=1/1": 4000, "lose rate=0/1": 1000} {
		k := newTalk(t, script, nil)
		k.Write(sent)
		if want > 0 {
			if _, err := io.ReadFull(k, make([]byte, want)); err != nil {
				t.Errorf("%s: %v", script, err)
			}
		}
		for deadline := time.Now().Add(patience); ; time.Sleep(time.Millisecond) {
			if in, _ := k.line.Passed(); in == len(sent) {
				break
			}
			if time.Now().After(deadline) {
				t.Fatalf("%s: the device never heard all", script)
			}
		}
	}
	k := newTalk(t, "lose rate=1/10 seed=3 at=in:500", nil)
	k.Write(sent)
	k.Write([]byte("end"))
	got := 0
	for buf := make([]byte, 256); got < 900; {
		n, err := k.Read(buf)
		if got += n; err != nil {
			t.Fatal(err)
		}
		if bytes.HasSuffix(buf[:n], []byte("end")) {
			break
		}
	}
	if got < 780 || got > 990 {
		t.Errorf("%d bytes of 1003 came back, want about 905: the first half whole, of the second nine in ten each way", got)
	}
}

func TestJunkComesBeforeEachMessageAndRepeatsWithItsSeed(t *testing.T) {
	var runs [2]string
	for i := range runs {
		k := newTalk(t, "junk bytes=5 seed=7", nil)
		k.Write([]byte("hello"))
		got := make([]byte, 10)
		if _, err := io.ReadFull(k, got); err != nil || string(got[5:]) != "hello" {
			t.Fatalf("got %q, %v", got, err)
		}
		runs[i] = string(got)
	}
	if runs[0] != runs[1] {
		t.Error("the same seed sends other junk")
	}
}

func TestLateAndSlowTakeExactlyTheirTime(t *testing.T) {
	for script, want := range map[string]time.Duration{
		"late by=800ms":                    800 * time.Millisecond,
		"late by=1h for=1ns; late by=30ms": 30 * time.Millisecond,
		"slow bytes/s=11520":               2 * 250 * time.Second / 11520,
		"slow bytes/s=10":                  2 * 25 * time.Second,
	} {
		synctest.Test(t, func(t *testing.T) {
			k := newTalk(t, script, nil)
			synctest.Wait()
			began := time.Now()
			k.Write(make([]byte, 250))
			io.ReadFull(k, make([]byte, 250))
			took := time.Since(began)
			// The echo begins before the last byte has come, so the two ways overlap.
			if took > want+time.Millisecond || took < want/2-time.Millisecond {
				t.Errorf("%s: took %v, want %v", script, took, want)
			}
		})
	}
}

// A phone is a device that counts its restarts.
type phone struct{ resets atomic.Int32 }

func (p *phone) Apply(Directive) error { return nil }
func (p *phone) Reset()                { p.resets.Add(1) }

func TestResetRestartsTheDeviceAndLosesWhatComesMeanwhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &phone{}
		k := newTalk(t, "reset at=in:4 for=2s", p)
		k.Write([]byte("01234567"))
		time.Sleep(time.Second)
		k.Write([]byte("lost"))
		time.Sleep(2 * time.Second)
		k.Write([]byte("back"))
		got := make([]byte, 16)
		n, err := k.Read(got)
		if string(got[:n]) != "back" || err != nil || p.resets.Load() != 1 {
			t.Errorf("after the reset: %q, %v, %d restarts", got[:n], err, p.resets.Load())
		}
	})
}

func TestClearEndsEveryFault(t *testing.T) {
	k := newTalk(t, "lose rate=1/2; double rate=1/2; garble rate=1/2; junk bytes=3; late by=1h; slow bytes/s=1; reset for=1h", nil)
	k.line.Clear()
	if got := say(t, k, "sound again"); got != "sound again" {
		t.Errorf("got %q", got)
	}
}
