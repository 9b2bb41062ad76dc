package serialport_test

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"hallway/devices"
	"hallway/devices/internal/porttest"
	"hallway/devices/serialport"
	"hallway/devices/sim"
)

const patience = 10 * time.Second

func TestPort(t *testing.T) {
	porttest.Run(t, func(t *testing.T) porttest.Bench {
		p := plug(t)
		return porttest.Bench{
			Device: p, Opens: 1000,
			Open: func(ctx context.Context) (devices.Conn, error) { return serialport.Open(ctx, p.Name(), 115200) },
		}
	})
}

func openMode(t *testing.T, path string, m serialport.Mode) devices.Conn {
	t.Helper()
	c, err := serialport.OpenMode(t.Context(), path, m)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func TestDeviceHoldsTheProgramUpWithXOFF(t *testing.T) {
	p := plug(t)
	for range 2 { // a port that was closed while it was held up opens free
		c := openMode(t, p.Name(), serialport.Mode{Baud: 9600, Flow: serialport.XONXOFF})
		say(t, c, p, "\x11 ticket \x13") // the program's own bytes are no flow control
		p.Write([]byte{0x13})
		hold(t, c, p)
		p.Write([]byte{0x11})
		say(t, c, p, "goes on")
		p.Write([]byte("a\x13\x11b"))
		if got := hear(t, c, 2); got != "ab" {
			t.Errorf("program got %q", got)
		}
		p.Write([]byte{0x13})
		hold(t, c, p)
		c.Close()
	}
}

func TestWithoutFlowControlXOFFIsAByteLikeAnother(t *testing.T) {
	p := plug(t)
	c := openMode(t, p.Name(), serialport.Mode{Baud: 9600})
	p.Write([]byte("a\x13b\x11"))
	if got := hear(t, c, 4); got != "a\x13b\x11" {
		t.Errorf("program got %q", got)
	}
	say(t, c, p, "not held up")
}

func TestRTSCTSIsSetInTheKernel(t *testing.T) {
	p := plug(t)
	for flow, want := range map[serialport.Flow]uint32{serialport.RTSCTS: unix.CRTSCTS, serialport.NoFlow: 0} {
		openMode(t, p.Name(), serialport.Mode{Baud: 9600, Flow: flow}).Close()
		f, err := os.OpenFile(p.Name(), os.O_RDWR|unix.O_NOCTTY, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		set, err := unix.IoctlGetTermios(int(f.Fd()), unix.TCGETS)
		if err != nil || set.Cflag&unix.CRTSCTS != want {
			t.Errorf("flow %d: CRTSCTS is %#x, %v", flow, set.Cflag&unix.CRTSCTS, err)
		}
	}
}

func TestModeThatThePortCannotDoSaysWhy(t *testing.T) {
	p := plug(t)
	for want, m := range map[string]serialport.Mode{
		"use one such as 9600":         {},
		"use 5 to 8":                   {Baud: 9600, Bits: 9},
		"none of the package":          {Baud: 9600, Parity: 9},
		"choose another flow control":  {Baud: 9600, Flow: serialport.DTRDSR},
		"which needs modem lines":      {Baud: 9600, DTR: serialport.Low},
		"not supported":                {Baud: 9600, Stop: serialport.OneAndAHalf},
		"is none of the package's con": {Baud: 9600, Flow: 200},
	} {
		c, err := serialport.OpenMode(t.Context(), p.Name(), m)
		if err == nil {
			c.Close()
			t.Errorf("%+v is accepted", m)
		} else if !strings.Contains(err.Error(), want) || errors.Is(err, devices.ErrGone) {
			t.Errorf("%+v: %v", m, err)
		}
	}
	openMode(t, p.Name(), serialport.Mode{Baud: 9600, Bits: 8, Parity: serialport.None, Stop: serialport.Two})
}

// hold writes until the device holds the program up, and has the device take
// what came before.
func hold(t *testing.T, c devices.Conn, p *sim.PTY) {
	t.Helper()
	sent := 0
	for end := time.Now().Add(patience); ; sent++ {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		_, err := c.Write(ctx, []byte("x"))
		cancel()
		if errors.Is(err, context.DeadlineExceeded) {
			break
		}
		if err != nil || time.Now().After(end) || sent > 1000 {
			t.Fatalf("%d bytes went out: %v", sent, err)
		}
		time.Sleep(time.Millisecond)
	}
	if sent == 0 {
		return
	}
	if err := p.SetReadDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(p, make([]byte, sent)); err != nil {
		t.Fatal(err)
	}
}

// hear reads n bytes from the device.
func hear(t *testing.T, c devices.Conn, n int) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	got := ""
	for len(got) < n {
		p := make([]byte, 64)
		k, err := c.Read(ctx, p)
		if err != nil {
			t.Fatalf("after %q: %v", got, err)
		}
		got += string(p[:k])
	}
	return got
}

// say writes text and has the device hear it.
func say(t *testing.T, c devices.Conn, p *sim.PTY, text string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if _, err := c.Write(ctx, []byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := p.SetReadDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	got := make([]byte, len(text))
	if _, err := io.ReadFull(p, got); err != nil || string(got) != text {
		t.Fatalf("device got %q, %v", got, err)
	}
}
