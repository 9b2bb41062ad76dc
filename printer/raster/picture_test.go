package raster

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"testing"
)

// ramp is a picture that goes from black at the left to white at the right.
func ramp(w, h int) *image.Gray {
	img := image.NewGray(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.SetGray(x, y, color.Gray{Y: uint8(x * 255 / (w - 1))})
		}
	}
	return img
}

func TestPhotosKeepTheirBrightness(t *testing.T) {
	b := Picture(ramp(512, 64), 576, true)
	for part := range 8 {
		black := 0
		for y := range b.H {
			for x := part * 64; x < part*64+64; x++ {
				if b.At(x, y) {
					black++
				}
			}
		}
		got, want := float64(black)/(64*64), 1-(float64(part)+0.5)/8
		if got < want-0.03 || got > want+0.03 {
			t.Errorf("part %d: %.3f black, want %.3f", part, got, want)
		}
	}
}

func TestWithoutPhotoADotIsBlackOrWhite(t *testing.T) {
	b := Picture(ramp(512, 8), 576, false)
	if ink := b.Ink(); ink.Min.X != 0 || ink.Max.X != 257 {
		t.Errorf("ink %v", ink)
	}
}

func TestPicturesAreScaledDownAndNeverUp(t *testing.T) {
	if b := Picture(ramp(1000, 500), 384, true); b.W != 384 || b.H != 192 {
		t.Errorf("%d by %d", b.W, b.H)
	}
	if b := Picture(ramp(100, 50), 384, true); b.W != 100 || b.H != 50 {
		t.Errorf("%d by %d", b.W, b.H)
	}
}

func TestTransparentPixelsArePaper(t *testing.T) {
	if b := Picture(image.NewNRGBA(image.Rect(0, 0, 8, 8)), 384, false); !b.Ink().Empty() {
		t.Error("transparent pixels are black")
	}
}

func TestALogoIsDecodedOnce(t *testing.T) {
	var file bytes.Buffer
	if err := png.Encode(&file, ramp(384, 96)); err != nil {
		t.Fatal(err)
	}
	first, err := PNG(file.String(), 384, false)
	if err != nil {
		t.Fatal(err)
	}
	again, err := PNG(file.String(), 384, false)
	if err != nil || again != first {
		t.Errorf("the logo is drawn again, %v", err)
	}
	if other, err := PNG(file.String(), 384, true); err != nil || other == first {
		t.Errorf("the photo is the same picture, %v", err)
	}
	if _, err := PNG("no picture", 384, false); err == nil {
		t.Error("a broken file is accepted")
	}
}

func TestStampPutsEveryDotWhereItBelongs(t *testing.T) {
	src := New(13, 5)
	for _, p := range [][2]int{{0, 0}, {12, 0}, {5, 2}, {7, 4}, {8, 4}} {
		src.Set(p[0], p[1])
	}
	for x := -15; x <= 32; x++ {
		for y := -6; y <= 10; y++ {
			got, want := New(27, 9), New(27, 9)
			got.Draw(src, x, y, 1)
			for j := range src.H {
				for i := range src.W {
					if src.At(i, j) {
						want.Set(x+i, y+j)
					}
				}
			}
			if !bytes.Equal(got.Pix, want.Pix) {
				t.Fatalf("at %d, %d", x, y)
			}
		}
	}
}
