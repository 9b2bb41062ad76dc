// Package samtrace says what of a resident card reader's traffic may be written
// down: what the program asks, and of each answer that the module begins to
// give its length and its status. Everything else, all data of answers and
// everything that is no answer, is hidden, because a damaged or shifted frame
// may hold any part of a card.
//
// Only values that a module is known to send are shown, so that bytes of a card
// that happen to look like the beginning of a frame betray nothing.
package samtrace

import (
	"bytes"
	"slices"

	"hallway/devices/trace"
	"hallway/idreader/sam"
)

// NewMask returns a mask for one conversation with a reader, whatever carries
// the frames: with a wrapping that cuts them into reports, only what follows
// the beginning of a frame without a break is shown.
func NewMask() trace.Mask { return &mask{} }

// The beginning of an answer: preamble, LEN, SW1 SW2 SW3. GA/T 467.
const (
	marks  = 5
	header = marks + 2
	begun  = header + 3 // bytes of an answer that may be shown
)

var preamble = [marks]byte{0xAA, 0xAA, 0xAA, 0x96, 0x69}

// lengths are the LEN of every known answer: without data, find, select,
// management info, module id, newest address in one to four blocks, card,
// card with no, one and two fingerprints.
var lengths = []int{0x0004, 0x0008, 0x000C, 0x0014, 0x0020, 0x004A, 0x0090, 0x00D6, 0x011C, 0x0508, 0x050A, 0x070A, 0x090A}

// A mask is where in an answer the conversation is.
type mask struct {
	at   int // bytes of an answer's beginning that have come
	size int // LEN as far as it has come
	rest int // bytes of the present answer that are still to be hidden
}

var _ trace.Mask = (*mask)(nil)

// Next shows what is written and the beginnings of answers. What is written
// ends the answer before, because one request has one answer.
func (m *mask) Next(d trace.Direction, p []byte) (int, bool) {
	if d == trace.Written {
		*m = mask{}
		return len(p), true
	}
	if m.rest > 0 {
		n := min(m.rest, len(p))
		m.rest -= n
		return n, false
	}
	for i, b := range p {
		known := m.step(b)
		switch {
		case known && m.at == begun:
			*m = mask{rest: m.size - (begun - header)}
			return i + 1, true
		case known:
		case m.at == 0 && i == 0:
			return noise(p), false
		default:
			return m.broken(i, p)
		}
	}
	return len(p), true
}

// broken ends a beginning that p[i] does not go on with. A header that was
// whole is that of an answer with other status words, whose rest is hidden.
func (m *mask) broken(i int, p []byte) (int, bool) {
	was := *m
	*m = mask{}
	switch {
	case was.at >= header:
		m.rest = was.size - (was.at - header)
	case was.at < marks && i > 0:
		return i, false // a few bytes as a preamble has them
	}
	if i == 0 {
		return m.Next(trace.Read, p)
	}
	return i, true
}

// noise returns how many bytes of p cannot begin an answer.
func noise(p []byte) int {
	if i := bytes.IndexByte(p, preamble[0]); i > 0 {
		return i
	}
	return len(p)
}

// step goes on by one byte, or returns false when no known answer does.
func (m *mask) step(b byte) bool {
	ok := false
	switch m.at {
	case header, header + 1: // SW1 SW2; a card's own words are hidden
		ok = b == 0
	case begun - 1:
		ok = sam.SW(b).String() != unknown
	case marks:
		m.size = int(b) << 8
		ok = slices.ContainsFunc(lengths, func(n int) bool { return n&^0xFF == m.size })
	case marks + 1:
		m.size |= int(b)
		ok = slices.Contains(lengths, m.size)
	case 3:
		if b == preamble[0] {
			return true // a run of more than three
		}
		fallthrough
	default:
		ok = b == preamble[m.at]
	}
	if ok {
		m.at++
	}
	return ok
}

// unknown is the text of a status that the protocol does not have.
var unknown = sam.SW(0).String()
