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
	keyValueGap = 1    // least cells between a key and its value
	columnGap   = 1    // cells between columns
)

// Pitch is the height of one line of body text, the unit of [printer.Feed].
const Pitch = raster.CellHeight + leading

// pitch is the height of a line of enlarged text.
func pitch(scale int) int { return raster.CellHeight*scale + leading + 4*(scale-1) }

// Lay checks the document and lays it out for the profile's paper. Errors are
// those of the document; a character that cannot be printed gives a
// [charset.MissingError].
func Lay(d printer.Document, p printer.Profile) (Sheet, error) {
	l := newLayouter(p)
	l.sheet = make(Sheet, 0, 3*len(d.Blocks))
	err := l.document(d)
	return l.sheet, err
}

type layouter struct {
	width  int // dots
	set    charset.Set
	native int // largest scale of the printer's own characters
	ascii  int // the same for text of one-byte characters alone
	sheet  Sheet
	rule   *raster.Bitmap // one for all rules
	report *Report        // nil when nobody asked
}

func newLayouter(p printer.Profile) *layouter {
	return &layouter{
		width: p.Geometry.Dots, set: p.Text.Charset,
		native: p.Text.MaxScale, ascii: max(p.Text.ASCIIScale, p.Text.MaxScale),
	}
}

func (l *layouter) document(d printer.Document) error {
	if err := d.Validate(); err != nil {
		return err
	}
	for i, b := range d.Blocks {
		if err := l.block(b); err != nil {
			return fmt.Errorf("block %d: %w", i, err)
		}
	}
	if rows := l.sheet.Rows(); rows > maxRows {
		return fmt.Errorf("document is %d dots long, want at most %d", rows, maxRows)
	}
	return nil
}

func (l *layouter) add(items ...Item) { l.sheet = append(l.sheet, items...) }

func (l *layouter) block(b printer.Block) error {
	switch b := b.(type) {
	case printer.Text:
		return l.text(b)
	case printer.Spans:
		return l.spans(b)
	case printer.KeyValue:
		return l.keyValue(b)
	case printer.Columns:
		return l.columns(b)
	case printer.Rule:
		l.addRule()
	case printer.QR:
		return l.qr(b)
	case printer.Barcode:
		return l.barcode(b)
	case printer.Image:
		return l.image(b)
	case printer.Feed:
		l.add(Gap{b.Lines * Pitch})
	case printer.Cut:
		l.add(Cut{})
	}
	return nil
}

func (l *layouter) addRule() {
	if l.rule == nil {
		l.rule = raster.New(l.width, ruleHeight)
		l.rule.Fill(0, 0, l.width, ruleHeight)
	}
	l.add(Gap{ruleSpace - leading/2}, Picture{Bitmap: l.rule}, Gap{ruleSpace})
}

// clean replaces characters that have a printable equivalent and notes them.
func (l *layouter) clean(text string) string {
	if l.report != nil {
		l.report.Changes = append(l.report.Changes, charset.Changes(text, l.set)...)
	}
	return charset.Clean(text, l.set)
}

func (l *layouter) text(t printer.Text) error {
	t.Text = l.clean(t.Text)
	t.Scale = max(t.Scale, 1)
	native := l.native
	if isASCII(t.Text) {
		native = l.ascii
	}
	fitting := l.fit(t.Text, t.Scale)
	if t.Scale > native || 2*fitting <= t.Scale {
		return l.display(t)
	}
	t.Scale = fitting
	limit := l.width / (raster.CellWidth * t.Scale)
	if l.cells(t.Text) <= limit {
		return l.textLine(t, strings.TrimRight(t.Text, " "), limit)
	}
	for _, text := range l.wrap(t.Text, limit) {
		if err := l.textLine(t, text, limit); err != nil {
			return err
		}
	}
	return nil
}

// textLine adds one line of a text.
func (l *layouter) textLine(t printer.Text, text string, limit int) error {
	line := Line{
		Text: text, Wide: t.Scale, High: t.Scale, Bold: t.Bold, Invert: t.Invert, Align: t.Align,
		Pitch: pitch(t.Scale),
	}
	if t.Invert {
		line.Text, line.Align = l.pad(text, limit, t.Align), printer.Left
		line.Pitch = raster.CellHeight * t.Scale
	}
	return l.line(line)
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// fit returns the largest scale up to scale at which no word is broken, so that
// a number stays whole. Words that are too long even at body size are broken.
func (l *layouter) fit(text string, scale int) int {
	if scale == 1 || l.cells(text)*raster.CellWidth*scale <= l.width {
		return scale
	}
	longest := 0
	for _, atom := range atoms(text, l.wide) {
		longest = max(longest, l.cells(strings.TrimSpace(text[atom.from:atom.to])))
	}
	for scale > 1 && longest*raster.CellWidth*scale > l.width {
		scale--
	}
	return scale
}

// wrap breaks text into lines of at most limit cells.
func (l *layouter) wrap(text string, limit int) []string {
	if l.cells(text) <= limit {
		return []string{strings.TrimRight(text, " ")}
	}
	return Wrap(text, limit, l.wide, l.cells)
}

// pad fills text with spaces up to the width in cells.
func (l *layouter) pad(text string, width int, a printer.Align) string {
	spare := max(width-l.cells(text), 0)
	before := 0
	switch a {
	case printer.Centre:
		before = spare / 2
	case printer.Right:
		before = spare
	}
	return blanks(before) + text + blanks(spare-before)
}

// blanks returns n spaces.
func blanks(n int) string { return strings.Repeat(" ", n) }

func (l *layouter) keyValue(kv printer.KeyValue) error {
	key, value := l.clean(kv.Key), l.clean(kv.Value)
	scale := min(max(kv.Scale, 1), l.native)
	limit := l.width / (raster.CellWidth * scale)
	add := func(text string) error {
		return l.line(Line{Text: text, Wide: scale, High: scale, Bold: kv.Bold, Pitch: pitch(scale)})
	}
	if spare := limit - l.cells(key) - l.cells(value); spare >= keyValueGap {
		return add(key + blanks(spare) + value)
	}
	for _, text := range l.wrap(key, limit) {
		if err := add(text); err != nil {
			return err
		}
	}
	for _, text := range l.wrap(value, limit) {
		if err := add(l.pad(text, limit, printer.Right)); err != nil {
			return err
		}
	}
	return nil
}

// line adds one line, native when the set holds it, else as a picture.
func (l *layouter) line(line Line) error {
	native := l.isNative(line)
	if !native {
		if err := l.drawable(line.Text); err != nil {
			return err
		}
	}
	if !line.Invert {
		l.addLine(line, native)
		return nil
	}
	strip := Picture{Bitmap: raster.New(l.width, barPadding)}
	strip.Bitmap.Invert()
	l.add(Gap{barPadding}, strip)
	l.addLine(line, native)
	l.add(strip, Gap{leading})
	return nil
}

func (l *layouter) addLine(line Line, native bool) {
	if native {
		l.add(line)
		return
	}
	if l.report != nil {
		l.report.Drawn = append(l.report.Drawn, line.Text)
	}
	l.add(Picture{Bitmap: l.draw(line), Align: line.Align})
	if rest := line.Pitch - raster.CellHeight*line.High; rest > 0 {
		l.add(Gap{rest})
	}
}

// drawable returns an error that names the characters that no font has, also
// those that the printer would have: the line is drawn as a whole.
func (l *layouter) drawable(text string) error {
	var missing []rune
	for _, r := range text {
		if !font.Has(r) {
			missing = append(missing, r)
		}
	}
	if missing != nil {
		return &charset.MissingError{Set: l.set, Runes: missing}
	}
	return nil
}

// display adds text that is larger than the printer's characters should be
// enlarged, or that would stand at half its size because the next whole scale
// is too wide: smooth, in the font's own widths, cropped to its ink. It shrinks
// until its longest word fits the paper, so that no number is broken.
func (l *layouter) display(t printer.Text) error {
	for _, r := range t.Text {
		if !font.Has(r) {
			return &charset.MissingError{Set: l.set, Runes: []rune{r}}
		}
	}
	size := l.displaySize(t)
	measure := func(s string) int { return raster.Measure(s, size, t.Bold) }
	for _, text := range Wrap(t.Text, l.width, l.wide, measure) {
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
		l.add(Gap{size / 8}, Picture{Bitmap: b.Slice(ink.Min.Y, ink.Max.Y), Align: t.Align}, Gap{size/8 + leading})
	}
	return nil
}

func (l *layouter) displaySize(t printer.Text) int {
	size := raster.CellHeight * t.Scale
	for _, atom := range atoms(t.Text, l.wide) {
		word := strings.TrimSpace(t.Text[atom.from:atom.to])
		for size > raster.CellHeight && raster.Measure(word, size, t.Bold) > l.width {
			size--
		}
	}
	return size
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
