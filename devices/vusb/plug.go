//go:build linux && kernel

package vusb

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// Plugged is a device with its port. Its methods may be called from any
// goroutine.
type Plugged struct {
	gadget *Gadget
	port   int
	path   string

	mu    sync.Mutex
	conn  *net.UnixConn // nil while unplugged
	serve sync.WaitGroup
	err   error // of the messages on conn

	removed sync.Once
}

// Plug puts d into a free port until the test ends. A device can be in one port
// only.
func Plug(t testing.TB, d Device) *Plugged {
	t.Helper()
	p, err := Attach(d)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Remove(); err != nil {
			t.Error(err)
		}
	})
	return p
}

// Attach is Plug for programs other than tests. Call [Plugged.Remove] before the
// process ends.
func Attach(d Device) (*Plugged, error) {
	bus, err := hub()
	if err != nil {
		return nil, err
	}
	port, err := reserve()
	if err != nil {
		return nil, err
	}
	p := &Plugged{gadget: d.gadget(), port: port, path: fmt.Sprintf("%s-%d", bus, port+1)}
	if !p.gadget.settle(p) {
		release(port)
		return nil, errors.New("virtual USB: this device has a port already, use Replug")
	}
	if err := p.Replug(); err != nil {
		release(port)
		return nil, err
	}
	return p, nil
}

// settle makes p the gadget's port for ever, unless it has one.
func (g *Gadget) settle(p *Plugged) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.port != nil {
		return false
	}
	g.port = p
	return true
}

// Gadget is the device's side, for faults.
func (p *Plugged) Gadget() *Gadget { return p.gadget }

// Path is the port's name in sysfs, such as "1-1". It stays the same for ever.
func (p *Plugged) Path() string { return p.path }

// Interface is the name of interface number n in sysfs, such as "1-1:1.0".
func (p *Plugged) Interface(n int) string { return fmt.Sprintf("%s:1.%d", p.path, n) }

// Unplug draws the cable and returns when the kernel has taken the device and
// its nodes away. It does nothing while the device is unplugged. Faults end.
//
// A true controller gets no answer any more, so that what is under way ends with
// EPROTO, and then the hub notices that the device went. vhci-hcd takes both
// from the end of its socket and loses transfers that a driver takes back at
// that moment, whose owner then waits for ever. So the transfers are ended
// here, sysfs takes the device out, and the socket goes last.
func (p *Plugged) Unplug() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.conn == nil {
		return nil
	}
	p.gadget.fail()
	err := os.WriteFile(device(p.path)+"/remove", []byte("1"), 0)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, unix.ENODEV) {
		err = nil // not enumerated yet, or being forgotten
	}
	// The kernel reads what was answered, finds the end and closes its side.
	err = errors.Join(err, p.conn.SetReadDeadline(time.Now().Add(patience)), p.conn.CloseWrite())
	p.serve.Wait()
	err = errors.Join(err, p.conn.Close(), p.err)
	p.conn, p.err = nil, nil
	return err
}

// Replug puts the device back into its port, once the kernel has let go of the
// earlier one. It does nothing while the device is plugged in.
func (p *Plugged) Replug() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.conn != nil {
		return nil
	}
	if !until(p.vacant) {
		return fmt.Errorf("virtual USB: %s still holds the device that was unplugged", p.path)
	}
	conn, err := attach(p.port, p.gadget.identity.HighSpeed)
	if err != nil {
		return err
	}
	p.conn = conn
	p.gadget.connect(func(a answer) {
		_, _ = conn.Write(a.encode()) // a cable that was drawn is found by the reader
	})
	p.serve.Go(func() {
		p.err = p.gadget.answer(conn)
		p.gadget.disconnect() // had the kernel done it
	})
	return nil
}

// vacant reports whether the port can take a device.
func (p *Plugged) vacant() bool {
	free, err := freePorts()
	return err == nil && slices.Contains(free, p.port) && !exists(device(p.path))
}

// Remove unplugs the device for good and gives its port back. It may be called
// twice.
func (p *Plugged) Remove() error {
	err := p.Unplug()
	p.gadget.pulls.Wait()
	err = errors.Join(err, p.Unplug()) // what a fault's Unplug left
	p.removed.Do(func() { release(p.port) })
	return err
}

// connect gives the gadget a host.
func (g *Gadget) connect(send func(answer)) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.send = send
	g.change()
}

// fail ends everything that is under way with EPROTO. What the host begins
// afterwards waits until it is taken back.
func (g *Gadget) fail() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.failed = true
	for _, p := range g.pipes {
		for len(p.waiting) > 0 {
			g.end(p, answer{status: unix.EPROTO})
		}
		p.messages, p.halted, p.fault, p.delay = nil, false, nil, 0
	}
	g.change()
}

// disconnect forgets the host.
func (g *Gadget) disconnect() {
	g.fail()
	g.mu.Lock()
	defer g.mu.Unlock()
	g.send, g.failed = nil, false
	for _, p := range g.pipes {
		p.waiting = nil
	}
}

// answer serves the host's messages until the cable is drawn.
func (g *Gadget) answer(conn io.Reader) error {
	for {
		r, err := readRequest(conn)
		if drawn(err) {
			return nil
		}
		if err != nil {
			return err
		}
		g.handle(r)
	}
}

// drawn reports whether err is what a drawn cable looks like.
func drawn(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) ||
		errors.Is(err, unix.ECONNRESET) || errors.Is(err, os.ErrClosed)
}

// handle carries out one message.
func (g *Gadget) handle(r request) {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case r.command == cmdUnlink:
		a := answer{command: retUnlink, seq: r.seq}
		if g.unlink(r.victim) {
			a.status = unix.ECONNRESET
		}
		g.reply(a)
	case r.ep == 0:
		g.submitControl(r)
	case g.pipes[r.address()] == nil:
		g.reply(answer{command: retSubmit, seq: r.seq, status: unix.EPIPE})
	default:
		g.submit(g.pipes[r.address()], r)
	}
}

// patience is how long a test waits for what the kernel must do: ten times what
// enumeration takes in an emulated guest.
const patience = 10 * time.Second
