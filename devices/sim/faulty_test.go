package sim

import (
	"bytes"
	"errors"
	"io"
	"math/bits"
	"os"
	"slices"
	"sync"
	"testing"
	"time"
)

// faulty puts a script on a fresh pseudo-terminal with an echo behind it.
func faulty(t *testing.T, script string, device Applier) (*PTY, *Faulty, *os.File) {
	t.Helper()
	p := openPTY(t, "")
	s, err := ParseScript(script)
	if err != nil {
		t.Fatal(err)
	}
	f, err := NewFaulty(p, s, device)
	if err != nil {
		t.Fatal(err)
	}
	prog := program(t, p.Name())
	t.Cleanup(func() { f.Close() })
	echo(t, f)
	return p, f, prog
}

func TestDropHangsUpAtExactlyItsByte(t *testing.T) {
	for _, c := range []struct {
		script string
		heard  int // bytes of the echo of ten that the program gets
	}{{"drop at=in:4", 0}, {"drop at=byte:4", 0}, {"drop at=byte:13", 3}, {"drop at=out:3", 3}, {"drop at=out:9", 9}} {
		_, f, prog := faulty(t, c.script, nil)
		if _, err := prog.Write([]byte("0123456789")); err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(prog)
		// A hang-up discards what the program has not read yet.
		if len(got) > c.heard || errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("%s: got %q, %v", c.script, got, err)
		}
		in, out := f.Passed()
		if out < c.heard || c.heard == 0 && in != 4 {
			t.Errorf("%s: %d in, %d out", c.script, in, out)
		}
	}
}

func TestDropForATimeJoinsTheLineAgain(t *testing.T) {
	p, _, prog := faulty(t, "drop at=in:1 for=20ms", nil)
	prog.Write([]byte("x"))
	io.ReadAll(prog)
	deadline := time.Now().Add(patience)
	for p.Name() == "" {
		if time.Now().After(deadline) {
			t.Fatal("never joined again")
		}
		time.Sleep(time.Millisecond)
	}
	if got := say(t, program(t, p.Name()), "back"); got != "back" {
		t.Errorf("got %q", got)
	}
}

func TestStallLosesNothing(t *testing.T) {
	_, f, prog := faulty(t, "stall at=out:2", nil)
	prog.Write([]byte("0123456789"))
	got := make([]byte, 2)
	if _, err := io.ReadFull(prog, got); err != nil || string(got) != "01" {
		t.Fatalf("before the stall: %q, %v", got, err)
	}
	prog.SetReadDeadline(time.Now().Add(20 * time.Millisecond))
	if n, err := prog.Read(got); err == nil {
		t.Fatalf("during the stall: %q", got[:n])
	}
	f.Clear()
	prog.SetReadDeadline(time.Now().Add(patience))
	rest := make([]byte, 8)
	if _, err := io.ReadFull(prog, rest); err != nil || string(rest) != "23456789" {
		t.Errorf("after the stall: %q, %v", rest, err)
	}
}

func TestStallEndsByItself(t *testing.T) {
	_, _, prog := faulty(t, "stall for=20ms", nil)
	if got := say(t, prog, "patient"); got != "patient" {
		t.Errorf("got %q", got)
	}
}

func TestGarbleFlipsOneBitInItsShareAndRepeatsWithItsSeed(t *testing.T) {
	sent := bytes.Repeat([]byte{0x55}, 2000)
	var runs [2][]byte
	for i := range runs {
		_, _, prog := faulty(t, "garble rate=1/20 seed=7", nil)
		runs[i] = []byte(say(t, prog, string(sent)))
	}
	if !bytes.Equal(runs[0], runs[1]) {
		t.Error("the same seed spoils other bytes")
	}
	flipped := 0
	for i, b := range runs[0] {
		n := bits.OnesCount8(b ^ sent[i])
		if n > 2 { // once on each way
			t.Errorf("byte %d has %d bits flipped", i, n)
		}
		flipped += n
	}
	if flipped < 100 || flipped > 320 {
		t.Errorf("%d bits flipped of 4000 bytes, want about 200", flipped)
	}
}

func TestSlowTakesItsTime(t *testing.T) {
	_, _, prog := faulty(t, "slow bytes/s=2000", nil)
	began := time.Now()
	say(t, prog, "0123456789012345678901234567890123456789") // 40 bytes there, then back
	if took := time.Since(began); took < 20*time.Millisecond {
		t.Errorf("40 bytes at 2000 a second took %v", took)
	}
}

// A box is a device that remembers directives.
type box struct {
	mu   sync.Mutex
	got  []string
	fail error
}

func (b *box) Apply(d Directive) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.got = append(b.got, d.Name+"="+d.Value)
	return b.fail
}

func (b *box) all() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.got)
}

func TestDirectivesOfTheDeviceReachItInTime(t *testing.T) {
	b := &box{}
	_, f, prog := faulty(t, "paper=low; cover=open at=in:5; cutter=jam at=1h", b)
	say(t, prog, "1234")
	if !slices.Equal(b.all(), []string{"paper=low"}) {
		t.Errorf("after four bytes: %v", b.all())
	}
	say(t, prog, "5")
	f.Add(Directive{Name: "paper", Value: "out"})
	if got := b.all(); !slices.Equal(got, []string{"paper=low", "cover=open", "paper=out"}) {
		t.Errorf("got %v", got)
	}
}

func TestThenFollowsAfterItsTime(t *testing.T) {
	b := &box{}
	_, _, prog := faulty(t, "cover=open at=in:1 for=5ms then=closed", b)
	say(t, prog, "1")
	for deadline := time.Now().Add(patience); len(b.all()) < 2; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("only %v", b.all())
		}
	}
	if got := b.all(); !slices.Equal(got, []string{"cover=open", "cover=closed"}) {
		t.Errorf("got %v", got)
	}
}

func TestRefusedDirectiveEndsTheLine(t *testing.T) {
	refused := errors.New("no such thing")
	b := &box{fail: refused}
	if _, err := NewFaulty(openPTY(t, ""), Script{{Name: "lid"}}, b); !errors.Is(err, refused) {
		t.Errorf("at the beginning: %v", err)
	}
	p := openPTY(t, "")
	f, err := NewFaulty(p, Script{{Name: "lid", At: Trigger{After: time.Millisecond}}}, b)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := Serve(t.Context(), f, func([]byte) error { return nil }); !errors.Is(err, refused) {
		t.Errorf("later: %v", err)
	}
	if _, err := NewFaulty(openPTY(t, ""), Script{{Name: "lid"}}, nil); err == nil {
		t.Error("nobody knows the directive")
	}
}

func TestEndOfServeBreaksAStall(t *testing.T) {
	p := openPTY(t, "")
	f, err := NewFaulty(p, Script{{Name: "stall"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	program(t, p.Name()).Write([]byte("x"))
	echo(t, f) // its cleanup hangs unless the stall is broken
}
