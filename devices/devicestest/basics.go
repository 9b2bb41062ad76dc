package devicestest

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"hallway/devices"
)

func (s Suite) identifies(t *testing.T) {
	b := s.bench(t)
	began := time.Now()
	dev := b.mustOpen()
	b.within(IdentifyLimit, "open", began)
	if err := b.check(dev); err != nil {
		t.Errorf("check: %v", err)
	}
	if err := b.command(dev); err != nil {
		t.Errorf("command: %v", err)
	}
	if err := b.check(dev); err != nil {
		t.Errorf("check after a command: %v", err)
	}
}

func (s Suite) checkIsSilent(t *testing.T) {
	b := s.bench(t)
	dev := b.mustOpen()
	if err := b.command(dev); err != nil {
		t.Fatal(err)
	}
	before := b.state()
	for range 10 {
		if err := b.check(dev); err != nil {
			t.Error(err)
		}
	}
	if after := b.state(); after != before {
		t.Errorf("checks turned %q into %q", before, after)
	}
}

// reports brings a condition about and clears it.
func (s Suite) reports(t *testing.T, c Condition) {
	b := s.bench(t)
	dev := b.mustOpen()
	reported := func() bool {
		list, err := b.conditions(dev)
		if err != nil {
			t.Fatalf("check: %v", err)
		}
		return slices.Contains(list, c.Condition)
	}
	if reported() {
		t.Fatalf("a fresh device reports %s", c.Code)
	}
	for range 2 {
		c.Set(b.sim())
		b.until("reports "+c.Code, reported)
		c.Clear(b.sim())
		b.until("is well again after "+c.Code, func() bool { return !reported() })
	}
	if err := b.command(dev); err != nil {
		t.Errorf("command after %s: %v", c.Code, err)
	}
}

func (s Suite) closed(t *testing.T) {
	b := s.bench(t)
	dev := b.mustOpen()
	if err := errors.Join(dev.Close(), dev.Close()); err != nil {
		t.Errorf("close twice: %v", err)
	}
	if err := b.command(dev); !errors.Is(err, devices.ErrClosed) {
		t.Errorf("command after close: %v, want ErrClosed", err)
	}
	if _, err := dev.Check(t.Context()); !errors.Is(err, devices.ErrClosed) {
		t.Errorf("check after close: %v, want ErrClosed", err)
	}
}

func (s Suite) closeDuring(t *testing.T) {
	b := s.bench(t)
	dev := b.mustOpen()
	ended := b.stalled(dev, t.Context())
	began := time.Now()
	if err := b.finish("close", func(context.Context) error { return dev.Close() }); err != nil {
		t.Errorf("close: %v", err)
	}
	select {
	case err := <-ended:
		if !errors.Is(err, devices.ErrClosed) && !errors.Is(err, devices.ErrSilent) {
			t.Errorf("command ended with %v, want ErrClosed", err)
		}
		b.within(CloseLimit, "the command's end", began)
	case <-time.After(patience):
		t.Fatal("the command outlives Close")
	}
}

func (s Suite) cancelled(t *testing.T) {
	b := s.bench(t)
	dev := b.mustOpen()
	before := b.state()
	in, _ := b.line.Passed()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Command(ctx, dev); !errors.Is(err, context.Canceled) {
		t.Errorf("command: %v, want context.Canceled", err)
	}
	if _, err := dev.Check(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("check: %v, want context.Canceled", err)
	}
	after := b.state()
	if now, _ := b.line.Passed(); now != in || after != before {
		t.Errorf("%d bytes were sent, %q became %q", now-in, before, after)
	}
	if s.Outcome == nil {
		return
	}
	if outcome, err := s.Outcome(ctx, dev); outcome != devices.NotDone || err == nil {
		t.Errorf("outcome %v, %v; want not done and why", outcome, err)
	}
}

func (s Suite) cancelDuring(t *testing.T) {
	b := s.bench(t)
	dev := b.mustOpen()
	ctx, cancel := context.WithCancel(t.Context())
	ended := b.stalled(dev, ctx)
	cancel()
	select {
	case err := <-ended:
		if err == nil {
			t.Error("the command succeeds although nothing passes")
		}
	case <-time.After(patience):
		t.Fatal("the command outlives its context")
	}
}

// cancelTruth ends a command in its middle, and compares what the driver says
// of it with what the device does when it hears the rest.
func (s Suite) cancelTruth(t *testing.T) {
	b := s.bench(t)
	dev := b.mustOpen()
	before := b.state()
	b.fault("stall")
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	outcome, err := s.Outcome(ctx, dev)
	if outcome == devices.Done || err == nil {
		t.Errorf("outcome %v, %v, although nothing passes", outcome, err)
	}
	b.line.Clear()
	b.truthful(before, outcome, err)
}
