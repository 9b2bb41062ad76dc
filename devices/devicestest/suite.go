// Package devicestest is what every driver must do, whatever its device: fill
// in a [Suite] and call Run. It speaks to a simulated device through a line in
// memory, a pseudo-terminal and a TCP port, and breaks the line in between.
//
// On the line in memory the clock is false, so that a test at every byte of an
// exchange takes no time and the limits of the package's contract hold exactly:
// [IdentifyLimit], [CheckLimit], [CloseLimit].
//
// [Soak] plugs, unplugs and troubles several supervised devices for as long as
// it is told.
package devicestest

import (
	"context"
	"io"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"hallway/devices"
)

// The limits that every driver keeps, measured under the false clock.
const (
	// IdentifyLimit is how long Open may take with a device that works.
	IdentifyLimit = 2 * time.Second
	// CheckLimit is how long a Check may take with a device that is silent. The
	// supervisor waits no longer.
	CheckLimit = 5 * time.Second
	// CloseLimit is how long a command may go on after Close.
	CloseLimit = 200 * time.Millisecond
)

// SoakVariable names the environment variable that asks for the long tests:
// every byte of every exchange, 1000 rounds on real ports, and a [Soak] of that
// duration, such as 1h.
const SoakVariable = "HALLWAY_SOAK"

func long() bool { return os.Getenv(SoakVariable) != "" }

// A Sim is a simulated device.
type Sim interface {
	Serve(ctx context.Context, line io.ReadWriter) error
}

// A Suite is a driver to be tested. New, Open and Command are needed.
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
	// Outcome is Command for drivers that say what became of it, nil for
	// others. What State shows must then agree: NotDone left it as it was, Done
	// changed it.
	Outcome func(ctx context.Context, d devices.Device) (devices.Outcome, error)
	// Conditions are what the device can report and how to bring it about.
	Conditions []Condition
	// Mute is set for devices that never answer: their Check returns
	// ErrNoStatus, and silence and noise on the line go unnoticed.
	Mute bool

	transports []Transport
	on         Transport
}

// A Condition is something that a device reports about itself.
type Condition struct {
	devices.Condition
	Set, Clear func(s Sim)
}

// On returns the suite for these transports instead of memory, pseudo-terminal
// and TCP, such as a virtual USB device.
func (s Suite) On(transports ...Transport) Suite {
	s.transports = transports
	return s
}

// Run tests the driver on each transport.
func (s Suite) Run(t *testing.T) {
	transports := s.transports
	if transports == nil {
		transports = []Transport{Memory(), PTY(), TCP()}
	}
	for _, on := range transports {
		s.on = on
		t.Run(on.Name, s.run)
	}
}

func (s Suite) run(t *testing.T) {
	s.test(t, "IdentifiesAndChecks", s.identifies)
	s.test(t, "CheckLeavesNoTrace", s.checkIsSilent)
	s.test(t, "ClosedDeviceRefuses", s.closed)
	s.test(t, "CloseEndsACommand", s.closeDuring)
	s.test(t, "EndedContextSendsNothing", s.cancelled)
	s.test(t, "ContextEndsACommand", s.cancelDuring)
	if s.Outcome != nil {
		s.test(t, "CancelledCommandTellsTheTruth", s.cancelTruth)
	}
	t.Run("UnplugAtEveryByte", s.unplug)
	t.Run("ResetInTheMiddle", s.resets)
	s.test(t, "ReopensWithoutLeaks", s.reopens)
	s.test(t, "LifeCycle", s.lifeCycle)
	s.test(t, "ChecksAreSerialised", s.serialised)
	if !s.on.Shared {
		s.test(t, "SecondOwnerIsRefused", s.secondOwner)
	}
	for _, c := range s.Conditions {
		s.test(t, "Reports/"+c.Code, func(t *testing.T) { s.reports(t, c) })
	}
	for _, noise := range noises {
		if noise.Slow && !s.on.Virtual && !long() {
			continue // costs seconds of time limits, and the wire is the same
		}
		s.test(t, "Survives/"+noise.Name, func(t *testing.T) { s.survives(t, noise) })
	}
	if !s.Mute {
		s.test(t, "SilentDeviceIsSilent", s.silent)
		s.test(t, "GarbledAnswersAreNotBelieved", s.garbled)
	}
}

// test runs one test, under the false clock where nothing real is touched.
func (s Suite) test(t *testing.T, name string, f func(*testing.T)) {
	t.Run(name, func(t *testing.T) {
		if s.on.Virtual {
			synctest.Test(t, f)
		} else {
			f(t)
		}
	})
}
