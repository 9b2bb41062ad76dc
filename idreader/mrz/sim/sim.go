// Package sim is a reader of machine-readable zones without hardware: a test or
// a person swipes specimens through it, and it sends their lines in the dialect
// of a maker. Its documents are specimens of the standards and of their
// issuers; see [Specimens].
package sim

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"hallway/devices/scanner"
	scansim "hallway/devices/scanner/sim"
	"hallway/devices/sim"
)

// Framing is how a simulated reader frames a zone.
type Framing string

// The framings, see mrz.Dialect.
const (
	Plain    Framing = ""         // each line with CR
	Unbroken Framing = "unbroken" // one line, CR
	Desko    Framing = "desko"    // SOH STX lines ETX EOT
	ThreeM   Framing = "3m"       // SOH length OU STX flag lines ETX check, '_' for '<'
)

// Options are the habits in which readers differ.
type Options struct {
	Framing Framing
	Trigger bool // it sends only when it is told to by [Command], and then what was swiped last
	Split   int  // bytes that are written at once; 0 = all
}

// Command makes a reader with Options.Trigger send.
var Command = scanner.TriggerOn

// A Reader is a simulated reader. All methods may be called from any goroutine.
type Reader struct {
	*scansim.Scanner
	framing Framing
}

var _ sim.Applier = (*Reader)(nil)

// Directives are the names of the directives that Apply obeys, beside those of
// the line.
var Directives = []string{"swipe", "half", "noise"}

// New returns a reader with nothing in it.
func New(o Options) *Reader {
	return &Reader{scansim.New(scansim.Options{Suffix: "-", Trigger: o.Trigger, Split: o.Split}), o.Framing}
}

// Swipe swipes a document with these lines.
func (r *Reader) Swipe(lines ...string) error { return r.Hold(Frame(r.framing, lines...)) }

// Apply carries out a directive of a fault script:
//
//	swipe=1     # swipe specimen 1
//	half=1      # only the first half of what it would send
//	noise=ff0d  # send these bytes
func (r *Reader) Apply(d sim.Directive) error {
	if d.Name == "noise" {
		return r.Scanner.Apply(d)
	}
	all := Specimens()
	n, err := strconv.Atoi(d.Value)
	if !slices.Contains(Directives, d.Name) || err != nil || n < 1 || n > len(all) {
		return fmt.Errorf("document reader has no directive %s=%s, use swipe= or half= with 1 to %d, or noise=", d.Name, d.Value, len(all))
	}
	zone := all[n-1].Lines
	if d.Name == "swipe" {
		return r.Swipe(zone...)
	}
	frame := Frame(r.framing, zone...)
	r.Send(frame[:len(frame)/2])
	return nil
}

// Frame returns what a reader sends for a zone.
func Frame(f Framing, lines ...string) []byte {
	switch f {
	case Unbroken:
		return []byte(strings.Join(lines, "") + "\r")
	case Desko:
		return []byte("\x01\x02" + strings.Join(lines, "\r") + "\r\x03\x04")
	case ThreeM:
		three := append(make([]string, max(0, 3-len(lines))), lines...)
		body := "OU\x020" + strings.ReplaceAll(strings.Join(three, "\r")+"\r", "<", "_") + "\x03"
		b := append([]byte{0x01, byte(len(body))}, body...)
		check := byte(0)
		for _, c := range b {
			check ^= c
		}
		return append(b, check)
	}
	return []byte(strings.Join(lines, "\r") + "\r")
}
