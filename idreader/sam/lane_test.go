package sam_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"hash/crc32"
	"io"
	"os"
	"time"

	"hallway/devices"
)

// Messages on a byte stream, as HDLC has them: a flag before and behind, flags
// and escapes inside escaped, a checksum that drops what is cut or damaged. The
// first byte is the lane, so that several pipes share a line.
const (
	flagByte   = 0x7E
	escapeByte = 0x7D
)

func pack(lane byte, p []byte) []byte {
	message := append([]byte{lane}, p...)
	message = binary.BigEndian.AppendUint32(message, crc32.ChecksumIEEE(message))
	out := []byte{flagByte}
	for _, b := range message {
		if b == flagByte || b == escapeByte {
			out = append(out, escapeByte)
			b ^= 0x20
		}
		out = append(out, b)
	}
	return append(out, flagByte)
}

// unpack returns the message between two flags, or nothing.
func unpack(p []byte) []byte {
	var message []byte
	for i := 0; i < len(p); i++ {
		b := p[i]
		if b == escapeByte && i+1 < len(p) {
			i++
			b = p[i] ^ 0x20
		}
		message = append(message, b)
	}
	end := len(message) - 4
	if end < 1 || binary.BigEndian.Uint32(message[end:]) != crc32.ChecksumIEEE(message[:end]) {
		return nil
	}
	return message[:end]
}

// A trunk sorts what comes on a line into two lanes.
type trunk struct {
	raw  []byte
	rest [2][]byte
	out  []byte // of the reply that is being written
}

// take sorts the messages that are whole.
func (k *trunk) take(p []byte) {
	k.raw = append(k.raw, p...)
	for {
		i := bytes.IndexByte(k.raw, flagByte)
		if i < 0 {
			return
		}
		if message := unpack(k.raw[:i]); len(message) > 0 && message[0] < 2 {
			k.rest[message[0]] = append(k.rest[message[0]], message[1:]...)
		}
		k.raw = k.raw[i+1:]
	}
}

func (k *trunk) give(lane byte, p []byte) int {
	n := copy(p, k.rest[lane])
	k.rest[lane] = k.rest[lane][n:]
	return n
}

// hostLanes are the program's ends of the lanes of a port. A report has always
// 64 bytes and is asked for whole, so that its borders need no memory.
func hostLanes(c devices.Conn) (lanes [2]devices.Conn) {
	k := &trunk{}
	for i := range lanes {
		lanes[i] = &hostLane{c, k, byte(i)}
	}
	return lanes
}

type hostLane struct {
	devices.Conn
	trunk *trunk
	lane  byte
}

func (l *hostLane) Read(ctx context.Context, p []byte) (int, error) {
	for buf := make([]byte, 256); ; {
		if n := l.trunk.give(l.lane, p[:min(len(p), 64)]); n > 0 {
			return n, nil
		}
		n, err := l.Conn.Read(ctx, buf)
		if err != nil {
			return 0, err
		}
		l.trunk.take(buf[:n])
	}
}

func (l *hostLane) Write(ctx context.Context, p []byte) (int, error) {
	if _, err := l.Conn.Write(ctx, pack(l.lane, p)); err != nil {
		return 0, err
	}
	return len(p), nil
}

// overLanes puts a device behind lanes on line. The messages of one reply leave
// together, as the packets of one USB transfer do.
func overLanes(line io.ReadWriter, device func(lanes [2]io.ReadWriter) io.ReadWriter) io.ReadWriter {
	k := &trunk{}
	lanes := [2]io.ReadWriter{&deviceLane{line, k, 0}, &deviceLane{line, k, 1}}
	return &replying{device(lanes), line, k}
}

type replying struct {
	io.ReadWriter
	line  io.ReadWriter
	trunk *trunk
}

func (r *replying) Write(p []byte) (int, error) {
	r.trunk.out = nil
	if _, err := r.ReadWriter.Write(p); err != nil {
		return 0, err
	}
	if _, err := r.line.Write(r.trunk.out); err != nil {
		return 0, err
	}
	return len(p), nil
}

func (r *replying) SetReadDeadline(t time.Time) error {
	if d, ok := r.line.(interface{ SetReadDeadline(time.Time) error }); ok {
		return d.SetReadDeadline(t)
	}
	return os.ErrNoDeadline
}

func (r *replying) Close() error {
	if c, ok := r.line.(io.Closer); ok {
		return c.Close()
	}
	return nil
}

type deviceLane struct {
	io.ReadWriter
	trunk *trunk
	lane  byte
}

func (l *deviceLane) Read(p []byte) (int, error) {
	for buf := make([]byte, 256); ; {
		if n := l.trunk.give(l.lane, p[:min(len(p), 64)]); n > 0 {
			return n, nil
		}
		n, err := l.ReadWriter.Read(buf)
		l.trunk.take(buf[:n])
		if err != nil {
			return 0, err
		}
	}
}

func (l *deviceLane) Write(p []byte) (int, error) {
	l.trunk.out = append(l.trunk.out, pack(l.lane, p)...)
	return len(p), nil
}
