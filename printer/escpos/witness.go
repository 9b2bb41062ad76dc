package escpos

import (
	"hallway/printer"
	"hallway/printer/internal/engine"
)

// Witness implements [engine.Dialect].
func (d dialect) Witness(id printer.JobID) engine.Witness {
	w := &witness{profile: d.profile}
	w.before, w.behind = markers(id)
	return w
}

// witness weighs the answers of an ESC/POS printer during one job.
type witness struct {
	profile        printer.Profile
	before, behind string // process ids of the two markers

	told  statusBits // what the printer last said by itself
	tells bool       // it said something
	bits  statusBits // answers to the present poll
	seen  int        // how many of them
}

// Take implements [engine.Witness].
func (w *witness) Take(r engine.Reply, e *engine.Evidence) {
	switch r.Kind {
	case replyBlock:
		switch string(r.Data) {
		case "\x37\x22" + w.before:
			e.Printed = true
		case "\x37\x22" + w.behind:
			// Epson sends only the latest id when the host was not ready: the
			// second proves the first.
			e.Printed, e.Cut = true, true
		}
	case replyByte:
		e.Reached = e.Reached || w.profile.Proof == printer.ProofPaper
	case replyEOT:
		if w.seen == len(w.bits) {
			return // nobody asked
		}
		w.bits[w.seen] = r.Data[0]
		if w.seen++; w.seen == len(w.bits) {
			e.See(w.bits.conditions(w.profile))
		}
	case replyASB:
		w.told, w.tells = pushed(r.Data), true
		e.See(w.told.conditions(w.profile))
	}
}

// pollAll asks for all four status bytes at once.
var pollAll = []byte{0x10, 0x04, 1, 0x10, 0x04, 2, 0x10, 0x04, 3, 0x10, 0x04, 4}

// Poll implements [engine.Witness]. What the printer said by itself holds until
// it says something else.
func (w *witness) Poll(e *engine.Evidence) []byte {
	if w.tells {
		e.See(w.told.conditions(w.profile))
	}
	w.seen = 0
	if !w.profile.Status.Realtime {
		return nil
	}
	return pollAll
}
