package desk

import (
	"context"
	"io"
	"sync"

	"hallway/devices/sim"
)

// A bus lets several simulated devices share one line, as display and keypad
// share a pair of wires: each hears everything that the host says and picks
// the frames with its address; what one says goes out in one piece.
type bus struct {
	line io.ReadWriter
	out  sync.Mutex
	taps []*tap
}

// A tap is one device's end of the bus.
type tap struct {
	bus *bus
	in  *io.PipeReader
	fed *io.PipeWriter
}

// tap adds a device. All taps are made before run.
func (b *bus) tap() *tap {
	t := &tap{bus: b}
	t.in, t.fed = io.Pipe()
	b.taps = append(b.taps, t)
	return t
}

// Read reads what the host says.
func (t *tap) Read(p []byte) (int, error) { return t.in.Read(p) }

// Write says something to the host.
func (t *tap) Write(p []byte) (int, error) {
	t.bus.out.Lock()
	defer t.bus.out.Unlock()
	return t.bus.line.Write(p)
}

// Close takes the device off the bus; the others go on.
func (t *tap) Close() error { return t.in.Close() }

// run hands what arrives to every device until ctx ends or the line is gone,
// and then ends their reading.
func (b *bus) run(ctx context.Context) error {
	defer func() {
		for _, t := range b.taps {
			t.fed.Close()
		}
	}()
	return sim.Serve(ctx, b.line, func(p []byte) error {
		for _, t := range b.taps {
			t.fed.Write(p) // an error says that the device left the bus
		}
		return nil
	})
}
