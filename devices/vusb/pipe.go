//go:build linux && kernel

package vusb

import (
	"slices"
	"time"

	"golang.org/x/sys/unix"
)

// unread is how many bytes a device keeps for a host that does not read before
// it loses what comes, as firmware does: 28 answers of a card reader.
const unread = 64 << 10

// A pipe carries the transfers of one endpoint, in order. Messages of an IN
// pipe meet the transfers that wait for them; the transfers of an OUT pipe wait
// until the device has taken their bytes, which is how a device makes its host
// wait. The gadget's mutex guards it.
type pipe struct {
	Endpoint
	messages []message   // IN: written by the device, not yet sent
	waiting  []*transfer // by the host, in the order of arrival

	halted bool
	delay  time.Duration
	passed int // bytes
	fault  *fault
	mute   bool // transfers were answered on the control pipe
}

// A message is what the device wrote at once: a report, an answer. A transfer
// carries bytes of one message only, because a device ends a message with a
// short packet.
type message struct {
	bytes []byte
	due   time.Time
}

// A transfer is one that the host has submitted and that is not answered.
type transfer struct {
	seq    uint32
	length int
	rest   []byte // OUT: not yet taken by the device
	order  int    // OUT: among all pipes
	due    time.Time
}

func newPipe(e Endpoint) *pipe { return &pipe{Endpoint: e} }

func (p *pipe) in() bool { return p.Address&0x80 != 0 }

// submit adds a transfer. The caller holds mu.
func (g *Gadget) submit(p *pipe, r request) {
	g.arrived++
	p.waiting = append(p.waiting, &transfer{r.seq, r.length, r.data, g.arrived, g.after(p)})
	g.advance(p)
	g.change()
}

// after returns when bytes that come now get through, and has the pipe looked
// at then. The caller holds mu.
func (g *Gadget) after(p *pipe) time.Time {
	if p.delay == 0 {
		return time.Time{}
	}
	time.AfterFunc(p.delay, func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.advance(p)
		g.change()
	})
	return time.Now().Add(p.delay)
}

// unlink takes a transfer back and reports whether it was still waiting. The
// caller holds mu.
func (g *Gadget) unlink(seq uint32) bool {
	for _, p := range g.pipes {
		i := slices.IndexFunc(p.waiting, func(t *transfer) bool { return t.seq == seq })
		if i >= 0 {
			p.waiting = slices.Delete(p.waiting, i, i+1)
			g.change()
			return true
		}
	}
	return false
}

// advance answers what can be answered. The caller holds mu.
func (g *Gadget) advance(p *pipe) {
	for len(p.waiting) > 0 && g.send != nil && !g.failed {
		t := p.waiting[0]
		switch {
		case p.halted:
			g.end(p, answer{status: unix.EPIPE})
		case p.fault.holds(p):
			if !g.strike(p) {
				return
			}
		case p.in():
			if !g.give(p, t) {
				return
			}
		case len(t.rest) == 0:
			g.end(p, answer{length: t.length})
		default:
			return
		}
	}
}

// end answers the first transfer. The caller holds mu.
func (g *Gadget) end(p *pipe, a answer) {
	a.command, a.seq = retSubmit, p.waiting[0].seq
	p.waiting = p.waiting[1:]
	if !p.mute {
		g.reply(a)
	}
}

// reply sends an answer to the host, if there is one. The caller holds mu.
func (g *Gadget) reply(a answer) {
	if g.send != nil {
		g.send(a)
	}
}

// give sends bytes of the first message in t, if there is one that is due. The
// caller holds mu.
func (g *Gadget) give(p *pipe, t *transfer) bool {
	if len(p.messages) == 0 || time.Now().Before(p.messages[0].due) {
		return false
	}
	m := &p.messages[0]
	if len(m.bytes) > t.length && t.length%p.Packet != 0 {
		// The next packet is larger than the room that is left: babble.
		p.messages = p.messages[1:]
		g.end(p, answer{status: unix.EOVERFLOW})
		return true
	}
	n := p.fault.room(p, min(len(m.bytes), t.length))
	a := answer{data: m.bytes[:n], length: n}
	if m.bytes = m.bytes[n:]; len(m.bytes) == 0 {
		p.messages = p.messages[1:]
	}
	p.passed += n
	g.end(p, a)
	return true
}

// write adds a message to an IN pipe. What a host does not read is lost.
func (g *Gadget) write(p *pipe, b []byte) {
	g.mu.Lock()
	defer g.mu.Unlock()
	kept := 0
	for _, m := range p.messages {
		kept += len(m.bytes)
	}
	if g.send == nil || g.failed || kept+len(b) > unread {
		return
	}
	p.messages = append(p.messages, message{slices.Clone(b), g.after(p)})
	g.advance(p)
}

// take moves bytes of the first transfer of an OUT pipe into b, if there is one
// that is due. The caller holds mu.
func (g *Gadget) take(p *pipe, b []byte) int {
	if g.failed || len(p.waiting) == 0 || time.Now().Before(p.waiting[0].due) || p.fault.holds(p) || p.halted {
		return 0
	}
	t := p.waiting[0]
	n := copy(b, t.rest[:p.fault.room(p, len(t.rest))])
	t.rest = t.rest[n:]
	p.passed += n
	g.advance(p)
	return n
}
