package layout

import (
	"image"
	"image/color"
	"image/png"
	"io"

	"hallway/printer"
	"hallway/printer/charset"
	"hallway/printer/raster"
)

// A Report says what happened to a document's characters on the way to paper.
type Report struct {
	Changes []charset.Change // characters for which others stand in
	Drawn   []string         // lines that are pictures because the printer lacks a character
}

// Examine lays a document out like [Lay] and reports what a log should hold.
// It is for the log of a document's first print and for technicians; Lay is
// quicker.
func Examine(d printer.Document, p printer.Profile) (Sheet, Report, error) {
	l := newLayouter(p)
	l.report = &Report{}
	err := l.document(d)
	return l.sheet, *l.report, err
}

// Draw returns the sheet as it looks on the profile's paper, with the program's
// font in place of the printer's.
func (s Sheet) Draw(p printer.Profile) *raster.Bitmap {
	l := newLayouter(p)
	b := raster.New(l.width, s.Rows())
	y := 0
	for _, item := range s {
		switch item := item.(type) {
		case Line:
			l.drawNative(b, item, y)
		case Picture:
			b.Draw(item.Bitmap, item.Indent(l.width), y, 1)
		}
		y += item.rows()
	}
	return b
}

// PNG writes a picture of the document on the profile's paper, two colours, a
// pixel a dot, and reports like [Examine].
func PNG(w io.Writer, d printer.Document, p printer.Profile) (Report, error) {
	s, report, err := Examine(d, p)
	if err != nil {
		return report, err
	}
	b := s.Draw(p)
	img := image.NewPaletted(image.Rect(0, 0, b.W, b.H), color.Palette{color.White, color.Black})
	for y := range b.H {
		for x := range b.W {
			if b.At(x, y) {
				img.SetColorIndex(x, y, 1)
			}
		}
	}
	return report, png.Encode(w, img)
}
