package sim

import "fmt"

// starOps are the commands of Star Line Mode with a prefix of two bytes (Star
// Line Mode Command Specifications), with the ESC/POS command that does the same.
var starOps = map[[2]byte]struct {
	op   op
	args int
	set  []byte // arguments of the ESC/POS command, instead of the command's own
}{
	{0x1b, '@'}: {opReset, 0, nil}, {0x1b, 'E'}: {opBold, 0, []byte{1}}, {0x1b, 'F'}: {opBold, 0, []byte{0}},
	{0x1b, '4'}: {opInvert, 0, []byte{1}}, {0x1b, '5'}: {opInvert, 0, []byte{0}},
	{0x1b, 'i'}: {opSize, 2, nil}, {0x1b, 'J'}: {opFeed, 1, nil}, {0x1b, 'd'}: {opCut, 1, nil},
	{0x1b, '0'}: {opSpacing, 0, []byte{24}}, {0x1b, 'z'}: {opSpacing, 1, nil}, {0x1b, 'k'}: {opColumns, 0, nil},
	{0x1b, 0x06}: {opRealtime, 1, nil}, {0x1b, 0x16}: {opRecover, 2, nil},
}

// starThree are the commands with a prefix of three bytes.
var starThree = map[[3]byte]def{
	{0x1b, 0x1d, 'a'}: {opAlign, 1}, {0x1b, 0x1e, 'a'}: {opPush, 1}, {0x1b, 0x1e, 'E'}: {opCounter, 1},
}

// nextStar is next for Star Line Mode.
func nextStar(b []byte) (token, int, error) {
	if len(b) == 0 {
		return token{}, 0, nil
	}
	switch first := b[0]; {
	case first == 0x17:
		return token{op: opETB}, 1, nil
	case first == 0x1b:
		return starCommand(b)
	case first == 0x10 || first == 0x1c || first == 0x1d:
		return token{}, 1, fmt.Errorf("unknown byte %02X", first)
	}
	return next(b, chinese)
}

func starCommand(b []byte) (token, int, error) {
	if len(b) < 2 {
		return token{}, 0, nil
	}
	d, ok := starOps[[2]byte{b[0], b[1]}]
	switch {
	case ok && d.op == opColumns:
		return starRows(b)
	case ok:
		t, n, err := fixed(b, d.op, 2, d.args)
		if n > 0 {
			t.args = starArgs(t, d.set)
		}
		return t, n, err
	case len(b) < 3:
		return token{}, 0, nil
	}
	three, ok := starThree[[3]byte{b[0], b[1], b[2]}]
	if !ok {
		return token{}, 2, fmt.Errorf("unknown command % X", b[:3])
	}
	return fixed(b, three.op, 3, three.args)
}

// starArgs says the arguments as ESC/POS would.
func starArgs(t token, set []byte) []byte {
	switch {
	case set != nil:
		return set
	case t.op == opSize: // height, width: 0 to 5
		return []byte{t.args[1]&7<<4 | t.args[0]&7}
	case t.op == opCut: // 2 feeds and cuts, 3 leaves a bridge
		return []byte{map[byte]byte{2: 65, 3: 66}[t.args[0]&7], 0}
	case t.op == opFeed: // quarters of a millimetre, two dots at 8 dots a millimetre
		return []byte{t.args[0] * 2}
	case t.op == opSpacing: // 1 is 4 mm, 0 is 3 mm
		return []byte{24 + 8*(t.args[0]&1)}
	}
	return t.args
}

// starRows frames ESC k n1 n2: 24 rows of n bytes, printed by the LF behind.
func starRows(b []byte) (token, int, error) {
	if len(b) < 4 {
		return token{}, 0, nil
	}
	x := int(b[2]) | int(b[3])<<8
	if x == 0 || x > 128 {
		return token{}, 4, fmt.Errorf("ESC k with header % X", b[:4])
	}
	if len(b) < 4+24*x {
		return token{}, 0, nil
	}
	return token{op: opRaster, args: b[4 : 4+24*x], x: x, y: 24}, 4 + 24*x, nil
}

// starStatus returns the nine bytes of automatic status. The caller holds the
// lock.
func (p *Printer) starStatus() []byte {
	s := []byte{0x23, 0x06, 0, 0, 0, 0, 0, 0, 0}
	set := func(on bool, at int, bits byte) {
		if on {
			s[at] |= bits
		}
	}
	set(p.cover, 2, 0x20)
	set(!p.ready(), 2, 0x08)
	set(p.jammed, 3, 0x08)
	set(p.hot, 3, 0x40)
	set(p.nearEnd(), 5, 0x04)
	set(p.paper < 1, 5, 0x08)
	// Five bits of the counter stand in bits 6, 5, 3, 2 and 1.
	n := byte(p.etb & 0x1f)
	s[7] = n&0x18<<2 | n&0x07<<1
	s[8] = map[bool]byte{true: 0x06, false: 0x0e}[p.inMouth]
	if !p.handed {
		s[8] = 0
	}
	return s
}
