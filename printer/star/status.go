package star

import (
	"hallway/devices"
	"hallway/printer"
	"hallway/printer/internal/engine"
)

// replyStatus is automatic status, also the answer to ESC ACK SOH.
const replyStatus engine.Kind = 1

// shortest is the least automatic status: two bytes of header and five of state.
const shortest = 7

// splitter finds automatic status in the byte stream.
type splitter struct{ pending []byte }

// Push implements [engine.Splitter].
func (s *splitter) Push(p []byte, emit func(engine.Reply)) {
	s.pending = append(s.pending, p...)
	for len(s.pending) > 0 {
		kind, n := classify(s.pending)
		if n == 0 {
			return
		}
		data := append([]byte(nil), s.pending[:n]...)
		s.pending = s.pending[:copy(s.pending, s.pending[n:])]
		emit(engine.Reply{Kind: kind, Data: data})
	}
}

// classify returns the kind and length of what b begins with, or length 0 when
// more bytes are needed. The length stands in bits 5, 3, 2 and 1 of the first
// byte and bit 7 of the second; bits 7, 4 and 0 of all bytes behind are 0.
func classify(b []byte) (engine.Kind, int) {
	if b[0]&0x91 != 0x01 {
		return engine.Noise, 1
	}
	if len(b) < 2 {
		return replyStatus, 0
	}
	n := int(b[0]>>2&0x18|b[0]>>1&0x07) + int(b[1]>>6&0x02)
	if n < shortest {
		return engine.Noise, 1
	}
	for _, x := range b[2:min(len(b), n)] {
		if x&0x91 != 0 {
			return engine.Noise, 1
		}
	}
	if len(b) < n {
		return replyStatus, 0
	}
	return replyStatus, n
}

// conditions reads the state's bytes.
func conditions(b []byte) []devices.Condition {
	var out []devices.Condition
	fault := func(on bool, r printer.Reason) {
		if on {
			out = append(out, engine.Fault(r))
		}
	}
	fault(b[2]&0x20 != 0, printer.ReasonCover)
	fault(b[5]&0x08 != 0, printer.ReasonPaperOut)
	fault(b[3]&0x08 != 0, printer.ReasonCutter)
	fault(b[3]&0x04 != 0, printer.ReasonJam)
	fault(b[3]&0x20 != 0, printer.ReasonBroken)
	fault(b[3]&0x40 != 0, printer.ReasonHot)
	fault(len(out) == 0 && b[2]&0x08 != 0, printer.ReasonOffline)
	if b[5]&0x06 != 0 && b[5]&0x08 == 0 {
		out = append(out, devices.Condition{Code: engine.CodePaperLow})
	}
	return out
}

// counter reads the ETB counter, bits 6, 5, 3, 2 and 1 of the eighth byte; ok is
// false for a status without it.
func counter(b []byte) (n int, ok bool) {
	if len(b) < 8 {
		return 0, false
	}
	return int(b[7]>>2&0x18 | b[7]>>1&0x07), true
}
