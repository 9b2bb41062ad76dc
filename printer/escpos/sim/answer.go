package sim

import "bytes"

// answer replies to a request that stands in the stream, which happens only
// when everything before it is printed.
func (w *worker) answer(t token) {
	p := w.printer
	if !p.model.Answers {
		return
	}
	if t.op == opAsk {
		p.mu.Lock()
		near := p.nearEnd()
		p.mu.Unlock()
		w.line.send([]byte{map[bool]byte{true: 0x03}[near && t.args[0]&^0x30 == 1]})
		return
	}
	m := p.model
	switch n := t.args[0]; n {
	case 1, '1':
		w.line.send([]byte{0x20})
	case 2, '2':
		w.line.send([]byte{m.typeID()})
	case 3, '3':
		w.line.send([]byte{0x01})
	default:
		text, ok := map[byte]string{65: m.Firmware, 66: m.Maker, 67: m.Name, 68: m.Serial, 69: m.Font}[n]
		if !ok {
			p.complain("GS I %d", n)
		}
		if text != "" {
			w.line.send(append(append([]byte{0x5f}, text...), 0))
		}
	}
}

// process replies to GS ( H function 48, when all before it is printed.
func (w *worker) process(args []byte) {
	p := w.printer
	switch {
	case !p.model.ProcessID:
		p.complain("GS ( H: this firmware prints it as text")
	case len(args) != 6 || !bytes.HasPrefix(args, []byte("00")):
		p.complain("GS ( H with % X", args)
	case p.model.Answers:
		w.line.send(append(append([]byte{0x37, 0x22}, args[2:]...), 0))
	}
}

// mouth carries out 1D 65 of Custom's presenters.
func (w *worker) mouth(args []byte) {
	if !w.printer.model.Mouth.Fitted() {
		w.printer.complain("1D 65 without a presenter")
		return
	}
	if args[0] == 2 {
		w.printer.retract()
	}
}

// retract draws the ticket of the mouth back.
func (p *Printer) retract() {
	p.change(func() {
		if last := len(p.tickets) - 1; p.inMouth && !p.mouthStuck && last >= 0 {
			p.retracted = append(p.retracted, p.tickets[last])
			p.tickets, p.inMouth = p.tickets[:last], false
		}
	})
}
