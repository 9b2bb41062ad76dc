//go:build kernel

package serialport_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"testing"
	"time"

	"hallway/devices"
	"hallway/devices/internal/porttest"
	"hallway/devices/serialport"
	"hallway/devices/vusb"
)

// plugACM plugs a USB serial port in and returns its node.
func plugACM(t *testing.T) (*vusb.Serial, string) {
	t.Helper()
	s := vusb.NewSerial(vusb.Identity{Vendor: 0x1A86, Product: 0x55D3, Name: "Serial"})
	return s, vusb.Plug(t, s).Node(t, "tty")
}

func TestUSBPort(t *testing.T) {
	porttest.Run(t, func(t *testing.T) porttest.Bench {
		s, node := plugACM(t)
		return porttest.Bench{
			Device: s, Opens: 200,
			Open: func(ctx context.Context) (devices.Conn, error) { return serialport.Open(ctx, node, 115200) },
		}
	})
}

func TestDeviceSeesTheMode(t *testing.T) {
	s, node := plugACM(t)
	for _, c := range []struct {
		mode serialport.Mode
		want vusb.Settings
	}{
		{serialport.Mode{Baud: 115200}, vusb.Settings{Baud: 115200, Bits: 8, DTR: true, RTS: true}},
		{serialport.Mode{Baud: 9600, Bits: 7, Parity: serialport.Even, Stop: serialport.Two},
			vusb.Settings{Baud: 9600, Bits: 7, Parity: 2, Stop: 2, DTR: true, RTS: true}},
		{serialport.Mode{Baud: 19200, Parity: serialport.Odd, DTR: serialport.Low, RTS: serialport.Low}, vusb.Settings{Baud: 19200, Bits: 8, Parity: 1}},
		{serialport.Mode{Baud: 19200, Parity: serialport.Space, RTS: serialport.Low}, vusb.Settings{Baud: 19200, Bits: 8, Parity: 4, DTR: true}},
		{serialport.Mode{Baud: 38400, Parity: serialport.Mark, DTR: serialport.Low}, vusb.Settings{Baud: 38400, Bits: 8, Parity: 3, RTS: true}},
		{serialport.Mode{Baud: 57600, Flow: serialport.XONXOFF}, vusb.Settings{Baud: 57600, Bits: 8, DTR: true, RTS: true}},
		{serialport.Mode{Baud: 57600, Flow: serialport.RTSCTS}, vusb.Settings{Baud: 57600, Bits: 8, DTR: true, RTS: true}},
	} {
		conn := openMode(t, node, c.mode)
		if got := s.Settings(); got != c.want {
			t.Errorf("%+v: device sees %+v", c.mode, got)
		}
		conn.Close()
	}
}

// line sends the device's DSR and DCD lines (USB PSTN 1.2, 6.5.4, SERIAL_STATE).
func line(t *testing.T, s *vusb.Serial, dsr bool) {
	t.Helper()
	state := byte(1)
	if dsr {
		state |= 2
	}
	const notifications = 0x83
	if _, err := s.NewLine(0, 0, notifications).Write([]byte{0xA1, 0x20, 0, 0, 0, 0, 2, 0, state, 0}); err != nil {
		t.Fatal(err)
	}
}

func TestDeviceHoldsTheProgramUpWithDSR(t *testing.T) {
	s, node := plugACM(t)
	c := openMode(t, node, serialport.Mode{Baud: 9600, Flow: serialport.DTRDSR})
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if n, err := c.Write(ctx, []byte("x")); n != 0 || !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("DSR is low: wrote %d, %v", n, err)
	}
	line(t, s, true)
	data := bytes.Repeat([]byte("ticket. "), 100)
	wrote := make(chan error, 1)
	go func() { _, err := c.Write(context.Background(), data); wrote <- err }()
	if err := s.SetReadDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	got := make([]byte, len(data))
	if n, err := io.ReadFull(s, got[:64]); err != nil {
		t.Fatalf("%d bytes: %v", n, err)
	}
	line(t, s, false)
	n := 64 // a piece may have been on its way
	for {
		if err := s.SetReadDeadline(time.Now().Add(300 * time.Millisecond)); err != nil {
			t.Fatal(err)
		}
		k, err := s.Read(got[n:])
		if n += k; err != nil {
			break
		}
	}
	if n == len(data) {
		t.Error("the device could not hold the program up")
	}
	line(t, s, true)
	if err := s.SetReadDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(s, got[n:]); err != nil || !bytes.Equal(got, data) {
		t.Errorf("device got %q, %v", got, err)
	}
	if err := <-wrote; err != nil {
		t.Error(err)
	}
}

func TestPacedWriteEndsWithThePort(t *testing.T) {
	s, node := plugACM(t)
	for name, end := range map[string]func(devices.Conn) error{
		"close":  devices.Conn.Close,
		"unplug": func(devices.Conn) error { return s.Unplug() },
	} {
		want := devices.ErrClosed
		if name == "unplug" {
			want = devices.ErrGone
		}
		c := openMode(t, node, serialport.Mode{Baud: 9600, Flow: serialport.DTRDSR})
		wrote := make(chan error, 1)
		go func() { _, err := c.Write(context.Background(), []byte("x")); wrote <- err }()
		time.Sleep(10 * time.Millisecond) // most runs find it waiting; all must pass
		if err := end(c); err != nil {
			t.Error(err)
		}
		if err := <-wrote; !errors.Is(err, want) {
			t.Errorf("%s: %v", name, err)
		}
		c.Close()
		if err := s.Replug(); err != nil {
			t.Fatal(err)
		}
		vusb.Wait(t, "the port", func() bool {
			c, err := serialport.Open(t.Context(), node, 9600)
			if err == nil {
				c.Close()
			}
			return err == nil
		})
	}
}

func TestOrdinaryUserIsDenied(t *testing.T) {
	porttest.Denied(t, func(t *testing.T) string {
		_, node := plugACM(t)
		return node
	}, func(ctx context.Context, node string) (devices.Conn, error) { return serialport.Open(ctx, node, 9600) })
}
