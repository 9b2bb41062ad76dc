//go:build kernel

package usbport_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"hallway/devices"
	"hallway/devices/internal/porttest"
	"hallway/devices/usbport"
	"hallway/devices/vusb"
)

const patience = 15 * time.Second

// open opens interface 0 until the test ends.
func open(t *testing.T, p *vusb.Plugged) *usbport.Interface {
	t.Helper()
	i, err := usbport.Open(t.Context(), p.Interface(0), usbport.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { i.Close() })
	return i
}

func limited(t *testing.T, d time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}

// read reads n bytes.
func read(t *testing.T, c devices.Conn, n int) []byte {
	t.Helper()
	var got []byte
	for p := make([]byte, 100); len(got) < n; {
		k, err := c.Read(limited(t, patience), p[:min(len(p), n-len(got))])
		if err != nil {
			t.Fatalf("after %d of %d bytes: %v", len(got), n, err)
		}
		got = append(got, p[:k]...)
	}
	return got
}

func TestHeaderAndBodyTravelOnTheirOwnPipes(t *testing.T) {
	v := vusb.NewFourPipe(reader, 7)
	p := vusb.Plug(t, v)
	p.Ready(t)
	i := open(t, p)
	if in, out := i.Pipes(); !bytes.Equal(in, []byte{0x81, 0x85}) || !bytes.Equal(out, []byte{0x02, 0x06}) {
		t.Fatalf("IN % X, OUT % X", in, out)
	}
	header, body := i.Conn(vusb.VendorIn, vusb.VendorOut), i.Conn(vusb.BodyIn, vusb.BodyOut)
	go func() {
		_, _ = header.Write(context.Background(), []byte("HEADER!"))
		_, _ = body.Write(context.Background(), []byte("body"))
	}()
	got := make([]byte, 11)
	if _, err := io.ReadFull(v, got); err != nil || string(got) != "HEADER!body" {
		t.Errorf("device got %q, %v", got, err)
	}
	v.Write([]byte("ANSWER:and what follows"))
	if got := read(t, body, 16); string(got) != "and what follows" {
		t.Errorf("body %q", got)
	}
	if got := read(t, header, 7); string(got) != "ANSWER:" {
		t.Errorf("header %q", got)
	}
	if err := header.Close(); err != nil {
		t.Error(err)
	}
	if _, err := header.Read(t.Context(), got); !errors.Is(err, devices.ErrClosed) {
		t.Errorf("closed conn: %v", err)
	}
	v.Write([]byte("-------still open"))
	if got := read(t, body, 10); string(got) != "still open" {
		t.Errorf("body %q", got)
	}
	if err := errors.Join(body.Close(), body.Close()); err != nil {
		t.Error(err)
	}
	open(t, p) // the last Conn has closed the interface
}

func TestAnswerWhoseLastPacketIsFullArrives(t *testing.T) {
	v, p := plug(t, reader)
	c := open(t, p).Conn(vusb.VendorIn, vusb.VendorOut)
	for _, n := range []int{64, 128, 1280, 2321} {
		want := bytes.Repeat([]byte{byte(n)}, n)
		v.Write(want)
		if got := read(t, c, n); !bytes.Equal(got, want) {
			t.Errorf("%d bytes: got % X", n, got)
		}
	}
}

func TestWhatNobodyReadsWaitsInTheDevice(t *testing.T) {
	v, p := plug(t, reader)
	c := open(t, p).Conn(vusb.VendorIn, vusb.VendorOut)
	if _, err := c.Read(limited(t, time.Millisecond), make([]byte, 1)); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatal(err)
	}
	var want []byte
	for i := range 640 {
		one := bytes.Repeat([]byte{byte(i)}, 64)
		v.Write(one)
		want = append(want, one...)
	}
	vusb.Wait(t, "the port to hold the device off", func() bool { return v.Waiting(vusb.VendorIn) == 0 })
	if n := v.Passed(vusb.VendorIn); n >= len(want) {
		t.Errorf("all %d bytes were taken", n)
	}
	if got := read(t, c, len(want)); !bytes.Equal(got, want) {
		t.Error("bytes are lost or out of order")
	}
}

func TestStalledEndpointIsCleared(t *testing.T) {
	v, p := plug(t, reader)
	c := open(t, p).Conn(vusb.VendorIn, vusb.VendorOut)
	for range 3 {
		v.Inject(vusb.VendorOut, 0, vusb.Stall)
		v.Inject(vusb.VendorIn, 0, vusb.Stall)
		got := make([]byte, 5)
		heard := make(chan error, 1)
		go func() { _, err := io.ReadFull(v, got); heard <- err }()
		if n, err := c.Write(limited(t, patience), []byte("hello")); n != 5 || err != nil {
			t.Fatalf("write: %d, %v", n, err)
		}
		if err := <-heard; err != nil || string(got) != "hello" {
			t.Errorf("device got %q, %v", got, err)
		}
		v.Write([]byte("answer"))
		if got := read(t, c, 6); string(got) != "answer" {
			t.Errorf("got %q", got)
		}
	}
}

func TestEndpointThatStallsForEverIsAnError(t *testing.T) {
	for name, endpoint := range map[string]byte{"read": vusb.VendorIn, "write": vusb.VendorOut} {
		t.Run(name, func(t *testing.T) {
			v, p := plug(t, reader)
			c := open(t, p).Conn(vusb.VendorIn, vusb.VendorOut)
			stop, stopped := make(chan struct{}), make(chan struct{})
			go func() {
				defer close(stopped)
				for {
					select {
					case <-stop:
						return
					default:
						v.Inject(endpoint, 0, vusb.Stall)
					}
				}
			}()
			defer func() { close(stop); <-stopped }()
			var err error
			if endpoint == vusb.VendorIn {
				_, err = c.Read(limited(t, patience), make([]byte, 1))
			} else {
				_, err = c.Write(limited(t, patience), []byte("x"))
			}
			if !errors.Is(err, devices.ErrProtocol) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestCancelledWriteSaysHowMuchLeft(t *testing.T) {
	v, p := plug(t, reader)
	c := open(t, p).Conn(vusb.VendorIn, vusb.VendorOut)
	data := bytes.Repeat([]byte("0123456789"), 5000)
	heard := make(chan []byte, 1)
	go func() {
		got := make([]byte, 20000)
		n, _ := io.ReadFull(v, got)
		heard <- got[:n]
	}()
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		if got := <-heard; !bytes.Equal(got, data[:20000]) {
			t.Error("device got other bytes")
		}
		cancel()
	}()
	// The second transfer of 16 KiB is taken back; how much of it went is not told by the virtual bus.
	if n, err := c.Write(ctx, data); !errors.Is(err, context.Canceled) || n < 16384 || n > 32768 {
		t.Errorf("wrote %d, %v", n, err)
	}
}

func TestKernelsDriverComesBackAfterClose(t *testing.T) {
	h := vusb.NewHID(vusb.Identity{Vendor: 1, Product: 2}, vusb.HIDOptions{In: 8, Boot: 1})
	p := vusb.Plug(t, h)
	node := p.Node(t, "hidraw")
	i := open(t, p)
	vusb.Wait(t, node+" to go", func() bool { _, err := os.Stat(node); return err != nil })
	if err := i.Close(); err != nil {
		t.Fatal(err)
	}
	p.Node(t, "hidraw")
}

func TestEndpointThatIsNotThereIsAnError(t *testing.T) {
	_, p := plug(t, reader)
	i := open(t, p)
	c := i.Conn(0x83, vusb.VendorIn) // an IN endpoint cannot be written
	if _, err := c.Read(t.Context(), make([]byte, 1)); err == nil || !strings.Contains(err.Error(), "no such endpoint 83") {
		t.Errorf("read: %v", err)
	}
	if _, err := c.Write(t.Context(), []byte("x")); err == nil || !strings.Contains(err.Error(), "no such endpoint 81") {
		t.Errorf("write: %v", err)
	}
	if err := i.Close(); err != nil {
		t.Error(err)
	}
	c = i.Conn(vusb.VendorIn, vusb.VendorOut)
	if _, err := c.Read(t.Context(), make([]byte, 1)); !errors.Is(err, devices.ErrClosed) {
		t.Errorf("read of a closed interface: %v", err)
	}
	if _, err := c.Write(t.Context(), []byte("x")); !errors.Is(err, devices.ErrClosed) {
		t.Errorf("write to a closed interface: %v", err)
	}
}

func TestOrdinaryUserIsDenied(t *testing.T) {
	porttest.Denied(t, func(t *testing.T) string {
		_, p := plug(t, reader)
		return p.Interface(0)
	}, func(ctx context.Context, id string) (devices.Conn, error) {
		_, err := usbport.Open(ctx, id, usbport.Options{})
		return nil, err
	})
}
