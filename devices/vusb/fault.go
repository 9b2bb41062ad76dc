//go:build linux && kernel

package vusb

import (
	"time"
)

// An Effect is what goes wrong on a pipe.
type Effect uint8

// The effects.
const (
	Stall   Effect = iota // refuses transfers until the host clears the halt
	Hold                  // answers nothing more: the host's transfers wait
	Lose                  // what passes is lost on its way, without an error
	PullOut               // the cable is drawn while a transfer runs
)

// fault strikes when a pipe has passed so many bytes; nil never does.
type fault struct {
	at     int
	effect Effect
}

// Inject makes something go wrong on the pipe of endpoint when after more bytes
// have passed, in place of what was injected there before. A transfer that
// crosses that point is cut there: the bytes before it arrive. [Clear] ends it.
func (g *Gadget) Inject(endpoint byte, after int, e Effect) {
	g.mu.Lock()
	defer g.mu.Unlock()
	p := g.pipe(endpoint)
	p.fault = &fault{p.passed + after, e}
	g.advance(p)
	g.change()
}

// Delay makes bytes on the pipe of endpoint get through later by d. That of
// endpoint 0 delays what is asked of the class or vendor, not the standard
// requests, so that the device still enumerates.
func (g *Gadget) Delay(endpoint byte, d time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.pipe(endpoint).delay = d
}

// Clear ends the fault, the halt and the delay of the pipe of endpoint.
func (g *Gadget) Clear(endpoint byte) {
	g.mu.Lock()
	defer g.mu.Unlock()
	p := g.pipe(endpoint)
	p.fault, p.halted, p.delay = nil, false, 0
	g.advance(p)
	g.change()
}

// Passed returns how many bytes the pipe of endpoint has carried.
func (g *Gadget) Passed(endpoint byte) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.pipe(endpoint).passed
}

// Waiting returns how many transfers of the host wait on the pipe of endpoint.
func (g *Gadget) Waiting(endpoint byte) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.pipe(endpoint).waiting)
}

// unhalt obeys the host's CLEAR_FEATURE(ENDPOINT_HALT).
func (g *Gadget) unhalt(endpoint byte) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if p := g.pipes[endpoint]; p != nil {
		p.halted = false
		g.advance(p)
		g.change()
	}
}

// holds reports whether the fault has struck and something is there for it to
// touch.
func (f *fault) holds(p *pipe) bool {
	return f != nil && p.passed >= f.at && (!p.in() || len(p.messages) > 0 || f.effect == Stall)
}

// room returns how many of n bytes may pass before the fault strikes.
func (f *fault) room(p *pipe, n int) int {
	if f == nil {
		return n
	}
	return min(n, f.at-p.passed)
}

// strike does what the fault does to the first transfer, and reports whether
// that one is over. The caller holds mu.
func (g *Gadget) strike(p *pipe) bool {
	switch p.fault.effect {
	case Stall:
		p.halted, p.fault = true, nil
		return true
	case Lose:
		if !p.in() {
			g.end(p, answer{length: p.waiting[0].length})
			return true
		}
		p.messages = nil
	case PullOut:
		p.fault = &fault{p.passed, Hold}
		if port := g.port; port != nil {
			g.pulls.Go(func() { _ = port.Unplug() })
		}
	}
	return false
}
