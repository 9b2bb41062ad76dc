// Package tcpport opens ports that are reached over TCP: network printers
// (port 9100) and serial device servers in raw mode.
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
	conn, err := dialer.DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, openError(ctx, address, err)
	}
	return stream.New("tcp:"+address, conn.(*net.TCPConn), nil), nil
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
	case errors.As(err, &lookup), errors.Is(err, unix.ECONNREFUSED), errors.Is(err, unix.EHOSTUNREACH), errors.Is(err, unix.ENETUNREACH):
		class = devices.ErrAbsent
	}
	return fmt.Errorf("open tcp:%s: %w: %w", address, class, err)
}
