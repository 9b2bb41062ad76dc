package sim

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
)

// alpha is a one-line sign of the Alpha protocol (9708-8061F): files of texts
// and strings in a memory that a command lays out, and a priority text that
// hides all others while it is not empty.
type alpha struct {
	address  int
	files    map[byte]alphaFile
	order    []byte // labels of the texts
	priority string
}

type alphaFile struct {
	text bool
	most int // bytes
	data string
}

const alphaMost = 1024 // bytes of a transmission

func newAlpha(address int) *alpha {
	return &alpha{address: address, files: map[byte]alphaFile{'A': {text: true, most: 256}}, order: []byte("A")}
}

func (p *alpha) take(b []byte) (int, []byte, error) {
	start := 0
	for start < len(b) && b[start] == 0 {
		start++
	}
	switch {
	case start == len(b):
		if start > alphaMost {
			return start, nil, fmt.Errorf("%d bytes 00", start)
		}
		return 0, nil, nil
	case b[start] != 0x01:
		return start + 1, nil, fmt.Errorf("byte %02X begins no transmission", b[start])
	}
	end, again := bytes.IndexByte(b[start:], 0x04), bytes.IndexByte(b[start:], 0x00)
	switch {
	case again >= 0 && (end < 0 || again < end):
		return start + again, nil, fmt.Errorf("%q has no end", b[start:start+again])
	case end < 0 && len(b) > alphaMost:
		return len(b), nil, fmt.Errorf("a transmission of more than %d bytes", alphaMost)
	case end < 0:
		return 0, nil, nil
	}
	n := start + end + 1
	if start < 5 {
		return n, nil, fmt.Errorf("%d bytes 00 begin a transmission, not 5", start)
	}
	return n, nil, p.transmission(b[start+1 : n-1])
}

// transmission reads type, address and packets.
func (p *alpha) transmission(b []byte) error {
	if len(b) < 3 || b[0] != 'Z' {
		return fmt.Errorf("no sign has the type of %q", b)
	}
	address, err := strconv.ParseUint(string(b[1:3]), 16, 8)
	if err != nil {
		return fmt.Errorf("%q is no address", b[1:3])
	}
	for rest := b[3:]; len(rest) > 0; {
		etx := bytes.IndexByte(rest, 0x03)
		if rest[0] != 0x02 || etx < 0 || len(rest) < etx+5 {
			return fmt.Errorf("%q is no packet", rest)
		}
		if want := fmt.Sprintf("%04X", sum(rest[:etx+1])&0xFFFF); want != string(rest[etx+1:etx+5]) {
			return fmt.Errorf("sum %q of %q, want %s", rest[etx+1:etx+5], rest[:etx+1], want)
		}
		if address == 0 || int(address) == p.address {
			if err := p.command(string(rest[1:etx])); err != nil {
				return err
			}
		}
		rest = rest[etx+5:]
	}
	return nil
}

func (p *alpha) command(c string) error {
	if strings.IndexFunc(c, func(r rune) bool { return r >= 0x80 }) >= 0 {
		return fmt.Errorf("%q is not ASCII", c)
	}
	switch {
	case strings.HasPrefix(c, "A0"):
		s, err := alphaText(c[2:])
		p.priority = s
		return err
	case len(c) >= 2 && c[0] == 'A':
		return p.store(c[1], true, c[2:])
	case len(c) >= 2 && c[0] == 'G':
		return p.store(c[1], false, c[2:])
	case strings.HasPrefix(c, "E$"):
		return p.layOut(c[2:])
	case strings.HasPrefix(c, "E("), strings.HasPrefix(c, "E,"), strings.HasPrefix(c, "E "), strings.HasPrefix(c, "Es"):
		return nil // beep, soft reset, time, acknowledging
	}
	return fmt.Errorf("no command %q", c)
}

// store writes a file that the memory has.
func (p *alpha) store(label byte, text bool, data string) error {
	f, ok := p.files[label]
	switch {
	case !ok || f.text != text:
		return fmt.Errorf("the memory has no such file %q", label)
	case len(data) > f.most:
		return fmt.Errorf("%d bytes for file %q of %d", len(data), label, f.most)
	}
	if text {
		if _, err := alphaText(data); err != nil {
			return err
		}
	}
	f.data = data
	p.files[label] = f
	return nil
}

// layOut makes the memory anew: label, A or B for text or string, lock, size in
// hexadecimal, and four more.
func (p *alpha) layOut(list string) error {
	const entry = 11
	if len(list)%entry != 0 {
		return fmt.Errorf("memory of %q", list)
	}
	files, order := map[byte]alphaFile{}, []byte(nil)
	for ; len(list) > 0; list = list[entry:] {
		size, err := strconv.ParseUint(list[3:7], 16, 16)
		if err != nil || list[1] != 'A' && list[1] != 'B' || list[2] != 'U' && list[2] != 'L' {
			return fmt.Errorf("file %q", list[:entry])
		}
		files[list[0]] = alphaFile{text: list[1] == 'A', most: int(size)}
		if list[1] == 'A' {
			order = append(order, list[0])
		}
	}
	p.files, p.order = files, order
	return nil
}

// alphaText reads a text's mode and returns what stands behind it, with 10 and
// a label where a string is to be shown.
func alphaText(s string) (string, error) {
	if s == "" {
		return "", nil
	}
	if len(s) < 3 || s[0] != 0x1B || s[1] != 0x20 || s[2] < 'a' || s[2] > 'v' {
		return "", fmt.Errorf("no mode in %q", s)
	}
	var out strings.Builder
	for s = s[3:]; s != ""; s = s[1:] {
		switch {
		case s[0] == 0x1C || s[0] == 0x07:
			if len(s) < 2 {
				return "", fmt.Errorf("%q ends in the middle", s)
			}
			s = s[1:] // colour, flash
		case s[0] == 0x10 && len(s) > 1:
			out.WriteString(s[:2])
			s = s[1:]
		case s[0] < ' ':
			return "", fmt.Errorf("no code %02X", s[0])
		default:
			out.WriteByte(s[0])
		}
	}
	return out.String(), nil
}

func (p *alpha) shown() Picture {
	text := p.priority
	if text == "" {
		for _, label := range p.order {
			s, _ := alphaText(p.files[label].data)
			text += s
		}
	}
	for label, f := range p.files {
		text = strings.ReplaceAll(text, "\x10"+string(label), f.data)
	}
	return strip(96, 16, strings.TrimRight(text, " "))
}
