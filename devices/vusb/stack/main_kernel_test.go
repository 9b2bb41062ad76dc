//go:build linux && kernel

package stack_test

import (
	"context"
	"errors"
	"io"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"hallway/devices"
	"hallway/devices/port"
	"hallway/devices/vusb"
	"hallway/devices/vusb/stack"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience is how long a test waits for what must happen. A reader's session
// may take 10 s to give a module up.
const patience = 30 * time.Second

// A bench is a simulated device in a virtual socket.
type bench struct {
	*testing.T
	kind    stack.Kind
	plugged *vusb.Plugged
}

// plug plugs a device of a kind in and lets serve be it until the test ends.
func plug(t *testing.T, kind stack.Kind, serve func(context.Context, io.ReadWriter) error) *bench {
	t.Helper()
	d, line := kind.Make()
	b := &bench{t, kind, vusb.Plug(t, d)}
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- serve(ctx, line) }()
	t.Cleanup(func() {
		cancel()
		if err := errors.Join(<-served, line.Close()); err != nil {
			t.Errorf("simulator: %v", err)
		}
	})
	return b
}

// conn opens the port once the kernel has made it.
func (b *bench) conn() devices.Conn {
	b.Helper()
	ctx, cancel := b.limit()
	defer cancel()
	c, err := b.kind.Open(ctx, b.plugged)
	if err != nil {
		b.Fatal(err)
	}
	return c
}

func (b *bench) limit() (context.Context, context.CancelFunc) {
	return context.WithTimeout(b.Context(), patience)
}

// replug draws the cable, if it is in, and puts it back.
func (b *bench) replug() {
	b.Helper()
	if err := errors.Join(b.plugged.Unplug(), b.plugged.Replug()); err != nil {
		b.Fatal(err)
	}
}

// supervise has the device opened by a supervisor that a watcher of ports tells
// what is plugged in, as in a terminal, and follows it through two replugs.
func supervise[D devices.Device](b *bench, kind devices.Kind, drive func(context.Context, devices.Conn) (D, error)) {
	b.Helper()
	spec, err := port.Parse("usb:" + b.plugged.Interface(0))
	if err != nil {
		b.Fatal(err)
	}
	super := devices.NewSupervisor(devices.Options{ID: b.kind.Name, Kind: kind}, func(ctx context.Context) (none D, err error) {
		all, err := port.Root{}.List()
		if err != nil {
			return none, err
		}
		if _, err := port.Find(all, spec); err != nil {
			return none, err
		}
		conn, err := b.kind.Open(ctx, b.plugged)
		if err != nil {
			return none, err
		}
		return drive(ctx, conn)
	})
	presence := port.NewPresence(port.Root{}, 0, nil)
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { super.Run(ctx) })
	running.Go(func() { presence.Run(ctx) })
	stop := presence.Watch(func(all []port.Port) {
		_, err := port.Find(all, spec)
		super.Plugged(err == nil)
	})
	defer func() {
		stop()
		cancel()
		running.Wait()
	}()
	await(b, super, devices.Ready)
	for range 2 {
		if err := b.plugged.Unplug(); err != nil {
			b.Fatal(err)
		}
		await(b, super, devices.Absent)
		if err := b.plugged.Replug(); err != nil {
			b.Fatal(err)
		}
		await(b, super, devices.Ready)
	}
}

// await waits until the device is in a state.
func await[D devices.Device](b *bench, super *devices.Supervisor[D], want devices.State) {
	b.Helper()
	reached := make(chan struct{})
	reach := sync.OnceFunc(func() { close(reached) })
	defer super.Watch(func(h devices.Health) {
		if h.State == want {
			reach()
		}
	})()
	select {
	case <-reached:
	case <-time.After(patience):
		b.Fatalf("never %s: %+v", want, super.Health())
	}
}
