package ff68

import (
	"bytes"
	"fmt"
)

// A Frame is one message of the bus.
type Frame struct {
	Addr byte
	Func byte
	Data []byte // at most MaxData bytes
}

// MaxData is the most data of a frame. The longest known frame, six digits of a
// display, has 6 bytes; a decoder that believed every length would wait for 255
// bytes after noise.
const MaxData = 16

const (
	start1, start2, end = 0xFF, 0x68, 0x16

	header  = 5 // FF 68 L L 68
	trailer = 2 // S 16
	minBody = 2 // address and function
	maxBody = minBody + MaxData
)

// Encode returns the bytes of f. The error says that there is too much data.
func Encode(f Frame) ([]byte, error) {
	if len(f.Data) > MaxData {
		return nil, fmt.Errorf("frame with %d bytes of data, the bus takes %d", len(f.Data), MaxData)
	}
	n := byte(minBody + len(f.Data))
	b := append(make([]byte, 0, header+int(n)+trailer), start1, start2, n, n, start2, f.Addr, f.Func)
	b = append(b, f.Data...)
	return append(b, sum(b[header:]), end), nil
}

// Equal reports whether f and g are the same message.
func (f Frame) Equal(g Frame) bool {
	return f.Addr == g.Addr && f.Func == g.Func && bytes.Equal(f.Data, g.Data)
}

func sum(body []byte) (s byte) {
	for _, b := range body {
		s += b
	}
	return s
}

// A Decoder finds frames in a stream of bytes. After junk and damaged frames it
// goes on with the next byte that can begin a frame, so that no good frame
// behind them is lost. The zero Decoder is ready for use.
type Decoder struct {
	buf     []byte
	damaged int
}

// Feed adds bytes as they come. It keeps a copy.
func (d *Decoder) Feed(p []byte) { d.buf = append(d.buf, p...) }

// Next returns the next whole frame, or false when more bytes are needed.
func (d *Decoder) Next() (Frame, bool) {
	for {
		d.buf = d.buf[junk(d.buf):]
		n, ok := measure(d.buf)
		switch {
		case !ok:
			d.skip()
		case len(d.buf) < n:
			return Frame{}, false
		default:
			body := d.buf[header : n-trailer]
			if d.buf[n-2] != sum(body) || d.buf[n-1] != end {
				d.skip()
				continue
			}
			f := Frame{Addr: body[0], Func: body[1], Data: bytes.Clone(body[minBody:])}
			d.buf = d.buf[n:]
			return f, true
		}
	}
}

// Begun reports whether part of a frame waits for its rest.
func (d *Decoder) Begun() bool { return len(d.buf) > 0 }

// Rest gives up the frame whose rest did not come, and returns the decoder to
// the bytes behind its beginning.
func (d *Decoder) Rest() {
	if d.Begun() {
		d.skip()
	}
}

// Damaged returns how many frames began and turned out to be none.
func (d *Decoder) Damaged() int { return d.damaged }

// skip passes over a beginning that was none.
func (d *Decoder) skip() {
	d.damaged++
	d.buf = d.buf[1:]
}

// junk returns how many bytes at the start of b begin no frame.
func junk(b []byte) int {
	i := bytes.IndexByte(b, start1)
	if i < 0 {
		return len(b)
	}
	return i
}

// measure returns the length of the frame that b begins with, or header while
// that is not known yet. It reports false when no frame begins so.
func measure(b []byte) (int, bool) {
	if len(b) > 1 && b[1] != start2 {
		return 0, false
	}
	if len(b) > 2 && (b[2] < minBody || b[2] > maxBody) {
		return 0, false
	}
	if len(b) > 3 && b[3] != b[2] {
		return 0, false
	}
	if len(b) > 4 && b[4] != start2 {
		return 0, false
	}
	if len(b) < header {
		return header, true
	}
	return header + int(b[2]) + trailer, true
}
