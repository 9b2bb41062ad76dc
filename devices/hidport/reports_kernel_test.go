//go:build kernel

package hidport_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"testing"
	"time"

	"hallway/devices"
	"hallway/devices/hidport"
	"hallway/devices/internal/porttest"
	"hallway/devices/vusb"
)

const patience = 15 * time.Second

func open(t *testing.T, p *vusb.Plugged, o hidport.Options) devices.Conn {
	t.Helper()
	c, err := hidport.Open(t.Context(), p.Interface(0), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// read returns one report.
func read(t *testing.T, c devices.Conn) []byte {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	p := make([]byte, 1024)
	n, err := c.Read(ctx, p)
	if err != nil {
		t.Fatal(err)
	}
	return p[:n]
}

// write writes one report and returns what the device got.
func write(t *testing.T, c devices.Conn, h *vusb.HID, report []byte) []byte {
	t.Helper()
	got := make(chan []byte, 1)
	go func() {
		p := make([]byte, 1024)
		n, _ := h.Read(p)
		got <- p[:n]
	}()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if n, err := c.Write(ctx, report); n != len(report) || err != nil {
		t.Fatalf("wrote %d, %v", n, err)
	}
	return <-got
}

func TestReportIsOneMessageWhateverItsSize(t *testing.T) {
	for name, o := range map[string]vusb.HIDOptions{
		"boot keyboard": {In: 8, Packet: 8},
		"low speed":     {In: 64, Packet: 8},
		"long":          {In: 256, Packet: 64},
		"odd":           {In: 100, Packet: 64},
	} {
		t.Run(name, func(t *testing.T) {
			h, p := plug(t, o)
			c := open(t, p, hidport.Options{ReportLen: o.In})
			for i := range 5 {
				want := bytes.Repeat([]byte{byte(i)}, o.In)
				h.Write(want)
				if got := read(t, c); !bytes.Equal(got, want) {
					t.Errorf("report %d: got % X", i, got)
				}
			}
			h.Write([]byte("kept"))
			for range 2 { // whether it has come or not
				ctx, cancel := context.WithTimeout(t.Context(), patience)
				if _, err := c.Read(ctx, make([]byte, 3)); !errors.Is(err, io.ErrShortBuffer) {
					t.Errorf("short buffer: %v", err)
				}
				cancel()
			}
			if got := read(t, c); len(got) != o.In || string(got[:4]) != "kept" {
				t.Errorf("got %q", got)
			}
		})
	}
}

func TestReportIDTravelsOnlyWithNumberedReports(t *testing.T) {
	for _, numbered := range []bool{false, true} {
		h, p := plug(t, vusb.HIDOptions{In: 33, Out: 33})
		c := open(t, p, hidport.Options{ReportLen: 33, Numbered: numbered})
		report := append([]byte{2}, bytes.Repeat([]byte{0}, 32)...)
		if got := write(t, c, h, report); !bytes.Equal(got, report) {
			t.Errorf("numbered %t: device got % X", numbered, got)
		}
		zero := make([]byte, 33)
		if numbered {
			if n, err := c.Write(t.Context(), zero); n != 0 || err == nil {
				t.Errorf("report id 0: %d, %v", n, err)
			}
		} else if got := write(t, c, h, zero); !bytes.Equal(got, zero) {
			t.Errorf("a report of zeros arrives as % X", got)
		}
		if n, err := c.Write(t.Context(), nil); n != 0 || err == nil {
			t.Errorf("no report: %d, %v", n, err)
		}
		c.Close()
	}
}

func TestDeviceWithoutOutEndpointIsWrittenThroughItsControlPipe(t *testing.T) {
	h, p := plug(t, vusb.HIDOptions{In: 8, Out: 0})
	c := open(t, p, hidport.Options{ReportLen: 8})
	if got := write(t, c, h, []byte{5}); !bytes.Equal(got, []byte{5}) {
		t.Errorf("device got % X", got)
	}
	if err := hidport.SetFeature(t.Context(), c, []byte{0, 1}); !errors.Is(err, devices.ErrProtocol) {
		t.Errorf("feature report that the device refuses: %v", err)
	}
	if err := hidport.SetFeature(t.Context(), nil, []byte{0, 1}); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("feature report to no HID port: %v", err)
	}
}

// The library keeps 31 reports; ours are far more, and the loss is counted.
func TestReportsThatNobodyReadsAreKeptAndTheirLossCounted(t *testing.T) {
	h, p := plug(t, vusb.HIDOptions{In: 64})
	c := open(t, p, hidport.Options{})
	const sent, kept = 300, 256
	for i := range sent {
		h.Write([]byte{byte(i), byte(i >> 8)})
		vusb.Wait(t, "the library to ask for more", func() bool { return h.Waiting(vusb.HIDIn) == 1 })
	}
	vusb.Wait(t, "the loss", func() bool { return hidport.Lost(c) == sent-kept })
	for i := sent - kept; i < sent; i++ {
		if got := read(t, c); int(got[0])|int(got[1])<<8 != i {
			t.Fatalf("report %d in place of %d", int(got[0])|int(got[1])<<8, i)
		}
	}
	if hidport.Lost(nil) != 0 {
		t.Error("no HID port has lost reports")
	}
}

func TestDeviceThatTakesNothingIsSilent(t *testing.T) {
	_, p := plug(t, vusb.HIDOptions{In: 64, Out: 64})
	c := open(t, p, hidport.Options{})
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if n, err := c.Write(ctx, make([]byte, 64)); n != 0 || !errors.Is(err, devices.ErrSilent) {
		t.Errorf("wrote %d, %v", n, err)
	}
}

func TestRefusedReportIsAProtocolError(t *testing.T) {
	h, p := plug(t, vusb.HIDOptions{In: 64, Out: 64})
	c := open(t, p, hidport.Options{})
	h.Inject(vusb.HIDOut, 0, vusb.Stall)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if _, err := c.Write(ctx, make([]byte, 64)); !errors.Is(err, devices.ErrProtocol) {
		t.Errorf("got %v", err)
	}
}

func TestKernelsDriverComesBackAfterClose(t *testing.T) {
	_, p := plug(t, vusb.HIDOptions{In: 8, Boot: 1})
	node := p.Node(t, "hidraw")
	c := open(t, p, hidport.Options{ReportLen: 8})
	vusb.Wait(t, node+" to go", func() bool { _, err := os.Stat(node); return err != nil })
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	p.Node(t, "hidraw")
}

func TestAnotherDeviceIsNotOpened(t *testing.T) {
	_, p := plug(t, vusb.HIDOptions{})
	if _, err := hidport.Open(t.Context(), p.Interface(0), hidport.Options{Vendor: 0x1234}); !errors.Is(err, devices.ErrAbsent) {
		t.Errorf("other numbers: %v", err)
	}
	v := vusb.Plug(t, vusb.NewVendor(vusb.Identity{Vendor: 1, Product: 2}))
	v.Ready(t)
	if _, err := hidport.Open(t.Context(), v.Interface(0), hidport.Options{}); !errors.Is(err, devices.ErrProtocol) {
		t.Errorf("a vendor's interface: %v", err)
	}
}

func TestOrdinaryUserIsDenied(t *testing.T) {
	porttest.Denied(t, func(t *testing.T) string {
		_, p := plug(t, vusb.HIDOptions{})
		return p.Interface(0)
	}, func(ctx context.Context, id string) (devices.Conn, error) {
		return hidport.Open(ctx, id, hidport.Options{})
	})
}
