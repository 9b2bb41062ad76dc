package sim

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
)

// numeric4 is the panel of four bytes: address, value high and low, sum.
type numeric4 struct {
	address byte
	value   int
}

func (p *numeric4) take(b []byte) (int, []byte, error) {
	if len(b) < 4 {
		return 0, nil, nil
	}
	if byte(sum(b[:3])) != b[3] || b[0] == 0 {
		return 1, nil, fmt.Errorf("byte %02X begins no frame: % X", b[0], b[:4])
	}
	value := int(b[1])<<8 | int(b[2])
	switch {
	case b[0] != p.address:
	case value > 9999:
		return 4, nil, fmt.Errorf("%d has more than four digits", value)
	default:
		p.value = value
	}
	return 4, nil, nil
}

func (p *numeric4) shown() Picture { return numerals(4, lit(p.value)) }

// lit is a number without leading noughts; nought is dark.
func lit(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprint(n)
}

// xunpeng is the panel of frames 3A colour low high 01 sum 0A.
type xunpeng struct{ value int }

func (p *xunpeng) take(b []byte) (int, []byte, error) {
	const size = 7
	switch {
	case b[0] != 0x3A:
		return 1, nil, fmt.Errorf("byte %02X begins no frame", b[0])
	case len(b) < size:
		return 0, nil, nil
	}
	value := int(u16(b[2:]))
	switch {
	case byte(sum(b[:5])) != b[5] || b[6] != 0x0A || b[4] != 1:
		return 1, nil, fmt.Errorf("wrong frame % X", b[:size])
	case b[1] > 2 || value > 9999:
		return size, nil, fmt.Errorf("colour %d or value %d is out of range", b[1], value)
	}
	p.value = value
	return size, nil, nil
}

func (p *xunpeng) shown() Picture { return numerals(4, lit(p.value)) }

// led8 is the customer display of eight digits and four lamps.
type led8 struct {
	digits string
	lamp   byte
}

func (p *led8) take(b []byte) (int, []byte, error) {
	const places = 8
	switch {
	case b[0] == 0x0C:
		p.digits = ""
		return 1, nil, nil
	case b[0] != 0x1B:
		return 1, nil, fmt.Errorf("byte %02X begins no command", b[0])
	case len(b) < 3:
		return 0, nil, nil
	case b[1] == 's':
		if b[2] < '0' || b[2] > '4' {
			return 3, nil, fmt.Errorf("no lamp %02X", b[2])
		}
		p.lamp = b[2] - '0'
		return 3, nil, nil
	case b[1] != 'Q' || b[2] != 'A':
		return 1, nil, fmt.Errorf("no command % X", b[:3])
	}
	end := bytes.IndexByte(b, 0x0D)
	switch {
	case end < 0 && len(b) <= 3+2*places:
		return 0, nil, nil
	case end < 0:
		return 1, nil, fmt.Errorf("value without an end")
	}
	text := string(b[3:end])
	if strings.Trim(text, "0123456789.- ") != "" || len(strings.ReplaceAll(text, ".", "")) > places {
		return end + 1, nil, fmt.Errorf("%q is no value of eight digits", text)
	}
	p.digits = strings.TrimLeft(text, " ")
	return end + 1, nil, nil
}

func (p *led8) shown() Picture { return numerals(8, p.digits) }

// ff68 is the window display on the counter bus: FF 68 L L 68 A F D… S 16.
type ff68 struct {
	address byte
	lit     [6]byte
	stars   bool
}

const dark = 0x0A // a place without a digit

func (p *ff68) take(b []byte) (int, []byte, error) {
	if bad := mismatch(b, 0xFF, 0x68); bad >= 0 {
		return bad + 1, nil, fmt.Errorf("byte %02X begins no frame", b[bad])
	}
	if len(b) < 5 {
		return 0, nil, nil
	}
	n := int(b[2])
	if b[3] != b[2] || b[4] != 0x68 || n < 2 || n > 20 {
		return 1, nil, fmt.Errorf("wrong head % X", b[:5])
	}
	if len(b) < n+7 {
		return 0, nil, nil
	}
	body := b[5 : 5+n]
	if byte(sum(body)) != b[5+n] || b[6+n] != 0x16 {
		return 1, nil, fmt.Errorf("wrong sum or end of % X", b[:n+7])
	}
	if body[0] != p.address {
		return n + 7, nil, nil
	}
	return n + 7, nil, p.obey(body[1], body[2:])
}

func (p *ff68) obey(function byte, data []byte) error {
	switch {
	case function == 0x02 && len(data) == 6:
		if i := slices.IndexFunc(data, func(d byte) bool { return d > dark }); i >= 0 {
			return fmt.Errorf("no digit %02X", data[i])
		}
		p.stars = false
		copy(p.lit[:], data)
		return nil
	case function == 0x02 && len(data) == 1 && data[0] == 5:
		p.stars = true
		return nil
	case function == 0x03 && len(data) == 0, function == 0x01:
		return nil // the beeper; what is for the keypad
	}
	return fmt.Errorf("no function %02X with %d bytes", function, len(data))
}

func (p *ff68) shown() Picture {
	both := [2]string{}
	for i, d := range p.lit {
		s := " "
		if d < dark {
			s = string('0' + rune(d))
		}
		if p.stars {
			s = "-"
		}
		both[i/3] += s
	}
	pic := Picture{W: 3 * 2 * digitWide, H: digitHigh, Segments: true}
	for i, text := range both {
		if strings.TrimSpace(text) != "" {
			pic.Spots = append(pic.Spots, Spot{X: i * 3 * digitWide, W: 3 * digitWide, H: digitHigh, Text: text})
		}
	}
	return pic
}

// mismatch returns the place of the first byte that is not as wanted, -1 when
// all that came are.
func mismatch(b []byte, want ...byte) int {
	for i := range min(len(b), len(want)) {
		if b[i] != want[i] {
			return i
		}
	}
	return -1
}
