package sim

import "context"

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
	p.received++
	request := p.recent == [2]byte{0x10, 0x04} && b >= 1 && b <= 4
	p.recent = [2]byte{p.recent[1], b}
	answer := []byte{p.status(b)}
	speak := request && !p.off && p.model.Answers
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
	if !p.off {
		p.rx = append(p.rx, b)
	}
	first := len(p.rx) == 1
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
	close(p.changed)
	p.changed = make(chan struct{})
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
		set(p.nearEnd(), 0x0c)
		set(p.paper < 1, 0x60)
	}
	return s
}

// ready reports whether the head may print. The caller holds the lock.
func (p *Printer) ready() bool {
	return !p.off && !p.cover && !p.jammed && !p.hot && p.paper >= 1
}

func (p *Printer) nearEnd() bool { return p.paper < nearEnd*p.model.millimetre() }

// automatic returns the four bytes of automatic status. The caller holds the
// lock.
func (p *Printer) automatic() [4]byte {
	s := [4]byte{0x10, 0, 0, 0x0f}
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
