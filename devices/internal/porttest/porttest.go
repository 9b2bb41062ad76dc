// Package porttest holds every transport to the contract of [devices.Conn]. A
// transport's test says how its port is opened and what stands at the other
// end:
//
//	func TestPort(t *testing.T) {
//		porttest.Run(t, func(t *testing.T) porttest.Bench { ... })
//	}
package porttest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"runtime"
	"testing"
	"time"

	"hallway/devices"
	"hallway/devices/sim"
)

// Bench is one port with the device at its other end. Each check has its own.
type Bench struct {
	// Open opens the port.
	Open func(context.Context) (devices.Conn, error)
	// Device is the other end. What it does not read must hold a Write up.
	Device sim.Line
	// Message is the length of every message of a port that keeps them apart;
	// 0 is a stream of bytes.
	Message int
	// Shared says that the port itself does not keep a second owner off.
	Shared bool
	// Opens is how often the port is opened to look for what is left behind.
	Opens int
}

// patience is how long what must happen may take; calls end far sooner.
const patience = 15 * time.Second

// Run runs every check on a Bench of its own.
func Run(t *testing.T, bench func(*testing.T) Bench) {
	for _, c := range []struct {
		name  string
		check func(*testing.T, Bench)
	}{
		{"every byte value passes both ways", bothWays},
		{"a read ends with its context and loses nothing", readEnds},
		{"a write ends with its context", writeEnds},
		{"an ended context starts nothing", startsNothing},
		{"close ends waiting calls and may come twice", closeEnds},
		{"unplug ends waiting calls as gone, and a replug helps", unplugEnds},
		{"a second owner is refused", secondOwner},
		{"opening again and again leaves nothing behind", leavesNothing},
	} {
		t.Run(c.name, func(t *testing.T) { c.check(t, bench(t)) })
	}
}

// open opens the port, trying again while its node is on its way.
func open(t *testing.T, b Bench) devices.Conn {
	t.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(5 * time.Millisecond) {
		c, err := b.Open(t.Context())
		if err == nil {
			t.Cleanup(func() { c.Close() })
			return c
		}
		if time.Now().After(end) {
			t.Fatal(err)
		}
	}
}

// messages cuts data as the port wants it; the last message is padded.
func (b Bench) messages(data []byte) [][]byte {
	if b.Message == 0 {
		return [][]byte{data}
	}
	var all [][]byte
	for len(data) > 0 {
		one := make([]byte, b.Message)
		data = data[copy(one, data):]
		all = append(all, one)
	}
	return all
}

// allBytes is every value, a zero first and a full last packet of any size up
// to 256.
func allBytes() []byte {
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	return all
}

// receive reads from the port until it has n bytes.
func receive(t *testing.T, c devices.Conn, n int) []byte {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var got []byte
	for len(got) < n {
		p := make([]byte, 1024)
		k, err := c.Read(ctx, p)
		if err != nil {
			t.Fatalf("after %d of %d bytes: %v", len(got), n, err)
		}
		got = append(got, p[:k]...)
	}
	return got
}

// exchange sends data to the device and back.
func exchange(t *testing.T, b Bench, c devices.Conn, data []byte) {
	t.Helper()
	if err := b.Device.SetReadDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for _, m := range b.messages(data) {
		wrote := make(chan error, 1)
		go func() {
			n, err := c.Write(ctx, m)
			if err == nil && n != len(m) {
				err = io.ErrShortWrite
			}
			wrote <- err
		}()
		got := make([]byte, len(m))
		if n, err := io.ReadFull(b.Device, got); err != nil || !bytes.Equal(got, m) {
			t.Fatalf("device got % X, %v", got[:n], err)
		}
		if err := <-wrote; err != nil {
			t.Fatalf("write: %v", err)
		}
		if _, err := b.Device.Write(m); err != nil {
			t.Fatal(err)
		}
		if got := receive(t, c, len(m)); !bytes.Equal(got, m) {
			t.Fatalf("program got % X", got)
		}
	}
}

func bothWays(t *testing.T, b Bench) {
	c := open(t, b)
	for range 3 {
		exchange(t, b, c, allBytes())
	}
}

func readEnds(t *testing.T, b Bench) {
	c := open(t, b)
	exchange(t, b, c, []byte("begin"))
	ends(t, func(ctx context.Context) error { _, err := c.Read(ctx, make([]byte, 1024)); return err })
	for i := range 50 { // the message comes before, while and after the read ends
		m := b.messages([]byte{byte(i + 1)})[0]
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Microsecond)
		go b.Device.Write(m)
		p := make([]byte, 1024)
		n, err := c.Read(ctx, p)
		cancel()
		if err == nil && !bytes.Equal(p[:n], m) {
			t.Fatalf("got % X", p[:n])
		}
		if err == nil {
			continue
		}
		if got := receive(t, c, len(m)); !bytes.Equal(got, m) {
			t.Fatalf("got % X, want % X", got, m)
		}
	}
}

// ends checks that call, which waits, ends with its context.
func ends(t *testing.T, call func(context.Context) error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if err := call(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("past its deadline: %v", err)
	}
	ctx, cancel = context.WithCancel(t.Context())
	time.AfterFunc(5*time.Millisecond, cancel)
	if err := call(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// fill writes until the port takes no more.
func fill(ctx context.Context, b Bench, c devices.Conn) error {
	for {
		n, err := c.Write(ctx, b.messages(make([]byte, 1<<20))[0])
		if err != nil {
			return err
		}
		if n == 0 {
			return io.ErrNoProgress
		}
	}
}

func writeEnds(t *testing.T, b Bench) {
	c := open(t, b)
	ends(t, func(ctx context.Context) error { return fill(ctx, b, c) })
}

func startsNothing(t *testing.T, b Bench) {
	c := open(t, b)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	m := b.messages([]byte("x"))[0]
	if n, err := c.Write(ctx, m); n != 0 || !errors.Is(err, context.Canceled) {
		t.Errorf("write: %d, %v", n, err)
	}
	if n, err := c.Read(ctx, make([]byte, 1024)); n != 0 || !errors.Is(err, context.Canceled) {
		t.Errorf("read: %d, %v", n, err)
	}
	exchange(t, b, c, []byte("nothing came before this"))
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	if c, err := b.Open(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("open: %v, %v", c, err)
	}
}

// waiting starts a Read and Writes that wait, and returns how they ended.
func waiting(b Bench, c devices.Conn) <-chan error {
	got := make(chan error, 2)
	go func() {
		_, err := c.Read(context.Background(), make([]byte, 1024))
		got <- err
	}()
	go func() { got <- fill(context.Background(), b, c) }()
	time.Sleep(20 * time.Millisecond) // most runs find both waiting; all must pass
	return got
}

// both checks how two waiting calls ended.
func both(t *testing.T, got <-chan error, want error) {
	t.Helper()
	for range 2 {
		select {
		case err := <-got:
			if !errors.Is(err, want) {
				t.Errorf("got %v, want %v", err, want)
			}
		case <-time.After(patience):
			t.Fatal("a call still waits")
		}
	}
}

func closeEnds(t *testing.T, b Bench) {
	c := open(t, b)
	got := waiting(b, c)
	closed := make(chan error, 1)
	go func() { closed <- errors.Join(c.Close(), c.Close()) }()
	select {
	case err := <-closed:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(patience):
		t.Fatal("close waits for a device that takes nothing")
	}
	both(t, got, devices.ErrClosed)
	if _, err := c.Read(t.Context(), make([]byte, 1024)); !errors.Is(err, devices.ErrClosed) {
		t.Errorf("read: %v", err)
	}
	if n, err := c.Write(t.Context(), b.messages([]byte("x"))[0]); n != 0 || !errors.Is(err, devices.ErrClosed) {
		t.Errorf("write: %d, %v", n, err)
	}
}

func unplugEnds(t *testing.T, b Bench) {
	c := open(t, b)
	exchange(t, b, c, []byte("begin"))
	got := waiting(b, c)
	if err := b.Device.Unplug(); err != nil {
		t.Fatal(err)
	}
	both(t, got, devices.ErrGone)
	if _, err := c.Write(t.Context(), b.messages([]byte("x"))[0]); !errors.Is(err, devices.ErrGone) {
		t.Errorf("write: %v", err)
	}
	if _, err := c.Read(t.Context(), make([]byte, 1024)); !errors.Is(err, devices.ErrGone) {
		t.Errorf("read: %v", err)
	}
	if err := c.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
	if c, err := b.Open(t.Context()); !errors.Is(err, devices.ErrAbsent) {
		t.Errorf("open: %v, %v", c, err)
	}
	if err := b.Device.Replug(); err != nil {
		t.Fatal(err)
	}
	exchange(t, b, open(t, b), []byte("again"))
}

func secondOwner(t *testing.T, b Bench) {
	if b.Shared {
		t.Log("this port does not keep a second owner off")
		return
	}
	first := open(t, b)
	for range 2 {
		if c, err := b.Open(t.Context()); !errors.Is(err, devices.ErrBusy) {
			t.Fatalf("second owner: %v, %v", c, err)
		}
	}
	exchange(t, b, first, []byte("undisturbed"))
	if err := first.Close(); err != nil {
		t.Error(err)
	}
	second, err := b.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	exchange(t, b, second, []byte("free"))
	if err := second.Close(); err != nil {
		t.Error(err)
	}
}

func leavesNothing(t *testing.T, b Bench) {
	once := func() {
		c, err := b.Open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(0, cancel)
		_, _ = c.Read(ctx, make([]byte, 1024))
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
	}
	open(t, b).Close()
	once() // whatever the runtime and libraries open once
	files, routines := descriptors(t), runtime.NumGoroutine()
	for range b.Opens {
		once()
	}
	settled := func() bool { return descriptors(t) <= files && runtime.NumGoroutine() <= routines }
	for end := time.Now().Add(patience); !settled(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%d descriptors, before %d; %d goroutines, before %d", descriptors(t), files, runtime.NumGoroutine(), routines)
		}
	}
	exchange(t, b, open(t, b), []byte("still well"))
}

// descriptors counts this process's open ones.
func descriptors(t *testing.T) int {
	t.Helper()
	list, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(list)
}
