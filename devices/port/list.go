package port

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// List returns what is plugged in, in an order that does not change: UARTs by
// name, then USB by path. One interface is listed once for each transport that
// opens it. A device that goes away meanwhile is left out whole. An error means
// that sysfs itself cannot be read.
func (r Root) List() ([]Port, error) {
	if _, err := os.Stat(filepath.Join(r.sys(), "class")); err != nil {
		return nil, fmt.Errorf("list ports: no sysfs at %s, mount it: %w", r.sys(), err)
	}
	l := listing{Root: r, devices: map[string]*Interface{}, interfaces: map[string]*Interface{}}
	err := errors.Join(l.direct(), l.terminals(), l.printers())
	if err != nil {
		return nil, fmt.Errorf("list ports: %w", err)
	}
	ports := slices.DeleteFunc(l.ports, func(p Port) bool { return p.USB != nil && !l.still(*p.USB) })
	slices.SortFunc(ports, order)
	return ports, nil
}

// A listing is one walk through sysfs. Each file is read once.
type listing struct {
	Root
	devices    map[string]*Interface // by path, with the device's part; nil = unreadable
	interfaces map[string]*Interface // by name; nil = unreadable
	ports      []Port
}

// entries returns the names in a folder of sysfs; a folder that is not there,
// because no such device ever was, has none.
func (l *listing) entries(folder string) ([]string, error) {
	f, err := os.Open(filepath.Join(l.sys(), folder))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	names, err := f.Readdirnames(-1)
	slices.Sort(names)
	return names, err
}

// plainName is a name that the kernel gives a terminal or a driver's device. It
// keeps names with separators or quotes out of paths and rules.
var plainName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]{0,31}$`)

// terminals lists the ttys that have a device below them; a virtual console or
// pseudo-terminal has none.
func (l *listing) terminals() error {
	names, err := l.entries("class/tty")
	for _, name := range names {
		dir := filepath.Join(l.sys(), "class/tty", name)
		to, err := os.Readlink(dir)
		if err != nil || !plainName.MatchString(name) {
			continue
		}
		if _, err := os.Readlink(filepath.Join(dir, "device")); err != nil {
			continue
		}
		if on := interfaceIn(to); on != "" {
			l.converter(name, dir, on)
		} else if kind, known := attribute(dir, "type"); !known || kind != "0" {
			// Type 0 is a place for a UART that is not there, PORT_UNKNOWN of
			// linux/serial_core.h. Terminals of other drivers have no type.
			l.ports = append(l.ports, Port{ID: id(Serial, name, 0), Transport: Serial, UART: name,
				Node: filepath.Join(l.dev(), name), Driver: uartDriver(dir)})
		}
	}
	return err
}

// converter lists a tty of a USB interface.
func (l *listing) converter(name, dir, on string) {
	u := l.readInterface(on)
	if u == nil {
		return
	}
	line, _ := number(10, 8, dir, "device/port_number")
	l.ports = append(l.ports, Port{ID: id(Serial, on, line), Transport: Serial, Line: line,
		Node: filepath.Join(l.dev(), name), Driver: l.driver(on), USB: u})
}

// uartDriver returns the driver of a UART, which stands up to three levels above
// the tty: between them are the port and controller of the kernel's own
// serial-base bus (since Linux 6.5).
func uartDriver(dir string) string {
	at := filepath.Join(dir, "device")
	for range 4 {
		to, err := os.Readlink(at + "/driver") // not Join, which takes ".." out of the text
		if err == nil && !strings.Contains(to, "/serial-base/") {
			return clean(filepath.Base(to))
		}
		at += "/.."
	}
	return ""
}

// printers lists what usblp holds. Its minors are shared with other drivers, so
// the class has other names as well.
func (l *listing) printers() error {
	names, err := l.entries("class/usbmisc")
	for _, name := range names {
		to, err := os.Readlink(filepath.Join(l.sys(), "class/usbmisc", name))
		if err != nil || !strings.HasPrefix(name, "lp") || !plainName.MatchString(name) {
			continue
		}
		on := interfaceIn(to)
		if u := l.readInterface(on); u != nil {
			l.ports = append(l.ports, Port{ID: id(LP, on, 0), Transport: LP,
				Node: filepath.Join(l.dev(), "usb", name), Driver: l.driver(on), USB: u})
		}
	}
	return err
}

// id makes a port's ID.
func id(t Transport, name string, line int) string {
	if line > 0 {
		return fmt.Sprintf("%s:%s+%d", t, name, line)
	}
	return string(t) + ":" + name
}

func order(a, b Port) int {
	return cmp.Or(natural(place(a), place(b)), cmp.Compare(a.Transport, b.Transport),
		cmp.Compare(a.Line, b.Line), cmp.Compare(a.Node, b.Node))
}

// place is where a port sits; what is on board comes before what is on USB.
func place(p Port) string {
	if p.USB != nil {
		return "usb " + p.USB.Interface
	}
	return "board " + p.UART
}

// natural compares names with the numbers in them as numbers: ttyS2 before
// ttyS10.
func natural(a, b string) int {
	for a != "" && b != "" {
		na, nb := digits(a), digits(b)
		if na == 0 || nb == 0 {
			if a[0] != b[0] {
				return cmp.Compare(a[0], b[0])
			}
			a, b = a[1:], b[1:]
			continue
		}
		x, y := strings.TrimLeft(a[:na], "0"), strings.TrimLeft(b[:nb], "0")
		if c := cmp.Or(cmp.Compare(len(x), len(y)), cmp.Compare(x, y)); c != 0 {
			return c
		}
		a, b = a[na:], b[nb:]
	}
	return cmp.Compare(len(a), len(b))
}

// digits returns how many digits s begins with.
func digits(s string) int { return len(s) - len(strings.TrimLeft(s, "0123456789")) }
