package usbport

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"hallway/devices"
	"hallway/devices/internal/usbnode"
)

// Options say which device is expected and how it is spoken to.
type Options struct {
	// Vendor and Product are the numbers that the device must have; 0 is any.
	Vendor, Product uint16
	// ZeroPacket ends a transfer whose last packet is full with an empty one.
	// Whether any reader wants that is UNCONFIRMED.
	ZeroPacket bool
	// Sys and Dev are where the kernel's trees stand; "" is /sys and /dev.
	Sys, Dev string
}

// closePatience is how long Close waits for transfers that it took back; host
// controllers need a millisecond.
const closePatience = time.Second

// Interface is an open USB interface. Its Conns may be used at the same time.
type Interface struct {
	name      string // "usb:1-1.5:1.0"
	number    int
	driver    string // that had it before
	options   Options
	endpoints []endpoint
	engine    *engine

	mu    sync.Mutex
	in    map[byte]*inPipe
	out   map[byte]*outPipe
	conns int // open ones

	closing sync.Once
	err     error
}

// Open opens the USB interface id, which is its name in sysfs such as
// "1-1.5:1.0". Its errors wrap [devices.ErrAbsent], [devices.ErrDenied],
// [devices.ErrBusy] when a program holds it, [devices.ErrGone] or
// [devices.ErrProtocol].
func Open(ctx context.Context, id string, o Options) (*Interface, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("open usb:%s: %w", id, err)
	}
	i, err := open(id, o)
	if err != nil {
		return nil, fmt.Errorf("open usb:%s: %w", id, err)
	}
	return i, nil
}

func open(id string, o Options) (*Interface, error) {
	at, err := usbnode.Find(usbnode.Root{Sys: o.Sys, Dev: o.Dev}, id)
	if err != nil {
		return nil, err
	}
	if err := at.Expect(o.Vendor, o.Product); err != nil {
		return nil, err
	}
	n, err := openNode(at.Node)
	if err != nil {
		return nil, fmt.Errorf("%s: %w: %w", at.Node, usbnode.Class(err), err)
	}
	i := &Interface{
		name: "usb:" + id, number: at.Number, options: o,
		in: map[byte]*inPipe{}, out: map[byte]*outPipe{},
	}
	if err := i.take(n, at); err != nil {
		return nil, errors.Join(err, n.file.Close())
	}
	i.engine = start(n, i.lost)
	return i, nil
}

// take claims the interface on the open node and learns its endpoints.
func (i *Interface) take(n *node, at usbnode.Interface) error {
	d, err := readDescriptors(n.file)
	if err != nil {
		return fmt.Errorf("%s: %w: %w", at.Node, usbnode.Class(err), err)
	}
	if vendor, product := d.ids(); vendor != at.Vendor || product != at.Product {
		return fmt.Errorf("%s: plugged in anew meanwhile: %w", at.Node, devices.ErrGone)
	}
	i.endpoints, err = d.endpoints(place{at.Configuration, at.Number, at.Alternate})
	if err != nil {
		return err
	}
	i.driver, err = n.claim(at.Number)
	if err != nil {
		return fmt.Errorf("%s: %w: %w", at.Node, usbnode.Class(err), err)
	}
	return nil
}

// Pipes returns the addresses of the bulk and interrupt endpoints in the order
// of the descriptor. IN addresses have bit 7 set.
func (i *Interface) Pipes() (in, out []byte) {
	for _, e := range i.endpoints {
		if e.in() {
			in = append(in, e.address)
		} else {
			out = append(out, e.address)
		}
	}
	return in, out
}

// Conn returns a byte stream that reads endpoint in and writes endpoint out; 0
// is no endpoint. Reading or writing an endpoint that the interface does not
// have is an error. Conns of one endpoint share its bytes. Closing the last
// open Conn closes the interface.
func (i *Interface) Conn(in, out byte) devices.Conn {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.conns++
	c := &conn{port: i, in: i.inPipe(in), out: i.outPipe(out), inAddress: in, outAddress: out}
	c.life, c.end = context.WithCancelCause(context.Background())
	return c
}

// inPipe returns the pipe of an address, nil without one. The caller holds mu.
func (i *Interface) inPipe(address byte) *inPipe {
	if e, ok := i.endpoint(address); ok && e.in() && i.in[address] == nil {
		i.in[address] = newInPipe(i.engine, e)
	}
	return i.in[address]
}

func (i *Interface) outPipe(address byte) *outPipe {
	if e, ok := i.endpoint(address); ok && !e.in() && i.out[address] == nil {
		i.out[address] = newOutPipe(i.engine, e, i.options.ZeroPacket)
	}
	return i.out[address]
}

func (i *Interface) endpoint(address byte) (endpoint, bool) {
	for _, e := range i.endpoints {
		if e.address == address {
			return e, true
		}
	}
	return endpoint{}, false
}

// lost ends the reads of every pipe.
func (i *Interface) lost(err error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	for _, p := range i.in {
		p.queue.End(fmt.Errorf("read: %w", err))
	}
}

// Close ends all calls of all Conns with [devices.ErrClosed] and gives the
// interface back. It may be called twice; the second call waits for the first.
func (i *Interface) Close() error {
	i.closing.Do(func() {
		i.mu.Lock()
		for _, p := range i.in {
			p.queue.Close()
		}
		i.mu.Unlock()
		i.engine.stop(closePatience)
		err := i.engine.release(i.number, i.driver)
		if errors.Is(err, unix.ENODEV) { // unplugged: nothing to give back
			err = nil
		}
		if err := errors.Join(err, i.engine.file.Close()); err != nil {
			i.err = fmt.Errorf("%s: close: %w", i.name, err)
		}
	})
	return i.err
}

// leave is called once by each Conn that closes.
func (i *Interface) leave() error {
	i.mu.Lock()
	i.conns--
	last := i.conns == 0
	i.mu.Unlock()
	if !last {
		return nil
	}
	return i.Close()
}
