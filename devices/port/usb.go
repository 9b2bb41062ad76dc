package port

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// Interface classes, USB-IF "Defined Class Codes".
const (
	classHID     = 0x03
	classPrinter = 0x07
	classVendor  = 0xFF
)

// usbfs is the driver of an interface that a program holds through usbfs.
const usbfs = "usbfs"

// interfaceName is bus-socket.socket:configuration.interface; a device has at
// most seven sockets between itself and the bus, USB 2.0, 4.1.1. Interface 0 of
// a root hub is "1-0:1.0", which is never a port.
var interfaceName = regexp.MustCompile(`^([1-9]\d{0,3}-[1-9]\d{0,2}(?:\.[1-9]\d{0,2}){0,6}):[1-9]\d{0,2}\.(?:0|[1-9]\d{0,2})$`)

// interfaceIn returns the innermost USB interface in the path of a device, or "".
func interfaceIn(path string) string {
	for dir := path; len(dir) > 1; dir = filepath.Dir(dir) {
		if name := filepath.Base(dir); interfaceName.MatchString(name) {
			return name
		}
	}
	return ""
}

// usbDir is where sysfs keeps a USB device or interface.
func (r Root) usbDir(name string) string { return filepath.Join(r.sys(), "bus/usb/devices", name) }

// direct lists the interfaces that are opened without a driver of the kernel:
// HID always, vendor and printer class while no driver but usbfs holds them.
func (l *listing) direct() error {
	names, err := l.entries("bus/usb/devices")
	for _, name := range names {
		if !interfaceName.MatchString(name) {
			continue
		}
		class, ok := number(16, 8, l.usbDir(name), "bInterfaceClass")
		driver := l.driver(name)
		free := driver == "" || driver == usbfs
		switch {
		case !ok:
		case class == classHID:
			l.add(HID, name, driver)
		case class == classVendor && free, class == classPrinter && free:
			l.add(USB, name, driver)
		}
	}
	return err
}

func (l *listing) add(t Transport, name, driver string) {
	u := l.readInterface(name)
	if u == nil {
		return
	}
	p := Port{ID: id(t, name, 0), Transport: t, Driver: driver, USB: u}
	if t == HID {
		p.Node = l.hidraw(name)
	}
	l.ports = append(l.ports, p)
}

// driver returns the driver that holds an interface.
func (l *listing) driver(name string) string { return target(l.usbDir(name), "driver") }

// readInterface returns an interface with its device, or nil when sysfs does not
// have all of its numbers.
func (l *listing) readInterface(name string) *Interface {
	if u, known := l.interfaces[name]; known {
		return u
	}
	l.interfaces[name] = nil
	part := interfaceName.FindStringSubmatch(name)
	if part == nil {
		return nil
	}
	device := l.readDevice(part[1])
	if device == nil {
		return nil
	}
	u, dir := *device, l.usbDir(name)
	u.Interface = name
	var class, sub, protocol int
	for _, a := range []attributeTo{
		{&u.Number, "bInterfaceNumber", 16, 8}, {&class, "bInterfaceClass", 16, 8},
		{&sub, "bInterfaceSubClass", 16, 8}, {&protocol, "bInterfaceProtocol", 16, 8},
	} {
		if !a.read(dir) {
			return nil
		}
	}
	u.Class, u.Subclass, u.Protocol = byte(class), byte(sub), byte(protocol)
	u.Endpoints = l.endpoints(name)
	l.interfaces[name] = &u
	return &u
}

// readDevice returns what an interface says of its device, or nil.
func (l *listing) readDevice(path string) *Interface {
	if u, known := l.devices[path]; known {
		return u
	}
	l.devices[path] = nil
	u, dir := &Interface{Path: path}, l.usbDir(path)
	var vendor, product int
	for _, a := range []attributeTo{
		{&u.Bus, "busnum", 10, 16}, {&u.Device, "devnum", 10, 16},
		{&vendor, "idVendor", 16, 16}, {&product, "idProduct", 16, 16},
	} {
		if !a.read(dir) {
			return nil
		}
	}
	u.Vendor, u.Product = uint16(vendor), uint16(product)
	u.Node = filepath.Join(l.dev(), "bus/usb", fmt.Sprintf("%03d/%03d", u.Bus, u.Device))
	u.Serial, u.Maker, u.Name = text(dir, "serial"), text(dir, "manufacturer"), text(dir, "product")
	u.Speed = text(dir, "speed")
	l.devices[path] = u
	return u
}

// still reports whether the device that was read is still in its socket.
func (l *listing) still(u Interface) bool {
	now, ok := number(10, 16, l.usbDir(u.Path), "devnum")
	return ok && now == u.Device
}

// An attributeTo is a number that a device must have.
type attributeTo struct {
	to         *int
	file       string
	base, bits int
}

func (a attributeTo) read(dir string) (ok bool) {
	*a.to, ok = number(a.base, a.bits, dir, a.file)
	return ok
}

// endpoints reads the pipes of an interface, in the order of their addresses as
// sysfs names them.
func (l *listing) endpoints(name string) (all []Endpoint) {
	names, _ := l.entries(filepath.Join("bus/usb/devices", name))
	for _, n := range names {
		if !strings.HasPrefix(n, "ep_") {
			continue
		}
		dir := filepath.Join(l.usbDir(name), n)
		address, ok := number(16, 8, dir, "bEndpointAddress")
		size, sized := number(16, 16, dir, "wMaxPacketSize")
		if ok && sized {
			// Bits 11 and 12 are further packets in a microframe, USB 2.0, 9.6.6.
			all = append(all, Endpoint{Address: byte(address), Type: text(dir, "type"), MaxPacket: size & 0x7FF})
		}
	}
	return all
}

// hidDevice is the kernel's name of a HID device: bus:vendor:product.number.
var hidDevice = regexp.MustCompile(`^[0-9A-F]{4}:[0-9A-F]{4}:[0-9A-F]{4}\.[0-9A-F]{4,8}$`)

// hidDir returns the folder of the kernel's HID device on an interface, or ""
// when no HID driver of the kernel holds it.
func (r Root) hidDir(name string) string {
	all, _ := os.ReadDir(r.usbDir(name))
	for _, e := range all {
		if hidDevice.MatchString(e.Name()) {
			return filepath.Join(r.usbDir(name), e.Name())
		}
	}
	return ""
}

// hidraw returns the hidraw node of an interface, or "".
func (r Root) hidraw(name string) string {
	dir := r.hidDir(name)
	if dir == "" {
		return ""
	}
	all, _ := os.ReadDir(filepath.Join(dir, "hidraw"))
	for _, e := range all {
		if strings.HasPrefix(e.Name(), "hidraw") && plainName.MatchString(e.Name()) {
			return filepath.Join(r.dev(), e.Name())
		}
	}
	return ""
}
