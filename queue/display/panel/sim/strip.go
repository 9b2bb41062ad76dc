package sim

import (
	"bytes"
	"fmt"
	"strings"
)

// onbon is a BX-5K/6K controller of a strip of 96x16 dots: eight A5, escaped
// bytes, 5A.
type onbon struct {
	address uint16
	areas   map[byte]Spot
}

// onbonEscapes are the second bytes behind A6 and 5B.
var onbonEscapes = map[byte][2]byte{0xA6: {0xA6, 0xA5}, 0x5B: {0x5B, 0x5A}}

const onbonMost = 1024 // bytes of a frame; the strip's text has 64

func (p *onbon) take(b []byte) (int, []byte, error) {
	if b[0] != 0xA5 {
		return 1, nil, fmt.Errorf("byte %02X begins no frame", b[0])
	}
	start := 0
	for start < len(b) && b[start] == 0xA5 {
		start++
	}
	end := bytes.IndexByte(b[start:], 0x5A)
	again := bytes.IndexByte(b[start:], 0xA5)
	switch {
	case again >= 0 && (end < 0 || again < end):
		return start + again, nil, fmt.Errorf("% X has no end", b[:start+again])
	case end < 0 && len(b) > onbonMost:
		return len(b), nil, fmt.Errorf("a frame of more than %d bytes", onbonMost)
	case end < 0:
		return 0, nil, nil
	}
	n := start + end + 1
	if start < 8 {
		return n, nil, fmt.Errorf("%d bytes A5 begin a frame, not 8", start)
	}
	return n, nil, p.frame(b[start : n-1])
}

// frame reads what stands between A5 and 5A.
func (p *onbon) frame(raw []byte) error {
	b, err := onbonPlain(raw)
	const head = 14
	switch {
	case err != nil:
		return err
	case len(b) < head+2+1:
		return fmt.Errorf("% X is too short", b)
	case u16(b[len(b)-2:]) != crcARC(b[:len(b)-2]):
		return fmt.Errorf("the CRC of % X is wrong", b)
	case u16(b) != p.address:
		return nil
	case u16(b[2:]) != 0x8000 || sum(b[4:10]) != 0 || b[10] != 0xFE || b[11] != 2:
		return fmt.Errorf("wrong head % X", b[:12])
	case int(u16(b[12:])) != len(b)-head-2:
		return fmt.Errorf("length %d for %d bytes", u16(b[12:]), len(b)-head-2)
	}
	return p.command(b[head : len(b)-2])
}

// onbonPlain takes escapes back.
func onbonPlain(raw []byte) (b []byte, err error) {
	for i := 0; i < len(raw); i++ {
		pair, ok := onbonEscapes[raw[i]]
		if !ok {
			b = append(b, raw[i])
			continue
		}
		i++
		if i == len(raw) || raw[i] != 1 && raw[i] != 2 {
			return nil, fmt.Errorf("broken escape in % X", raw)
		}
		b = append(b, pair[raw[i]-1])
	}
	return b, nil
}

func (p *onbon) command(c []byte) error {
	switch {
	case bytes.Equal(c, []byte{0xA2, 0, 1, 0, 0}), bytes.Equal(c, []byte{0xA1, 2, 1, 0, 0}):
		return nil // ping and status, whose answers nobody has published
	case bytes.Equal(c, []byte{0xA3, 0x10, 1, 0, 0}):
		p.areas = nil
		return nil
	case len(c) < 7 || c[0] != 0xA3 || c[1] != 6 || c[2] != 1 && c[2] != 2 || c[3]|c[4]|c[5] != 0:
		return fmt.Errorf("no command % X", c)
	}
	rest := c[7:]
	found := map[byte]Spot{}
	for range c[6] {
		if len(rest) < 2 || len(rest)-2 < int(u16(rest)) {
			return fmt.Errorf("area is cut short: % X", rest)
		}
		n := 2 + int(u16(rest))
		id, s, err := onbonArea(rest[2:n])
		if err != nil {
			return err
		}
		found[id], rest = s, rest[n:]
	}
	if len(rest) > 0 {
		return fmt.Errorf("% X behind the last area", rest)
	}
	if p.areas == nil {
		p.areas = map[byte]Spot{}
	}
	for id, s := range found {
		p.areas[id] = s
	}
	return nil
}

// onbonArea reads a dynamic area: type, X, Y, W, H, id, gap, run mode, timeout,
// sound, extension, align, single, newline, effect, exit, speed, stay, length.
func onbonArea(a []byte) (id byte, s Spot, err error) {
	const head = 27
	if len(a) < head || a[0] != 0 || a[14]|a[15] != 0 || a[17] < 1 || a[17] > 2 || a[20] != 0 {
		return 0, s, fmt.Errorf("wrong area % X", a)
	}
	n := int(u16(a[23:])) | int(u16(a[25:]))<<16
	if n != len(a)-head {
		return 0, s, fmt.Errorf("text of %d bytes, %d come", n, len(a)-head)
	}
	s = Spot{X: dots(u16(a[1:])), Y: int(u16(a[3:])), W: dots(u16(a[5:])), H: int(u16(a[7:])), Text: gbk(a[head:])}
	if s.X+s.W > onbonWide || s.Y+s.H > onbonHigh || s.W == 0 || s.H == 0 {
		return 0, s, fmt.Errorf("area %d,%d of %dx%d dots is not on the strip", s.X, s.Y, s.W, s.H)
	}
	return a[9], s, nil
}

const onbonWide, onbonHigh = 96, 16

// dots are bytes of eight dots, or dots when the highest bit is set.
func dots(n uint16) int {
	if n&0x8000 != 0 {
		return int(n &^ 0x8000)
	}
	return int(n) * 8
}

func (p *onbon) shown() Picture {
	pic := Picture{W: onbonWide, H: onbonHigh}
	for id := range 256 {
		if s, ok := p.areas[byte(id)]; ok && strings.TrimSpace(s.Text) != "" {
			pic.Spots = append(pic.Spots, s)
		}
	}
	return pic
}

// ly is a strip of 励研 of 128x32 dots: ESC $LYMIN, address, BA FF FF FF FF,
// length, body, CRC. All but size, length and CRC is UNCONFIRMED.
type ly struct {
	address uint16
	text    string
}

const lyHead = "\x1B$LYMIN"

func (p *ly) take(b []byte) (int, []byte, error) {
	if bad := mismatch(b, []byte(lyHead)...); bad >= 0 {
		return bad + 1, nil, fmt.Errorf("byte %02X begins no frame", b[bad])
	}
	const head = len(lyHead) + 2 + 5 + 2
	if len(b) < head {
		return 0, nil, nil
	}
	if mismatch(b[len(lyHead)+2:], 0xBA, 0xFF, 0xFF, 0xFF, 0xFF) >= 0 {
		return 1, nil, fmt.Errorf("wrong head % X", b[:head])
	}
	n := int(u16(b[head-2:]))
	if n < 17 || n > 1024 {
		return 1, nil, fmt.Errorf("body of %d bytes", n)
	}
	if len(b) < head+n+2 {
		return 0, nil, nil
	}
	body := b[head : head+n]
	if u16(b[head+n:]) != crcXModem(body) {
		return 1, nil, fmt.Errorf("the CRC of % X is wrong", body)
	}
	if u16(b[len(lyHead):]) != p.address {
		return head + n + 2, nil, nil
	}
	return head + n + 2, nil, p.show(body)
}

func (p *ly) show(b []byte) error {
	text := b[16 : len(b)-1]
	switch {
	case mismatch(b, 0x54, 2, 0, 0, 0, 0, lyWide, 0, lyHigh, 0, 0, 0, 0, 0, 1, 0) >= 0:
		return fmt.Errorf("wrong body % X", b)
	case b[len(b)-1] != 0 || bytes.IndexByte(text, 0) >= 0:
		return fmt.Errorf("text %q does not end with 00", text)
	}
	p.text = gbk(text)
	return nil
}

const lyWide, lyHigh = 128, 32

func (p *ly) shown() Picture { return strip(lyWide, lyHigh, p.text) }
