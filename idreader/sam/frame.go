package sam

import (
	"bytes"
	"encoding/binary"
)

// Sizes of a frame in bytes.
const (
	overhead    = 7    // preamble and LEN
	shortReply  = 4    // LEN of a reply without data: SW1 SW2 SW3 CHK
	shortAsk    = 2    // LEN of the shortest request: CMD CHK, a vendor's
	longest     = 2400 // LEN; the largest reply known has 2314
	bufferBytes = 4096
)

var preamble = [5]byte{0xAA, 0xAA, 0xAA, 0x96, 0x69}

// Encode appends to dst the frame whose part between LEN and CHK is body, which
// must have 1 to 2399 bytes.
func Encode(dst, body []byte) []byte {
	start := len(dst) + len(preamble)
	dst = append(dst, preamble[:]...)
	dst = binary.BigEndian.AppendUint16(dst, uint16(len(body)+1))
	dst = append(dst, body...)
	return append(dst, xor(dst[start:]))
}

func xor(p []byte) (sum byte) {
	var wide uint64
	for ; len(p) >= 8; p = p[8:] {
		wide ^= binary.NativeEndian.Uint64(p)
	}
	for ; wide != 0; wide >>= 8 {
		sum ^= byte(wide)
	}
	for _, b := range p {
		sum ^= b
	}
	return sum
}

// A Decoder finds frames in a stream of bytes that may hold junk, damaged
// frames and parts of frames. It allocates nothing. The zero Decoder decodes
// replies.
type Decoder struct {
	// Requests makes the decoder take the shorter frames that a reader receives.
	Requests bool

	buf      [bufferBytes]byte
	from, to int // unread bytes
	damaged  int
	skipped  int64
}

// Feed adds received bytes and returns how many fitted. After Next has
// returned false at least 1024 bytes fit.
func (d *Decoder) Feed(p []byte) int {
	if d.from > 0 {
		d.to = copy(d.buf[:], d.buf[d.from:d.to])
		d.from = 0
	}
	n := copy(d.buf[d.to:], p)
	d.to += n
	return n
}

// Next returns the part between LEN and CHK of the next whole, undamaged frame,
// or false when more bytes are needed. The slice is good until the next Feed
// or Clear.
//
// A LEN out of range or a wrong CHK skips one byte, so that a true frame inside
// or behind a false one is found.
func (d *Decoder) Next() ([]byte, bool) {
	for d.seek() {
		frame := d.buf[d.from : d.from+d.size()]
		if xor(frame[len(preamble):]) == 0 {
			d.from += len(frame)
			return frame[overhead : len(frame)-1], true
		}
		d.damaged++
		d.skip(1)
	}
	return nil, false
}

// skip passes over n bytes that are no part of a frame.
func (d *Decoder) skip(n int) {
	d.from += n
	d.skipped += int64(n)
}

// giveUp passes over a byte of a frame that will never be whole, because nothing
// follows, and returns false when no byte is left.
func (d *Decoder) giveUp() bool {
	if d.from == d.to {
		return false
	}
	d.skip(1)
	return true
}

// seek moves from to a frame that is whole by its LEN, or returns false.
func (d *Decoder) seek() bool {
	for {
		rest := d.buf[d.from:d.to]
		i := bytes.Index(rest, preamble[:])
		if i < 0 {
			d.skip(max(0, len(rest)-len(preamble)+1))
			return false
		}
		d.skip(i)
		if d.to-d.from < overhead {
			return false
		}
		if n := d.size() - overhead; n < d.shortest() || n > longest {
			d.skip(1)
			continue
		}
		return d.Missing() == 0
	}
}

// size returns the bytes of the frame at from by its LEN.
func (d *Decoder) size() int {
	return overhead + int(binary.BigEndian.Uint16(d.buf[d.from+len(preamble):]))
}

func (d *Decoder) shortest() int {
	if d.Requests {
		return shortAsk
	}
	return shortReply
}

// Missing returns how many bytes the frame that has begun still needs. It is 0
// when none has shown its LEN yet.
func (d *Decoder) Missing() int {
	if d.to-d.from < overhead || !bytes.HasPrefix(d.buf[d.from:d.to], preamble[:]) {
		return 0
	}
	return max(0, d.size()-(d.to-d.from))
}

// Damaged returns how many frames had a wrong CHK since the last Clear.
func (d *Decoder) Damaged() int { return d.damaged }

// Clear forgets and overwrites everything received.
func (d *Decoder) Clear() {
	clear(d.buf[:])
	d.from, d.to, d.damaged, d.skipped = 0, 0, 0, 0
}
