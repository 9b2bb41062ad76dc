package escpos

// replyKind says what a printer's answer is.
type replyKind uint8

// The kinds, as the first byte tells (Epson TM-U295 specification, appendix
// "Transmission status identification").
const (
	replyNoise replyKind = iota // no answer of ESC/POS begins like this
	replyEOT                    // one byte, answer to DLE EOT n; does not say which n
	replyASB                    // four bytes of automatic status
	replyBlock                  // header, text, 00: GS I, GS ( H
	replyByte                   // one byte, answer to GS r
	replyFlow                   // XON or XOFF
)

// A reply is one answer of a printer. Data of a block is without its final 00.
type reply struct {
	kind replyKind
	data []byte
}

// maxBlock bounds a block; the longest documented one, GS I, has 80 characters.
const maxBlock = 96

// demux cuts the byte stream of a printer into answers. Answers come unasked
// and out of order; a byte that begins nothing is reported as noise, and noise
// never swallows more than the block that it pretended to begin.
type demux struct{ pending []byte }

// push takes bytes as they arrive and calls emit for each complete answer.
func (d *demux) push(p []byte, emit func(reply)) {
	d.pending = append(d.pending, p...)
	for len(d.pending) > 0 {
		kind, n := classify(d.pending)
		if n == 0 {
			return
		}
		data := append([]byte(nil), d.pending[:n]...)
		if kind == replyBlock && data[0] != extendedASB {
			data = data[:n-1]
		}
		d.pending = d.pending[:copy(d.pending, d.pending[n:])]
		emit(reply{kind, data})
	}
}

// extendedASB begins a block of four bytes without a final 00.
const extendedASB = 0x39

// classify returns the kind and length of the answer at the start of b, or
// length 0 when more bytes are needed.
func classify(b []byte) (replyKind, int) {
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
	return replyNoise, 1
}

// fixed is an answer of four bytes of which the last three obey ok.
func fixed(b []byte, kind replyKind, ok func(byte) bool) (replyKind, int) {
	for i := 1; i < min(len(b), 4); i++ {
		if !ok(b[i]) {
			return replyNoise, 1
		}
	}
	if len(b) < 4 {
		return kind, 0
	}
	return kind, 4
}

// block is an answer of printable text that ends with 00.
func block(b []byte) (replyKind, int) {
	for i, x := range b {
		switch {
		case x == 0:
			return replyBlock, i + 1
		case x < 0x20 || x == 0x7f || i == maxBlock:
			return replyNoise, 1
		}
	}
	return replyBlock, 0
}
