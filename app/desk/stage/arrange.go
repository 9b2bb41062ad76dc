package stage

import "image"

// The design surfaces of the three windows, in pixels at scale 1. The kiosk's
// are the panels that kiosks have; the others are as tall as beside it fits.
var (
	portrait    = image.Pt(1080, 1920)
	landscape   = image.Pt(1920, 1080)
	deskSize    = image.Pt(1240, 1920)
	counterSize = image.Pt(1000, 1400)
)

// gap lies between windows and around them, in pixels at scale 1.
const gap = 16

// VirtualSize is the size of a virtual display on which the windows stand at
// scale 1, in portrait and in landscape.
var VirtualSize = image.Pt(3400, 2000)

// Places are where the windows stand on the display.
type Places struct {
	Kiosk, Desk, Counter image.Rectangle
	Scale                float64 // pixels for one pixel of the design, at most 1
}

// Arrange puts kiosk, desk and counter side by side on a display, as large as
// they fit without covering one another and never larger than their design.
// With a kiosk in landscape the counter stands below it.
func Arrange(display image.Point, wide bool) Places {
	kiosk, all := portrait, image.Pt(portrait.X+deskSize.X+counterSize.X+4*gap, portrait.Y+2*gap)
	if wide {
		kiosk, all = landscape, image.Pt(landscape.X+deskSize.X+3*gap, max(deskSize.Y+2*gap, landscape.Y+counterSize.Y*3/5+3*gap))
	}
	s := min(1, float64(display.X)/float64(all.X), float64(display.Y)/float64(all.Y))
	at := func(x, y int, size image.Point, scale float64) image.Rectangle {
		min := image.Pt(int(float64(x)*s), int(float64(y)*s))
		return image.Rectangle{Min: min, Max: min.Add(image.Pt(int(float64(size.X)*s*scale), int(float64(size.Y)*s*scale)))}
	}
	p := Places{Scale: s, Kiosk: at(gap, gap, kiosk, 1), Desk: at(kiosk.X+2*gap, gap, deskSize, 1)}
	if wide {
		p.Counter = at(gap, kiosk.Y+2*gap, counterSize, 0.6)
	} else {
		p.Counter = at(kiosk.X+deskSize.X+3*gap, gap, counterSize, 1)
	}
	return p
}
