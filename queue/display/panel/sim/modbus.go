package sim

import (
	"fmt"
	"strings"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// modbus is a panel with eight registers: register 0 is a number, 0 for dark,
// or all of them are a text, two bytes of GBK each. It knows the functions 06
// and 10 and refuses others (Modbus Application Protocol 1.1b3, §7).
type modbus struct {
	address byte
	text    bool
	refuse  bool // whatever comes
	is      [8]uint16
}

func (p *modbus) take(b []byte) (int, []byte, error) {
	n := 8
	if len(b) < 2 {
		return 0, nil, nil
	}
	if b[1] == 0x10 {
		if len(b) < 7 {
			return 0, nil, nil
		}
		n = 9 + int(b[6])
	}
	if len(b) < n {
		return 0, nil, nil
	}
	if u16(b[n-2:]) != crcModbus(b[:n-2]) {
		return 1, nil, fmt.Errorf("byte %02X begins no frame: the CRC of % X is wrong", b[0], b[:n])
	}
	if b[0] != p.address && b[0] != 0 {
		return n, nil, nil
	}
	code := p.write(b[1], int(b[2])<<8|int(b[3]), int(b[4])<<8|int(b[5]), b[6:n-2])
	answer := sealed(append([]byte(nil), b[:6]...))
	var err error
	if code != 0 {
		answer = sealed([]byte{b[0], b[1] | 0x80, code})
		err = fmt.Errorf("refused with exception %02X: % X", code, b[:n])
	}
	if b[0] == 0 {
		answer = nil
	}
	return n, answer, err
}

// write returns 0, or the code of an exception.
func (p *modbus) write(function byte, register, value int, more []byte) byte {
	switch {
	case p.refuse:
		return 0x04
	case function != 0x06 && function != 0x10:
		return 0x01
	case register >= len(p.is):
		return 0x02
	case function == 0x06:
		p.is[register] = uint16(value)
		return 0
	}
	if value < 1 || value > 123 || len(more) != 1+2*value || int(more[0]) != 2*value {
		return 0x03
	}
	if register+value > len(p.is) {
		return 0x02
	}
	for i := range value {
		p.is[register+i] = uint16(more[1+2*i])<<8 | uint16(more[2+2*i])
	}
	return 0
}

func (p *modbus) shown() Picture {
	if !p.text {
		return numerals(4, lit(int(p.is[0])))
	}
	var raw []byte
	for _, r := range p.is {
		raw = append(raw, byte(r>>8), byte(r))
	}
	return strip(64, 16, gbk(raw))
}

// gbk decodes text and cuts what follows a 00 and blanks at the end.
func gbk(raw []byte) string {
	text, err := simplifiedchinese.GBK.NewDecoder().Bytes(raw)
	if err != nil {
		return "�"
	}
	s, _, _ := strings.Cut(string(text), "\x00")
	return strings.TrimRight(s, " ")
}
