package drivers

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"hallway/app/config"
	"hallway/devices"
	"hallway/devices/ff68"
	"hallway/devices/port"
	"hallway/devices/serialport"
	"hallway/devices/trace"
)

// A Driver is one kind of device that the programs can drive, as technicians
// meet it.
type Driver struct {
	Name     string // on the command line, such as "reader"
	Kind     devices.Kind
	Title    string   // heading of its page in the handbook
	About    []string // paragraphs of the page
	Block    string   // "[reader] of the kiosk's file"
	Settings any      // the block, whose tags are the manual
	// Conditions are the codes that Check can report.
	Conditions []string
	// Via are the transports that the device may be on, the best first.
	Via []port.Transport
	// Walk leads a technician through what only a person can do.
	Walk func(ctx context.Context, d devices.Device, g Guide) error
	// Test makes the device do something that a person can see. nil: the walk
	// is the only test.
	Test func(ctx context.Context, d devices.Device, say func(format string, args ...any)) error
	// Ask opens the port at a speed and asks who is there, without leaving a
	// trace. nil: the device cannot tell.
	Ask func(ctx context.Context, p *Ports, at port.Port, baud int) (devices.Identity, error)
	// Use uses the device until ctx ends, for recordings. nil: it is checked
	// once a second.
	Use func(ctx context.Context, d devices.Device, say func(format string, args ...any)) error
	// Over opens the driver on a port that is open, for playback.
	Over func(ctx context.Context, conn devices.Conn, baud int) (devices.Device, error)
	// Mask makes what hides personal data in recordings; nil: that of the class.
	Mask func() trace.Mask
	// Polls are the requests that the driver sends by its clock.
	Polls [][]byte
}

// masked returns what hides personal data in a recording.
func (d Driver) masked() trace.Mask {
	if d.Mask != nil {
		return d.Mask()
	}
	return trace.MaskOf(d.Kind)
}

// Busy uses the device until ctx ends; then it returns nil.
func (d Driver) Busy(ctx context.Context, open devices.Device, say func(format string, args ...any)) error {
	use := d.Use
	if use == nil {
		use = checkOften
	}
	err := use(ctx, open, say)
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// checkOften checks a device once a second and says what changes.
func checkOften(ctx context.Context, d devices.Device, say func(format string, args ...any)) error {
	said := "?"
	for {
		all, err := d.Check(ctx)
		if err != nil && !errors.Is(err, devices.ErrNoStatus) {
			return err
		}
		if now := fmt.Sprint(all); now != said {
			said = now
			say("conditions %s", now)
		}
		if err := devices.Pause(ctx, time.Second); err != nil {
			return err
		}
	}
}

// Record returns what wraps a device's port with a recording to w. Bytes are
// written down only when they may be and the level wants it.
func (f Fitted) Record(w io.Writer, level trace.Level) func(devices.Conn) *trace.Recorder {
	h := trace.Header{Driver: f.Driver.Name, Port: f.Port}
	if f.Baud > 0 {
		h.Serial = &trace.Serial{Baud: f.Baud}
	}
	return func(conn devices.Conn) *trace.Recorder {
		return trace.Record(conn, w, h, trace.Options{Level: level, Mask: f.Driver.masked()})
	}
}

// A Guide is the person who walks.
type Guide interface {
	// Say tells the person something.
	Say(format string, args ...any)
	// Confirm asks a question and reports whether the answer is yes.
	Confirm(ctx context.Context, question string) (bool, error)
}

// Connect opens a port. A serial port is opened at baud bits a second, 0 = as
// configured.
type Connect func(ctx context.Context, baud int) (devices.Conn, error)

// fixed opens the port as configured.
func (c Connect) fixed(ctx context.Context) (devices.Conn, error) { return c(ctx, 0) }

// An Opener opens one device: its port, then its driver.
type Opener[D devices.Device] struct {
	Port    string // as the configuration names it
	Via     []port.Transport
	Connect Connect
	Driver  func(ctx context.Context, connect Connect) (D, error)
}

// Open opens the device.
func (o Opener[D]) Open(ctx context.Context) (D, error) { return o.Driver(ctx, o.Connect) }

// A Fitted is a device that a configuration names.
type Fitted struct {
	ID      string // its block, such as "reader"
	Driver  Driver
	Port    string
	Baud    int // as configured; 0 = found by trying, or none
	Connect Connect
	open    func(ctx context.Context, connect Connect) (devices.Device, error)
}

// Open opens the device through wrap, which may be nil.
func (f Fitted) Open(ctx context.Context, wrap func(devices.Conn) devices.Conn) (devices.Device, error) {
	connect := f.Connect
	if wrap != nil {
		connect = func(ctx context.Context, baud int) (devices.Conn, error) {
			conn, err := f.Connect(ctx, baud)
			if err != nil {
				return nil, err
			}
			return wrap(conn), nil
		}
	}
	return f.open(ctx, connect)
}

// device is what every driver returns.
type device = devices.Device

// asDevice forgets what a device is beyond that.
func asDevice[D devices.Device](o Opener[D]) Opener[device] {
	return Opener[device]{Port: o.Port, Via: o.Via, Connect: o.Connect, Driver: func(ctx context.Context, c Connect) (device, error) {
		return o.Driver(ctx, c)
	}}
}

// onBus is a device on a counter bus whose line nobody shares.
func (p *Ports) onBus(id string, d Driver, b config.Bus, log *slog.Logger, open func(lineOf) Opener[device]) Fitted {
	return Fitted{ID: id, Driver: d, Port: b.Port, Baud: b.Baud, Connect: p.Stream(b.Port, serialport.Mode{Baud: b.Baud}, busVia...),
		open: func(ctx context.Context, connect Connect) (devices.Device, error) {
			return open(ff68.NewPort(connect.fixed, ff68.Options{Log: log}).Line).Open(ctx)
		}}
}

func fit[D devices.Device](id string, d Driver, baud int, o Opener[D]) Fitted {
	return Fitted{ID: id, Driver: d, Port: o.Port, Baud: baud, Connect: o.Connect, open: func(ctx context.Context, c Connect) (devices.Device, error) {
		return o.Driver(ctx, c)
	}}
}
