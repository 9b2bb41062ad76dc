package sam

import (
	"time"
)

// DefaultBaud is the speed of nearly every reader as it comes.
const DefaultBaud = 115200

// Timing holds how long a session waits. Fields that are 0 get the value of
// [DefaultTiming].
type Timing struct {
	Answer time.Duration // for the beginning of a reply
	Card   time.Duration // for the beginning of the reply to read; the exchange with the card alone takes about 1 s
	Rest   time.Duration // for the rest of a reply, beside its time on the wire
	Quiet  time.Duration // silence after which nothing late is expected any more
	Idle   time.Duration // between looks for a card; modules need more than 200 ms
	Probe  time.Duration // between looks whether the card is still there
	Reset  time.Duration // after a reset of the module
	Same   time.Duration // a card that comes back within it counts as never gone
}

// DefaultTiming returns times that the slowest known module keeps. The time of
// the bytes on the wire is added by the speed of the port.
func DefaultTiming() Timing {
	return Timing{
		Answer: time.Second,
		Card:   2500 * time.Millisecond,
		Rest:   300 * time.Millisecond,
		Quiet:  50 * time.Millisecond,
		Idle:   300 * time.Millisecond,
		Probe:  400 * time.Millisecond,
		Reset:  time.Second,
		Same:   3 * time.Second,
	}
}

// filled returns t with defaults in place of zeros.
func (t Timing) filled() Timing {
	d := DefaultTiming()
	for _, f := range []struct{ value, fallback *time.Duration }{
		{&t.Answer, &d.Answer}, {&t.Card, &d.Card}, {&t.Rest, &d.Rest}, {&t.Quiet, &d.Quiet},
		{&t.Idle, &d.Idle}, {&t.Probe, &d.Probe}, {&t.Reset, &d.Reset}, {&t.Same, &d.Same},
	} {
		if *f.value <= 0 {
			*f.value = *f.fallback
		}
	}
	return t
}

// wire returns half as much again as n bytes need at baud with 8N1.
func wire(n, baud int) time.Duration {
	if baud <= 0 {
		baud = DefaultBaud
	}
	return time.Duration(n) * 15 * time.Second / time.Duration(baud)
}
