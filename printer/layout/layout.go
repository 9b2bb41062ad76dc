package layout

import (
	"fmt"
	"strings"

	"hallway/printer"
	"hallway/printer/charset"
	"hallway/printer/font"
	"hallway/printer/raster"
)

// Spaces of the sheet in dots, at 203 dots an inch 8 are one millimetre.
const (
	leading     = 8    // white between lines of body text
	ruleHeight  = 2    // a rule's thickness
	ruleSpace   = 10   // white on both sides of a rule
	barPadding  = 6    // black above and below the characters of inverted text
	maxRows     = 4000 // half a metre of paper; longer documents are mistakes
	qrModule    = 6    // dots a module that telephones read at arm's length
	keyValueGap = 1    // least cells between a key and its value
)

// Pitch is the height of one line of body text, the unit of [printer.Feed].
const Pitch = raster.CellHeight + leading

// pitch is the height of a line of enlarged text.
func pitch(scale int) int { return raster.CellHeight*scale + leading + 4*(scale-1) }

// Lay validates the document and lays it out for the profile's paper. Errors
// are those of the document; a character that cannot be printed gives a
// [charset.MissingError].
func Lay(d printer.Document, p printer.Profile) (Sheet, error) {
	if err := d.Validate(); err != nil {
		return nil, err
	}
	l := layouter{width: p.Geometry.Dots, set: p.Text.Charset, native: p.Text.MaxScale}
	for i, b := range d.Blocks {
		if err := l.block(b); err != nil {
			return nil, fmt.Errorf("block %d: %w", i, err)
		}
	}
	if rows := l.sheet.Rows(); rows > maxRows {
		return nil, fmt.Errorf("document is %d dots long, want at most %d", rows, maxRows)
	}
	return l.sheet, nil
}

type layouter struct {
	width  int // dots
	set    charset.Set
	native int // largest scale of the printer's own characters
	sheet  Sheet
}

func (l *layouter) add(items ...Item) { l.sheet = append(l.sheet, items...) }

func (l *layouter) block(b printer.Block) error {
	switch b := b.(type) {
	case printer.Text:
		return l.text(b)
	case printer.KeyValue:
		return l.keyValue(b)
	case printer.Rule:
		bar := raster.New(l.width, ruleHeight)
		bar.Fill(0, 0, l.width, ruleHeight)
		l.add(Gap{ruleSpace - leading/2}, Picture{Bitmap: bar}, Gap{ruleSpace})
	case printer.QR:
		module := b.Module
		if module == 0 {
			module = qrModule
		}
		code, err := raster.QR(b.Data, module, l.width)
		if err != nil {
			return err
		}
		l.add(Picture{Bitmap: code, Align: printer.Centre})
	case printer.Feed:
		l.add(Gap{b.Lines * Pitch})
	case printer.Cut:
		l.add(Cut{})
	}
	return nil
}

func (l *layouter) text(t printer.Text) error {
	t.Text = charset.Clean(t.Text, l.set)
	t.Scale = max(t.Scale, 1)
	if t.Scale > l.native {
		return l.display(t)
	}
	limit := l.width / (raster.CellWidth * t.Scale)
	for _, text := range wrap(t.Text, limit, l.wide, l.cells) {
		line := Line{
			Text: text, Scale: t.Scale, Bold: t.Bold, Invert: t.Invert, Align: t.Align,
			Pitch: pitch(t.Scale),
		}
		if t.Invert {
			line.Text, line.Align = l.bar(text, limit, t.Align), printer.Left
			line.Pitch = raster.CellHeight * t.Scale
		}
		if err := l.line(line); err != nil {
			return err
		}
	}
	return nil
}

// bar fills a line with spaces so that inverting it blackens the whole width.
func (l *layouter) bar(text string, limit int, a printer.Align) string {
	spare := limit - l.cells(text)
	before := 0
	switch a {
	case printer.Centre:
		before = spare / 2
	case printer.Right:
		before = spare
	}
	return strings.Repeat(" ", before) + text + strings.Repeat(" ", spare-before)
}

func (l *layouter) keyValue(kv printer.KeyValue) error {
	key, value := charset.Clean(kv.Key, l.set), charset.Clean(kv.Value, l.set)
	scale := min(max(kv.Scale, 1), l.native)
	limit := l.width / (raster.CellWidth * scale)
	var lines []string
	if spare := limit - l.cells(key) - l.cells(value); spare >= keyValueGap {
		lines = []string{key + strings.Repeat(" ", spare) + value}
	} else {
		lines = wrap(key, limit, l.wide, l.cells)
		for _, text := range wrap(value, limit, l.wide, l.cells) {
			lines = append(lines, strings.Repeat(" ", max(limit-l.cells(text), 0))+text)
		}
	}
	for _, text := range lines {
		if err := l.line(Line{Text: text, Scale: scale, Bold: kv.Bold, Pitch: pitch(scale)}); err != nil {
			return err
		}
	}
	return nil
}

// line adds one line, native when the set holds it, else as a picture.
func (l *layouter) line(line Line) error {
	native := true
	var missing []rune
	for _, r := range line.Text {
		if l.set.Bytes(r) == nil {
			native = false
			if !font.Has(r) {
				missing = append(missing, r)
			}
		}
	}
	if missing != nil {
		return &charset.MissingError{Set: l.set, Runes: missing}
	}
	strip := Picture{Bitmap: raster.New(l.width, barPadding)}
	if line.Invert {
		strip.Bitmap.Invert()
		l.add(Gap{barPadding}, strip)
	}
	if native {
		l.add(line)
	} else {
		l.add(Picture{Bitmap: l.draw(line), Align: line.Align}, Gap{line.Pitch - raster.CellHeight*line.Scale})
	}
	if line.Invert {
		l.add(strip, Gap{leading})
	}
	return nil
}

// draw paints a line in the printer's cells.
func (l *layouter) draw(line Line) *raster.Bitmap {
	cell := raster.CellWidth * line.Scale
	b := raster.New(l.cells(line.Text)*cell, raster.CellHeight*line.Scale)
	x := 0
	for _, r := range line.Text {
		n := l.set.Cells(r)
		b.Draw(raster.Cell(r, n, line.Scale, line.Bold), x, 0, 1)
		x += n * cell
	}
	if line.Invert {
		full := raster.New(l.width, b.H)
		full.Draw(b, 0, 0, 1)
		full.Invert()
		return full
	}
	return b
}

// display adds text that is larger than the printer's characters should be
// enlarged: smooth, in the font's own widths, cropped to its ink. It shrinks
// until its longest word fits the paper, so that no number is broken.
func (l *layouter) display(t printer.Text) error {
	size := raster.CellHeight * t.Scale
	for _, r := range t.Text {
		if !font.Has(r) {
			return &charset.MissingError{Set: l.set, Runes: []rune{r}}
		}
	}
	measure := func(s string) int { return raster.Measure(s, size, t.Bold) }
	for _, atom := range atoms(t.Text, l.wide) {
		for size > raster.CellHeight && measure(strings.TrimSpace(atom)) > l.width {
			size--
		}
	}
	for _, text := range wrap(t.Text, l.width, l.wide, measure) {
		b := raster.Text(text, size, t.Bold)
		ink := b.Ink()
		if ink.Empty() {
			l.add(Gap{size})
			continue
		}
		if t.Invert {
			full := raster.New(l.width, ink.Dy()+4*barPadding)
			full.Draw(b, indent(t.Align, l.width, b.W), 2*barPadding-ink.Min.Y, 1)
			full.Invert()
			l.add(Gap{size / 8}, Picture{Bitmap: full}, Gap{size / 8})
			continue
		}
		cropped := raster.New(min(b.W, l.width), ink.Dy())
		cropped.Draw(b, 0, -ink.Min.Y, 1)
		l.add(Gap{size / 8}, Picture{Bitmap: cropped, Align: t.Align}, Gap{size/8 + leading})
	}
	return nil
}

// indent returns the white dots at the left of w dots on a paper of width.
func indent(a printer.Align, width, w int) int {
	switch a {
	case printer.Centre:
		return max(width-w, 0) / 2
	case printer.Right:
		return max(width-w, 0)
	}
	return 0
}

// Indent returns the white dots at the left of the picture on a paper of width.
func (p Picture) Indent(width int) int { return indent(p.Align, width, p.Bitmap.W) }

func (l *layouter) wide(r rune) bool { return l.set.Cells(r) == 2 }

func (l *layouter) cells(s string) int {
	n := 0
	for _, r := range s {
		n += l.set.Cells(r)
	}
	return n
}
