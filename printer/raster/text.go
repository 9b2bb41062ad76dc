package raster

import (
	"image"

	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"

	"hallway/printer/font"
)

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

// threshold is how much of a dot an outline must cover to make it black. Less
// than half, because thermal paper shows thin strokes too light.
const threshold = 0x68

// Cell draws one character in a printer's cell of n half-widths, scale times
// enlarged. Letters wider than the cell are squeezed.
func Cell(r rune, n, scale int, bold bool) *Bitmap {
	w, h := n*CellWidth*scale, CellHeight*scale
	size, base := float32(h), float32(h)*baseline
	if n == 1 {
		size, base = size*latinSize, float32(h)*latinBaseline
	}
	g := load(r, size, bold)
	squeeze := float32(1)
	if g.advance > float32(w) {
		squeeze = float32(w) / g.advance
	}
	dst := New(w, h)
	g.draw(dst, (float32(w)-g.advance*squeeze)/2, base, squeeze)
	return dst
}

// Measure returns the width in dots of text drawn by [Text].
func Measure(text string, size int, bold bool) int {
	var w float32
	for _, r := range text {
		w += load(r, float32(size), bold).advance
	}
	return int(w + 0.999)
}

// Text draws one line in the font's own widths. The em square is size dots high
// and fills the bitmap's height.
func Text(text string, size int, bold bool) *Bitmap {
	dst := New(Measure(text, size, bold), size)
	x := float32(0)
	for _, r := range text {
		g := load(r, float32(size), bold)
		g.draw(dst, x, float32(size)*baseline, 1)
		x += g.advance
	}
	return dst
}

// glyph is the outline of one character in dots, y downwards from the baseline.
type glyph struct {
	outline sfnt.Segments
	advance float32
	smear   bool // bold asked for, regular drawn: thicken by one dot
}

// load returns an empty glyph when no font has r; the layout refuses such
// characters before anything is drawn.
func load(r rune, size float32, bold bool) glyph {
	face, smear := font.RegularFace(), bold && !font.HasBold(r)
	if bold && !smear {
		face = font.BoldFace()
	}
	var buf sfnt.Buffer
	ppem := fixed.Int26_6(size * 64)
	index, err := face.GlyphIndex(&buf, r)
	if err != nil || index == 0 {
		return glyph{}
	}
	outline, err := face.LoadGlyph(&buf, index, ppem, nil)
	if err != nil {
		return glyph{}
	}
	advance, err := face.GlyphAdvance(&buf, index, ppem, 0)
	if err != nil {
		return glyph{}
	}
	return glyph{outline: outline, advance: float32(advance) / 64, smear: smear}
}

// draw adds the glyph with its origin at x, y, squeezed horizontally.
func (g glyph) draw(dst *Bitmap, x, y, squeeze float32) {
	if len(g.outline) == 0 {
		return
	}
	z := vector.NewRasterizer(dst.W, dst.H)
	at := func(p fixed.Point26_6) (float32, float32) {
		return x + float32(p.X)/64*squeeze, y + float32(p.Y)/64
	}
	for _, s := range g.outline {
		ax, ay := at(s.Args[0])
		bx, by := at(s.Args[1])
		cx, cy := at(s.Args[2])
		switch s.Op {
		case sfnt.SegmentOpMoveTo:
			z.ClosePath()
			z.MoveTo(ax, ay)
		case sfnt.SegmentOpLineTo:
			z.LineTo(ax, ay)
		case sfnt.SegmentOpQuadTo:
			z.QuadTo(ax, ay, bx, by)
		case sfnt.SegmentOpCubeTo:
			z.CubeTo(ax, ay, bx, by, cx, cy)
		}
	}
	z.ClosePath()
	mask := image.NewAlpha(image.Rect(0, 0, dst.W, dst.H))
	z.Draw(mask, mask.Bounds(), image.Opaque, image.Point{})
	for j := range dst.H {
		for i := range dst.W {
			if mask.Pix[j*mask.Stride+i] >= threshold {
				dst.Set(i, j)
				if g.smear {
					dst.Set(i+1, j)
				}
			}
		}
	}
}
