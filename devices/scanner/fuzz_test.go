package scanner

import (
	"bytes"
	"testing"
)

// FuzzLayout reads layouts out of foreign descriptors and takes reports by
// them.
func FuzzLayout(f *testing.F) {
	f.Add([]byte("\x05\x8c\x09\x02\xa1\x01\x85\x02\x75\x08\x95\x01\x09\xfb\x81\x02\x95\x20\x09\xfe\x82\x02\x01\x75\x01\x95\x01\x09\xff\x81\x02\xc0"), []byte("\x02]12345678901234567890123456789012\x00"))
	f.Fuzz(func(t *testing.T, descriptor, report []byte) {
		l, err := ParseLayout(descriptor)
		if err != nil {
			l = Honeywell
		}
		o := Options{Limit: 100}.filled()
		s := &pos{buffer: newBuffer(o), layout: l}
		for range 3 {
			s.Feed(report, inLimit(t, o))
		}
		s.Quiet(inLimit(t, o))
		if s.Begun() {
			t.Error("silence does not end a code")
		}
	})
}

// FuzzInput takes foreign bytes as serial codes, reports and events.
func FuzzInput(f *testing.F) {
	f.Add([]byte("]Q1code\r\n"), "", "]", true)
	f.Add([]byte("\x02\x00\x04\x00\x00\x00\x00\x00"), "crlf", "", false)
	f.Fuzz(func(t *testing.T, p []byte, suffix, prefix string, aim bool) {
		o := Options{Suffix: Suffix(suffix), Prefix: []byte(prefix), AIM: aim, Limit: 50}.filled()
		for _, a := range []interface {
			Feed([]byte, func([]byte))
			Quiet(func([]byte))
			Begun() bool
		}{&serial{buffer: newBuffer(o), o: o}, &boot{typist: newTypist(o)}, &keyboard{typist: newTypist(o)}} {
			a.Feed(p, inLimit(t, o))
			a.Feed(bytes.ToUpper(p), inLimit(t, o))
			a.Quiet(inLimit(t, o))
			if a.Begun() {
				t.Errorf("silence does not end a code of %T", a)
			}
		}
		decode(p)
	})
}

func inLimit(t *testing.T, o Options) func([]byte) {
	return func(message []byte) {
		if n := len(message) - aimLen; n < 1 || n > o.Limit {
			t.Errorf("code of %d bytes", n)
		}
	}
}

func TestBufferKeepsNothingOfACode(t *testing.T) {
	o := Options{}.filled()
	s := &serial{buffer: newBuffer(o), o: o}
	got := ""
	s.Feed([]byte("marked\rmar"), func(m []byte) { got = string(m[aimLen:]) })
	s.Quiet(func([]byte) {})
	if got != "marked" || bytes.Contains(s.data[:cap(s.data)], []byte("m")) {
		t.Errorf("got %q, %q stays", got, s.data[:cap(s.data)])
	}
}
