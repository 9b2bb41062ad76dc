//go:build linux && kernel

package vusb

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/sys/unix"
)

// controller is the first virtual host controller in sysfs. Its high-speed hub
// takes devices of full and high speed.
const controller = "/sys/devices/platform/vhci_hcd.0/"

// The values of enum usb_device_speed and of enum usbip_device_status that the
// controller's files use.
const (
	fullSpeed = 2
	highSpeed = 3
	portFree  = "004"
)

// attach joins a device to a port of the controller and returns the device's
// end of the socket.
func attach(port int, fast bool) (*net.UnixConn, error) {
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("virtual USB: socket pair: %w", err)
	}
	defer unix.Close(fds[1]) // the kernel takes a reference of its own
	f := os.NewFile(uintptr(fds[0]), "virtual USB")
	file, err := net.FileConn(f)
	conn, _ := file.(*net.UnixConn)
	if err := errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("virtual USB: socket pair: %w", err)
	}
	speed := fullSpeed
	if fast {
		speed = highSpeed
	}
	device := 1<<16 | port + 1 // bus and number on the far side; any but 0
	line := fmt.Sprintf("%d %d %d %d", port, fds[1], device, speed)
	if err := os.WriteFile(controller+"attach", []byte(line), 0); err != nil {
		return nil, errors.Join(fmt.Errorf("virtual USB: attach to port %d: %w", port, err), conn.Close())
	}
	return conn, nil
}

// freePorts returns the ports of the high-speed hub that hold no device.
func freePorts() ([]int, error) {
	b, err := os.ReadFile(controller + "status")
	if err != nil {
		return nil, fmt.Errorf("virtual USB: load the module vhci-hcd, or run in the guest by make kernel: %w", err)
	}
	var free []int
	for line := range strings.Lines(string(b)) {
		f := strings.Fields(line) // hub port status speed device socket busid
		if len(f) < 3 || f[0] != "hs" || f[2] != portFree {
			continue
		}
		n, err := strconv.Atoi(f[1])
		if err != nil {
			return nil, fmt.Errorf("virtual USB: status line %q: %w", line, err)
		}
		free = append(free, n)
	}
	return free, nil
}

// reserved are the ports that have a device of this process, plugged in or not.
var reserved = struct {
	sync.Mutex
	ports map[int]bool
}{ports: map[int]bool{}}

// reserve takes a port that nobody has.
func reserve() (int, error) {
	reserved.Lock()
	defer reserved.Unlock()
	free, err := freePorts()
	if err != nil {
		return 0, err
	}
	for _, port := range free {
		if !reserved.ports[port] {
			reserved.ports[port] = true
			return port, nil
		}
	}
	return 0, errors.New("virtual USB: all ports of the controller have a device")
}

// release gives a port back.
func release(port int) {
	reserved.Lock()
	defer reserved.Unlock()
	delete(reserved.ports, port)
}

// hub returns the number of the bus of the high-speed hub.
func hub() (string, error) {
	roots, err := filepath.Glob(controller + "usb[0-9]*")
	for _, r := range roots {
		if speed, _ := os.ReadFile(r + "/speed"); strings.TrimSpace(string(speed)) == "480" {
			return strings.TrimPrefix(filepath.Base(r), "usb"), nil
		}
	}
	return "", errors.Join(errors.New("virtual USB: the controller has no high-speed hub"), err)
}
