package sim

import (
	"sync"
	"time"

	"hallway/idreader/sam"
)

// Options are the habits in which modules differ.
type Options struct {
	ID           [16]byte      // number of the module; zero = an invented one
	RF           time.Duration // how long select and read talk to the card; a true card takes about 1 s
	Split        int           // bytes of a reply that are written at once; 0 = all
	NoManagement bool          // management info is an unknown command
	FindOnce     bool          // a card that was read is not found again until it is lifted

	Baud  int  // speed of the module until the host sets another; 0 = 115200
	Paced bool // requests and replies take the time that they have on a wire of the module's speed
	// LineBaud returns the speed at which the host speaks, such as
	// sim.PTY.Baud. While it is not the module's, requests are not understood.
	// nil = the host is always right.
	LineBaud func() (int, error)
	Babble   bool // a request at a wrong speed is answered with rubbish, not with silence
}

// inventedID prints as 05.03-20120101-0001234567-0000000089.
var inventedID = [16]byte{0x05, 0, 0x03, 0, 0x25, 0x02, 0x33, 0x01, 0x87, 0xD6, 0x12, 0, 0x59, 0, 0, 0}

// A Reader is a simulated card reader. All methods may be called from any
// goroutine.
type Reader struct {
	options Options

	mu       sync.Mutex
	card     *Card
	changes  int // Lay and Lift so far; an exchange with the card fails when it grows
	progress step
	baud     int
	faults   []Fault
	asked    map[sam.Command]int
	onChange []func()
}

// step is how far the host has come with the card that lies there.
type step uint8

const (
	laid step = iota
	found
	selected
	read
)

// New returns a reader with no card on it.
func New(o Options) *Reader {
	if o.ID == [16]byte{} {
		o.ID = inventedID
	}
	if o.Baud == 0 {
		o.Baud = sam.DefaultBaud
	}
	return &Reader{options: o, baud: o.Baud, asked: map[sam.Command]int{}}
}

// Lay puts a card on the reader, in place of the one that lies there.
func (r *Reader) Lay(c Card) { r.place(&c) }

// Lift takes the card away.
func (r *Reader) Lift() { r.place(nil) }

// Laid reports whether a card lies on the reader.
func (r *Reader) Laid() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.card != nil
}

// Asked returns how often the host has sent c.
func (r *Reader) Asked(c sam.Command) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.asked[c]
}

// Baud returns the speed of the module.
func (r *Reader) Baud() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.baud
}

// OnChange adds a function that is called after every Lay, Lift and command, on
// the goroutine that made the change.
func (r *Reader) OnChange(f func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.onChange = append(r.onChange, f)
}

func (r *Reader) place(c *Card) {
	r.mu.Lock()
	r.card, r.progress = c, laid
	r.changes++
	r.mu.Unlock()
	r.changed()
}

func (r *Reader) changed() {
	r.mu.Lock()
	todo := r.onChange
	r.mu.Unlock()
	for _, f := range todo {
		f()
	}
}
