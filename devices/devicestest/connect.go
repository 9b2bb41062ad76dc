package devicestest

import (
	"context"
	"testing"
	"time"

	"hallway/devices"
	"hallway/devices/sim"
)

// connectLimit is how long a port may take to be opened.
const connectLimit = 20 * time.Second

// Connect lets a device work at one end of the transport until the test ends,
// and opens the other end. A driver that owns the connection is to be closed in
// a later t.Cleanup, which runs before the device goes. The line is there to be
// unplugged.
func (on Transport) Connect(t testing.TB, device Sim) (conn devices.Conn, line sim.Line) {
	t.Helper()
	port := on.Plug(t)
	served := make(chan error, 1)
	ctx, cancel := context.WithCancel(context.Background())
	go func() { served <- device.Serve(ctx, port.Line) }()
	t.Cleanup(func() {
		cancel() // ends a device that waits for somebody, such as at a full buffer
		if err := port.Line.Close(); err != nil {
			t.Error(err)
		}
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	limited, end := context.WithTimeout(context.Background(), connectLimit)
	defer end()
	conn, err := port.Open(limited)
	if err != nil {
		t.Fatal(err)
	}
	return conn, port.Line
}
