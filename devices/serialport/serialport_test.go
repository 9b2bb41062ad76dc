package serialport_test

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/goleak"

	"hallway/devices"
	"hallway/devices/serialport"
	"hallway/devices/sim"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func plug(t *testing.T) *sim.PTY {
	t.Helper()
	p, err := sim.OpenPTY(filepath.Join(t.TempDir(), "port"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

func open(t *testing.T, path string, baud int) devices.Conn {
	t.Helper()
	c, err := serialport.Open(t.Context(), path, baud)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func TestSpeedIsSet(t *testing.T) {
	p := plug(t)
	for _, baud := range []int{9600, 115200, 123456} {
		c := open(t, p.Name(), baud)
		if got, err := p.Baud(); got != baud || err != nil {
			t.Errorf("got %d, %v; want %d", got, err, baud)
		}
		c.Close()
	}
	for _, baud := range []int{0, -1} {
		if c, err := serialport.Open(t.Context(), p.Name(), baud); err == nil {
			c.Close()
			t.Errorf("speed %d is accepted", baud)
		}
	}
}

func TestBytesFromBeforeTheOpenAreDropped(t *testing.T) {
	p := plug(t)
	p.Write([]byte("stale"))
	c := open(t, p.Name(), 9600)
	p.Write([]byte("fresh"))
	buf := make([]byte, 64)
	if n, err := c.Read(t.Context(), buf); err != nil || string(buf[:n]) != "fresh" {
		t.Errorf("got %q, %v", buf[:n], err)
	}
}

func TestWriteSaysHowManyBytesThePortTook(t *testing.T) {
	p := plug(t)
	c := open(t, p.Name(), 9600)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	n, err := c.Write(ctx, make([]byte, 1<<20))
	if err == nil || n <= 0 || n >= 1<<20 {
		t.Fatalf("wrote %d, %v", n, err)
	}
	if _, err := io.ReadFull(p, make([]byte, n)); err != nil {
		t.Error(err)
	}
}

func TestSecondOwnerIsRefusedAndDoesNotChangeTheSpeed(t *testing.T) {
	p := plug(t)
	first := open(t, p.Name(), 115200)
	if c, err := serialport.Open(t.Context(), p.Name(), 9600); !errors.Is(err, devices.ErrBusy) {
		t.Errorf("second owner: %v, %v", c, err)
	}
	if got, _ := p.Baud(); got != 115200 {
		t.Errorf("the speed is %d now", got)
	}
	first.Close()
	open(t, p.Name(), 9600)
}

func TestOpenSaysWhatIsWrong(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := serialport.Open(t.Context(), filepath.Join(dir, "nothing"), 9600); !errors.Is(err, devices.ErrAbsent) {
		t.Errorf("no such port: %v", err)
	}
	if _, err := serialport.Open(t.Context(), filepath.Join(file, "x"), 9600); !errors.Is(err, devices.ErrAbsent) {
		t.Errorf("no such folder: %v", err)
	}
	if c, err := serialport.Open(t.Context(), file, 9600); err == nil {
		c.Close()
		t.Error("a file is opened as a port")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := serialport.Open(ctx, file, 9600); !errors.Is(err, context.Canceled) {
		t.Errorf("ended context: %v", err)
	}
}
