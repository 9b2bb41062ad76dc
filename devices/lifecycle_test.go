package devices_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"hallway/devices"
	"hallway/devices/serialport"
	"hallway/devices/sim"
)

// An echo is the driver of a device that answers each byte with the same byte.
type echo struct{ conn devices.Conn }

func openEcho(ctx context.Context, conn devices.Conn) (*echo, error) {
	e := &echo{conn}
	if err := e.ask(ctx); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return e, nil
}

func (e *echo) ask(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 200*time.Millisecond)
	defer cancel()
	if _, err := e.conn.Write(ctx, []byte("?")); err != nil {
		return err
	}
	_, err := e.conn.Read(ctx, make([]byte, 1))
	if errors.Is(err, context.DeadlineExceeded) {
		return devices.ErrSilent
	}
	return err
}

func (e *echo) Identity() devices.Identity { return devices.Identity{Model: "echo"} }

func (e *echo) Check(ctx context.Context) ([]devices.Condition, error) { return nil, e.ask(ctx) }

func (e *echo) Close() error { return e.conn.Close() }

func TestDeviceOnARealPortLivesThroughUnpluggingAndSilence(t *testing.T) {
	pty, err := sim.OpenPTY(filepath.Join(t.TempDir(), "port"))
	if err != nil {
		t.Fatal(err)
	}
	line, err := sim.NewFaulty(pty, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() {
		served <- sim.Serve(context.Background(), line, func(p []byte) error { _, err := line.Write(p); return err })
	}()
	sup := devices.NewSupervisor(devices.Options{ID: "echo", CheckEvery: 10 * time.Millisecond}, func(ctx context.Context) (*echo, error) {
		conn, err := serialport.Open(ctx, pty.Name(), 9600)
		if err != nil {
			return nil, err
		}
		return openEcho(ctx, conn)
	})
	changes := make(chan devices.Health, 1000)
	defer sup.Watch(func(h devices.Health) { changes <- h })()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); sup.Run(ctx) }()
	await := func(want devices.State) devices.Health {
		t.Helper()
		for {
			select {
			case h := <-changes:
				if h.State == want {
					return h
				}
			case <-time.After(20 * time.Second):
				t.Fatalf("never %v; is %+v", want, sup.Health())
			}
		}
	}
	await(devices.Ready)
	if err := sup.Do(t.Context(), func(ctx context.Context, e *echo) error { return e.ask(ctx) }); err != nil {
		t.Error(err)
	}
	if err := pty.Unplug(); err != nil {
		t.Fatal(err)
	}
	if h := await(devices.Recovering); !errors.Is(h.Err, devices.ErrGone) {
		t.Errorf("unplugged: %v", h.Err)
	}
	if h := await(devices.Absent); !errors.Is(h.Err, devices.ErrAbsent) {
		t.Errorf("not there: %v", h.Err)
	}
	if err := sup.Do(t.Context(), func(context.Context, *echo) error { return nil }); !errors.Is(err, devices.ErrNotReady) {
		t.Errorf("command while unplugged: %v", err)
	}
	if err := pty.Replug(); err != nil {
		t.Fatal(err)
	}
	await(devices.Ready)
	line.Add(sim.Directive{Name: "stall"})
	if h := await(devices.Recovering); !errors.Is(h.Err, devices.ErrSilent) {
		t.Errorf("silent: %v", h.Err)
	}
	line.Clear()
	await(devices.Ready)
	cancel()
	<-ended
	if err := errors.Join(line.Close(), <-served); err != nil {
		t.Error(err)
	}
}
