package raster

import (
	"bytes"
	"image"
	"math/bits"
)

// A Bitmap is a picture of black and white dots. Rows are Stride bytes long,
// the leftmost dot is the highest bit, as in ESC/POS GS v 0.
type Bitmap struct {
	W, H   int
	Stride int
	Pix    []byte
}

// New returns a white bitmap of w by h dots.
func New(w, h int) *Bitmap {
	stride := (w + 7) / 8
	return &Bitmap{W: w, H: h, Stride: stride, Pix: make([]byte, stride*h)}
}

// Row returns the bytes of row y. They belong to the bitmap.
func (b *Bitmap) Row(y int) []byte { return b.Pix[y*b.Stride : (y+1)*b.Stride] }

// At reports whether the dot is black; dots outside are white.
func (b *Bitmap) At(x, y int) bool {
	return x >= 0 && y >= 0 && x < b.W && y < b.H && b.Pix[y*b.Stride+x/8]&(0x80>>(x%8)) != 0
}

// Set makes the dot black; dots outside are ignored.
func (b *Bitmap) Set(x, y int) {
	if x >= 0 && y >= 0 && x < b.W && y < b.H {
		b.Pix[y*b.Stride+x/8] |= 0x80 >> (x % 8)
	}
}

// Fill makes the rectangle black; what lies outside is ignored.
func (b *Bitmap) Fill(x, y, w, h int) {
	r := image.Rect(x, y, x+w, y+h).Intersect(image.Rect(0, 0, b.W, b.H))
	if r.Empty() {
		return
	}
	first, last := r.Min.X/8, (r.Max.X-1)/8
	left, right := byte(0xff)>>(r.Min.X%8), byte(0xff)<<(7-(r.Max.X-1)%8)
	for j := r.Min.Y; j < r.Max.Y; j++ {
		row := b.Row(j)
		if first == last {
			row[first] |= left & right
			continue
		}
		row[first] |= left
		row[last] |= right
		for i := first + 1; i < last; i++ {
			row[i] = 0xff
		}
	}
}

// Draw adds the black dots of src at x, y, each as a square of scale dots.
func (b *Bitmap) Draw(src *Bitmap, x, y, scale int) {
	b.Stretch(src, x, y, scale, scale)
}

// Stretch adds the black dots of src at x, y, each as a rectangle of w by h
// dots.
func (b *Bitmap) Stretch(src *Bitmap, x, y, w, h int) {
	if w == 1 && h == 1 {
		b.stamp(src, x, y)
		return
	}
	for j := range src.H {
		for i, v := range src.Row(j) {
			for k := 0; v != 0; k, v = k+1, v<<1 {
				if v&0x80 != 0 {
					b.Fill(x+(i*8+k)*w, y+j*h, w, h)
				}
			}
		}
	}
}

// stamp adds src at x, y, eight dots at a time; what lies outside is ignored.
func (b *Bitmap) stamp(src *Bitmap, x, y int) {
	first, shift := x>>3, uint(x&7)
	edge := byte(0xff) << uint((8-b.W%8)%8) // dots of the last byte inside the width
	for j := max(0, -y); j < src.H && y+j < b.H; j++ {
		dst := b.Row(y + j)
		put := func(i int, v byte) {
			if v == 0 || i < 0 || i >= len(dst) {
				return
			}
			if i == len(dst)-1 {
				v &= edge
			}
			dst[i] |= v
		}
		for i, v := range src.Row(j) {
			put(first+i, v>>shift)
			put(first+i+1, v<<(8-shift)) // nothing when shift is 0
		}
	}
}

// Invert swaps black and white.
func (b *Bitmap) Invert() {
	for y := range b.H {
		row := b.Row(y)
		for i := range row {
			row[i] = ^row[i]
		}
		if rest := b.W % 8; rest != 0 {
			row[b.Stride-1] &= 0xff << (8 - rest)
		}
	}
}

// Ink returns the smallest rectangle that holds every black dot; it is empty
// when there is none.
func (b *Bitmap) Ink() image.Rectangle {
	var r image.Rectangle
	for y := range b.H {
		row := bytes.TrimRight(b.Row(y), "\x00")
		if len(row) == 0 {
			continue
		}
		last := len(row) - 1
		first := last + 1 - len(bytes.TrimLeft(row, "\x00"))
		left := first*8 + bits.LeadingZeros8(row[first])
		right := last*8 + 8 - bits.TrailingZeros8(row[last])
		r = r.Union(image.Rect(left, y, right, y+1))
	}
	return r
}

// Gray returns the bitmap as black on white pixels.
func (b *Bitmap) Gray() *image.Gray {
	img := image.NewGray(image.Rect(0, 0, b.W, b.H))
	for y := range b.H {
		row, out := b.Row(y), img.Pix[y*img.Stride:]
		for x := range b.W {
			if row[x/8]&(0x80>>(x%8)) == 0 {
				out[x] = 0xff
			}
		}
	}
	return img
}

// Slice returns the rows from top to bottom, bottom not among them. They belong
// to b.
func (b *Bitmap) Slice(top, bottom int) *Bitmap {
	return &Bitmap{W: b.W, H: bottom - top, Stride: b.Stride, Pix: b.Pix[top*b.Stride : bottom*b.Stride]}
}
