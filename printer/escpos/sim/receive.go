package sim

import (
	"bytes"
	"context"
)

// receive moves bytes from the line into the buffer and obeys real-time
// commands as they arrive, wherever they stand, as the manual's "DLE EOT"
// demands. With a full buffer it waits, which stops the line: the printer's
// flow control.
func (p *Printer) receive(ctx context.Context, bytes []byte, answers *answerer) error {
	for _, b := range bytes {
		if err := p.accept(ctx, b, answers); err != nil {
			return err
		}
	}
	return nil
}

func (p *Printer) accept(ctx context.Context, b byte, answers *answerer) error {
	p.mu.Lock()
	if p.received++; p.received == p.cutAt {
		p.powerOff()
	}
	p.tail = append(p.tail, b)
	if len(p.tail) > longestRequest {
		p.tail = p.tail[1:]
	}
	var answer []byte
	cleared := p.epoch
	if !p.off {
		answer = p.obey()
	}
	cleared -= p.epoch
	for len(p.rx) >= bufferSize && !p.off {
		changed := p.changed
		p.mu.Unlock()
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
		p.mu.Lock()
	}
	if !p.off && cleared == 0 { // the last byte of a clearing command is cleared too
		p.rx = append(p.rx, b)
	}
	first := len(p.rx) == 1
	speak := p.model.Answers && len(answer) > 0
	p.mu.Unlock()
	if first {
		p.wake()
	}
	if speak {
		answers.send(answer)
	}
	return nil
}

// wake tells the printing side that the buffer is no longer empty.
func (p *Printer) wake() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stir()
}

// longestRequest is DLE DC4 function 8.
const longestRequest = 10

// clearBuffer is DLE DC4 function 8 with its key.
var clearBuffer = []byte{0x10, 0x14, 8, 1, 3, 20, 1, 6, 2, 8}

// obey carries out the real-time command that the last byte completed and
// returns its answer. The caller holds the lock.
func (p *Printer) obey() []byte {
	if p.model.Star {
		if bytes.HasSuffix(p.tail, []byte{0x1b, 0x06, 0x01}) {
			return p.starStatus()
		}
		return nil
	}
	if bytes.HasSuffix(p.tail, clearBuffer) && p.model.Clears {
		p.forget()
		return []byte{0x37, 0x25, 0}
	}
	if m := p.model.Mouth; m.Fitted() && bytes.HasSuffix(p.tail, m.Ask) {
		return p.mouthStatus()
	}
	if len(p.tail) < 3 {
		return nil
	}
	last := p.tail[len(p.tail)-3:]
	n := last[2]
	switch {
	case last[0] != 0x10:
	case last[1] == 0x04 && n >= 1 && n <= 4:
		return []byte{p.status(n)}
	case last[1] == 0x05 && n == 2 && p.jammed: // only in a recoverable error
		p.forget()
	}
	return nil
}

// forget throws away what is not printed. The caller holds the lock.
func (p *Printer) forget() {
	p.rx, p.epoch = nil, p.epoch+1
	p.stir()
}

// mouthStatus is Custom's FULL STATUS or whatever the model describes. The
// caller holds the lock.
func (p *Printer) mouthStatus() []byte {
	m := p.model.Mouth
	answer := make([]byte, m.Length)
	copy(answer, m.Answer)
	if p.inMouth {
		answer[m.Byte] |= byte(m.Waiting)
	}
	if p.paper < 1 && m.Byte == 2 {
		answer[m.Byte] |= 0x01
	}
	return answer
}

// status returns the answer to DLE EOT n. Bits 1 and 4 are always set.
func (p *Printer) status(n byte) byte {
	s := byte(0x12)
	set := func(on bool, bits byte) {
		if on {
			s |= bits
		}
	}
	switch n {
	case 1:
		set(!p.ready(), 0x08)
	case 2:
		set(p.cover, 0x04)
		set(p.paper < 1, 0x20)
		set(p.jammed || p.hot, 0x40)
	case 3:
		set(p.jammed, 0x08)
		set(p.hot, 0x40)
	case 4:
		set(p.nearEnd() != p.model.Deviations.NearEndActiveLow, 0x0c)
		set(p.paper < 1, 0x60)
	}
	return s
}

// ready reports whether the head may print. The caller holds the lock.
func (p *Printer) ready() bool {
	return !p.off && !p.cover && !p.jammed && !p.hot && !p.offline && p.paper >= 1
}

func (p *Printer) nearEnd() bool { return p.paper < nearEnd*p.model.millimetre() }

// automatic returns the bytes of automatic status. The caller holds the lock.
func (p *Printer) automatic() []byte {
	if p.model.Star {
		return p.starStatus()
	}
	s := []byte{0x10, 0, 0, 0x0f}
	set := func(on bool, at int, bits byte) {
		if on {
			s[at] |= bits
		}
	}
	set(!p.ready(), 0, 0x08)
	set(p.cover, 0, 0x20)
	set(p.jammed, 1, 0x08)
	set(p.hot, 1, 0x40)
	set(p.nearEnd(), 2, 0x03)
	set(p.paper < 1, 2, 0x0c)
	return s
}
