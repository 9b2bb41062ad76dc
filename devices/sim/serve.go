package sim

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// Serve hands what comes in on line to take until ctx ends, the line is gone or
// take fails. The first two are the ordinary ends and give nil. A Read that
// waits is ended by the line's read deadline, or by closing a line that has
// none; the deadline of an earlier Serve is cleared first. take must not keep p.
func Serve(ctx context.Context, line io.ReadWriter, take func(p []byte) error) error {
	if d, ok := line.(interface{ SetReadDeadline(time.Time) error }); ok {
		_ = d.SetReadDeadline(time.Time{})
	}
	unblocked := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		unblock(line)
		close(unblocked)
	})
	defer func() {
		if !stop() {
			<-unblocked // or it would end the next Serve of this line
		}
	}()
	buf := make([]byte, 256)
	for ctx.Err() == nil {
		n, err := line.Read(buf)
		if n > 0 {
			if err := take(buf[:n]); err != nil {
				return ending(ctx, err)
			}
		}
		if err != nil {
			return ending(ctx, err)
		}
	}
	return nil
}

// unblock ends a Read that waits on line.
func unblock(line io.ReadWriter) {
	if d, ok := line.(interface{ SetReadDeadline(time.Time) error }); ok {
		if d.SetReadDeadline(time.Unix(1, 0)) == nil {
			return
		}
	}
	if c, ok := line.(io.Closer); ok {
		_ = c.Close()
	}
}

// ending returns nil for the ordinary ends of a line: closed by either end, or
// hung up, which a terminal reports as EIO.
func ending(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	for _, end := range []error{io.EOF, io.ErrClosedPipe, os.ErrClosed, net.ErrClosed, unix.ECONNRESET, unix.EPIPE, unix.EIO} {
		if errors.Is(err, end) {
			return nil
		}
	}
	return err
}
