package sam

import (
	"context"
	"fmt"
	"io"
	"slices"
	"sync/atomic"

	"hallway/devices"
)

// reportLen is the size of a report unless the device says otherwise, and of
// every report of [Miaxis].
const reportLen = 64

// Raw64 makes a byte stream of a port whose messages are HID reports of size
// bytes, 0 for 64: frames are cut into reports, the last one filled up with
// zeros. What comes is passed on as it is; the zeros behind a frame are noise to
// a [Decoder]. Readers known to speak so have 64 bytes and no report number;
// which readers these are is UNCONFIRMED for most.
//
// conn sends one report with each Write and gives one with each Read.
func Raw64(conn devices.Conn, size int) devices.Conn {
	if size <= 0 {
		size = reportLen
	}
	return &raw64{Conn: conn, size: size, in: remainder{buf: make([]byte, size)}}
}

type raw64 struct {
	devices.Conn
	size   int
	in     remainder
	closed atomic.Bool
}

// Read gives what is left of a report, or of the next one.
func (r *raw64) Read(ctx context.Context, p []byte) (int, error) {
	if len(p) == 0 {
		return 0, io.ErrShortBuffer
	}
	if r.in.empty() {
		n, err := r.Conn.Read(ctx, r.in.buf)
		if err != nil {
			return 0, err
		}
		r.in.hold(r.in.buf[:n])
	}
	return r.in.give(p), nil
}

// Write sends p in as many reports as it needs.
func (r *raw64) Write(ctx context.Context, p []byte) (int, error) {
	if r.closed.Load() { // also when p needs no report
		return 0, fmt.Errorf("write reports: %w", devices.ErrClosed)
	}
	r.in.forget()
	sent := 0
	for piece := range slices.Chunk(p, r.size) {
		report := make([]byte, r.size)
		copy(report, piece)
		if _, err := r.Conn.Write(ctx, report); err != nil {
			return sent, fmt.Errorf("report after %d bytes: %w", sent, err)
		}
		sent += len(piece)
	}
	return sent, nil
}

// Close ends waiting calls and closes the port.
func (r *raw64) Close() error {
	r.closed.Store(true)
	return r.Conn.Close()
}

// A remainder holds what was received and not read yet. Bytes that were read are
// overwritten.
type remainder struct {
	buf  []byte
	rest []byte // of buf
}

func (r *remainder) empty() bool { return len(r.rest) == 0 }

// hold makes part of buf the rest.
func (r *remainder) hold(part []byte) { r.rest = part }

// give moves as much as fits into p.
func (r *remainder) give(p []byte) int {
	n := copy(p, r.rest)
	clear(r.rest[:n])
	r.rest = r.rest[n:]
	return n
}

func (r *remainder) forget() {
	clear(r.buf)
	r.rest = nil
}
