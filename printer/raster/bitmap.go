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
	for j := range src.H {
		row := src.Row(j)
		if scale == 1 && x >= 0 && x%8 == 0 && x+src.Stride*8 <= b.W && y+j >= 0 && y+j < b.H {
			dst := b.Row(y + j)[x/8:]
			for i, v := range row {
				dst[i] |= v
			}
			continue
		}
		for i, v := range row {
			for k := 0; v != 0; k, v = k+1, v<<1 {
				if v&0x80 != 0 {
					b.Fill(x+(i*8+k)*scale, y+j*scale, scale, scale)
				}
			}
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
