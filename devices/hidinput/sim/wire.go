// Package sim carries reports between a simulated HID device and its driver
// where there is no USB: a pair of packet sockets keeps each report apart, as
// the Conn of package hidport does.
package sim

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"

	"hallway/devices"
	"hallway/devices/internal/stream"
)

// A Wire is the device's end. Each Write is one input report, each Read gives
// one output report; Close unplugs the device.
type Wire struct{ *os.File }

// NewWire returns both ends of a new connection.
func NewWire() (Wire, devices.Conn, error) {
	fd, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_SEQPACKET|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return Wire{}, nil, fmt.Errorf("make a wire for reports: %w", err)
	}
	program := os.NewFile(uintptr(fd[1]), "hid")
	return Wire{os.NewFile(uintptr(fd[0]), "hid device")}, stream.New("hid", program, nil), nil
}
