package hidport

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/karalabe/hid"

	"hallway/devices"
	"hallway/devices/internal/usbnode"
)

// Options say which device is expected and what its reports are.
type Options struct {
	// Vendor and Product are the numbers that the device must have; 0 is any.
	Vendor, Product uint16
	// ReportLen is the bytes of the longest input report, with its id if there
	// is one; 0 is 64. A report that is shorter and ends with a full packet is
	// joined with the next one.
	ReportLen int
	// Numbered says that the report descriptor numbers the reports: their first
	// byte is the id, which is never 0.
	Numbered bool
}

// Times of an open. A device that was plugged in a moment ago answers
// the first try with an error now and then.
const (
	openTries = 10
	openPause = 50 * time.Millisecond
)

// humanInterface is the class of HID interfaces (USB HID 1.11, 4.1).
const humanInterface = 3

// Open opens the HID interface id, which is its name in sysfs such as
// "1-1.3:1.0". Its errors wrap [devices.ErrAbsent], [devices.ErrDenied],
// [devices.ErrBusy] when a program holds the interface, [devices.ErrGone] when
// the library cannot open it for a reason that it does not tell, or
// [errors.ErrUnsupported] in a program built without cgo.
func Open(ctx context.Context, id string, o Options) (devices.Conn, error) {
	if o.ReportLen == 0 {
		o.ReportLen = 64
	}
	c, err := open(ctx, id, o)
	if err != nil {
		return nil, fmt.Errorf("open hid:%s: %w", id, err)
	}
	return c, nil
}

func open(ctx context.Context, id string, o Options) (*conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if !hid.Supported() {
		return nil, fmt.Errorf("this program was built without HID, build it with cgo: %w", errors.ErrUnsupported)
	}
	if o.ReportLen < 1 {
		return nil, fmt.Errorf("report length %d, give the bytes of the longest input report", o.ReportLen)
	}
	for try := 1; ; try++ {
		c, err := attempt(ctx, id, o)
		if err == nil || !errors.Is(err, devices.ErrGone) || try == openTries {
			return c, err
		}
		if err := devices.Pause(ctx, openPause); err != nil {
			return nil, err
		}
	}
}

func attempt(ctx context.Context, id string, o Options) (*conn, error) {
	packet, err := look(id, o)
	if err != nil {
		return nil, err
	}
	dev, err := grab(ctx, id)
	switch {
	case err == nil:
		return newConn("hid:"+id, dev, o, packet), nil
	case ctx.Err() != nil:
		return nil, ctx.Err()
	}
	return nil, fmt.Errorf("%w: %w", devices.ErrGone, err)
}

// look finds out, without opening the device, whether it can be opened, and
// the packet size of its input.
func look(id string, o Options) (packet int, err error) {
	at, err := usbnode.Find(usbnode.Root{}, id)
	if err != nil {
		return 0, err
	}
	if err := at.Expect(o.Vendor, o.Product); err != nil {
		return 0, err
	}
	if at.Class != humanInterface {
		return 0, fmt.Errorf("interface of class %02x, not HID: %w", at.Class, devices.ErrProtocol)
	}
	if err := at.Access(); err != nil {
		return 0, err
	}
	if at.Held() {
		return 0, devices.ErrBusy
	}
	return at.InputPacket()
}

// grab opens the device. The library knows no context: when ctx ends first, the
// device is closed as soon as it is open.
func grab(ctx context.Context, id string) (hid.Device, error) {
	type result struct {
		dev hid.Device
		err error
	}
	opened := make(chan result, 1)
	go func() {
		dev, err := hid.DeviceInfo{Path: id}.Open()
		opened <- result{dev, err}
	}()
	select {
	case r := <-opened:
		return r.dev, r.err
	case <-ctx.Done():
		go func() {
			if r := <-opened; r.err == nil {
				_ = r.dev.Close()
			}
		}()
		return nil, ctx.Err()
	}
}
