//go:build linux && kernel

package vusb_test

import (
	"errors"
	"io/fs"
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"hallway/devices/vusb"
)

func TestKernelReadsTheIdentity(t *testing.T) {
	id := vusb.Identity{Vendor: 0x0400, Product: 0xC35A, Maker: "恒路", Name: "Kartenleser ä", Serial: "S/1 2"}
	p := vusb.Plug(t, vusb.NewVendor(id))
	p.Ready(t)
	for name, want := range map[string]string{
		"idVendor": "0400", "idProduct": "c35a", "manufacturer": id.Maker, "product": id.Name, "serial": id.Serial, "speed": "12",
	} {
		b, err := os.ReadFile("/sys/bus/usb/devices/" + p.Path() + "/" + name)
		if got := strings.TrimSpace(string(b)); got != want || err != nil {
			t.Errorf("%s is %q, %v, want %q", name, got, err, want)
		}
	}
	bare := vusb.Plug(t, vusb.NewVendor(vusb.Identity{Vendor: 0x1209, Product: 3}))
	bare.Ready(t)
	if _, err := os.Stat("/sys/bus/usb/devices/" + bare.Path() + "/serial"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a device without texts has a serial number: %v", err)
	}
}

func TestPortsAreSharedAndGivenBack(t *testing.T) {
	seen := map[string]bool{}
	var all []*vusb.Plugged
	const ports = 15 // of the controller in Debian's kernel
	for range ports {
		p := vusb.Plug(t, vusb.NewVendor(reader))
		if seen[p.Path()] {
			t.Errorf("%s twice", p.Path())
		}
		seen[p.Path()] = true
		all = append(all, p)
	}
	if _, err := vusb.Attach(vusb.NewVendor(reader)); err == nil {
		t.Error("a device too many finds a port")
	}
	for _, p := range all {
		if err := errors.Join(p.Unplug(), p.Unplug()); err != nil {
			t.Error(err)
		}
	}
	for _, p := range all {
		p.Gone(t)
	}
	if _, err := vusb.Attach(vusb.NewVendor(reader)); err == nil {
		t.Error("a device takes the port of one that is unplugged")
	}
	if err := errors.Join(all[3].Remove(), all[3].Remove()); err != nil {
		t.Error(err)
	}
	d := vusb.NewVendor(reader)
	p := vusb.Plug(t, d)
	if p.Path() != all[3].Path() {
		t.Errorf("plugged into %s, want %s, which was given back", p.Path(), all[3].Path())
	}
	if err := all[4].Remove(); err != nil {
		t.Error(err)
	}
	if _, err := vusb.Attach(d); err == nil {
		t.Error("one device is in two ports")
	}
	if want := "usb:" + p.Path() + ":1.0"; d.Name() != want {
		t.Errorf("name %s, want %s", d.Name(), want)
	}
}

func TestPluggingInManyTimesLeavesNothing(t *testing.T) {
	p := vusb.Plug(t, vusb.NewVendor(reader))
	files := func() int {
		list, err := os.ReadDir("/proc/self/fd")
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	before := files()
	for range 20 { // some in the middle of the enumeration
		if err := errors.Join(p.Unplug(), p.Replug()); err != nil {
			t.Fatal(err)
		}
	}
	p.Ready(t)
	if after := files(); after != before {
		t.Errorf("%d files open, before %d", after, before)
	}
}

func TestNodesBelongToRoot(t *testing.T) {
	if node, ok := vusb.Child(); ok {
		if f, err := os.OpenFile(node, os.O_RDWR|unix.O_NONBLOCK, 0); !errors.Is(err, fs.ErrPermission) {
			t.Errorf("%s as user %d: %v", node, os.Getuid(), err)
			f.Close()
		}
		return
	}
	vusb.RunAs(t, 1000, vusb.Plug(t, vusb.NewSerial(reader)).Node(t, "tty"))
	vusb.RunAs(t, 1000, vusb.Plug(t, vusb.NewVendor(reader)).USBNode(t))
	vusb.RunAs(t, 1000, vusb.Plug(t, vusb.NewHID(reader, vusb.HIDOptions{})).Node(t, "hidraw"))
}
