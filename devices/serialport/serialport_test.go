package serialport_test

import (
	"bytes"
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

func TestEveryByteValuePassesBothWays(t *testing.T) {
	p := plug(t)
	c := open(t, p.Name(), 115200)
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	if n, err := c.Write(t.Context(), all); n != len(all) || err != nil {
		t.Fatalf("wrote %d, %v", n, err)
	}
	got := make([]byte, len(all))
	if _, err := io.ReadFull(p, got); err != nil || !bytes.Equal(got, all) {
		t.Errorf("device got % X, %v", got, err)
	}
	if _, err := p.Write(all); err != nil {
		t.Fatal(err)
	}
	for got = nil; len(got) < len(all); {
		buf := make([]byte, 100)
		n, err := c.Read(t.Context(), buf)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, buf[:n]...)
	}
	if !bytes.Equal(got, all) {
		t.Errorf("program got % X", got)
	}
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

func TestReadAndWriteEndWithTheirContext(t *testing.T) {
	c := open(t, plug(t).Name(), 9600)
	for name, call := range map[string]func(context.Context) error{
		"read": func(ctx context.Context) error { _, err := c.Read(ctx, make([]byte, 1)); return err },
		"write": func(ctx context.Context) error { // nobody reads, so the port fills up
			_, err := c.Write(ctx, make([]byte, 1<<20))
			return err
		},
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		if err := call(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s past its deadline: %v", name, err)
		}
		cancel()
		if err := call(ctx); err == nil {
			t.Errorf("%s begins after its context ended", name)
		}
		ctx, cancel = context.WithCancel(t.Context())
		time.AfterFunc(5*time.Millisecond, cancel)
		if err := call(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled %s: %v", name, err)
		}
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

func TestCallAfterAnExpiredOneIsNotCut(t *testing.T) {
	p := plug(t)
	c := open(t, p.Name(), 9600)
	for range 200 {
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Microsecond)
		c.Read(ctx, make([]byte, 1))
		cancel()
		p.Write([]byte("x"))
		if _, err := c.Read(t.Context(), make([]byte, 1)); err != nil {
			t.Fatal(err)
		}
	}
}

func TestUnplugEndsReadAndWriteAsGone(t *testing.T) {
	p := plug(t)
	c := open(t, p.Name(), 9600)
	got := make(chan error, 1)
	go func() { _, err := c.Read(context.Background(), make([]byte, 1)); got <- err }()
	time.Sleep(5 * time.Millisecond) // most runs find the read waiting; all must pass
	p.Unplug()
	if err := <-got; !errors.Is(err, devices.ErrGone) {
		t.Errorf("read: %v", err)
	}
	if _, err := c.Write(t.Context(), []byte("x")); !errors.Is(err, devices.ErrGone) {
		t.Errorf("write: %v", err)
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	if _, err := serialport.Open(t.Context(), p.Name(), 9600); !errors.Is(err, devices.ErrAbsent) {
		t.Errorf("open: %v", err)
	}
	p.Replug()
	open(t, p.Name(), 9600)
}

func TestCloseEndsWaitingCallsAndMayComeTwice(t *testing.T) {
	c := open(t, plug(t).Name(), 9600)
	got := make(chan error, 2)
	go func() { _, err := c.Read(context.Background(), make([]byte, 1)); got <- err }()
	go func() { _, err := c.Write(context.Background(), make([]byte, 1<<20)); got <- err }()
	time.Sleep(5 * time.Millisecond) // most runs find both waiting; all must pass
	if err := errors.Join(c.Close(), c.Close()); err != nil {
		t.Error(err)
	}
	for range 2 {
		if err := <-got; !errors.Is(err, devices.ErrClosed) {
			t.Errorf("got %v", err)
		}
	}
	if _, err := c.Read(t.Context(), make([]byte, 1)); !errors.Is(err, devices.ErrClosed) {
		t.Errorf("read after close: %v", err)
	}
	if _, err := c.Write(t.Context(), []byte("x")); !errors.Is(err, devices.ErrClosed) {
		t.Errorf("write after close: %v", err)
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

func TestAThousandOpensLeaveNoFileOpen(t *testing.T) {
	p := plug(t)
	files := func() int {
		list, err := os.ReadDir("/proc/self/fd")
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	open(t, p.Name(), 9600).Close() // whatever the runtime opens once
	before := files()
	for range 1000 {
		c, err := serialport.Open(t.Context(), p.Name(), 9600)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if after := files(); after != before {
		t.Errorf("%d files open, before %d", after, before)
	}
}
