package printertest

import (
	"bytes"
	"fmt"
)

// starShapes are the commands that a driver of Star Line Mode may send (Star
// Line Mode Command Specifications).
var starShapes = map[string]shape{
	"\x1b@": {name: "ESC @"}, "\x1b0": {name: "ESC 0"}, "\x17": {name: "ETB"},
	"\x1bE": {name: "ESC E"}, "\x1bF": {name: "ESC F"}, "\x1b4": {name: "ESC 4"}, "\x1b5": {name: "ESC 5"},
	"\x1bi":     {name: "ESC i", fixed: 2, valid: func(a []byte) string { return upTo(5)([]byte{max(a[0], a[1])}) }},
	"\x1bJ":     {name: "ESC J", fixed: 1, valid: func(a []byte) string { return within(a[0], 1, 127) }},
	"\x1bd":     {name: "ESC d", fixed: 1, valid: only(2, 3)},
	"\x1bk":     {name: "ESC k", fixed: 2, more: func(a []byte) int { return 24 * length(a) }, valid: bytesAcross},
	"\x1b\x1da": {name: "ESC GS a", fixed: 1, valid: upTo(2)},
	"\x1b\x1ea": {name: "ESC RS a", fixed: 1, valid: only(1)},
	"\x1b\x1eE": {name: "ESC RS E", fixed: 1, valid: only(0)},
}

func within(v, lo, hi byte) string {
	if v < lo || v > hi {
		return fmt.Sprintf("%d, want %d to %d", v, lo, hi)
	}
	return ""
}

func bytesAcross(a []byte) string {
	if n := length(a); n < 1 || n > 104 {
		return fmt.Sprintf("%d bytes across", n)
	}
	return ""
}

// StarTokens frames a whole stream of Star Line Mode like [Tokens].
func StarTokens(b []byte) ([]Token, error) {
	var out []Token
	for at := 0; at < len(b); {
		t, err := starToken(b[at:])
		if err == nil && bytes.Contains(t.Data, []byte{0x1b, 0x06}) {
			err = fmt.Errorf("%s holds the real-time command ESC ACK", t.Name)
		}
		if err != nil {
			return out, fmt.Errorf("byte %d, % X: %w", at, b[at:min(at+12, len(b))], err)
		}
		out = append(out, t)
		at += len(t.Data)
	}
	return out, nil
}

func starToken(b []byte) (Token, error) {
	switch {
	case b[0] == 0x00:
		return Token{"NUL", b[:1]}, nil
	case b[0] == '\n':
		return Token{"LF", b[:1]}, nil
	case b[0] >= 0x20 && b[0] != 0x7f:
		return text(b, false)
	}
	for n := min(3, len(b)); n >= 1; n-- {
		if s, ok := starShapes[string(b[:n])]; ok {
			return framed(s, b, n)
		}
	}
	return Token{}, fmt.Errorf("no command begins like this")
}
