package ticket

import (
	"slices"
	"strconv"

	"hallway/printer"
)

// Reprint returns the document with the bar that tells the n-th reprint from the
// first print, below its first line; 0 leaves it as it is. It is for who prints a
// document again without knowing what it says; the documents of this package have
// a Copy of their own.
func Reprint(d printer.Document, n int) printer.Document {
	if n == 0 {
		return d
	}
	text := "补打第" + strconv.Itoa(n) + "次"
	if d.Lang == en {
		text = "REPRINT " + strconv.Itoa(n)
	}
	mark := printer.Text{Text: text, Bold: true, Align: printer.Centre, Invert: true}
	d.Blocks = slices.Insert(slices.Clone(d.Blocks), min(1, len(d.Blocks)), printer.Block(mark))
	return d
}
