package trace

import (
	"slices"

	"hallway/devices"
)

// A Direction is which way bytes go.
type Direction bool

// The directions.
const (
	Written Direction = false // by the program
	Read    Direction = true  // from the device
)

// A Mask decides which bytes of a conversation may be written down. It sees all
// bytes of both directions in their order and remembers where it is, because a
// message may come in any number of pieces. It belongs to one conversation and
// is called from one goroutine at a time.
type Mask interface {
	// Next looks at p, which has at least one byte, and returns how many of its
	// first bytes are alike, from 1 to len(p), and whether they may be shown.
	// The rest of p is asked for again.
	Next(d Direction, p []byte) (n int, show bool)
}

// MaskFunc is a mask without memory: each piece is shown or hidden whole.
type MaskFunc func(d Direction, p []byte) bool

// Next asks the function.
func (f MaskFunc) Next(d Direction, p []byte) (int, bool) { return len(p), f(d, p) }

// The masks of whole classes of devices.
var (
	// HideAll shows nothing.
	HideAll Mask = MaskFunc(func(Direction, []byte) bool { return false })
	// HideRead shows what the program writes and hides what the device sends.
	HideRead Mask = MaskFunc(func(d Direction, _ []byte) bool { return d == Written })
	// ShowAll hides nothing. It is for devices that never carry personal data,
	// and for simulators.
	ShowAll Mask = MaskFunc(func(Direction, []byte) bool { return true })
)

// ShowOnly shows what the device sends, and of what the program writes only the
// pieces that are exactly one of commands: what is printed may name a person,
// and a status request does not.
func ShowOnly(commands ...[]byte) Mask {
	return MaskFunc(func(d Direction, p []byte) bool {
		return d == Read || slices.ContainsFunc(commands, func(c []byte) bool { return slices.Equal(c, p) })
	})
}

// MaskOf returns the mask of a class of device whose driver has none of its
// own. Only displays, keypads and rating boxes are shown whole; a class that is
// not known is hidden whole.
func MaskOf(k devices.Kind) Mask {
	switch k {
	case devices.Display, devices.Keypad, devices.Rater:
		return ShowAll
	case devices.IDReader, devices.Scanner:
		return HideRead
	case devices.Printer:
		return ShowOnly()
	}
	return HideAll
}
