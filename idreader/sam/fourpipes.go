package sam

import (
	"context"
	"errors"
	"io"
	"sync"
	"time"

	"hallway/devices"
)

// FourPipes makes a byte stream of the two pipe pairs of a vendor-class USB
// reader (0400:C35A and its kin with endpoints 02, 06, 81 and 85): preamble and
// LEN of each frame travel on header (02 out, 81 in), the rest on body (06 out,
// 85 in). Which firmware has two pipe pairs and which one is UNCONFIRMED; the
// interface descriptor tells.
//
// Each Write takes one frame and first drops what either pipe still holds, so
// that the body of a late answer never meets the header of the next. Close
// closes both.
func FourPipes(header, body devices.Conn) devices.Conn {
	return &fourPipes{header: header, body: body, in: remainder{buf: make([]byte, overhead)}}
}

type fourPipes struct {
	header, body devices.Conn
	in           remainder // a header
	got          int       // bytes of a header that is not whole
	missing      int       // bytes of the body of the frame that has begun

	once sync.Once
	err  error
}

// Read gives the bytes of frames: a header, then its body. Bytes on the header's
// pipe that are no header are passed on as they are.
func (f *fourPipes) Read(ctx context.Context, p []byte) (int, error) {
	if len(p) == 0 {
		return 0, io.ErrShortBuffer
	}
	for f.in.empty() && f.missing == 0 {
		n, err := f.header.Read(ctx, f.in.buf[f.got:])
		if err != nil {
			return 0, err
		}
		if f.got += n; f.got < overhead {
			continue
		}
		size, ok := frameSize(f.in.buf)
		if !ok {
			p[0] = f.in.buf[0]
			f.got = copy(f.in.buf, f.in.buf[1:])
			return 1, nil
		}
		f.got, f.missing = 0, size-overhead
		f.in.hold(f.in.buf)
	}
	if !f.in.empty() {
		return f.in.give(p), nil
	}
	n, err := f.body.Read(ctx, p[:min(len(p), f.missing)])
	f.missing -= n
	return n, err
}

// Write sends one frame.
func (f *fourPipes) Write(ctx context.Context, p []byte) (int, error) {
	if len(p) <= overhead {
		return f.header.Write(ctx, p)
	}
	var stale [512]byte
	for _, pipe := range []devices.Conn{f.header, f.body} {
		if err := drainReports(ctx, pipe, stale[:]); err != nil {
			return 0, err
		}
	}
	f.in.forget()
	f.got, f.missing = 0, 0
	if n, err := f.header.Write(ctx, p[:overhead]); err != nil {
		return n, err
	}
	// A reader that has the header waits for the body, whatever ctx says.
	bctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), bodyLimit)
	defer cancel()
	n, err := f.body.Write(bctx, p[overhead:])
	return overhead + n, err
}

// bodyLimit is how long a reader may take the few bytes of a body, far above a
// frame of USB.
const bodyLimit = 200 * time.Millisecond

// Close closes both pipe pairs. It may be called twice.
func (f *fourPipes) Close() error {
	f.once.Do(func() { f.err = errors.Join(f.header.Close(), f.body.Close()) })
	return f.err
}
