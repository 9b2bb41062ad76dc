package printertest

import (
	"fmt"
	"unicode/utf8"
)

// A Token is one command or a run of text.
type Token struct {
	Name string // as in the Epson manual, or "text"
	Data []byte // all its bytes
}

// shape says how long a command is.
type shape struct {
	name  string
	fixed int                      // bytes behind the prefix
	more  func(args []byte) int    // bytes behind those, from their values
	valid func(args []byte) string // what is wrong with them, "" for nothing
}

// shapes are the commands that a driver of this program may send, with the
// ranges of their arguments (kunif, EscPosUtils; Epson ESC/POS reference).
var shapes = map[string]shape{
	"\x1b@": {name: "ESC @"}, "\x1c&": {name: "FS &"},
	"\x1bE":    {name: "ESC E", fixed: 1, valid: upTo(1)},
	"\x1ba":    {name: "ESC a", fixed: 1, valid: upTo(2)},
	"\x1b3":    {name: "ESC 3", fixed: 1},
	"\x1bJ":    {name: "ESC J", fixed: 1},
	"\x1b$":    {name: "ESC $", fixed: 2, valid: dots},
	"\x1c!":    {name: "FS !", fixed: 1, valid: only(0x00, 0x04, 0x08, 0x0c)},
	"\x1d!":    {name: "GS !", fixed: 1, valid: scales},
	"\x1dB":    {name: "GS B", fixed: 1, valid: upTo(1)},
	"\x1dV":    {name: "GS V", fixed: 2, valid: first(65, 66)},
	"\x1da":    {name: "GS a", fixed: 1},
	"\x1dr":    {name: "GS r", fixed: 1, valid: only(1)},
	"\x1de":    {name: "1D 65", fixed: 1, more: steps},
	"\x1dv0":   {name: "GS v 0", fixed: 5, more: rows, valid: header},
	"\x1c(C":   {name: "FS ( C", fixed: 2, more: length},
	"\x1d(H":   {name: "GS ( H", fixed: 2, more: length, valid: first(6)},
	"\x1d(L":   {name: "GS ( L", fixed: 2, more: length},
	"\x1d8L":   {name: "GS 8 L", fixed: 4, more: length4},
	"\x1d(k":   {name: "GS ( k", fixed: 2, more: length},
	"\x10\x04": {name: "DLE EOT", fixed: 1},
}

// Tokens frames the whole stream or says at which byte it cannot.
func Tokens(b []byte) ([]Token, error) {
	var out []Token
	utf := false
	for at := 0; at < len(b); {
		t, err := token(b[at:], utf)
		if err != nil {
			return out, fmt.Errorf("byte %d, % X: %w", at, b[at:min(at+12, len(b))], err)
		}
		out = append(out, t)
		utf = utf || string(t.Data) == "\x1c(C\x02\x000\x02"
		at += len(t.Data)
	}
	return out, nil
}

func token(b []byte, utf bool) (Token, error) {
	switch {
	case b[0] == 0x00:
		return Token{"NUL", b[:1]}, nil
	case b[0] == '\n':
		return Token{"LF", b[:1]}, nil
	case b[0] >= 0x20 && b[0] != 0x7f:
		return text(b, utf)
	}
	for n := 3; n >= 2; n-- {
		if len(b) < n {
			continue
		}
		if s, ok := shapes[string(b[:n])]; ok {
			return command(s, b, n)
		}
	}
	return Token{}, fmt.Errorf("no command begins like this")
}

// four reports whether b begins with a four-byte character of GB 18030.
func four(b []byte) bool {
	digit := func(x byte) bool { return x >= 0x30 && x <= 0x39 }
	return len(b) >= 4 && b[0] >= 0x81 && b[0] <= 0xfe && digit(b[1]) && b[2] >= 0x81 && b[2] <= 0xfe && digit(b[3])
}

// text frames one-byte characters 20 to 7E and two-byte characters 81 to FE
// with 40 to FE, four-byte ones, or UTF-8.
func text(b []byte, utf bool) (Token, error) {
	n := 0
	for n < len(b) && b[n] >= 0x20 && b[n] != 0x7f {
		if b[n] < 0x80 {
			n++
			continue
		}
		if utf {
			r, size := utf8.DecodeRune(b[n:])
			if r == utf8.RuneError {
				return Token{}, fmt.Errorf("no UTF-8 at %d", n)
			}
			n += size
			continue
		}
		if four(b[n:]) {
			n += 4
			continue
		}
		if n+1 == len(b) || b[n] == 0x80 || b[n] == 0xff || b[n+1] < 0x40 || b[n+1] == 0x7f || b[n+1] == 0xff {
			return Token{}, fmt.Errorf("half a two-byte character at %d", n)
		}
		n += 2
	}
	return Token{"text", b[:n]}, nil
}

func command(s shape, b []byte, prefix int) (Token, error) {
	t, err := framed(s, b, prefix)
	if err != nil {
		return t, err
	}
	return t, inside(t)
}

// framed cuts a command of that shape off.
func framed(s shape, b []byte, prefix int) (Token, error) {
	n := prefix + s.fixed
	if len(b) < n {
		return Token{}, fmt.Errorf("%s is cut off", s.name)
	}
	args := b[prefix:n]
	if s.valid != nil {
		if wrong := s.valid(args); wrong != "" {
			return Token{}, fmt.Errorf("%s: %s", s.name, wrong)
		}
	}
	if s.more != nil {
		n += s.more(args)
	}
	if len(b) < n {
		return Token{}, fmt.Errorf("%s needs %d bytes, %d are there", s.name, n, len(b))
	}
	return Token{s.name, b[:n]}, nil
}

func length(a []byte) int  { return int(a[0]) | int(a[1])<<8 }
func length4(a []byte) int { return length(a) | int(a[2])<<16 | int(a[3])<<24 }
func rows(a []byte) int    { return length(a[1:]) * length(a[3:]) }

func steps(a []byte) int {
	if a[0] == 3 {
		return 1
	}
	return 0
}

func upTo(n byte) func([]byte) string {
	return func(a []byte) string {
		if a[0] > n {
			return fmt.Sprintf("%d, want 0 to %d", a[0], n)
		}
		return ""
	}
}

func only(allowed ...byte) func([]byte) string {
	return func(a []byte) string {
		for _, v := range allowed {
			if a[0] == v {
				return ""
			}
		}
		return fmt.Sprintf("%02X is none of % X", a[0], allowed)
	}
}

func first(allowed ...byte) func([]byte) string { return only(allowed...) }

func dots(a []byte) string {
	if n := length(a); n >= 832 {
		return fmt.Sprintf("%d dots", n)
	}
	return ""
}

func scales(a []byte) string {
	if a[0]&0x88 != 0 {
		return fmt.Sprintf("scales %02X", a[0])
	}
	return ""
}

func header(a []byte) string {
	x, y := length(a[1:]), length(a[3:])
	if a[0] > 3 || x == 0 || x > 104 || y == 0 || y > 48 {
		return fmt.Sprintf("mode %d, %d bytes by %d rows", a[0], x, y)
	}
	return ""
}

// inside checks the commands that carry a structure, and that no command's data
// reads as a real-time command.
func inside(t Token) error {
	d := t.Data
	switch t.Name {
	case "GS ( L", "GS 8 L":
		return graphics(t)
	case "GS ( k":
		if len(d) < 8 || d[5] != '1' {
			return fmt.Errorf("GS ( k: % X", d)
		}
	case "DLE EOT":
		return nil
	}
	return calm(t)
}

func graphics(t Token) error {
	body := t.Data[5:]
	if t.Name == "GS 8 L" {
		body = t.Data[7:]
	}
	if string(body) == "02" {
		return nil
	}
	if len(body) < 10 || string(body[:3]) != "0p0" || body[5] != '1' {
		return fmt.Errorf("%s: % X", t.Name, body[:min(len(body), 10)])
	}
	if x, y := length(body[6:]), length(body[8:]); len(body) != 10+(x+7)/8*y || x == 0 || y == 0 {
		return fmt.Errorf("%s: %d dots by %d rows in %d bytes", t.Name, x, y, len(body)-10)
	}
	return calm(t)
}

// calm refuses DLE EOT, DLE ENQ and DLE DC4 with arguments that printers obey.
func calm(t Token) error {
	d := t.Data
	for i := 0; i+2 < len(d); i++ {
		if d[i] != 0x10 {
			continue
		}
		switch next := d[i+2]; {
		case d[i+1] == 0x04 && next >= 1 && next <= 0x16,
			d[i+1] == 0x05 && next <= 2,
			d[i+1] == 0x14 && next >= 1 && next <= 8:
			return fmt.Errorf("%s holds the real-time command % X", t.Name, d[i:i+3])
		}
	}
	return nil
}
