package shell

import (
	"time"

	"hallway/app/kiosk/kit"
)

// A finger that rests on a key that repeats acts again after the first pause,
// and then at every later one. No field is longer than the most repeats.
const (
	firstPause  = 500 * time.Millisecond
	laterPause  = 100 * time.Millisecond
	mostRepeats = 600
)

// hold begins to repeat a press while the finger rests on its control.
func (l *Loop) hold(c *kit.Control) {
	l.rests++
	l.after(firstPause, c, l.rests, mostRepeats)
}

func (l *Loop) after(pause time.Duration, c *kit.Control, rest, left int) {
	time.AfterFunc(pause, func() { l.o.Post(func() { l.repeat(c, rest, left) }) })
}

// repeat acts once more unless the finger has left, or the control is no longer
// on the screen.
func (l *Loop) repeat(c *kit.Control, rest, left int) {
	if rest != l.rests || left == 0 || !c.Held() || kit.Find(l.root, c.ID()) != c {
		return
	}
	c.Repeat()
	l.after(laterPause, c, rest, left-1)
}
