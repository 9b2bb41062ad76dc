package layout

import (
	"hallway/printer"
	"hallway/printer/raster"
)

// A Sheet is a document in dots, from top to cut.
type Sheet []Item

// An Item is one element of a sheet: [Line], [Picture], [Gap] or [Cut].
type Item interface{ rows() int }

// A Line is text in the printer's own characters.
type Line struct {
	Text   string
	Wide   int // times the cell of 12 or 24 dots across
	High   int // times the cell of 24 dots down
	Bold   bool
	Invert bool
	Align  printer.Align
	Pitch  int // dots from the top of this line to the top of the next

	// Parts are the text cut where its style changes, each with its width and
	// height, of which Wide and High are the largest; nil when the whole line is in
	// one style.
	Parts []printer.Span
}

// A Picture is drawn dot by dot. It is never wider than the paper.
type Picture struct {
	Bitmap *raster.Bitmap
	Align  printer.Align
}

// A Gap is blank paper of that many dots.
type Gap struct{ Dots int }

// Cut feeds to the blade and cuts.
type Cut struct{}

func (l Line) rows() int    { return l.Pitch }
func (p Picture) rows() int { return p.Bitmap.H }
func (g Gap) rows() int     { return g.Dots }
func (Cut) rows() int       { return 0 }

// Rows returns how many dots of paper the sheet takes up to its cut.
func (s Sheet) Rows() int {
	n := 0
	for _, item := range s {
		n += item.rows()
	}
	return n
}
