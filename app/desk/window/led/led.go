// Package led draws seven-segment digits as pictures: red light behind dark
// glass, with the dark segments still visible, as on the display above a
// service window.
package led

import (
	"image"
	"image/color"
	"image/draw"

	"golang.org/x/image/vector"
)

// The colours of the glass and of a segment that is on or off.
var (
	glass = color.RGBA{0x14, 0x08, 0x09, 0xff}
	lit   = color.RGBA{0xff, 0x37, 0x2b, 0xff}
	unlit = color.RGBA{0x33, 0x10, 0x11, 0xff}
)

// segments says which of the segments a to g a character lights, a in the
// lowest bit. Characters that seven segments cannot show are dark.
var segments = map[rune]uint8{
	'0': 0x3f, '1': 0x06, '2': 0x5b, '3': 0x4f, '4': 0x66, '5': 0x6d, '6': 0x7d, '7': 0x07, '8': 0x7f, '9': 0x6f,
	'A': 0x77, 'B': 0x7c, 'C': 0x39, 'D': 0x5e, 'E': 0x79, 'F': 0x71, 'G': 0x3d, 'H': 0x76, 'J': 0x1e, 'L': 0x38,
	'N': 0x54, 'P': 0x73, 'R': 0x50, 'S': 0x6d, 'T': 0x78, 'U': 0x3e, 'Y': 0x6e, '-': 0x40,
}

// The cell of one digit, in units of which it is drawn 100 wide and 160 high.
const (
	cellW, cellH = 100, 160
	left, right  = 22, 78
	top, bottom  = 22, 138
	half         = 8.5 // half the thickness of a segment
	cut          = 2.5 // gap between the ends of two segments
	slant        = 8   // how far the top leans to the right
)

// Draw draws text in a picture of w by h pixels, each character in one of
// places cells, from the left. The digits are as large as they fit and stand
// in the middle.
func Draw(text string, places, w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, max(0, w), max(0, h)))
	draw.Draw(img, img.Bounds(), image.NewUniform(glass), image.Point{}, draw.Src)
	if places < 1 || img.Rect.Empty() {
		return img
	}
	scale := min(float32(w)/float32(cellW*places), float32(h)/cellH)
	x0, y0 := (float32(w)-scale*float32(cellW*places))/2, (float32(h)-scale*cellH)/2
	chars := []rune(text)
	for i := range places {
		var on uint8
		if i < len(chars) {
			on = segments[chars[i]]
		}
		for s := range 7 {
			c := unlit
			if on&(1<<s) != 0 {
				c = lit
			}
			segment(img, s, x0+scale*float32(cellW*i), y0, scale, c)
		}
	}
	return img
}

// ends are where each segment's middle line runs, in the cell.
var ends = [7][4]float32{
	{left, top, right, top},                               // a
	{right, top, right, (top + bottom) / 2},               // b
	{right, (top + bottom) / 2, right, bottom},            // c
	{left, bottom, right, bottom},                         // d
	{left, (top + bottom) / 2, left, bottom},              // e
	{left, top, left, (top + bottom) / 2},                 // f
	{left, (top + bottom) / 2, right, (top + bottom) / 2}, // g
}

// segment fills one segment, a bar with pointed ends.
func segment(img *image.RGBA, s int, x0, y0, scale float32, c color.Color) {
	e := ends[s]
	dx, dy := float32(0), float32(1) // along the bar
	if e[1] == e[3] {
		dx, dy = 1, 0
	}
	from, to := [2]float32{e[0] + dx*cut, e[1] + dy*cut}, [2]float32{e[2] - dx*cut, e[3] - dy*cut}
	points := [6][2]float32{
		from,
		{from[0] + half*(dx+dy), from[1] + half*(dy+dx)},
		{to[0] - half*(dx-dy), to[1] - half*(dy-dx)},
		to,
		{to[0] - half*(dx+dy), to[1] - half*(dy+dx)},
		{from[0] + half*(dx-dy), from[1] + half*(dy-dx)},
	}
	// The rasteriser covers the cell alone: its cost grows with its area.
	cell := image.Rect(int(x0), int(y0), int(x0+scale*cellW)+1, int(y0+scale*cellH)+1).Intersect(img.Rect)
	r := vector.NewRasterizer(cell.Dx(), cell.Dy())
	for i, p := range points {
		lean := slant * (1 - p[1]/cellH)
		x, y := x0+scale*(p[0]+lean-slant/2)-float32(cell.Min.X), y0+scale*p[1]-float32(cell.Min.Y)
		if i == 0 {
			r.MoveTo(x, y)
		} else {
			r.LineTo(x, y)
		}
	}
	r.ClosePath()
	r.Draw(img, cell, image.NewUniform(c), image.Point{})
}
