// Package devicestest is what every driver must do, whatever its device: fill
// in a [Suite] and call Run. It speaks to a simulated device through a real
// pseudo-terminal and package serialport, and breaks the line in between.
package devicestest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"testing"
	"time"

	"hallway/devices"
	"hallway/devices/sim"
)

// A Sim is a simulated device.
type Sim interface {
	Serve(ctx context.Context, line io.ReadWriter) error
}

// A Suite is a driver to be tested. All fields but State and Mute are needed.
type Suite struct {
	// New returns a fresh device that works.
	New func() Sim
	// Open opens the driver on a port; it closes conn when it fails.
	Open func(ctx context.Context, conn devices.Conn) (devices.Device, error)
	// Command does something that sends bytes to the device and may be
	// repeated, such as printing one line.
	Command func(ctx context.Context, d devices.Device) error
	// State is what can be seen of the device: digits, paper, cards. nil when
	// there is nothing to see.
	State func(s Sim) string
	// Mute is set for devices that never answer: their Check returns
	// ErrNoStatus, and silence and noise on the line go unnoticed.
	Mute bool
}

// Run tests the driver.
func (s Suite) Run(t *testing.T) {
	t.Run("IdentifiesAndChecks", s.identifies)
	t.Run("CheckLeavesNoTrace", s.checkIsSilent)
	t.Run("ClosedDeviceRefuses", s.closed)
	t.Run("CloseEndsACommand", s.closeDuring)
	t.Run("EndedContextSendsNothing", s.cancelled)
	t.Run("ContextEndsACommand", s.cancelDuring)
	t.Run("UnplugAtEveryByte", s.unplug)
	t.Run("SecondOwnerIsRefused", s.secondOwner)
	t.Run("ReopensWithoutLeaks", s.reopens)
	if !s.Mute {
		t.Run("SilentDeviceIsSilent", s.silent)
		t.Run("GarbledAnswersAreNotBelieved", s.garbled)
	}
}

func (s Suite) identifies(t *testing.T) {
	b := s.bench(t)
	dev := b.mustOpen()
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
	if err := b.finish("close", func(context.Context) error { return dev.Close() }); err != nil {
		t.Errorf("close: %v", err)
	}
	select {
	case err := <-ended:
		if !errors.Is(err, devices.ErrClosed) && !errors.Is(err, devices.ErrSilent) {
			t.Errorf("command ended with %v, want ErrClosed", err)
		}
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

// unplug breaks the line at each byte of a command, both ways, or at 40 places
// of a long one.
func (s Suite) unplug(t *testing.T) {
	total := s.length(t)
	for at := 0; at < total; at += max(1, total/40) {
		t.Run(fmt.Sprint(at), func(t *testing.T) {
			b := s.bench(t)
			dev := b.mustOpen()
			b.line.Add(sim.Directive{Name: "drop", At: sim.Trigger{Count: "byte", Bytes: at}})
			// Bytes that were on their way when the line broke may be lost
			// without the driver's notice; the next check notices.
			err := b.command(dev)
			for deadline := time.Now().Add(patience); err == nil && time.Now().Before(deadline); {
				err = b.check(dev)
			}
			if !errors.Is(err, devices.ErrGone) {
				t.Errorf("got %v, want ErrGone", err)
			}
			if err := dev.Close(); err != nil {
				t.Errorf("close: %v", err)
			}
			if err := b.pty.Replug(); err != nil {
				t.Fatal(err)
			}
			b.recovers()
		})
	}
}

// length returns how many bytes a command passes, both ways.
func (s Suite) length(t *testing.T) int {
	b := s.bench(t)
	dev := b.mustOpen()
	b.state()
	in, out := b.line.Passed()
	if err := b.command(dev); err != nil {
		t.Fatal(err)
	}
	b.state()
	in2, out2 := b.line.Passed()
	if in2 == in {
		t.Fatal("the suite's Command sends nothing")
	}
	return in2 - in + out2 - out
}

func (s Suite) secondOwner(t *testing.T) {
	b := s.bench(t)
	dev := b.mustOpen()
	if _, err := b.open(); !errors.Is(err, devices.ErrBusy) {
		t.Errorf("second owner: %v, want ErrBusy", err)
	}
	if err := b.command(dev); err != nil {
		t.Errorf("the first owner is disturbed: %v", err)
	}
}

func (s Suite) reopens(t *testing.T) {
	b := s.bench(t)
	files := 0
	for i := range 20 {
		dev := b.mustOpen()
		if err := b.check(dev); err != nil {
			t.Fatal(err)
		}
		if err := dev.Close(); err != nil {
			t.Fatal(err)
		}
		list, err := os.ReadDir("/proc/self/fd")
		if err != nil {
			t.Fatal(err)
		}
		if i > 0 && len(list) > files {
			t.Fatalf("%d files open after round %d, before %d", len(list), i, files)
		}
		files = len(list)
	}
}

func (s Suite) silent(t *testing.T) {
	b := s.bench(t)
	dev := b.mustOpen()
	b.line.Add(sim.Directive{Name: "stall"})
	if err := b.check(dev); !errors.Is(err, devices.ErrSilent) {
		t.Errorf("check: %v, want ErrSilent", err)
	}
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
	noise := sim.Directive{Name: "garble", Args: map[string]string{"rate": "1/1", "seed": "3"}}
	b.line.Add(noise)
	if err := b.check(dev); !errors.Is(err, devices.ErrProtocol) && !errors.Is(err, devices.ErrSilent) {
		t.Errorf("check: %v, want ErrProtocol or ErrSilent", err)
	}
	if err := dev.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
	if _, err := b.open(); !errors.Is(err, devices.ErrProtocol) && !errors.Is(err, devices.ErrSilent) {
		t.Errorf("open: %v, want ErrProtocol or ErrSilent", err)
	}
	b.line.Clear()
	b.recovers()
}
