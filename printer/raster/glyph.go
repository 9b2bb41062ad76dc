package raster

import (
	"image"
	"sync"

	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"

	"hallway/printer/font"
)

// key names a drawn glyph: in a printer's cell of that many half-widths when
// cells is not 0, enlarged wide times across and size times down, else in its
// own width with size as the em square's dots.
type key struct {
	r     rune
	cells int
	wide  int
	size  int
	bold  bool
}

// glyph is a character in dots. The cache shares it, so nobody changes it.
type glyph struct {
	bitmap *Bitmap
	left   int // dots of bitmap before the character's origin
}

// cacheBytes bounds the drawn glyphs: 4 MiB hold every character of GB 2312 in
// body size six times over. A full cache is emptied, which costs one slow
// ticket.
const cacheBytes = 4 << 20

var cache = struct {
	sync.RWMutex
	glyphs map[key]glyph
	bytes  int
}{glyphs: map[key]glyph{}}

// cached draws a glyph once.
func cached(k key) glyph {
	cache.RLock()
	g, ok := cache.glyphs[k]
	cache.RUnlock()
	if ok {
		return g
	}
	if k.cells != 0 {
		g = cell(k)
	} else {
		g = natural(k)
	}
	cache.Lock()
	defer cache.Unlock()
	if cache.bytes += len(g.bitmap.Pix); cache.bytes > cacheBytes {
		clear(cache.glyphs)
		cache.bytes = len(g.bitmap.Pix)
	}
	cache.glyphs[k] = g
	return g
}

// threshold is how much of a dot an outline must cover to make it black. Less
// than half, because thermal paper shows thin strokes too light.
const threshold = 0x68

// drawOutline adds a character with its origin at x, y, squeezed horizontally.
// A character that no font has draws nothing; the layout refuses it before.
func drawOutline(dst *Bitmap, r rune, bold bool, size, x, y, squeeze float32) {
	o, ok := font.Glyph(r, bold, fixed.Int26_6(size*64))
	if !ok || len(o.Segments) == 0 {
		return
	}
	z := vector.NewRasterizer(dst.W, dst.H)
	at := func(p fixed.Point26_6) (float32, float32) {
		return x + float32(p.X)/64*squeeze, y + float32(p.Y)/64
	}
	for _, s := range o.Segments {
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
				if o.Light {
					dst.Set(i+1, j) // bold asked for, regular drawn: thicker by a dot
				}
			}
		}
	}
}
