package theme

import (
	"image/color"
	"math"
	"testing"

	"fyne.io/fyne/v2"
)

func luminance(c color.NRGBA) float64 {
	lin := func(v uint8) float64 {
		s := float64(v) / 255
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*lin(c.R) + 0.7152*lin(c.G) + 0.0722*lin(c.B)
}

func contrast(a, b color.NRGBA) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func TestTextHasSevenToOneContrast(t *testing.T) {
	pairs := map[string][2]color.NRGBA{
		"ink on ground": {Ink, Ground}, "ink on card": {Ink, Card}, "ink on tint": {Ink, TintDim},
		"muted on ground": {Muted, Ground}, "muted on card": {Muted, Card},
		"primary on ground": {Primary, Ground}, "primary on tint": {Primary, Tint},
	}
	for tone := Plain; int(tone) < len(looks); tone++ {
		l := tone.Look()
		pairs["text of a look"] = [2]color.NRGBA{l.Text, l.Fill}
		for name, p := range pairs {
			if got := contrast(p[0], p[1]); got < 7 {
				t.Errorf("%s (tone %d): contrast %.2f, want 7", name, tone, got)
			}
		}
	}
	if got := contrast(OffLook.Text, OffLook.Fill); got < 4.5 {
		t.Errorf("a control that is off has contrast %.2f, want 4.5", got)
	}
}

func TestPressedLookIsStillReadable(t *testing.T) {
	for tone := Plain; int(tone) < len(looks); tone++ {
		l := tone.Look()
		if got := contrast(l.Text, l.Pressed); got < 5.5 {
			t.Errorf("tone %d pressed: contrast %.2f", tone, got)
		}
	}
}

func TestSurfaceFitsTheScreen(t *testing.T) {
	for _, c := range []struct {
		w, h int
		want fyne.Size
		fit  float32
	}{
		{1080, 1920, Portrait, 1}, {1920, 1080, Landscape, 1}, {3840, 2160, Landscape, 2},
		{768, 1366, Portrait, 0.7}, {1280, 1024, Landscape, 0.6}, {0, 0, Landscape, 1},
	} {
		s := Surface(c.w, c.h)
		got := Fit(s, c.w, c.h)
		if s != c.want || math.Abs(float64(got-c.fit)) > 1e-4 {
			t.Errorf("%dx%d: surface %v scale %v, want %v %v", c.w, c.h, s, got, c.want, c.fit)
		}
	}
}

func TestFontsCoverEveryStyle(t *testing.T) {
	for _, s := range []fyne.TextStyle{{}, {Bold: true}, {Italic: true}, {Monospace: true}, {Symbol: true}} {
		b := Theme{}.Font(s).Content()
		if len(b) < 1000 || string(b[:4]) == "ttcf" {
			t.Errorf("style %+v has no single TrueType font", s)
		}
	}
}
