package usbport

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"

	"hallway/devices/internal/stream"
)

const (
	// readAhead is how many packets are asked for at a time: one answers while
	// the next are on their way to the host controller.
	readAhead = 4
	// backlog is how many packets wait for a reader before the device is held
	// off: more than the longest answer of a card reader, 2,321 bytes in 37.
	backlog = 64
	// chunk is how many bytes one transfer to the device carries: what the
	// kernel copies at once without asking for more than four pages.
	chunk = 16384
)

// inPipe reads one IN endpoint ahead.
type inPipe struct {
	engine *engine
	endpoint
	queue *stream.Queue

	mu      sync.Mutex
	idle    []*transfer
	flying  []*transfer
	stalled bool // until what flies is back and the halt is cleared
	cleared bool // the halt was cleared, and nothing came since
}

func newInPipe(e *engine, at endpoint) *inPipe {
	p := &inPipe{engine: e, endpoint: at, queue: stream.NewQueue(backlog)}
	for range readAhead {
		p.idle = append(p.idle, newTransfer(at, make([]byte, at.packet), p.landed))
	}
	return p
}

// read takes what came and asks for more.
func (p *inPipe) read(ctx context.Context, into []byte) (int, error) {
	p.fill()
	n, err := p.queue.Read(ctx, into)
	p.fill()
	return n, err
}

// fill asks for as many packets as the queue has room for.
func (p *inPipe) fill() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fillLocked()
}

func (p *inPipe) fillLocked() {
	for !p.stalled && len(p.idle) > 0 && p.queue.Room() > len(p.flying) {
		t := p.idle[0]
		if err := p.engine.submit(t); err != nil {
			p.queue.End(fmt.Errorf("read: %w", err))
			return
		}
		p.idle, p.flying = p.idle[1:], append(p.flying, t)
	}
}

// landed takes what one transfer brought.
func (p *inPipe) landed(t *transfer) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, flying := range p.flying {
		if flying == t {
			p.flying = append(p.flying[:i], p.flying[i+1:]...)
			break
		}
	}
	p.idle = append(p.idle, t)
	if n := t.moved(); n > 0 {
		p.queue.Put(bytes.Clone(t.data[:n]))
		clear(t.data[:n])
		p.cleared = false
	}
	switch status := t.status(); status {
	case 0, unix.ENOENT, unix.ECONNRESET: // the last two: taken back
	case unix.EPIPE:
		p.stall()
	default:
		p.fail(status)
	}
	if p.stalled && len(p.flying) == 0 {
		p.engine.help(p.clear)
		return
	}
	p.fillLocked()
}

// stall takes the transfers behind a stall back, or gives up at the second one.
func (p *inPipe) stall() {
	if p.cleared {
		p.fail(unix.EPIPE)
		return
	}
	p.stalled = true
	for _, t := range p.flying {
		p.engine.discard(t)
	}
}

// clear ends the halt and goes on reading.
func (p *inPipe) clear() {
	err := p.engine.clearHalt(p.address)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stalled, p.cleared = false, true
	if err != nil {
		p.queue.End(fmt.Errorf("read: clear the halt of endpoint %02x: %w: %w", p.address, class(err), err))
		return
	}
	p.fillLocked()
}

// fail ends the pipe behind what is queued.
func (p *inPipe) fail(status syscall.Errno) {
	p.queue.End(fmt.Errorf("read: endpoint %02x: %w: %w", p.address, class(status), status))
}

// outPipe writes one OUT endpoint, one caller at a time.
type outPipe struct {
	engine *engine
	endpoint
	zeroPacket bool
	turn       chan struct{} // one token
}

func newOutPipe(e *engine, at endpoint, zeroPacket bool) *outPipe {
	return &outPipe{engine: e, endpoint: at, zeroPacket: zeroPacket, turn: make(chan struct{}, 1)}
}

// write sends data, and returns how much of it the device took.
func (p *outPipe) write(ctx context.Context, data []byte) (int, error) {
	select {
	case p.turn <- struct{}{}:
		defer func() { <-p.turn }()
	case <-ctx.Done():
		return 0, ctx.Err()
	}
	sent := 0
	for cleared := false; sent < len(data); {
		n, err := p.send(ctx, data[sent:min(sent+chunk, len(data))])
		sent += n
		if err == nil || n > 0 {
			cleared = false
		}
		switch {
		case err == nil:
		case errors.Is(err, unix.EPIPE) && !cleared:
			if err := p.engine.clearHalt(p.address); err != nil {
				return sent, fmt.Errorf("clear the halt of endpoint %02x: %w: %w", p.address, class(err), err)
			}
			cleared = true
		default:
			return sent, err
		}
	}
	return sent, nil
}

// send makes one transfer of data. It is taken back when ctx ends.
func (p *outPipe) send(ctx context.Context, data []byte) (int, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	done := make(chan struct{})
	t := newTransfer(p.endpoint, bytes.Clone(data), func(*transfer) { close(done) })
	defer clear(t.data)
	if p.zeroPacket {
		t.urb.flags = urbZeroPacket
	}
	if err := p.engine.submit(t); err != nil {
		return 0, err
	}
	select {
	case <-done:
	case <-ctx.Done():
		p.engine.discard(t)
		<-done
	}
	switch status := t.status(); {
	case status == 0 && t.moved() == len(data):
		return len(data), nil
	case ctx.Err() != nil:
		return t.moved(), ctx.Err()
	case status == 0:
		return t.moved(), nil
	case p.engine.why() != nil:
		return t.moved(), p.engine.why()
	default:
		return t.moved(), fmt.Errorf("endpoint %02x: %w: %w", p.address, class(status), status)
	}
}
