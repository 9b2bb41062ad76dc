package devicestest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"hallway/devices"
	"hallway/devices/serialport"
	"hallway/devices/sim"
	"hallway/devices/tcpport"
)

// A Transport is a way to plug a simulated device in.
type Transport struct {
	Name string
	// Plug returns a fresh place for a device. The suite closes its Line; what
	// else there is to clean up is up to Plug.
	Plug func(t testing.TB) Port
	// Virtual is set when nothing but memory lies between driver and device.
	// The tests then run under the false clock of testing/synctest: they take
	// no time, and time limits of drivers are measured exactly.
	Virtual bool
	// Shared is set when a second program is not refused.
	Shared bool
}

// A Port is the place where one simulated device is plugged in.
type Port struct {
	Line sim.Line // the device's end
	// Open opens the program's end, as a driver's caller would.
	Open func(ctx context.Context) (devices.Conn, error)
}

const baud = 115200

// Memory is a line in the memory of the process; see [sim.Memory].
func Memory() Transport {
	return Transport{Name: "memory", Virtual: true, Plug: func(testing.TB) Port {
		m := sim.NewMemory("memory")
		return Port{Line: m, Open: m.Open}
	}}
}

// PTY is a pseudo-terminal that package serialport opens.
func PTY() Transport {
	return Transport{Name: "pty", Plug: func(t testing.TB) Port {
		pty, err := sim.OpenPTY(filepath.Join(t.TempDir(), "port"))
		if err != nil {
			t.Fatal(err)
		}
		return Port{Line: pty, Open: func(ctx context.Context) (devices.Conn, error) {
			return serialport.Open(ctx, pty.Name(), baud)
		}}
	}}
}

// lines counts TCP lines, so that each has an address of its own.
var lines atomic.Uint32

// TCP is a listening socket that package tcpport connects to. A second program
// waits instead of being refused. Each line listens on a loopback address of
// its own, so that nobody takes its port while it is unplugged.
func TCP() Transport {
	return Transport{Name: "tcp", Shared: true, Plug: func(t testing.TB) Port {
		n := lines.Add(1)
		host := fmt.Sprintf("127.%d.%d.%d", 1+os.Getpid()%250, 1+n/250%250, 1+n%250)
		tcp, err := sim.Listen(host + ":0")
		if err != nil {
			t.Fatal(err)
		}
		address := strings.TrimPrefix(tcp.Name(), "tcp:")
		return Port{Line: tcp, Open: func(ctx context.Context) (devices.Conn, error) {
			return tcpport.Open(ctx, address)
		}}
	}}
}
