package desk

import (
	"time"

	"hallway/idreader/sam"
	readersim "hallway/idreader/sam/sim"
)

// cardTime is how long the simulated reader talks to a card each time, about
// what a true one takes.
const cardTime = 350 * time.Millisecond

// noBrush says that no card is to be taken away.
const noBrush = -1

// Brush lays a card and takes it away when the reader has selected it but not
// yet read it, as a person in a hurry does. While no program reads cards it
// stays where it is.
func (d *Desk) Brush(c readersim.Card) {
	d.mu.Lock()
	d.brush = d.Reader.Asked(sam.CmdSelect)
	d.mu.Unlock()
	d.Reader.Lay(c)
}

// hurry takes a brushed card away when its moment has come. The reader calls
// it after each command and before the next.
func (d *Desk) hurry() {
	d.mu.Lock()
	laid := d.Reader.Laid()
	now := laid && d.brush != noBrush && d.Reader.Asked(sam.CmdSelect) > d.brush
	if now || !laid {
		d.brush = noBrush
	}
	d.mu.Unlock()
	if now {
		d.Reader.Lift()
	}
}
