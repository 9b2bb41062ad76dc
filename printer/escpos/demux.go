package escpos

import (
	"bytes"

	"hallway/printer/internal/engine"
)

// The kinds of answers, as the first byte tells (Epson TM-U295 specification,
// appendix "Transmission status identification"). Data of a block is without
// its final 00.
const (
	replyEOT   engine.Kind = iota + 1 // one byte, answer to DLE EOT n; does not say which n
	replyASB                          // four bytes of automatic status
	replyBlock                        // header, text, 00: GS I, GS ( H
	replyByte                         // one byte, answer to GS r
	replyFlow                         // XON or XOFF
	replyMouth                        // answer of the presenter, as the profile describes it
)

// maxBlock bounds a block; the longest documented one, GS I, has 80 characters.
const maxBlock = 96

// demux cuts the byte stream of a printer into answers. Answers come unasked
// and out of order; a byte that begins nothing is reported as noise, and noise
// never swallows more than the block that it pretended to begin.
type demux struct {
	pending  []byte
	mouth    []byte // first bytes of the presenter's answer; empty without one
	mouthLen int
}

// Push implements [engine.Splitter].
func (d *demux) Push(p []byte, emit func(engine.Reply)) {
	d.pending = append(d.pending, p...)
	for len(d.pending) > 0 {
		kind, n := d.classify()
		if n == 0 {
			return
		}
		data := append([]byte(nil), d.pending[:n]...)
		if kind == replyBlock && data[0] != extendedASB {
			data = data[:n-1]
		}
		d.pending = d.pending[:copy(d.pending, d.pending[n:])]
		emit(engine.Reply{Kind: kind, Data: data})
	}
}

// extendedASB begins a block of four bytes without a final 00.
const extendedASB = 0x39

// classify looks for the presenter's answer before all others, because it may
// begin like automatic status.
func (d *demux) classify() (engine.Kind, int) {
	n := min(len(d.mouth), len(d.pending))
	if len(d.mouth) == 0 || !bytes.Equal(d.pending[:n], d.mouth[:n]) {
		return classify(d.pending)
	}
	if len(d.pending) < d.mouthLen {
		return replyMouth, 0
	}
	return replyMouth, d.mouthLen
}

// classify returns the kind and length of the answer at the start of b, or
// length 0 when more bytes are needed.
func classify(b []byte) (engine.Kind, int) {
	switch first := b[0]; {
	case first == 0x11 || first == 0x13:
		return replyFlow, 1
	case first&0x93 == 0x12:
		return replyEOT, 1
	case first&0x93 == 0x10:
		return fixed(b, replyASB, func(x byte) bool { return x&0x90 == 0 })
	case first == extendedASB:
		return fixed(b, replyBlock, func(x byte) bool { return x&0x80 == 0 })
	case first == 0x35 || first == 0x37 || first == 0x3b || first == 0x3d || first == 0x5f:
		return block(b)
	case first&0x90 == 0:
		return replyByte, 1
	}
	return engine.Noise, 1
}

// fixed is an answer of four bytes of which the last three obey ok.
func fixed(b []byte, kind engine.Kind, ok func(byte) bool) (engine.Kind, int) {
	for i := 1; i < min(len(b), 4); i++ {
		if !ok(b[i]) {
			return engine.Noise, 1
		}
	}
	if len(b) < 4 {
		return kind, 0
	}
	return kind, 4
}

// block is an answer of printable text that ends with 00.
func block(b []byte) (engine.Kind, int) {
	for i, x := range b {
		switch {
		case x == 0:
			return replyBlock, i + 1
		case x < 0x20 || x == 0x7f || i == maxBlock:
			return engine.Noise, 1
		}
	}
	return replyBlock, 0
}
