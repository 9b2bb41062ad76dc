package led

import (
	"image"
	"testing"
)

// light counts the lit pixels of a picture in a part of it.
func light(img *image.RGBA, part image.Rectangle) int {
	n := 0
	for y := part.Min.Y; y < part.Max.Y; y++ {
		for x := part.Min.X; x < part.Max.X; x++ {
			if img.RGBAAt(x, y) == lit {
				n++
			}
		}
	}
	return n
}

func TestEachCharacterStandsInItsPlace(t *testing.T) {
	img := Draw(" 8 ", 3, 300, 160)
	for i, want := range []bool{false, true, false} {
		if got := light(img, image.Rect(100*i, 0, 100*i+100, 160)) > 0; got != want {
			t.Errorf("place %d lit is %v", i, got)
		}
	}
}

func TestDigitsLightWhatTheyShould(t *testing.T) {
	all := light(Draw("8", 1, 100, 160), image.Rect(0, 0, 100, 160))
	last := 0
	for _, c := range []struct {
		text     string
		segments int
	}{{" ", 0}, {"?", 0}, {"-", 1}, {"1", 2}, {"7", 3}, {"4", 4}, {"3", 5}, {"0", 6}, {"8", 7}} {
		n := light(Draw(c.text, 1, 100, 160), image.Rect(0, 0, 100, 160))
		if lo, hi := all*(2*c.segments-1)/14, all*(2*c.segments+1)/14; n < lo || n > hi || n < last {
			t.Errorf("%q lights %d pixels, want about %d of 7 parts of %d", c.text, n, c.segments, all)
		}
		last = n
	}
}

func TestNoPlaceAndNoRoomDrawNothing(t *testing.T) {
	for _, img := range []*image.RGBA{Draw("123", 0, 10, 10), Draw("123", 3, 0, 5), Draw("123", 3, -4, 5)} {
		if light(img, img.Bounds()) != 0 {
			t.Errorf("picture of %v is lit", img.Bounds())
		}
	}
}
