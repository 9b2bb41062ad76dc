//go:build linux && kernel

package vusb

import (
	"fmt"
	"os"
	"sync"
	"time"

	"hallway/devices/sim"
)

// A Line is the device's end of one or two pipes, for a simulator to serve. A
// Read returns bytes of one transfer of the host, a whole report when p is
// large enough; a Write is one message. Read waits while the device is
// unplugged, and what is written then is lost.
type Line struct {
	device *Gadget
	iface  int
	out    []*pipe
	send   func([]byte) error // one message to the host

	mu       sync.Mutex
	deadline time.Time
	closed   bool
}

var _ sim.Line = (*Line)(nil)

// NewLine returns the device's end of the pipes out and in, which belong to
// interface number iface. Either may be 0: such a line reads nothing, or what
// is written on it is lost.
func (g *Gadget) NewLine(iface int, out, in byte) *Line {
	l := &Line{device: g, iface: iface, send: func([]byte) error { return nil }}
	if in != 0 {
		to := g.pipe(in)
		l.send = func(b []byte) error { g.write(to, b); return nil }
	}
	if out != 0 {
		l.out = []*pipe{g.pipe(out)}
	}
	return l
}

// Read takes bytes that the host has sent.
func (l *Line) Read(p []byte) (int, error) {
	for {
		stir := l.device.watch()
		if err := l.over(); err != nil {
			return 0, err
		}
		if n := l.device.takeFirst(l.out, p); n > 0 {
			return n, nil
		}
		l.wait(stir)
	}
}

// watch returns what is closed at the next change.
func (g *Gadget) watch() <-chan struct{} {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.stir
}

// takeFirst takes bytes of the transfer that came first.
func (g *Gadget) takeFirst(from []*pipe, b []byte) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	var first *pipe
	for _, p := range from {
		if len(p.waiting) > 0 && (first == nil || p.waiting[0].order < first.waiting[0].order) {
			first = p
		}
	}
	if first == nil {
		return 0
	}
	return g.take(first, b)
}

// over returns why Read ends, or nil.
func (l *Line) over() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.closed:
		return os.ErrClosed
	case !l.deadline.IsZero() && !time.Now().Before(l.deadline):
		return os.ErrDeadlineExceeded
	}
	return nil
}

// wait waits for a change or the deadline.
func (l *Line) wait(stir <-chan struct{}) {
	l.mu.Lock()
	deadline := l.deadline
	l.mu.Unlock()
	if deadline.IsZero() {
		<-stir
		return
	}
	t := time.NewTimer(time.Until(deadline))
	defer t.Stop()
	select {
	case <-stir:
	case <-t.C:
	}
}

// Write sends one message to the host. What the host does not read is lost when
// 64 KiB wait.
func (l *Line) Write(p []byte) (int, error) {
	l.mu.Lock()
	closed := l.closed
	l.mu.Unlock()
	if closed {
		return 0, os.ErrClosed
	}
	if err := l.send(p); err != nil {
		return 0, err
	}
	return len(p), nil
}

// SetReadDeadline bounds Reads that wait and those to come; the zero time is no
// bound.
func (l *Line) SetReadDeadline(t time.Time) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return os.ErrClosed
	}
	l.deadline = t
	l.wake()
	return nil
}

// Close ends all calls. The device stays plugged in.
func (l *Line) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	l.wake()
	return nil
}

func (l *Line) wake() {
	l.device.mu.Lock()
	defer l.device.mu.Unlock()
	l.device.change()
}

// Unplug draws the cable; see [Plugged.Unplug].
func (l *Line) Unplug() error { return l.device.plugged().Unplug() }

// Replug puts the device back into its port; see [Plugged.Replug].
func (l *Line) Replug() error { return l.device.plugged().Replug() }

// Name is what a program opens: the USB path of the interface, see package port.
func (l *Line) Name() string {
	return fmt.Sprintf("usb:%s", l.device.plugged().Interface(l.iface))
}

// plugged returns the port of a device that was plugged in.
func (g *Gadget) plugged() *Plugged {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.port == nil {
		panic("virtual USB device was never plugged in: call Plug first")
	}
	return g.port
}
