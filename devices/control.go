package devices

import (
	"context"
	"errors"
	"fmt"
)

// ConditionAmbiguous is the fault of a device whose port cannot be told from
// another one. A technician names the port by its USB path.
const ConditionAmbiguous = "ambiguous-port"

var (
	errUnplugged = fmt.Errorf("port was unplugged: %w", ErrAbsent)
	errDisabled  = errors.New("switched off")
)

// Plugged tells the supervisor what a watcher of ports has seen. When the port
// came, the device is opened at once, whatever pause was running; when it went,
// a running command has its context cancelled and the device is Absent. Telling
// nothing is safe: the supervisor looks for itself as well.
func (s *Supervisor[D]) Plugged(there bool) {
	if there {
		s.tell()
		return
	}
	s.mu.Lock()
	interrupt := s.interrupt
	s.mu.Unlock()
	if interrupt != nil {
		interrupt(errUnplugged)
	}
}

// Enable switches the device on or off. A device that is off is closed and
// [Disabled], and its commands end as if it had been unplugged. It is on at
// first.
func (s *Supervisor[D]) Enable(on bool) {
	s.mu.Lock()
	changed := s.off == on
	s.off = !on
	interrupt := s.interrupt
	s.mu.Unlock()
	if !changed {
		return
	}
	if !on && interrupt != nil {
		interrupt(errDisabled)
	}
	s.tell()
}

// tell ends the pause that runs, or the next one.
func (s *Supervisor[D]) tell() {
	select {
	case s.told <- struct{}{}:
	default:
	}
}

// Check asks the device for its conditions before all waiting commands, and
// returns its health. A command that runs is not disturbed: Check waits for its
// end. It returns [ErrNotReady] while the device does not answer.
func (s *Supervisor[D]) Check(ctx context.Context) (Health, error) {
	err := s.submit(ctx, true, nil)
	return s.Health(), err
}
