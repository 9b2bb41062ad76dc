// Package port opens a port by the text that names it in a configuration file.
package port

import (
	"context"
	"errors"
	"strings"

	"hallway/devices"
	"hallway/devices/serialport"
	"hallway/devices/tcpport"
)

// Open opens the port that spec names: the path of a terminal device or of a
// link to one, such as "/dev/ttyS1", or "tcp:host:port". baud is the speed of a
// serial port in bits a second and not used over TCP.
func Open(ctx context.Context, spec string, baud int) (devices.Conn, error) {
	if spec == "" {
		return nil, errors.New("open port: no port named, use a path such as /dev/ttyS1 or tcp:host:port")
	}
	if address, ok := strings.CutPrefix(spec, "tcp:"); ok {
		return tcpport.Open(ctx, address)
	}
	return serialport.Open(ctx, spec, baud)
}
