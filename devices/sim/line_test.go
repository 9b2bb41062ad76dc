package sim

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func TestProgramMayCloseAndReopenAPTY(t *testing.T) {
	link := filepath.Join(t.TempDir(), "dev", "reader")
	p := openPTY(t, link)
	echo(t, p)
	if p.Name() != link {
		t.Errorf("name %q", p.Name())
	}
	for range 3 {
		f := program(t, link)
		if got := say(t, f, "hello\r\n\x11\x03\xff"); got != "hello\r\n\x11\x03\xff" {
			t.Errorf("got %q", got)
		}
		f.Close()
	}
}

func TestUnplugHangsUpAndReplugKeepsTheName(t *testing.T) {
	link := filepath.Join(t.TempDir(), "reader")
	p := openPTY(t, link)
	echo(t, p)
	f := program(t, link)
	say(t, f, "before")
	if err := p.Unplug(); err != nil {
		t.Fatal(err)
	}
	if n, err := f.Read(make([]byte, 1)); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("read after unplug: %d, %v", n, err)
	}
	if _, err := os.Lstat(link); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the link is still there: %v", err)
	}
	if n, err := p.Write([]byte("nobody hears")); n != 12 || err != nil {
		t.Errorf("write while unplugged: %d, %v", n, err)
	}
	if err := p.Replug(); err != nil {
		t.Fatal(err)
	}
	if got := say(t, program(t, link), "after"); got != "after" {
		t.Errorf("got %q", got)
	}
}

func TestCloseOfAPTYEndsReadsAndTakesTheLinkAway(t *testing.T) {
	link := filepath.Join(t.TempDir(), "x")
	p, err := OpenPTY(link)
	if err != nil {
		t.Fatal(err)
	}
	got := make(chan error, 1)
	go func() { _, err := p.Read(make([]byte, 1)); got <- err }()
	if err := errors.Join(p.Close(), p.Close()); err != nil {
		t.Error(err)
	}
	if err := <-got; !errors.Is(err, os.ErrClosed) {
		t.Errorf("read ended with %v", err)
	}
	if _, err := os.Lstat(link); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the link is still there: %v", err)
	}
	if err := p.Replug(); !errors.Is(err, os.ErrClosed) {
		t.Errorf("replug after close: %v", err)
	}
	if _, err := os.Lstat(link); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the link is back: %v", err)
	}
}

func TestLinkReplacesALinkButNoFile(t *testing.T) {
	dir := t.TempDir()
	stale, file := filepath.Join(dir, "stale"), filepath.Join(dir, "file")
	if err := errors.Join(os.Symlink("/nowhere", stale), os.WriteFile(file, []byte("mine"), 0o600)); err != nil {
		t.Fatal(err)
	}
	openPTY(t, stale)
	if p, err := OpenPTY(file); err == nil {
		p.Close()
		t.Error("a file was replaced")
	}
	if b, err := os.ReadFile(file); err != nil || string(b) != "mine" {
		t.Errorf("file holds %q, %v", b, err)
	}
}

func TestDeviceSeesTheSpeedThatTheProgramSets(t *testing.T) {
	p := openPTY(t, "")
	f := program(t, p.Name())
	for _, want := range []int{19200, 115200, 123456} {
		err := withFD(f, func(fd int) error {
			m, err := unix.IoctlGetTermios(fd, unix.TCGETS2)
			if err != nil {
				return err
			}
			m.Cflag = m.Cflag&^unix.CBAUD | unix.BOTHER
			m.Ispeed, m.Ospeed = uint32(want), uint32(want)
			return unix.IoctlSetTermios(fd, unix.TCSETS2, m)
		})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := p.Baud(); got != want || err != nil {
			t.Errorf("got %d, %v; want %d", got, err, want)
		}
	}
}

func TestReadDeadlineHoldsWhileUnpluggedToo(t *testing.T) {
	p := openPTY(t, "")
	for _, step := range []func() error{func() error { return nil }, p.Unplug} {
		if err := step(); err != nil {
			t.Fatal(err)
		}
		if err := p.SetReadDeadline(time.Now().Add(5 * time.Millisecond)); err != nil {
			t.Fatal(err)
		}
		if _, err := p.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("got %v", err)
		}
	}
}

func TestServeEndsWithItsContextAndMayServeAgain(t *testing.T) {
	p := openPTY(t, "")
	for range 2 {
		ctx, cancel := context.WithCancel(t.Context())
		heard := make(chan struct{}, 16)
		done := make(chan error, 1)
		go func() {
			done <- Serve(ctx, p, func([]byte) error { heard <- struct{}{}; return nil })
		}()
		io.WriteString(program(t, p.Name()), "x")
		<-heard
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

func TestServeReturnsTheDevicesError(t *testing.T) {
	p := openPTY(t, "")
	io.WriteString(program(t, p.Name()), "x")
	broken := errors.New("broken")
	if err := Serve(t.Context(), p, func([]byte) error { return broken }); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}

func TestTCPServesOneProgramAfterTheOther(t *testing.T) {
	l, err := Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	echo(t, l)
	address := strings.TrimPrefix(l.Name(), "tcp:")
	for _, text := range []string{"first", "second"} {
		c := dial(t, address)
		if got := say(t, c, text); got != text {
			t.Errorf("got %q", got)
		}
		c.Close()
	}
	c := dial(t, address)
	say(t, c, "third")
	if err := l.Unplug(); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Read(make([]byte, 1)); err == nil {
		t.Error("connection outlives the plug")
	}
	if c, err := net.Dial("tcp", address); err == nil {
		c.Close()
		t.Error("unplugged line takes connections")
	}
	if err := l.Replug(); err != nil {
		t.Fatal(err)
	}
	if got := say(t, dial(t, address), "fourth"); got != "fourth" {
		t.Errorf("got %q", got)
	}
}

// dial connects to a line as a program.
func dial(t *testing.T, address string) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func TestClosedTCPReturnsAndRefuses(t *testing.T) {
	l, err := Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(l.Close(), l.Close()); err != nil {
		t.Error(err)
	}
	if _, err := l.Read(make([]byte, 1)); !errors.Is(err, os.ErrClosed) {
		t.Errorf("read: %v", err)
	}
	if err := l.Replug(); !errors.Is(err, os.ErrClosed) {
		t.Errorf("replug: %v", err)
	}
}
