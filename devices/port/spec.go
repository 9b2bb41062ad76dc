package port

import (
	"fmt"
	"net"
	"net/url"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Form is a way to name a port. Its text stands before the first colon of a
// [Spec], but for the path.
type Form string

// The forms, from the surest to the one that needs most care.
const (
	ByUSB  Form = "usb"  // the socket: "usb:1-1.3:1.0"
	ByUART Form = "uart" // the UART on board: "uart:ttyS1"
	ByID   Form = "id"   // the device wherever it is plugged in: "id:0400:c35a"
	ByPath Form = "path" // a node or a link to one: "/dev/kiosk/printer"
	ByTCP  Form = "tcp"  // "tcp:192.0.2.7:9100"
)

// AnyInterface is the Interface of a [Spec] that does not name one.
const AnyInterface = -1

// A Spec is the text that names a port in a configuration, taken apart. Specs
// that mean the same are equal. The zero Spec names no port.
type Spec struct {
	Form Form
	// Name is the USB interface, the UART, the path or host:port.
	Name string
	Line int // ByUSB: of a converter with several lines, from 0

	// ByID only.
	Vendor, Product uint16
	Serial          string // "" = any
	Interface       int    // bInterfaceNumber, or AnyInterface
}

// Forms lists the forms with an example each, for messages and manuals.
const Forms = "usb:1-1.3:1.0, uart:ttyS1, id:0400:c35a, /dev/ttyS1 or tcp:host:9100"

// Parse reads the text of a Spec:
//
//	usb:1-1.3:1.0              USB path and interface, as sysfs names them
//	usb:1-1.3:1.0+1            line 1, the second, of a converter with several
//	uart:ttyS1                 UART on board
//	id:0400:c35a               USB vendor and product, four hex digits each
//	id:0400:c35a:AB12          with the serial; what is not plain in it as in a URL: %2F
//	id:0400:c35a/1             with the interface's number, also after a serial
//	/dev/ttyS1                 absolute path of a node or of a link to one
//	tcp:host:9100              host or address, and port
//
// The error says what is wrong and how to write it.
func Parse(text string) (Spec, error) {
	if text == "" {
		return Spec{}, fmt.Errorf("no port named, use %s", Forms)
	}
	s, err := parse(text)
	if err != nil {
		return Spec{}, fmt.Errorf("port %.80q: %w", text, err)
	}
	return s, nil
}

func parse(text string) (Spec, error) {
	if strings.HasPrefix(text, "/") {
		return parsePath(text)
	}
	form, rest, _ := strings.Cut(text, ":")
	switch Form(form) {
	case ByUSB:
		return parseUSB(rest)
	case ByUART:
		return parseUART(rest)
	case ByID:
		return parseID(rest)
	case ByTCP:
		return parseTCP(rest)
	}
	switch Transport(form) {
	case Serial, HID, LP:
		return Spec{}, fmt.Errorf("this is how a list names a port, use its USB path or UART: %s", Forms)
	}
	return Spec{}, fmt.Errorf("unknown form, use %s", Forms)
}

func parsePath(text string) (Spec, error) {
	if !printable(text) {
		return Spec{}, fmt.Errorf("characters that no path of a device has, use a path such as /dev/ttyS1")
	}
	return Spec{Form: ByPath, Name: filepath.Clean(text)}, nil
}

var plainLine = regexp.MustCompile(`^[1-9]\d?$`)

func parseUSB(rest string) (Spec, error) {
	name, after, several := strings.Cut(rest, "+")
	if !interfaceName.MatchString(name) {
		if interfaceName.MatchString(name + ":1.0") {
			return Spec{}, fmt.Errorf("the interface is missing, use usb:%s:1.0", name)
		}
		return Spec{}, fmt.Errorf("no USB path with interface, use usb:1-1.3:1.0 (bus-socket.socket:configuration.interface)")
	}
	s := Spec{Form: ByUSB, Name: name}
	if several {
		if !plainLine.MatchString(after) {
			return Spec{}, fmt.Errorf("no line after +, use +1 for the second to +99, nothing for the first")
		}
		s.Line, _ = strconv.Atoi(after)
	}
	return s, nil
}

func parseUART(rest string) (Spec, error) {
	switch {
	case strings.HasPrefix(rest, "ttyUSB"), strings.HasPrefix(rest, "ttyACM"):
		return Spec{}, fmt.Errorf("the number of a USB port moves when it is plugged in, use usb:1-1.3:1.0 or id:1a86:7523")
	case !plainName.MatchString(rest):
		return Spec{}, fmt.Errorf("no name of a UART, use uart:ttyS1")
	}
	return Spec{Form: ByUART, Name: rest}, nil
}

var (
	usbNumbers = regexp.MustCompile(`^([0-9a-fA-F]{4}):([0-9a-fA-F]{4})(?::(.*))?$`)
	plainByte  = regexp.MustCompile(`^(?:0|[1-9]\d{0,2})$`)
)

func parseID(rest string) (Spec, error) {
	s := Spec{Form: ByID, Interface: AnyInterface}
	numbers, after, named := strings.Cut(rest, "/")
	if named {
		n, err := strconv.ParseUint(after, 10, 8)
		if err != nil || !plainByte.MatchString(after) {
			return Spec{}, fmt.Errorf("no interface number after /, use 0 to 255, and %%2F for a / in a serial")
		}
		s.Interface = int(n)
	}
	part := usbNumbers.FindStringSubmatch(numbers)
	if part == nil {
		return Spec{}, fmt.Errorf("no vendor and product of four hex digits each, use id:0400:c35a")
	}
	vendor, _ := strconv.ParseUint(part[1], 16, 16)
	product, _ := strconv.ParseUint(part[2], 16, 16)
	s.Vendor, s.Product = uint16(vendor), uint16(product)
	if len(numbers) == len("0400:c35a") {
		return s, nil
	}
	serial, err := url.PathUnescape(part[3])
	if err != nil || serial == "" || serial != clean(serial) {
		return Spec{}, fmt.Errorf("no serial after the second colon, use it as the list shows it or leave the colon out")
	}
	s.Serial = serial
	return s, nil
}

func parseTCP(rest string) (Spec, error) {
	host, service, err := net.SplitHostPort(rest)
	n, notNumber := strconv.ParseUint(service, 10, 16)
	if err != nil || host == "" || strings.ContainsAny(host, "/[] ") || !printable(host) ||
		notNumber != nil || n == 0 || strconv.FormatUint(n, 10) != service {
		return Spec{}, fmt.Errorf("no host and port, use tcp:host:9100 or tcp:[2001:db8::1]:9100")
	}
	return Spec{Form: ByTCP, Name: net.JoinHostPort(host, service)}, nil
}

// printable reports whether all of s can be shown on a line.
func printable(s string) bool {
	return utf8.ValidString(s) && strings.IndexFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) < 0
}

// String returns the text that Parse reads back as the same Spec.
func (s Spec) String() string {
	switch s.Form {
	case "":
		return ""
	case ByPath:
		return s.Name
	case ByID:
		text := fmt.Sprintf("id:%04x:%04x", s.Vendor, s.Product)
		if s.Serial != "" {
			text += ":" + url.PathEscape(s.Serial)
		}
		if s.Interface != AnyInterface {
			text += "/" + strconv.Itoa(s.Interface)
		}
		return text
	}
	return id(Transport(s.Form), s.Name, s.Line)
}

// MarshalText makes a Spec a value of a configuration file.
func (s Spec) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText is [Parse] for configuration files.
func (s *Spec) UnmarshalText(text []byte) (err error) {
	*s, err = Parse(string(text))
	return err
}
