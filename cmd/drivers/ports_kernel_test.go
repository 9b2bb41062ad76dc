//go:build linux && kernel

package drivers

import (
	"context"
	"errors"
	"io"
	"slices"
	"sync"
	"testing"
	"time"

	"hallway/app/config"
	"hallway/devices"
	"hallway/devices/port"
	devsim "hallway/devices/sim"
	"hallway/devices/vusb"
	"hallway/idreader/sam"
	"hallway/idreader/sam/sim"
)

// patience is how long a test waits for what must happen.
const patience = 40 * time.Second

// headerLen is how many bytes travel on the first pair of pipes: preamble and
// LEN.
const headerLen = 7

// socket is a simulated reader in a virtual socket.
func socket(t *testing.T, d vusb.Device, line devsim.Line, wrap func(io.ReadWriter) io.ReadWriter) *vusb.Plugged {
	t.Helper()
	p := vusb.Plug(t, d)
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- sim.New(sim.Options{}).Serve(ctx, wrap(line)) }()
	t.Cleanup(func() {
		cancel()
		if err := errors.Join(<-served, line.Close()); err != nil {
			t.Errorf("simulator: %v", err)
		}
	})
	return p
}

// A follower is a supervisor that is told of its port, as in a terminal.
type follower struct {
	*testing.T
	super *devices.Supervisor[*sam.Session]
}

func follow(t *testing.T, c config.Reader) *follower {
	t.Helper()
	ports := NewPorts(port.Root{}, nil)
	o := ports.Reader(c, sam.Options{})
	f := &follower{t, devices.NewSupervisor(devices.Options{ID: "reader", Kind: devices.IDReader}, o.Open)}
	stop := ports.Follow(o.Port, o.Via, f.super.Plugged)
	ctx, cancel := context.WithCancel(context.Background())
	var group sync.WaitGroup
	group.Go(func() { ports.Run(ctx) })
	group.Go(func() { f.super.Run(ctx) })
	t.Cleanup(func() {
		stop()
		cancel()
		group.Wait()
	})
	return f
}

func (f *follower) await(want devices.State) devices.Health {
	f.Helper()
	reached := make(chan devices.Health, 1)
	defer f.super.Watch(func(h devices.Health) {
		if h.State == want {
			select {
			case reached <- h:
			default:
			}
		}
	})()
	select {
	case h := <-reached:
		return h
	case <-time.After(patience):
		f.Fatalf("never %s: %+v", want, f.super.Health())
		return devices.Health{}
	}
}

func plain(l io.ReadWriter) io.ReadWriter { return l }

// A configuration names the kind of device; how it packs its frames is found
// out, and it is back after each plug.
func TestReaderIsOpenedHoweverItIsPluggedIn(t *testing.T) {
	sdt := vusb.Identity{Vendor: 0x0400, Product: 0xC35A, Maker: "Hallway", Name: "Reader"}
	miaxis := vusb.Identity{Vendor: 0x10C4, Product: 0x0007, Maker: "Hallway", Name: "Reader"}
	for name, plug := range map[string]func(t *testing.T) *vusb.Plugged{
		"serial port, speed not configured": func(t *testing.T) *vusb.Plugged {
			d := vusb.NewSerial(sdt)
			return socket(t, d, d.Line, plain)
		},
		"one pair of pipes": func(t *testing.T) *vusb.Plugged {
			d := vusb.NewVendor(sdt)
			return socket(t, d, d.Line, plain)
		},
		"two pairs of pipes": func(t *testing.T) *vusb.Plugged {
			d := vusb.NewFourPipe(sdt, headerLen)
			return socket(t, d, d.Line, plain)
		},
		"HID reports": func(t *testing.T) *vusb.Plugged {
			d := vusb.NewHID(sdt, vusb.HIDOptions{In: 64, Out: 64})
			return socket(t, d, d.Line, func(l io.ReadWriter) io.ReadWriter { return sim.Raw64(l, 0) })
		},
		"HID reports of Miaxis": func(t *testing.T) *vusb.Plugged {
			d := vusb.NewHID(miaxis, vusb.HIDOptions{In: 64, Out: 64})
			return socket(t, d, d.Line, sim.Miaxis)
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := plug(t)
			spec := "id:0400:c35a"
			if name == "HID reports of Miaxis" {
				spec = "id:10c4:0007"
			}
			f := follow(t, config.Reader{Port: spec, Link: "auto"})
			if h := f.await(devices.Ready); h.Identity.Serial != "05.03-20120101-0001234567-0000000089" {
				t.Errorf("somebody else answers: %+v", h.Identity)
			}
			if err := p.Unplug(); err != nil {
				t.Fatal(err)
			}
			f.await(devices.Absent)
			if err := p.Replug(); err != nil {
				t.Fatal(err)
			}
			f.await(devices.Ready)
		})
	}
}

// A second device of the kind does not disturb the one that works; after that
// one went, which of two is meant is a technician's decision.
func TestTwinIsNeverGuessed(t *testing.T) {
	id := vusb.Identity{Vendor: 0x0400, Product: 0xC35A, Maker: "Hallway", Name: "Reader"}
	plug := func() *vusb.Plugged {
		d := vusb.NewVendor(id)
		return socket(t, d, d.Line, plain)
	}
	first := plug()
	f := follow(t, config.Reader{Port: "id:0400:c35a", Link: "auto"})
	f.await(devices.Ready)
	plug()
	plug()
	for deadline := time.Now().Add(patience); ; {
		all, err := port.Root{}.List()
		if err != nil {
			t.Fatal(err)
		}
		if n := len(slices.DeleteFunc(all, func(p port.Port) bool { return p.Transport != port.USB })); n == 3 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("the twins are not there: %v", all)
		}
		time.Sleep(10 * time.Millisecond)
	}
	if h, err := f.super.Check(t.Context()); err != nil || h.State != devices.Ready {
		t.Errorf("a twin disturbs the reader: %+v, %v", h, err)
	}
	if err := first.Unplug(); err != nil {
		t.Fatal(err)
	}
	h := f.await(devices.Faulted)
	if len(h.Conditions) != 1 || h.Conditions[0].Code != devices.ConditionAmbiguous {
		t.Errorf("got %+v", h)
	}
}
