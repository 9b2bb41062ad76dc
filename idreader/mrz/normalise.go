package mrz

import (
	"fmt"
	"strings"
)

// maxRaw is the longest text that a reader of zones sends: 90 characters with
// framing, three times over.
const maxRaw = 512

// unbroken maps the length of a zone that came as one line to its line width.
var unbroken = map[int]int{60: 30, 72: 36, 88: 44, 90: 30}

// Normalise returns the lines of the zone in what a swipe or camera reader
// sent: framing characters removed, '_' as filler accepted, letters in upper
// case, lines separated by CR or LF or not at all. Sources: DESKO serial
// protocol, 3M RTE6701 integration manual.
func Normalise(raw []byte) ([]string, error) {
	if len(raw) > maxRaw {
		return nil, fmt.Errorf("mrz: %d bytes, a zone has at most %d: %w", len(raw), maxRaw, ErrFormat)
	}
	text := strings.Map(func(r rune) rune {
		switch {
		case r == '\r' || r == '\n':
			return '\n'
		case r == '_':
			return '<'
		case r <= ' ' || r == 0x7f:
			return -1
		}
		return r
	}, string(raw))
	lines := strings.FieldsFunc(strings.ToUpper(text), func(r rune) bool { return r == '\n' })
	if len(lines) == 1 {
		lines = split(lines[0])
	}
	if len(lines) == 0 {
		return nil, fmt.Errorf("mrz: nothing but framing: %w", ErrFormat)
	}
	return lines, nil
}

// split cuts a zone without line ends.
func split(s string) []string {
	width, ok := unbroken[len(s)]
	if !ok {
		return []string{s}
	}
	var lines []string
	for ; len(s) >= width; s = s[width:] {
		lines = append(lines, s[:width])
	}
	return lines
}
