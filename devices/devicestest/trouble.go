package devicestest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"hallway/devices"
)

// unplug breaks the line at each byte of a command, both ways.
func (s Suite) unplug(t *testing.T) {
	for _, at := range s.exchange(t) {
		s.test(t, fmt.Sprint(at), func(t *testing.T) { s.unplugAt(t, at) })
	}
}

// exchange returns the offsets of a command at which something is to happen.
func (s Suite) exchange(t *testing.T) (at []int) {
	s.test(t, "length", func(t *testing.T) { at = s.offsets(s.bench(t).length()) })
	return at
}

func (s Suite) unplugAt(t *testing.T, at int) {
	b := s.bench(t)
	dev := b.mustOpen()
	before := b.state()
	b.fault(fmt.Sprintf("drop at=byte:%d", at))
	// Bytes that were on their way when the line broke may be lost without the
	// driver's notice; the next check notices.
	outcome, err := b.outcome(dev)
	b.truthful(before, outcome, err)
	for deadline := time.Now().Add(patience); err == nil && time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		err = b.check(dev)
	}
	if !errors.Is(err, devices.ErrGone) {
		if err = b.check(dev); !errors.Is(err, devices.ErrGone) {
			t.Errorf("got %v, want ErrGone", err)
		}
	}
	if err := dev.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
	if err := b.port.Line.Replug(); err != nil {
		t.Fatal(err)
	}
	b.recovers()
}

// outcome runs the command and returns what the driver says became of it:
// Unknown when it failed and cannot say.
func (b *bench) outcome(dev devices.Device) (outcome devices.Outcome, err error) {
	b.Helper()
	if b.suite.Outcome == nil {
		if err = b.command(dev); err == nil {
			return devices.Done, nil
		}
		return devices.Unknown, err
	}
	err = b.finish("command", func(ctx context.Context) (err error) {
		outcome, err = b.suite.Outcome(ctx, dev)
		return err
	})
	return outcome, err
}

// truthful compares what the driver says with what can be seen.
func (b *bench) truthful(before string, outcome devices.Outcome, err error) {
	b.Helper()
	if b.suite.Outcome == nil || b.suite.State == nil {
		return
	}
	after := b.state()
	switch {
	case outcome == devices.NotDone && after != before:
		b.Errorf("the driver says not done (%v), but %q became %q", err, before, after)
	case outcome == devices.Done && after == before:
		b.Errorf("the driver says done, but %q stayed", before)
	case outcome != devices.Done && err == nil:
		b.Errorf("the driver says %v without saying why", outcome)
	}
}

// resets lets the device lose its power in the middle of a command.
func (s Suite) resets(t *testing.T) {
	at, times := s.exchange(t), 2
	if s.on.Virtual || long() {
		times = 40
	}
	for step := max(1, len(at)/times); len(at) > 0; at = at[min(step, len(at)):] {
		s.test(t, fmt.Sprint(at[0]), func(t *testing.T) {
			b := s.bench(t)
			dev := b.mustOpen()
			b.fault(fmt.Sprintf("reset at=byte:%d for=30ms", at[0]))
			if err := b.command(dev); errors.Is(err, devices.ErrClosed) {
				t.Errorf("the driver says that it was closed: %v", err)
			}
			if err := dev.Close(); err != nil {
				t.Errorf("close: %v", err)
			}
			b.line.Clear()
			b.recovers()
		})
	}
}

func (s Suite) silent(t *testing.T) {
	b := s.bench(t)
	dev := b.mustOpen()
	b.fault("stall")
	began := time.Now()
	if err := b.check(dev); !errors.Is(err, devices.ErrSilent) {
		t.Errorf("check: %v, want ErrSilent", err)
	}
	b.within(CheckLimit, "check", began)
	if err := dev.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
	if _, err := b.open(); !errors.Is(err, devices.ErrSilent) {
		t.Errorf("open: %v, want ErrSilent", err)
	}
	b.line.Clear()
	b.recovers()
}

func (s Suite) garbled(t *testing.T) {
	b := s.bench(t)
	dev := b.mustOpen()
	for _, noise := range []string{"garble rate=1/1 seed=3 way=out", "garble rate=1/1 seed=3"} {
		b.fault(noise)
		if err := b.check(dev); !misunderstood(err) {
			t.Errorf("check: %v, want ErrProtocol or ErrSilent", err)
		}
	}
	if err := dev.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
	if _, err := b.open(); !misunderstood(err) {
		t.Errorf("open: %v, want ErrProtocol or ErrSilent", err)
	}
	b.line.Clear()
	b.recovers()
}

func misunderstood(err error) bool {
	return errors.Is(err, devices.ErrProtocol) || errors.Is(err, devices.ErrSilent)
}

// A noise is what a bad line does to bytes.
type noise struct {
	Name, Script string
	Slow         bool // drivers run into one time limit after the other
}

// noises are lines that pass bytes, but not those that were sent.
var noises = []noise{
	{"flips", "garble rate=1/40 seed=5", true},
	{"losses", "lose rate=1/40 seed=5", true},
	{"doubles", "double rate=1/40 seed=5", true},
	{"junk", "junk bytes=9 seed=5", false},
	{"lateness", "late by=40ms", false},
}

// survives carries out commands on a bad line: whatever they say, they end, and
// the device works when the line is good again.
func (s Suite) survives(t *testing.T, n noise) {
	b := s.bench(t)
	dev := b.mustOpen()
	b.fault(n.Script)
	for range 3 {
		if err := b.command(dev); errors.Is(err, devices.ErrClosed) {
			t.Fatalf("the driver says that it was closed: %v", err)
		}
		if err := b.check(dev); err != nil && !misunderstood(err) {
			t.Errorf("check: %v, want ErrProtocol or ErrSilent", err)
		}
	}
	if err := dev.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
	b.line.Clear()
	b.recovers()
}
