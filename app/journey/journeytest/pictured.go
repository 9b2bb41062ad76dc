package journeytest

import (
	"image"
	"image/color"

	"hallway/idreader"
)

// Pictured is the citizen with a photo of the size that cards have. It shows an
// outline, nobody.
func Pictured() idreader.Person {
	p := Citizen()
	p.Photo = image.NewNRGBA(image.Rect(0, 0, 102, 126))
	for i := range p.Photo.Pix {
		p.Photo.Pix[i] = 0xF0
	}
	for y := range 126 {
		for x := range 102 {
			if inOutline(x, y) {
				p.Photo.SetNRGBA(x, y, color.NRGBA{0x90, 0x98, 0xA8, 0xFF})
			}
		}
	}
	return p
}

// inOutline reports whether a pixel belongs to head or shoulders.
func inOutline(x, y int) bool {
	dx, head, body := x-51, y-48, y-126
	return dx*dx*10+head*head*7 < 7000 || dx*dx+body*body*2 < 2200
}
