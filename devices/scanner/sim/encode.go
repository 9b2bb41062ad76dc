package sim

import (
	"fmt"
	"slices"

	"hallway/devices/hidinput"
	"hallway/devices/scanner"
)

// encode returns what the scanner writes for a code, each as one write.
func (s *Scanner) encode(code []byte) ([][]byte, error) {
	switch s.o.Mode {
	case POS:
		return Reports(*s.o.Layout, s.o.Length, s.o.AIM, code), nil
	case Boot:
		return Type(string(code))
	}
	all := slices.Concat([]byte(s.o.Prefix+s.o.AIM), code, []byte(s.o.Suffix))
	if s.o.Split <= 0 {
		return [][]byte{all}, nil
	}
	return slices.Collect(slices.Chunk(all, s.o.Split)), nil
}

// Reports returns a code as reports of a HID scanner, length bytes each.
func Reports(l scanner.Layout, length int, aim string, code []byte) [][]byte {
	room := l.Data.Size / 8
	var all [][]byte
	for {
		n := min(room, len(code))
		r := make([]byte, length)
		body := r
		if l.Numbered {
			r[0], body = l.Report, r[1:]
		}
		put(body, l.Count, n)
		for i, p := range l.AIM {
			if i < len(aim) {
				put(body, p, int(aim[i]))
			}
		}
		copy(body[l.Data.Offset/8:], code[:n])
		code = code[n:]
		if len(code) > 0 {
			put(body, l.Continued, 1)
		}
		if all = append(all, r); len(code) == 0 {
			return all
		}
	}
}

// put writes v to a place of a report.
func put(report []byte, p scanner.Place, v int) {
	for i := range p.Size {
		at := p.Offset + i
		report[at/8] |= byte(v>>i&1) << (at % 8)
	}
}

// Type returns text as boot keyboard reports that end with Enter: each key goes
// down and up.
func Type(text string) ([][]byte, error) {
	var all [][]byte
	for _, r := range text {
		p, ok := keyOf(r)
		if !ok {
			return nil, fmt.Errorf("no key types %q", r)
		}
		all = append(all, press(p), make([]byte, 8))
	}
	return append(all, press(hidinput.Press{Key: hidinput.KeyEnter}), make([]byte, 8)), nil
}

func press(p hidinput.Press) []byte {
	r := make([]byte, 8)
	if p.Shift {
		r[0] = 0x02
	}
	r[2] = p.Key
	return r
}

// keyOf returns the key that types r.
func keyOf(r rune) (hidinput.Press, bool) {
	for key := range 256 {
		for _, shift := range []bool{false, true} {
			p := hidinput.Press{Key: byte(key), Shift: shift}
			if typed, ok := p.Rune(); ok && typed == r {
				return p, true
			}
		}
	}
	return hidinput.Press{}, false
}
