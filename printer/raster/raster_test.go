package raster

import (
	"image"
	"strings"
	"testing"
)

func TestQRCodeThatCannotBeReadIsRefused(t *testing.T) {
	if b, err := QR("http://hall.example.cn/t/A012", 6, 192); err != nil || b.W > 192 {
		t.Errorf("a short code fits 192 dots with a smaller module: %v", err)
	}
	if _, err := QR(strings.Repeat("x", 200), 6, 192); err == nil {
		t.Error("a code with modules under 3 dots is accepted")
	}
}

func TestCellsHaveTheSizeOfAPrintersROM(t *testing.T) {
	for _, c := range []struct {
		r        rune
		n, scale int
	}{{'W', 1, 1}, {'中', 2, 1}, {'镕', 2, 3}, {'i', 1, 2}, {'g', 1, 1}} {
		b := Cell(c.r, c.n, c.scale, false)
		if b.W != c.n*12*c.scale || b.H != 24*c.scale {
			t.Errorf("%c: %d by %d", c.r, b.W, b.H)
		}
		if b.Ink().Empty() {
			t.Errorf("%c is blank", c.r)
		}
	}
}

func TestBoldIsDarkerEvenWhereTheBoldFontLacksTheCharacter(t *testing.T) {
	for _, r := range "中A堃" {
		regular, bold := ink(Cell(r, 2, 1, false)), ink(Cell(r, 2, 1, true))
		if bold <= regular {
			t.Errorf("%c: %d dots bold, %d regular", r, bold, regular)
		}
	}
}

func TestTextIsAsWideAsMeasured(t *testing.T) {
	b := Text("A012", 144, true)
	if got := b.Ink(); b.W != Measure("A012", 144, true) || got.Max.X > b.W || got.Dx() < b.W*8/10 {
		t.Errorf("%d wide, ink %v", b.W, got)
	}
}

func TestInvertKeepsDotsOutsideTheWidthWhite(t *testing.T) {
	b := New(12, 1)
	b.Set(0, 0)
	b.Invert()
	if b.Pix[0] != 0x7f || b.Pix[1] != 0xf0 {
		t.Errorf("% X", b.Pix)
	}
	if b.Ink() != image.Rect(1, 0, 12, 1) || b.At(99, 0) || b.At(-1, 0) {
		t.Errorf("ink %v", b.Ink())
	}
}

func ink(b *Bitmap) int {
	n := 0
	for y := range b.H {
		for x := range b.W {
			if b.At(x, y) {
				n++
			}
		}
	}
	return n
}
