package sim

import (
	"slices"
	"time"

	"hallway/idreader/sam"
)

// A Fault is one way in which the answer to a command goes wrong. Fields may be
// combined.
type Fault struct {
	Command sam.Command   // that it touches; zero = every command
	Times   int           // how often; 0 = once, below 0 = without end
	Until   time.Time     // after it the fault is over; zero = never
	Status  sam.SW        // answer this without data, such as SWRead for a card taken away mid-read
	Silent  bool          // answer nothing
	Late    time.Duration // answer this much later
	Garble  bool          // flip one bit in the middle of the answer
	Cut     int           // leave this many bytes off the end
	Junk    []byte        // write these before the answer
}

// Inject adds a fault behind those that wait. Only the first that touches a
// command is used for it.
func (r *Reader) Inject(f Fault) {
	if f.Times == 0 {
		f.Times = 1
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.faults = append(r.faults, f)
}

// ClearFaults removes every fault that waits.
func (r *Reader) ClearFaults() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.faults = nil
}

// takeFault uses up the first fault that touches c. The caller holds mu.
func (r *Reader) takeFault(c sam.Command) Fault {
	now := time.Now()
	r.faults = slices.DeleteFunc(r.faults, func(f Fault) bool { return !f.Until.IsZero() && now.After(f.Until) })
	for i, f := range r.faults {
		if f.Command != c && f.Command != (sam.Command{}) {
			continue
		}
		if f.Times > 0 {
			if r.faults[i].Times--; r.faults[i].Times == 0 {
				r.faults = slices.Delete(r.faults, i, i+1)
			}
		}
		return f
	}
	return Fault{}
}

// spoil does to a reply what the fault does on the line.
func (f Fault) spoil(reply []byte) []byte {
	if f.Garble {
		reply[len(reply)/2] ^= 0x10
	}
	return reply[:len(reply)-min(f.Cut, len(reply))]
}
