package scanner

import (
	"time"

	"hallway/devices/hidinput"
)

// typist makes codes of key presses.
type typist struct {
	buffer
	o Options
}

func newTypist(o Options) typist { return typist{newBuffer(o), o} }

// press takes one key.
func (t *typist) press(p hidinput.Press, whole func([]byte)) {
	switch p.Key {
	case hidinput.KeyEnter, hidinput.KeypadEnter, hidinput.KeyTab:
		if t.o.Suffix != None {
			t.finish(whole)
			return
		}
	}
	if r, ok := p.Rune(); ok {
		t.add(byte(r))
	}
}

// Quiet ends a code without suffix, and gives up one whose suffix was lost.
func (t *typist) Quiet(whole func([]byte)) {
	t.damaged = t.damaged || t.o.Suffix != Any && t.o.Suffix != None
	t.finish(whole)
}

// finish passes on what was typed, unless it is too short for a code.
func (t *typist) finish(whole func([]byte)) {
	if len(t.code()) < t.o.Shortest {
		whole = func([]byte) {}
	}
	t.flush(whole)
}

// boot takes boot keyboard reports.
type boot struct {
	typist
	keys hidinput.Boot
}

// Feed takes one report. Keys that went down together come in the report's
// order.
func (b *boot) Feed(report []byte, whole func([]byte)) {
	presses, ok := b.keys.Report(report)
	b.damaged = b.damaged || !ok
	for _, p := range presses {
		b.press(p, whole)
	}
}

// keyboard takes events of the kernel.
type keyboard struct {
	typist
	keys hidinput.Keys
	last time.Duration // of the key before
}

// Feed takes events. A key that comes too late begins a code of its own.
func (k *keyboard) Feed(p []byte, whole func([]byte)) {
	kept := k.keys.Feed(p, func(p hidinput.Press, at time.Duration) {
		if k.Begun() && at-k.last > k.o.Burst {
			k.Quiet(whole)
		}
		k.last = at
		k.press(p, whole)
	})
	k.damaged = k.damaged || !kept
}
