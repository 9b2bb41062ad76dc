// Package tcpport opens ports that are reached over TCP: network printers
// (port 9100) and serial device servers in raw mode.
//
// A cable that was cut says nothing by itself. While nothing is under way the
// kernel asks the peer (keep-alive) and gives up within 11 s. Bytes that wait
// for an acknowledgement would keep it busy for a quarter of an hour, so this
// package counts repetitions that nobody acknowledged and gives up at the
// fifth, after 6 s on a hall's network. A printer without paper takes nothing
// but goes on acknowledging, and is not given up.
//
// Most printers serve one program at a time. What the next one meets differs:
// some let it connect and answer nothing, some let it wait until the first has
// gone ([devices.ErrSilent]), some refuse it, which looks like a printer that
// does not listen ([devices.ErrAbsent]), some connect and hang up at once
// ([devices.ErrGone]). None of it proves another program, so no error of this
// package says so.
//
// Close gives what was written a tenth of a second to arrive: it ends its own
// direction first and reads what the printer still says, because a connection
// with unread bytes is torn down with those on their way to the paper.
package tcpport

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"golang.org/x/sys/unix"

	"hallway/devices"
	"hallway/devices/internal/stream"
)

// dialLimit bounds the connection: a host on the hall's own network answers in
// milliseconds, or after one lost packet in a second.
const dialLimit = 3 * time.Second

// keepAlive finds a peer that lost its power within 5 + 3 x 2 seconds.
var keepAlive = net.KeepAliveConfig{Enable: true, Idle: 5 * time.Second, Interval: 2 * time.Second, Count: 3}

// Open connects to address, which is host:port. Its errors wrap
// [devices.ErrAbsent] when there is no such host or nothing listens, and
// [devices.ErrSilent] when the host does not answer.
func Open(ctx context.Context, address string) (devices.Conn, error) {
	if _, _, err := net.SplitHostPort(address); err != nil {
		return nil, fmt.Errorf("open tcp:%s: %w, use host:port", address, err)
	}
	dialer := net.Dialer{Timeout: dialLimit, KeepAliveConfig: keepAlive}
	dialed, err := dialer.DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, openError(ctx, address, err)
	}
	w := watch(dialed.(*net.TCPConn))
	return stream.New("tcp:"+address, w, w.finish), nil
}

func openError(ctx context.Context, address string, err error) error {
	class := devices.ErrGone
	var lookup *net.DNSError
	var failure net.Error
	switch {
	case ctx.Err() != nil:
		class = ctx.Err()
	case errors.As(err, &failure) && failure.Timeout():
		class = devices.ErrSilent
	case errors.As(err, &lookup), errors.Is(err, unix.ECONNREFUSED), errors.Is(err, unix.EHOSTUNREACH), errors.Is(err, unix.ENETUNREACH),
		errors.Is(err, unix.EHOSTDOWN), errors.Is(err, unix.ENETDOWN):
		class = devices.ErrAbsent
	}
	return fmt.Errorf("open tcp:%s: %w: %w", address, class, err)
}
