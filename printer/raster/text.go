package raster

import "hallway/printer/font"

// A printer's characters stand in cells of 12 by 24 dots (Font A) and 24 by 24
// dots (Chinese) before they are enlarged.
const (
	CellWidth  = 12
	CellHeight = 24
)

// Latin letters are drawn a little smaller than Chinese ones so that capitals
// stand as high as Chinese strokes do and digits fit 12 dots without squeezing.
const (
	latinSize     = 21.6 / CellHeight // of the cell's height
	baseline      = 0.87              // of the em square's height, from its top
	latinBaseline = 0.79              // of the cell's height; leaves room for a g
)

// Cell draws one character in a printer's cell of n half-widths, scale times
// enlarged. Letters wider than the cell are squeezed.
func Cell(r rune, n, scale int, bold bool) *Bitmap {
	b := New(n*CellWidth*scale, CellHeight*scale)
	b.DrawCell(r, n, scale, scale, bold, 0, 0)
	return b
}

// DrawCell adds the character as [Cell] draws it at x, y, enlarged wide times
// across and high times down.
func (b *Bitmap) DrawCell(r rune, n, wide, high int, bold bool, x, y int) {
	b.stamp(cached(key{r: r, cells: n * wide, wide: wide, size: high, bold: bold}).bitmap, x, y)
}

// cell draws the glyph of a cell.
func cell(k key) glyph {
	w, h := k.cells*CellWidth, CellHeight*k.size
	size, base := float32(h), float32(h)*baseline
	if k.cells == k.wide {
		size, base = size*latinSize, float32(h)*latinBaseline
	}
	squeeze := float32(k.wide) / float32(k.size)
	wide := font.Advance(k.r, k.bold) * size
	if wide*squeeze > float32(w) {
		squeeze = float32(w) / wide
	}
	g := glyph{bitmap: New(w, h)}
	drawOutline(g.bitmap, k.r, k.bold, size, (float32(w)-wide*squeeze)/2, base, squeeze)
	return g
}

// Measure returns the width in dots of text drawn by [Text].
func Measure(text string, size int, bold bool) int {
	w := 0
	for _, r := range text {
		w += advance(r, size, bold)
	}
	return w
}

// Text draws one line in the font's own widths, each character at a whole dot.
// The em square is size dots high and fills the bitmap's height.
func Text(text string, size int, bold bool) *Bitmap {
	dst := New(Measure(text, size, bold), size)
	x := 0
	for _, r := range text {
		g := cached(key{r: r, size: size, bold: bold})
		dst.stamp(g.bitmap, x-g.left, 0)
		x += advance(r, size, bold)
	}
	return dst
}

func advance(r rune, size int, bold bool) int {
	return int(font.Advance(r, bold)*float32(size) + 0.5)
}

// natural draws the glyph in its own width, with room for strokes that leave it.
func natural(k key) glyph {
	g := glyph{left: k.size / 8}
	g.bitmap = New(advance(k.r, k.size, k.bold)+2*g.left, k.size)
	size := float32(k.size)
	drawOutline(g.bitmap, k.r, k.bold, size, float32(g.left), size*baseline, 1)
	return g
}
