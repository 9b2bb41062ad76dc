package devicestest

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"hallway/devices"
	"hallway/devices/serialport"
	"hallway/devices/sim"
)

const (
	// patience is how long anything may take that has to end by itself. It is
	// far above every driver's own limit, so that it ends only what hangs.
	patience = 20 * time.Second
	baud     = 115200
)

// A bench is a simulated device behind a line that can be broken.
type bench struct {
	*testing.T
	suite Suite
	sim   Sim
	pty   *sim.PTY
	line  *sim.Faulty
}

func (s Suite) bench(t *testing.T) *bench {
	t.Helper()
	pty, err := sim.OpenPTY(filepath.Join(t.TempDir(), "port"))
	if err != nil {
		t.Fatal(err)
	}
	line, err := sim.NewFaulty(pty, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{T: t, suite: s, sim: s.New(), pty: pty, line: line}
	done := make(chan error, 1)
	go func() { done <- b.sim.Serve(context.Background(), line) }()
	t.Cleanup(func() {
		err := line.Close()
		select {
		case served := <-done:
			err = errors.Join(err, served)
		case <-time.After(patience):
			err = errors.New("the simulator does not end with its line")
		}
		if err != nil {
			t.Error(err)
		}
	})
	return b
}

// open opens the driver, or returns its error.
func (b *bench) open() (devices.Device, error) {
	ctx, cancel := context.WithTimeout(b.Context(), patience)
	defer cancel()
	conn, err := serialport.Open(ctx, b.pty.Name(), baud)
	if err != nil {
		return nil, err
	}
	dev, err := b.suite.Open(ctx, conn)
	if err != nil {
		if _, used := conn.Write(ctx, nil); !errors.Is(used, devices.ErrClosed) {
			b.Errorf("Open failed (%v) and left the port open", err)
			_ = conn.Close()
		}
		return nil, err
	}
	b.Cleanup(func() { _ = dev.Close() })
	return dev, nil
}

// mustOpen opens the driver.
func (b *bench) mustOpen() devices.Device {
	b.Helper()
	dev, err := b.open()
	if err != nil {
		b.Fatalf("open: %v", err)
	}
	return dev
}

// finish returns what f returns, or fails when it does not.
func (b *bench) finish(what string, f func(ctx context.Context) error) error {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.Context(), patience)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- f(ctx) }()
	select {
	case err := <-done:
		return err
	case <-time.After(2 * patience):
		b.Fatalf("%s does not end", what)
		return nil
	}
}

func (b *bench) command(dev devices.Device) error {
	b.Helper()
	return b.finish("command", func(ctx context.Context) error { return b.suite.Command(ctx, dev) })
}

func (b *bench) check(dev devices.Device) error {
	b.Helper()
	return b.finish("check", func(ctx context.Context) error {
		_, err := dev.Check(ctx)
		if b.suite.Mute && errors.Is(err, devices.ErrNoStatus) {
			return nil
		}
		return err
	})
}

// state waits until what can be seen of the device stays the same.
func (b *bench) state() string {
	if b.suite.State == nil {
		return ""
	}
	seen := b.suite.State(b.sim)
	for quiet := 0; quiet < 10; quiet++ {
		time.Sleep(2 * time.Millisecond)
		if now := b.suite.State(b.sim); now != seen {
			seen, quiet = now, 0
		}
	}
	return seen
}

// stalled begins commands on a line that passes nothing until one waits, and
// returns their end. A device that never answers is written to until its port
// is full.
func (b *bench) stalled(dev devices.Device, ctx context.Context) <-chan error {
	b.line.Add(sim.Directive{Name: "stall"})
	done := make(chan error, 1)
	begun := make(chan struct{})
	begin := sync.OnceFunc(func() { close(begun) })
	go func() {
		for {
			time.AfterFunc(20*time.Millisecond, begin)
			if err := b.suite.Command(ctx, dev); err != nil {
				done <- err
				return
			}
		}
	}()
	<-begun
	return done
}

// recovers opens the driver until it works. Two tries may fail: what the device
// got while the line was bad has to run off.
func (b *bench) recovers() {
	b.Helper()
	var dev devices.Device
	var err error
	for range 3 {
		if dev, err = b.open(); err == nil {
			break
		}
	}
	if err != nil {
		b.Fatalf("open on a good line again: %v", err)
	}
	if err := b.command(dev); err != nil {
		b.Errorf("command on a good line again: %v", err)
	}
}
