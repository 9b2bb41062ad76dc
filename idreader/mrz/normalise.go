package mrz

import (
	"bytes"
	"fmt"
	"strings"
)

// maxRaw is the longest text that a reader of zones sends: 90 characters with
// framing, three times over.
const maxRaw = 512

// unbroken maps the length of a zone that came as one line to its line width.
var unbroken = map[int]int{72: 36, 88: 44, 90: 30}

// widths maps the width of a line to how many such lines make a zone. A line of
// type CS or CD is one alone.
var widths = map[int]int{30: 3, 36: 2, 44: 2}

// A Dialect is how a reader of zones frames what it sends. The zero Dialect
// knows plain lines, with CR, LF or both behind each, the framing of DESKO
// (DESKODOC 7000310001 serial protocol: STX lines ETX between two more control
// characters) and of 3M (RTE6701 integration manual: SOH, length, "OU", STX,
// one flag, lines, ETX, one check character; fillers as '_').
type Dialect struct {
	Prefix, Suffix string // what a reader adds to each line beside; "" = nothing
}

// Normalise returns the lines of the one zone in what a reader sent, by the
// zero [Dialect].
func Normalise(raw []byte) ([]string, error) { return Dialect{}.Normalise(raw) }

// Normalise returns the lines of the one zone in what a reader sent: framing
// removed, '_' as filler accepted, letters in upper case, lines separated by CR
// or LF or not at all. Anything but one zone is an error that wraps [ErrFormat].
func (d Dialect) Normalise(raw []byte) ([]string, error) {
	if len(raw) > maxRaw {
		return nil, fmt.Errorf("mrz: %d bytes, a zone has at most %d: %w", len(raw), maxRaw, ErrFormat)
	}
	var all []string
	for _, part := range unframe(raw) {
		all = append(all, d.lines(part)...)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("mrz: nothing but framing: %w", ErrFormat)
	}
	if len(all) == 1 {
		all = split(all[0])
	}
	return all, nil
}

// The control characters of frames.
const (
	soh = 0x01
	stx = 0x02
	etx = 0x03
)

// unframe returns the texts in raw: those between STX and ETX, and what stands
// outside frames.
func unframe(raw []byte) [][]byte {
	var parts [][]byte
	for len(raw) > 0 {
		start := bytes.IndexByte(raw, stx)
		if start < 0 {
			return append(parts, raw)
		}
		before, threeM := header(raw[:start])
		parts = append(parts, before)
		raw = raw[start+1:]
		if threeM && len(raw) > 0 {
			raw = raw[1:] // the flag
		}
		end := bytes.IndexByte(raw, etx)
		if next := bytes.IndexByte(raw, stx); end < 0 || next >= 0 && next < end {
			end = next // a frame whose end was lost
		}
		if end < 0 {
			return append(parts, raw)
		}
		parts = append(parts, raw[:end])
		if raw[end] == etx {
			end++
			if threeM && end < len(raw) {
				end++ // the check character
			}
		}
		raw = raw[end:]
	}
	return parts
}

// header takes the header of a 3M frame off the end of what came before STX.
func header(before []byte) ([]byte, bool) {
	if !bytes.HasSuffix(before, []byte("OU")) {
		return before, false
	}
	at := bytes.LastIndexByte(before, soh)
	if at < 0 || len(before)-at > len("\x01llOU") {
		return before, false
	}
	return before[:at], true
}

// lines returns the lines of a text without framing.
func (d Dialect) lines(text []byte) []string {
	clean := strings.Map(func(r rune) rune {
		switch {
		case r == '\r' || r == '\n':
			return '\n'
		case r == '_':
			return '<'
		case r <= ' ' || r == 0x7f:
			return -1
		}
		return r
	}, string(text))
	var lines []string
	for line := range strings.SplitSeq(clean, "\n") {
		line = strings.TrimSuffix(strings.TrimPrefix(line, d.Prefix), d.Suffix)
		if line != "" {
			lines = append(lines, strings.ToUpper(line))
		}
	}
	return lines
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

// A piece is a part of a stream: the lines of a zone, or so many characters of
// something else.
type piece struct {
	zone  []string
	noise int
}

// pieces finds the zones in a stream of any number of them.
func (d Dialect) pieces(raw []byte) []piece {
	var all []piece
	for _, part := range unframe(raw) {
		lines := d.lines(part)
		for len(lines) > 0 {
			zone, n := first(lines)
			if zone == nil {
				all = noise(all, len(lines[0]))
			} else {
				all = append(all, piece{zone: zone})
			}
			lines = lines[n:]
		}
	}
	return all
}

// noise adds n characters to the noise at the end of all.
func noise(all []piece, n int) []piece {
	if len(all) > 0 && all[len(all)-1].zone == nil {
		all[len(all)-1].noise += n
		return all
	}
	return append(all, piece{noise: n})
}

// first returns the zone that lines begin with, nil when the first line begins
// none, and how many lines it takes.
func first(lines []string) ([]string, int) {
	width, n := len(lines[0]), 1
	zone := lines[:1:1]
	if _, ok := unbroken[width]; ok {
		zone = split(lines[0])
	} else if !isExit(lines[0]) {
		n = min(max(widths[width], 1), len(lines))
		zone = lines[:n:n]
	}
	if _, err := recognise(zone); err != nil {
		return nil, 1
	}
	return zone, n
}
