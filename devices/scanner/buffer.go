package scanner

import "log/slog"

// aimLen is the length of an AIM identifier. Messages of this package's
// assemblers begin with one, or with as many zeros.
const aimLen = 3

// buffer is a message on its way: the AIM identifier and the code so far.
type buffer struct {
	data    []byte // of fixed size, so that no copy stays behind
	limit   int
	long    bool // the code is longer than the limit; it is dropped at its end
	damaged bool // likewise, for another reason
	log     *slog.Logger
}

func newBuffer(o Options) buffer {
	return buffer{data: make([]byte, aimLen, aimLen+o.Limit), limit: o.Limit, log: o.Log}
}

// Begun reports whether part of a code waits for its rest.
func (b *buffer) Begun() bool { return len(b.data) > aimLen || b.long || b.damaged }

// code returns what came so far.
func (b *buffer) code() []byte { return b.data[aimLen:] }

// add appends to the code.
func (b *buffer) add(p ...byte) {
	if len(b.code())+len(p) > b.limit {
		b.long = true
		return
	}
	b.data = append(b.data, p...)
}

// flush passes on what came, unless it is nothing or damaged, and clears it.
func (b *buffer) flush(whole func([]byte)) {
	switch {
	case b.long:
		b.log.Warn("code is longer than the limit and is dropped", "limit", b.limit)
	case b.damaged:
		b.log.Warn("damaged code is dropped", "bytes", len(b.code()))
	case len(b.code()) > 0:
		whole(b.data)
	}
	clear(b.data[:cap(b.data)])
	b.data, b.long, b.damaged = b.data[:aimLen], false, false
}
