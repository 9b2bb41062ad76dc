package lpport

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"unsafe"

	"golang.org/x/sys/unix"

	"hallway/devices"
)

// PortStatus is the byte that a printer answers to GET_PORT_STATUS (USB Printing
// Devices 1.1, 4.2.2).
type PortStatus byte

// Known reports whether the byte says anything: 0x00 is the answer of printers
// that do not implement the request.
func (s PortStatus) Known() bool { return s != 0 }

// PaperEmpty reports bit 5.
func (s PortStatus) PaperEmpty() bool { return s&0x20 != 0 }

// Selected reports bit 4: the printer is on line.
func (s PortStatus) Selected() bool { return s&0x10 != 0 }

// Fault reports bit 3, which is set when there is no error.
func (s PortStatus) Fault() bool { return s.Known() && s&0x08 == 0 }

// Requests of usblp.c. Those of 'P' carry the length of their buffer.
const (
	getStatus   = 0x060B // LPGETSTATUS: one int
	getDeviceID = 2<<30 | idLength<<16 | 'P'<<8 | 1
	getNumbers  = 2<<30 | 8<<16 | 'P'<<8 | 6 // vendor and product: two ints

	idLength = 1024
)

// Status asks the printer of port, which [Open] returned, for its status byte.
// The kernel waits up to 5 s for the answer; ctx ends the call earlier. A
// printer that refuses gives [devices.ErrNoStatus].
func Status(ctx context.Context, port devices.Conn) (PortStatus, error) {
	return ask(ctx, port, "status", func(fd int) (PortStatus, error) {
		var status int32
		err := request(fd, getStatus, unsafe.Pointer(&status))
		return PortStatus(status), err
	})
}

// ID is an IEEE 1284 device id. Fields that a printer leaves out are "".
type ID struct {
	Text                          string // the whole, such as "MFG:Maker;MDL:Model;"
	Maker, Model, Command, Serial string
}

// DeviceID asks the printer of port, which [Open] returned, for its IEEE 1284
// identity. The kernel waits up to 5 s for the answer; ctx ends the call
// earlier. A printer that has none gives [devices.ErrNoStatus].
func DeviceID(ctx context.Context, port devices.Conn) (ID, error) {
	return ask(ctx, port, "device id", func(fd int) (ID, error) {
		var buf [idLength]byte
		if err := request(fd, getDeviceID, unsafe.Pointer(&buf)); err != nil {
			return ID{}, err
		}
		return parseID(buf[:])
	})
}

// parseID reads the answer to GET_DEVICE_ID: two bytes of length, big-endian,
// which count themselves, and fields "KEY:value;" with short or long keys
// (IEEE 1284-2000, 7.6).
func parseID(answer []byte) (ID, error) {
	if len(answer) < 2 {
		return ID{}, fmt.Errorf("device id of %d bytes: %w", len(answer), devices.ErrProtocol)
	}
	length := int(binary.BigEndian.Uint16(answer))
	if length < 2 {
		return ID{}, devices.ErrNoStatus
	}
	id := ID{Text: strings.TrimRight(string(answer[2:min(length, len(answer))]), "\x00")}
	for field := range strings.SplitSeq(id.Text, ";") {
		key, value, _ := strings.Cut(field, ":")
		value = strings.TrimSpace(value)
		switch strings.ToUpper(strings.TrimSpace(key)) {
		case "MFG", "MANUFACTURER":
			id.Maker = value
		case "MDL", "MODEL":
			id.Model = value
		case "CMD", "COMMAND SET":
			id.Command = value
		case "SN", "SERN", "SERIALNUMBER":
			id.Serial = value
		}
	}
	return id, nil
}

// ask makes one request at a time, each in a goroutine that the kernel may keep.
func ask[T any](ctx context.Context, port devices.Conn, what string, call func(fd int) (T, error)) (T, error) {
	var none T
	c, ok := port.(*conn)
	if !ok {
		return none, fmt.Errorf("%s: not a USB printer's port: %w", what, errors.ErrUnsupported)
	}
	fail := func(err error) (T, error) { return none, fmt.Errorf("%s: %s: %w", c.name, what, err) }
	if err := c.take(ctx, c.asking); err != nil {
		return fail(err)
	}
	type result struct {
		value T
		err   error
	}
	got := make(chan result, 1)
	started := c.use(func() {
		defer func() { <-c.asking }()
		value, err := call(c.fd)
		got <- result{value, err}
	})
	if !started {
		<-c.asking
		return fail(devices.ErrClosed)
	}
	select {
	case r := <-got:
		if r.err != nil {
			return fail(refused(r.err))
		}
		return r.value, nil
	case <-ctx.Done():
		return fail(ctx.Err())
	case <-c.closing:
		return fail(devices.ErrClosed)
	}
}

// refused classifies the error of a request. usblp makes EIO of everything,
// also of a cable that was drawn a moment ago.
func refused(err error) error {
	if errors.Is(err, unix.EIO) || errors.Is(err, unix.EPIPE) {
		return fmt.Errorf("%w: %w", devices.ErrNoStatus, err)
	}
	if errors.Is(err, devices.ErrNoStatus) || errors.Is(err, devices.ErrProtocol) {
		return err
	}
	return classify(err, devices.ErrGone)
}

// checkPrinter fails unless fd is a node of usblp.
func checkPrinter(fd int) error {
	var numbers [2]int32
	return request(fd, getNumbers, unsafe.Pointer(&numbers))
}

func request(fd int, request uint, arg unsafe.Pointer) error {
	for {
		_, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), uintptr(request), uintptr(arg))
		switch errno {
		case 0:
			return nil
		case unix.EINTR:
		default:
			return errno
		}
	}
}
