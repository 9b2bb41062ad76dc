package sim

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"slices"
	"time"
)

// messages is a line on which each Write of a reader is a whole reply.
type messages interface{ wholeReplies() }

// Raw64 is the device's side of sam.Raw64: it makes the byte stream on which a
// [Reader] serves of link, where each Read gives one report of the host and each
// Write sends one of size bytes, 0 for 64.
func Raw64(link io.ReadWriter, size int) io.ReadWriter {
	if size <= 0 {
		size = reportBytes
	}
	return &reports{end: end{link}, in: make([]byte, size),
		unpack: func(report []byte) []byte { return report },
		pack: func(p []byte) (out [][]byte) {
			for piece := range slices.Chunk(p, size) {
				out = append(out, append(slices.Clone(piece), make([]byte, size-len(piece))...))
			}
			return out
		}}
}

// reportBytes is the size of a report.
const reportBytes = 64

// Miaxis is the device's side of sam.Miaxis. Its packets count from 0.
func Miaxis(link io.ReadWriter) io.ReadWriter {
	return &reports{end: end{link}, in: make([]byte, reportBytes), unpack: miaxisRequest, pack: miaxisReply}
}

// miaxisRequest returns the frame in a report of the host, or nothing when it is
// damaged or another command than B1.
func miaxisRequest(report []byte) []byte {
	if len(report) != reportBytes || report[0] != 0x88 || report[5] != 0xB1 {
		return nil
	}
	end := 5 + int(binary.LittleEndian.Uint16(report[3:]))
	if end < 6 || end > reportBytes-2 || binary.LittleEndian.Uint16(report[end:]) != sum16(report[3:end]) {
		return nil
	}
	return report[6:end]
}

// miaxisReply cuts a reply into packets of 54 bytes.
func miaxisReply(p []byte) (out [][]byte) {
	for piece := range slices.Chunk(p, reportBytes-10) {
		report := make([]byte, reportBytes)
		report[0] = 0xAA
		binary.LittleEndian.PutUint16(report[3:], uint16(3+len(piece)))
		binary.LittleEndian.PutUint16(report[6:], uint16(len(out)))
		end := 8 + copy(report[8:], piece)
		binary.LittleEndian.PutUint16(report[end:], sum16(report[3:end]))
		out = append(out, report)
	}
	return out
}

func sum16(p []byte) (sum uint16) {
	for _, b := range p {
		sum += uint16(b)
	}
	return sum
}

// end is the device's end of a link; its deadline and its end are the link's.
type end struct{ io.ReadWriter }

func (end) wholeReplies() {}

// SetReadDeadline bounds Reads, where the link can.
func (e end) SetReadDeadline(t time.Time) error {
	if d, ok := e.ReadWriter.(interface{ SetReadDeadline(time.Time) error }); ok {
		return d.SetReadDeadline(t)
	}
	return os.ErrNoDeadline
}

// Close closes the link, where it can be closed.
func (e end) Close() error {
	if c, ok := e.ReadWriter.(io.Closer); ok {
		return c.Close()
	}
	return nil
}

// reports is a byte stream on a link of reports.
type reports struct {
	end
	in     []byte
	rest   []byte
	unpack func(report []byte) []byte
	pack   func(p []byte) [][]byte
}

// Read reads what the next report carries.
func (r *reports) Read(p []byte) (int, error) {
	for len(r.rest) == 0 {
		n, err := r.end.Read(r.in)
		if err != nil {
			return 0, err
		}
		r.rest = r.unpack(r.in[:n])
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

// Write sends p in as many reports as it needs.
func (r *reports) Write(p []byte) (int, error) {
	for _, report := range r.pack(p) {
		if _, err := r.end.Write(report); err != nil {
			return 0, err
		}
	}
	return len(p), nil
}

// FourPipes is the device's side of sam.FourPipes: preamble and LEN of each
// frame travel on header, the rest on body. A request with another length than
// its header says is lost.
func FourPipes(header, body io.ReadWriter) io.ReadWriter {
	return &fourPipes{end: end{header}, body: end{body}}
}

type fourPipes struct {
	end  // header
	body end
	rest []byte
}

// SetReadDeadline bounds Reads of both pipes.
func (f *fourPipes) SetReadDeadline(t time.Time) error {
	return errors.Join(f.end.SetReadDeadline(t), f.body.SetReadDeadline(t))
}

// Close closes both pipes.
func (f *fourPipes) Close() error { return errors.Join(f.end.Close(), f.body.Close()) }

// Read reads a frame: a header, then its body.
func (f *fourPipes) Read(p []byte) (int, error) {
	for len(f.rest) == 0 {
		head := make([]byte, headBytes)
		if _, err := io.ReadFull(f.end.ReadWriter, head); err != nil {
			return 0, err
		}
		if !bytes.HasPrefix(head, preamble) {
			continue
		}
		rest := make([]byte, binary.BigEndian.Uint16(head[5:]))
		if _, err := io.ReadFull(f.body, rest); err != nil {
			return 0, err
		}
		f.rest = append(head, rest...)
	}
	n := copy(p, f.rest)
	f.rest = f.rest[n:]
	return n, nil
}

var preamble = []byte{0xAA, 0xAA, 0xAA, 0x96, 0x69}

// headBytes is preamble and LEN.
const headBytes = 7

// Write sends a frame in two parts, and what is no frame on header.
func (f *fourPipes) Write(p []byte) (int, error) {
	n := len(p)
	if n >= headBytes && bytes.HasPrefix(p, preamble) && binary.BigEndian.Uint16(p[5:]) > 2 {
		n = headBytes
	}
	if _, err := f.end.Write(p[:n]); err != nil {
		return 0, err
	}
	if _, err := f.body.Write(p[n:]); err != nil {
		return n, err
	}
	return len(p), nil
}
