package sim

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"strings"

	"golang.org/x/image/font/basicfont"
	"golang.org/x/image/math/fixed"
)

// A Picture is what can be seen of a panel. Sizes are dots.
type Picture struct {
	W, H     int
	Segments bool // digits of seven bars and not of dots
	Spots    []Spot
}

// A Spot is one line of text in its place.
type Spot struct {
	X, Y, W, H int
	Text       string
}

// Sizes of a digit of seven bars and of a character of a customer display.
const (
	digitWide, digitHigh = 14, 22
	cellWide, cellHigh   = 8, 16
)

// numerals are digits of seven bars, at the right.
func numerals(places int, text string) Picture {
	p := Picture{W: places * digitWide, H: digitHigh, Segments: true}
	if text != "" {
		p.Spots = []Spot{{W: p.W, H: p.H, Text: text}}
	}
	return p
}

// strip is one line over the whole panel.
func strip(w, h int, text string) Picture {
	p := Picture{W: w, H: h}
	if strings.TrimSpace(text) != "" {
		p.Spots = []Spot{{W: w, H: h, Text: text}}
	}
	return p
}

// Text returns the lines without the blanks at their ends.
func (p Picture) Text() string {
	var lines []string
	for _, s := range p.Spots {
		lines = append(lines, strings.TrimRight(s.Text, " "))
	}
	return strings.Join(lines, "\n")
}

// A Glyph says which dots of a character are lit that is high dots high.
type Glyph func(r rune, high int) (wide int, lit func(x, y int) bool)

// ASCII are the glyphs of a font of 7x13 dots, as many times enlarged as fits,
// for who has no other.
func ASCII(r rune, high int) (int, func(x, y int) bool) {
	f := basicfont.Face7x13
	scale := max(1, high/f.Height)
	top := (high - scale*f.Height) / 2
	dr, mask, at, _, ok := f.Glyph(fixed.P(0, f.Ascent), r)
	return scale * f.Advance, func(x, y int) bool {
		p := image.Pt(x/scale, (y-top)/scale)
		if !ok || y < top || !p.In(dr) {
			return false
		}
		_, _, _, a := mask.At(p.X-dr.Min.X+at.X, p.Y-dr.Min.Y+at.Y).RGBA()
		return a > 0x7FFF
	}
}

// Inks of a panel in front of a hall that is not quite dark.
var (
	ground = color.NRGBA{0x16, 0x14, 0x14, 0xFF}
	off    = color.NRGBA{0x2C, 0x27, 0x26, 0xFF}
	on     = color.NRGBA{0xFF, 0x4A, 0x1C, 0xFF}
)

// pitch is the distance of two dots in pixels, edge the frame's width in dots.
const (
	pitch = 6
	edge  = 2
)

// PNG draws the panel with these glyphs; nil is [ASCII].
func (p Picture) PNG(g Glyph) ([]byte, error) {
	if g == nil {
		g = ASCII
	}
	c := canvas{image.NewNRGBA(image.Rect(0, 0, (p.W+2*edge)*pitch, (p.H+2*edge)*pitch))}
	for i := range c.Pix {
		c.Pix[i] = [4]uint8{ground.R, ground.G, ground.B, ground.A}[i%4]
	}
	if p.Segments {
		c.digits(Spot{W: p.W, H: p.H, Text: strings.Repeat(" ", p.W/digitWide)})
	} else {
		for y := range p.H {
			for x := range p.W {
				c.dot(x, y, off)
			}
		}
	}
	for _, s := range p.Spots {
		if p.Segments {
			c.digits(s)
		} else {
			c.text(s, g)
		}
	}
	var b bytes.Buffer
	err := png.Encode(&b, c)
	return b.Bytes(), err
}

type canvas struct{ *image.NRGBA }

// dot is one LED.
func (c canvas) dot(x, y int, ink color.NRGBA) {
	const r = pitch / 2
	for dy := -r + 1; dy < r; dy++ {
		for dx := -r + 1; dx < r; dx++ {
			if dx*dx+dy*dy < r*r-2 {
				c.SetNRGBA((x+edge)*pitch+r+dx, (y+edge)*pitch+r+dy, ink)
			}
		}
	}
}

// text writes a line; what does not fit is cut at the spot's edge.
func (c canvas) text(s Spot, g Glyph) {
	x := s.X
	for _, r := range s.Text {
		wide, lit := g(r, s.H)
		for dx := range wide {
			for dy := range s.H {
				if x+dx < s.X+s.W && lit(dx, dy) {
					c.dot(x+dx, s.Y+dy, on)
				}
			}
		}
		x += wide
	}
}

// bars are the seven bars of a digit: x, y, wide, high in dots of its cell.
var bars = [7][4]int{
	{3, 1, 6, 2}, {9, 3, 2, 7}, {9, 12, 2, 7}, {3, 19, 6, 2}, {1, 12, 2, 7}, {1, 3, 2, 7}, {3, 10, 6, 2},
}

// lights are the bars of each sign, the first bar lowest.
var lights = map[rune]byte{
	'0': 0x3F, '1': 0x06, '2': 0x5B, '3': 0x4F, '4': 0x66, '5': 0x6D, '6': 0x7D, '7': 0x07, '8': 0x7F, '9': 0x6F, '-': 0x40,
}

// digits writes digits at the right end of a spot.
func (c canvas) digits(s Spot) {
	runes := []rune(s.Text)
	for i, r := range runes {
		x := s.X + s.W - (len(runes)-i)*digitWide
		for k, b := range bars {
			ink := off
			if lights[r]>>k&1 == 1 {
				ink = on
			}
			c.bar(x+b[0], s.Y+b[1], b[2], b[3], ink)
		}
	}
}

func (c canvas) bar(x, y, w, h int, ink color.NRGBA) {
	for py := (y + edge) * pitch; py < (y+h+edge)*pitch; py++ {
		for px := (x + edge) * pitch; px < (x+w+edge)*pitch; px++ {
			c.SetNRGBA(px, py, ink)
		}
	}
}
