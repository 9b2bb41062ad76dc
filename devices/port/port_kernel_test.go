//go:build kernel

package port_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"hallway/devices"
	"hallway/devices/hidport"
	"hallway/devices/port"
	"hallway/devices/vusb"
)

var maker = vusb.Identity{Vendor: 0x1209, Product: 0x0001, Maker: "Hallway", Name: "Reader", Serial: "R/1"}

// appears waits for a port of this machine.
func appears(t *testing.T, id string) (p port.Port) {
	t.Helper()
	vusb.Wait(t, id, func() bool {
		all, err := port.Root{}.List()
		if err != nil {
			t.Fatal(err)
		}
		for _, p = range all {
			if p.ID == id && p.Access() == nil {
				return true
			}
		}
		return false
	})
	return p
}

func TestKernelsPortsAreListedWithTheirNumbers(t *testing.T) {
	reports, err := hex.DecodeString("0600ff0901a101150026ff0075089540090181029540090191" + "02c0")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		device    vusb.Device
		transport port.Transport
		driver    string
		node      string // begins with
		endpoints []byte
	}{
		"serial":  {vusb.NewSerial(maker), port.Serial, "cdc_acm", "/dev/ttyACM", nil},
		"HID":     {vusb.NewHID(maker, vusb.HIDOptions{Descriptor: reports, Out: 64}), port.HID, "usbhid", "/dev/hidraw", []byte{vusb.HIDOut, vusb.HIDIn}},
		"printer": {vusb.NewPrinter(maker, "MFG:Hallway;MDL:Paper;"), port.LP, "usblp", "/dev/usb/lp", nil},
		"vendor":  {vusb.NewVendor(maker), port.USB, "", "", []byte{vusb.VendorOut, vusb.VendorIn}},
		"pipes":   {vusb.NewFourPipe(maker, 7), port.USB, "", "", []byte{vusb.VendorOut, vusb.BodyOut, vusb.VendorIn, vusb.BodyIn}},
	} {
		t.Run(name, func(t *testing.T) {
			plug := vusb.Plug(t, c.device)
			p := appears(t, string(c.transport)+":"+plug.Interface(0))
			u := p.USB
			if p.Driver != c.driver || !strings.HasPrefix(p.Node, c.node) || (p.Node == "") != (c.node == "") {
				t.Errorf("%+v", p)
			}
			if u.Vendor != maker.Vendor || u.Product != maker.Product || u.Serial != maker.Serial || u.Maker != maker.Maker || u.Name != maker.Name {
				t.Errorf("%+v", u)
			}
			if u.Path != plug.Path() || u.Device != plug.Number(t) || u.Node != plug.USBNode(t) || u.Speed != "12" {
				t.Errorf("%+v, plugged in as %d, %s", u, plug.Number(t), plug.USBNode(t))
			}
			var addresses []byte
			for _, e := range u.Endpoints {
				addresses = append(addresses, e.Address)
			}
			if c.endpoints != nil && !bytes.Equal(addresses, c.endpoints) {
				t.Errorf("endpoints %x", addresses)
			}
			if b, err := (port.Root{}).ReportDescriptor(p); c.transport == port.HID && (err != nil || !bytes.Equal(b, reports)) {
				t.Errorf("report descriptor % x, %v", b, err)
			}
			if found, err := port.Find(list(t, port.Root{}), parse(t, "id:1209:0001:R%2F1/0")); err != nil || found.ID != p.ID {
				t.Errorf("%v, %v", found, err)
			}
		})
	}
}

func TestOnlyUARTsThatAreThereAreListed(t *testing.T) {
	var uarts []string
	for _, p := range list(t, port.Root{}) {
		if p.UART != "" {
			uarts = append(uarts, p.UART)
		}
	}
	if len(uarts) != 1 || uarts[0] != "ttyS0" { // the guest's only one; the kernel has places for four
		t.Errorf("%v", uarts)
	}
}

func TestTwinsAreAmbiguousAndToldApartByTheirSockets(t *testing.T) {
	id := vusb.Identity{Vendor: 0x1A86, Product: 0x7523}
	one, two := vusb.Plug(t, vusb.NewVendor(id)), vusb.Plug(t, vusb.NewVendor(id))
	appears(t, "usb:"+one.Interface(0))
	appears(t, "usb:"+two.Interface(0))
	all := list(t, port.Root{})
	if _, err := port.Find(all, parse(t, "id:1a86:7523")); !errors.Is(err, devices.ErrAmbiguous) {
		t.Error(err)
	}
	if p, err := port.Find(all, parse(t, "usb:"+two.Interface(0))); err != nil || p.USB.Path != two.Path() {
		t.Errorf("%v, %v", p, err)
	}
}

func TestHeldReaderStaysInTheListWithoutItsNode(t *testing.T) {
	plug := vusb.Plug(t, vusb.NewHID(maker, vusb.HIDOptions{Out: 64}))
	p := appears(t, "hid:"+plug.Interface(0))
	conn, err := hidport.Open(t.Context(), plug.Interface(0), hidport.Options{Vendor: maker.Vendor, Product: maker.Product})
	if err != nil {
		t.Fatal(err)
	}
	held := find(t, list(t, port.Root{}), p.ID)
	if held.Driver != "usbfs" || held.Node != "" || held.Access() != nil {
		t.Errorf("while open: %+v, %v", held, held.Access())
	}
	if _, err := (port.Root{}).ReportDescriptor(held); !errors.Is(err, devices.ErrAbsent) {
		t.Errorf("report descriptor while open: %v", err)
	}
	if err := conn.Close(); err != nil {
		t.Error(err)
	}
	vusb.Wait(t, "the kernel's driver to come back", func() bool { return find(t, list(t, port.Root{}), p.ID).Driver == "usbhid" })
}

func TestMissingRightsAreDeniedToAnotherUser(t *testing.T) {
	if id, ok := vusb.Child(); ok {
		err := find(t, list(t, port.Root{}), id).Access()
		if !errors.Is(err, devices.ErrDenied) || !strings.Contains(err.Error(), `ATTR{idVendor}=="1209"`) {
			t.Error(err)
		}
		return
	}
	plug := vusb.Plug(t, vusb.NewVendor(maker))
	p := appears(t, "usb:"+plug.Interface(0))
	if err := os.Chmod(p.USB.Node, 0o600); err != nil {
		t.Fatal(err)
	}
	vusb.RunAs(t, 65534, p.ID)
}

// A watched machine keeps the messages and lists of a Presence.
type watched struct {
	mu    sync.Mutex
	ports []port.Port
	added map[string]time.Time // of devices, when the kernel's message came
	shown map[string]time.Time // of ports, when the list first had them
}

func watch(t *testing.T) *watched {
	t.Helper()
	w := &watched{added: map[string]time.Time{}, shown: map[string]time.Time{}}
	list := port.NewPresence(port.Root{}, 0, nil)
	list.Watch(w.take)
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { list.Run(ctx) })
	running.Go(func() { _ = port.Root{}.Watch(ctx, w.hear) })
	t.Cleanup(func() { cancel(); running.Wait() })
	return w
}

func (w *watched) hear(e port.Event) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if e.Action == "add" && e.DevType == "usb_device" {
		w.added[e.DevPath[strings.LastIndex(e.DevPath, "/")+1:]] = time.Now()
	}
}

func (w *watched) take(all []port.Port) {
	w.mu.Lock()
	defer w.mu.Unlock()
	before := w.shown
	w.ports, w.shown = all, map[string]time.Time{}
	for _, p := range all {
		if at, known := before[p.ID]; known {
			w.shown[p.ID] = at
		} else {
			w.shown[p.ID] = time.Now()
		}
	}
}

// latency is how long after the kernel's message about a device its port was
// shown; false = it is not shown.
func (w *watched) latency(path, id string) (time.Duration, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	at, ok := w.shown[id]
	return at.Sub(w.added[path]), ok
}

// device returns a port's device number, 0 while it is not shown.
func (w *watched) device(id string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, p := range w.ports {
		if p.ID == id {
			return p.USB.Device
		}
	}
	return 0
}

func TestPlugUnplugAndReplugAreSeenUnderOneID(t *testing.T) {
	for name, c := range map[string]struct {
		device    vusb.Device
		transport port.Transport
	}{
		"serial": {vusb.NewSerial(maker), port.Serial}, "HID": {vusb.NewHID(maker, vusb.HIDOptions{}), port.HID},
		"printer": {vusb.NewPrinter(maker, ""), port.LP}, "vendor": {vusb.NewVendor(maker), port.USB},
	} {
		t.Run(name, func(t *testing.T) {
			w := watch(t)
			plug := vusb.Plug(t, c.device)
			id := string(c.transport) + ":" + plug.Interface(0)
			last := 0
			for range 3 {
				vusb.Wait(t, id+" in the list", func() bool { return w.device(id) != 0 })
				if n := w.device(id); n != plug.Number(t) || n == last {
					t.Errorf("device %d, it was %d", n, last)
				}
				last = w.device(id)
				late, _ := w.latency(plug.Path(), id)
				t.Logf("in the list %v after the kernel's message about the device", late.Round(time.Millisecond))
				if err := plug.Unplug(); err != nil {
					t.Fatal(err)
				}
				vusb.Wait(t, id+" out of the list", func() bool { return w.device(id) == 0 })
				if err := plug.Replug(); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// null is a device of every kernel that repeats a message on request.
const null = "/sys/devices/virtual/mem/null"

// ask has the kernel send a message about null.
func ask(t *testing.T, action string) {
	t.Helper()
	if err := os.WriteFile(null+"/uevent", []byte(action), 0); err != nil {
		t.Fatal(err)
	}
}

// events watches until the test ends; f gets what comes.
func events(t *testing.T, f func(port.Event)) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	listening, done := make(chan struct{}), make(chan error, 1)
	var once sync.Once
	go func() {
		done <- port.Root{}.Watch(ctx, func(e port.Event) {
			once.Do(func() { close(listening) })
			f(e)
		})
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
	<-listening
}

func TestMessagesOfAProgramAreNotBelieved(t *testing.T) {
	got := make(chan port.Event, 64)
	events(t, func(e port.Event) { got <- e })
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC, unix.NETLINK_KOBJECT_UEVENT)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)
	if err := unix.Sendto(fd, []byte(plugged), 0, &unix.SockaddrNetlink{Family: unix.AF_NETLINK, Groups: 1}); err != nil {
		t.Fatal(err)
	}
	ask(t, "change")
	for deadline := time.After(patience); ; {
		select {
		case e := <-got:
			if strings.HasSuffix(e.DevPath, "1-1.5") {
				t.Fatalf("believed %+v", e)
			}
			if e.Action == "change" && e.DevPath == strings.TrimPrefix(null, "/sys") && e.Subsystem == "mem" && e.DevName == "null" && e.Seq > 0 {
				return
			}
		case <-deadline:
			t.Fatal("the kernel's message does not come")
		}
	}
}

func TestLostMessagesAskForANewList(t *testing.T) {
	blocked, release := make(chan struct{}), make(chan struct{})
	rescan := make(chan port.Event, 1)
	events(t, func(e port.Event) {
		switch {
		case e.Action == port.Rescan && e.Err != nil:
			select {
			case rescan <- e:
			default:
			}
		case e.Action == "change":
			select {
			case <-release:
			default:
				close(blocked)
				<-release
			}
		}
	})
	ask(t, "change")
	<-blocked
	for range 4000 { // more than the socket holds
		ask(t, "change")
	}
	close(release)
	select {
	case e := <-rescan:
		if !errors.Is(e.Err, port.ErrOverflow) {
			t.Error(e.Err)
		}
	case <-time.After(patience):
		t.Fatal("lost messages were not reported")
	}
}
