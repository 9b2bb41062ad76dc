package devices

import (
	"context"
	"errors"
	"time"
)

// Kind is a class of device.
type Kind string

// The classes of device of a hall terminal.
const (
	Printer  Kind = "printer"
	IDReader Kind = "idreader"
	Display  Kind = "display"
	Keypad   Kind = "keypad"
	Scanner  Kind = "scanner"
	Rater    Kind = "rater"
)

// State is where a device stands in its life cycle.
type State uint8

// The states, from unusable to usable.
const (
	Disabled   State = iota // not configured, or switched off by a technician
	Absent                  // configured, but its port is not there
	Opening                 // port found; open, identify and the first check run
	Recovering              // open failed or the link broke; waiting to try again
	Faulted                 // answers, but needs a person: paper out, cover open
	Degraded                // works, but needs attention soon: paper low
	Ready                   // works
)

var stateNames = [...]string{"disabled", "absent", "opening", "recovering", "faulted", "degraded", "ready"}

// String returns the state's lower-case name.
func (s State) String() string {
	if int(s) < len(stateNames) {
		return stateNames[s]
	}
	return "unknown"
}

// Usable reports whether commands may be sent to a device in this state.
func (s State) Usable() bool { return s >= Degraded }

// A Condition is one thing a device reports about itself.
type Condition struct {
	Code  string // stable, for machines: "paper-low", "cover-open"
	Fault bool   // true: no service until it is gone
}

// Health is a device's whole state at one moment. It is a value: readers get
// copies, only the supervisor makes new ones.
type Health struct {
	State      State
	Conditions []Condition
	Identity   Identity
	Err        error         // last error, nil when Usable
	Attempt    int           // failed opens in a row
	RetryIn    time.Duration // until the next try, when Recovering or Absent
	At         time.Time     // when this state began
}

// Identity says which device answered. Fields that a device cannot tell are "".
type Identity struct{ Maker, Model, Serial, Firmware string }

// A Conn is an open port. Read and Write return when ctx ends, with ctx's
// error; after Close every call returns [ErrClosed]; a port that went away
// gives [ErrGone]. Read returns at least one byte or an error. Write returns
// how many bytes the port accepted, which may be fewer than asked when it
// fails. A Conn belongs to one goroutine that writes and one that reads.
type Conn interface {
	Read(ctx context.Context, p []byte) (int, error)
	Write(ctx context.Context, p []byte) (int, error)
	Close() error
}

// A Device is what every driver returns. What a class of device does beyond
// this is an interface of the class's own package.
type Device interface {
	// Identity says who answered when the device was opened.
	Identity() Identity
	// Check asks the device for its conditions. It must not print, beep or
	// feed. A device that cannot tell returns ErrNoStatus.
	Check(ctx context.Context) ([]Condition, error)
	// Close releases the port. It may be called twice.
	Close() error
}

// Outcome is what is known of a command that has an effect on the world.
type Outcome uint8

// The three outcomes. Unknown is never retried by a machine.
const (
	NotDone Outcome = iota // proven not to have happened
	Done                   // proven to have happened
	Unknown                // bytes left, no proof came back
)

var outcomeNames = [...]string{"not done", "done", "unknown"}

// String returns the outcome in lower case.
func (o Outcome) String() string {
	if int(o) < len(outcomeNames) {
		return outcomeNames[o]
	}
	return "invalid"
}

// Errors by what the caller can do about them. Transports and drivers wrap
// them with the port's name and the step that failed.
var (
	ErrClosed   = errors.New("closed")                         // programmer: use after Close
	ErrBusy     = errors.New("held by another program")        // stop the other program
	ErrDenied   = errors.New("no permission to open the port") // technician: add the udev rule
	ErrAbsent   = errors.New("port is not there")              // plug the device in
	ErrGone     = errors.New("unplugged or link lost")         // the supervisor reopens
	ErrSilent   = errors.New("no answer in time")              // power or wrong port
	ErrProtocol = errors.New("answer does not make sense")     // wrong driver, speed or noise
	ErrNoStatus = errors.New("device cannot report status")    // nothing to do
	ErrNotReady = errors.New("device is not ready")            // Supervisor.Do while it does not answer

	ErrAmbiguous = errors.New("more than one port matches") // technician: name the port by its USB path
)
