package scanner

import (
	"bytes"
	"slices"
)

// Suffix is what ends a code.
type Suffix string

// The suffixes. With a named one, silence before it means that the rest of the
// code was lost; codes that hold line ends themselves need None or a suffix
// that they do not hold.
const (
	Any  Suffix = ""     // CR, LF, both, or silence; of a keyboard Enter, Tab or silence
	CR   Suffix = "cr"   // of a keyboard Enter or Tab, as with LF and CRLF
	LF   Suffix = "lf"   //
	CRLF Suffix = "crlf" //
	None Suffix = "none" // silence alone
)

// Suffixes are all values of Suffix but the zero one.
var Suffixes = []Suffix{CR, LF, CRLF, None}

// marks are the bytes of each suffix.
var marks = map[Suffix]string{CR: "\r", LF: "\n", CRLF: "\r\n"}

// serial makes codes of a stream of bytes.
type serial struct {
	buffer
	o Options
}

// Feed takes bytes as they come.
func (s *serial) Feed(p []byte, whole func([]byte)) {
	for _, c := range p {
		if s.o.Suffix == Any && (c == '\r' || c == '\n') {
			s.finish(whole)
			continue
		}
		s.add(c)
		if mark := marks[s.o.Suffix]; mark != "" && bytes.HasSuffix(s.code(), []byte(mark)) {
			s.data = s.data[:len(s.data)-len(mark)]
			s.finish(whole)
		} else if s.long && mark != "" && c == mark[len(mark)-1] {
			s.finish(whole)
		}
	}
}

// Quiet ends a code without suffix, and gives up one whose suffix was lost.
func (s *serial) Quiet(whole func([]byte)) {
	s.damaged = s.damaged || marks[s.o.Suffix] != ""
	s.finish(whole)
}

// finish takes the prefix and the AIM identifier off and passes the code on.
func (s *serial) finish(whole func([]byte)) {
	if len(s.code()) > 0 {
		if !bytes.HasPrefix(s.code(), s.o.Prefix) {
			s.damaged = true
		} else {
			s.cut(len(s.o.Prefix))
		}
	}
	if s.o.AIM && isAIM(s.code()) {
		copy(s.data, s.code()[:aimLen])
		s.cut(aimLen)
	}
	s.flush(whole)
}

// cut takes n bytes off the beginning of the code.
func (s *serial) cut(n int) { s.data = slices.Delete(s.data, aimLen, aimLen+n) }

// isAIM reports whether b begins with an AIM identifier, ISO/IEC 15424: "]", a
// letter and a digit or letter.
func isAIM(b []byte) bool {
	letter := func(c byte) bool { return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' }
	return len(b) >= aimLen && b[0] == ']' && letter(b[1]) && (letter(b[2]) || b[2] >= '0' && b[2] <= '9')
}
