package theme

import "image/color"

// Sizes of text. EN 301 549 §5.1.4 wants capitals of 0.7 degrees, which is 40
// units at 600 mm on the design surface.
const (
	Number  float32 = 210 // a ticket's number
	Display float32 = 96  // the one figure of a screen
	Title   float32 = 62  // what the screen asks
	Heading float32 = 46  // tiles, large buttons
	Body    float32 = 38  // everything that is read
	Small   float32 = 32  // labels and remarks; nothing is smaller
)

// Distances between things. A gap between two touch targets is at least [Gap],
// 4 mm.
const (
	Tight  float32 = 8
	Gap    float32 = 20
	Inside float32 = 32 // from a card's border to its content
	Margin float32 = 56 // from the screen's border to everything
	Block  float32 = 40 // between blocks of a screen
)

// Heights of touch targets. All are above 20 mm.
const (
	Key    float32 = 112 // a key of the on-screen keyboard
	Touch  float32 = 116 // a button
	Row    float32 = 168 // a row of a list
	Radius float32 = 18  // corners of cards and buttons
	Stroke float32 = 2   // borders
)

// Colours. The contrast of every text colour with every ground that it stands
// on is tested.
var (
	Ground  = rgb(0xF3, 0xF6, 0xF7) // behind everything
	Card    = rgb(0xFF, 0xFF, 0xFF)
	Line    = rgb(0xC5, 0xD1, 0xD6) // borders
	Ink     = rgb(0x10, 0x24, 0x2C) // text
	Muted   = rgb(0x3F, 0x51, 0x59) // labels
	Primary = rgb(0x0A, 0x4F, 0x5E) // the one thing to do next
	PrimDim = rgb(0x06, 0x38, 0x43) // Primary under a finger
	Tint    = rgb(0xE0, 0xEE, 0xF0) // chosen, pressed
	TintDim = rgb(0xC9, 0xE0, 0xE3)
	White   = rgb(0xFF, 0xFF, 0xFF)
	KeyDown = rgb(0x7F, 0xC4, 0xCF) // a key of the keyboard under a finger
	KeySide = rgb(0xDD, 0xE6, 0xE9) // a key that types nothing
	Off     = rgb(0xE3, 0xE8, 0xEA) // a control that does nothing now
	OffInk  = rgb(0x4A, 0x56, 0x5B)

	Lamp = rgb(0xF2, 0xC6, 0x6D) // light in the emblem's door

	Good    = rgb(0x0D, 0x50, 0x2E)
	GoodBg  = rgb(0xE2, 0xF3, 0xE8)
	Warn    = rgb(0x5A, 0x3A, 0x00)
	WarnBg  = rgb(0xFF, 0xF1, 0xD0)
	Bad     = rgb(0x86, 0x14, 0x12)
	BadBg   = rgb(0xFB, 0xE6, 0xE3)
	Note    = rgb(0x0A, 0x43, 0x6B)
	NoteBg  = rgb(0xE3, 0xEE, 0xF7)
	Plum    = rgb(0x5B, 0x26, 0x5E)
	PlumDim = rgb(0x41, 0x18, 0x44)
	Indigo  = rgb(0x2B, 0x3A, 0x7E)
	IndiDim = rgb(0x1C, 0x28, 0x5E)
	Earth   = rgb(0x7A, 0x35, 0x10)
	EartDim = rgb(0x58, 0x24, 0x08)
)

func rgb(r, g, b uint8) color.NRGBA { return color.NRGBA{r, g, b, 0xFF} }

// A Tone is what a thing means, shown by its colours and never by them alone.
type Tone uint8

// The tones.
const (
	Plain    Tone = iota // a choice like the others
	Main                 // the one thing to do next
	Quiet                // a way out
	Positive             // done
	Caution              // works, with a difference
	Negative             // does not work
	Info                 // to know
	Teal                 // Teal to Brown tell the tiles of the home screen apart
	Blue
	Violet
	Brown
	KeyTone  // a key of the keyboard
	SideTone // a key that types nothing, such as erase
	FirstOne // the likeliest candidate, the present layout
)

// Look is the colours of a tone.
type Look struct{ Fill, Pressed, Border, Text color.NRGBA }

var looks = [...]Look{
	Plain:    {Card, TintDim, Line, Ink},
	Main:     {Primary, PrimDim, Primary, White},
	Quiet:    {Ground, TintDim, Line, Primary},
	Positive: {GoodBg, GoodBg, Good, Good},
	Caution:  {WarnBg, WarnBg, Warn, Warn},
	Negative: {BadBg, BadBg, Bad, Bad},
	Info:     {NoteBg, NoteBg, Note, Note},
	Teal:     {Primary, PrimDim, Primary, White},
	Blue:     {Indigo, IndiDim, Indigo, White},
	Violet:   {Plum, PlumDim, Plum, White},
	Brown:    {Earth, EartDim, Earth, White},
	KeyTone:  {Card, KeyDown, Line, Ink},
	SideTone: {KeySide, KeyDown, Line, Ink},
	FirstOne: {Tint, KeyDown, Primary, Ink},
}

// Look returns the colours of t. A tone that does not exist is Plain.
func (t Tone) Look() Look {
	if int(t) < len(looks) {
		return looks[t]
	}
	return looks[Plain]
}

// OffLook is the colours of a control that does nothing now.
var OffLook = Look{Off, Off, Line, OffInk}
