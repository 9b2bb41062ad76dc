package sheet

import (
	"bytes"
	"fmt"
	"image/png"
	"strings"

	"codeberg.org/go-pdf/fpdf"

	"hallway/printer"
	"hallway/printer/raster"
)

// Sizes of a document's blocks on a page, in millimetres.
const (
	dot       = 25.4 / 203 // a dot of a receipt's head, for what is measured in dots
	ruleWidth = 0.3
	ruleSpace = 2.0
	cell      = bodySize * point / 2 // a half-width character, for columns
)

// Document lays a document out on A4 and returns the PDF file. Scales count
// from a body size of 12 points, codes keep their size in millimetres, and the
// cut is the end.
func Document(d printer.Document, o Options) ([]byte, error) {
	if err := d.Validate(); err != nil {
		return nil, err
	}
	for i, b := range d.Blocks {
		if err := check(words(b)...); err != nil {
			return nil, fmt.Errorf("block %d: %w", i, err)
		}
	}
	p := start(d.Lang, o)
	for i, b := range d.Blocks {
		if err := p.block(b); err != nil {
			return nil, fmt.Errorf("block %d: %w", i, err)
		}
	}
	return p.bytes()
}

// words returns the texts of a block.
func words(b printer.Block) []string {
	switch b := b.(type) {
	case printer.Text:
		return []string{b.Text}
	case printer.Spans:
		var all []string
		for _, s := range b.Spans {
			all = append(all, s.Text)
		}
		return all
	case printer.KeyValue:
		return []string{b.Key, b.Value}
	case printer.Columns:
		var all []string
		for _, c := range b.Columns {
			all = append(all, c.Text)
		}
		return all
	}
	return nil
}

func (p *page) block(b printer.Block) error {
	switch b := b.(type) {
	case printer.Text:
		p.text(b)
	case printer.Spans:
		p.spans(b)
	case printer.KeyValue:
		p.keyValue(b)
	case printer.Columns:
		p.columns(b)
	case printer.Rule:
		p.room(2 * ruleSpace)
		p.y += ruleSpace
		p.line(left, left+width)
		p.y += ruleSpace
	case printer.QR:
		return p.qr(b)
	case printer.Barcode:
		return p.barcode(b)
	case printer.Image:
		return p.image(b)
	case printer.Feed:
		p.y += float64(b.Lines) * style{size: bodySize}.height()
	}
	return nil
}

// spans writes parts in styles and sizes of their own on one baseline, on a
// sheet bold for white on black. Parts that do not fit one line together are
// written as one text.
func (p *page) spans(b printer.Spans) {
	plain := style{size: bodySize * float64(max(b.Scale, 1))}
	total, highest := 0.0, style{}
	for _, part := range b.Spans {
		s, across := spanStyle(part, b.Scale)
		total += s.measure(part.Text) * across
		highest.size = max(highest.size, s.size)
	}
	if total > width {
		p.paragraph(strings.Join(words(b), ""), plain, left, width, b.Align)
		return
	}
	p.room(highest.height())
	x := left + indent(b.Align, width, total)
	for _, part := range b.Spans {
		s, across := spanStyle(part, b.Scale)
		p.pdf.TransformBegin()
		p.pdf.TransformScale(across*100, 100, x, p.y)
		p.write(part.Text, s, x, p.y+highest.foot()-s.foot())
		p.pdf.TransformEnd()
		x += s.measure(part.Text) * across
	}
	p.y += highest.height()
}

// spanStyle returns the style of a part and how many times wider than usual its
// characters are.
func spanStyle(part printer.Span, scale int) (s style, across float64) {
	size := func(own int) float64 {
		if own == 0 {
			own = max(scale, 1)
		}
		return float64(own)
	}
	return style{size: bodySize * size(part.Height), bold: part.Bold || part.Invert}, size(part.Width) / size(part.Height)
}

func (p *page) text(t printer.Text) {
	s := style{size: bodySize * float64(max(t.Scale, 1)), bold: t.Bold}
	for s.size > bodySize && s.longest(t.Text) > width {
		s.size--
	}
	if !t.Invert {
		p.paragraph(t.Text, s, left, width, t.Align)
		return
	}
	for _, line := range s.lines(t.Text, width) {
		p.room(s.height())
		p.pdf.SetFillColor(0, 0, 0)
		p.pdf.Rect(left, p.y, width, s.height(), "F")
		p.pdf.SetTextColor(255, 255, 255)
		p.pdf.SetFillColor(255, 255, 255)
		p.write(line, s, left+indent(t.Align, width, s.measure(line)), p.y)
		p.pdf.SetTextColor(0, 0, 0)
		p.pdf.SetFillColor(0, 0, 0)
		p.y += s.height()
	}
}

// longest returns the width of the longest word.
func (s style) longest(text string) float64 {
	w := 0.0
	for _, word := range strings.Fields(clean(text)) {
		if !strings.ContainsFunc(word, wide) {
			w = max(w, s.measure(word))
		}
	}
	return w
}

func (p *page) keyValue(kv printer.KeyValue) {
	s := style{size: bodySize * float64(max(min(kv.Scale, 2), 1)), bold: kv.Bold}
	key, value := clean(kv.Key), clean(kv.Value)
	if s.measure(key)+s.measure(value)+2*cell > width {
		p.paragraph(key, s, left, width, printer.Left)
		p.paragraph(value, s, left, width, printer.Right)
		return
	}
	p.room(s.height())
	p.write(key, s, left, p.y)
	p.write(value, s, left+width-s.measure(value), p.y)
	p.y += s.height()
}

func (p *page) columns(c printer.Columns) {
	s := style{size: bodySize, bold: c.Bold}
	widths := columnWidths(c.Columns)
	texts := make([][]string, len(widths))
	rows := 0
	for i, col := range c.Columns {
		texts[i] = s.lines(col.Text, widths[i])
		rows = max(rows, len(texts[i]))
	}
	for row := range rows {
		p.room(s.height())
		x := left
		for i, col := range c.Columns {
			if row < len(texts[i]) {
				line := texts[i][row]
				p.write(line, s, x+indent(col.Align, widths[i], s.measure(line)), p.y)
			}
			x += widths[i] + cell
		}
		p.y += s.height()
	}
}

// columnWidths shares what is left of the page among columns without a width.
// Columns that are too wide together are made narrower in proportion.
func columnWidths(columns []printer.Column) []float64 {
	space := width - cell*float64(len(columns)-1)
	const least = 4 * cell // of a column without a width
	fixed, open := 0.0, 0.0
	for _, c := range columns {
		fixed += float64(c.Cells) * cell
		if c.Cells == 0 {
			open++
		}
	}
	shrink := 1.0
	if fixed+open*least > space {
		shrink = (space - open*least) / fixed
	}
	widths := make([]float64, len(columns))
	for i, c := range columns {
		if widths[i] = float64(c.Cells) * cell * shrink; c.Cells == 0 {
			widths[i] = (space - fixed*shrink) / open
		}
	}
	return widths
}

// line draws a horizontal line at the pen.
func (p *page) line(from, to float64) {
	p.pdf.SetLineWidth(ruleWidth)
	p.pdf.Line(from, p.y, to, p.y)
}

// The most dots of codes: a QR code's side of 60 mm, bars as wide as the text.
const (
	widestCode = 480
	widestBars = 1318
)

func (p *page) qr(q printer.QR) error {
	module := q.Module
	if module == 0 {
		module = 6
	}
	code, err := raster.QR(q.Data, module, widestCode)
	if err != nil {
		return err
	}
	p.bitmap(code, printer.Centre)
	return nil
}

func (p *page) barcode(b printer.Barcode) error {
	module, height := b.Module, b.Height
	if module == 0 {
		module = 3
	}
	if height == 0 {
		height = 80
	}
	bars, err := raster.Code128(b.Data, module, height, widestBars)
	if err != nil {
		return err
	}
	p.bitmap(bars, printer.Centre)
	p.text(printer.Text{Text: b.Data, Align: printer.Centre})
	return nil
}

// bitmap puts a code at the pen and moves the pen below it.
func (p *page) bitmap(b *raster.Bitmap, a printer.Align) {
	h := float64(b.H) * dot
	p.room(h)
	p.dots(b, left+indent(a, width, float64(b.W)*dot), p.y)
	p.y += h
}

// dots draws runs of black dots as rectangles, sharp at every resolution; equal
// rows become one.
func (p *page) dots(b *raster.Bitmap, x, y float64) {
	for j := 0; j < b.H; {
		n := 1
		for j+n < b.H && bytes.Equal(b.Row(j), b.Row(j+n)) {
			n++
		}
		for i := 0; i < b.W; i++ {
			from := i
			for i < b.W && b.At(i, j) {
				i++
			}
			if i > from {
				p.pdf.Rect(x+float64(from)*dot, y+float64(j)*dot, float64(i-from)*dot, float64(n)*dot, "F")
			}
		}
		j += n
	}
}

// image puts a picture at the size that it has on a receipt; grey tones stay.
func (p *page) image(i printer.Image) error {
	img, err := png.Decode(strings.NewReader(string(i.PNG)))
	if err != nil {
		return fmt.Errorf("picture: %w", err)
	}
	var file bytes.Buffer
	if err := png.Encode(&file, img); err != nil {
		return fmt.Errorf("picture: %w", err)
	}
	size := img.Bounds().Size()
	w := float64(size.X) * dot
	if i.Width != 0 {
		w = min(w, float64(i.Width)*dot)
	}
	w = min(w, width)
	h := w * float64(size.Y) / float64(size.X)
	if most := pageHeight - top - bottom; h > most {
		w, h = w*most/h, most
	}
	p.room(h)
	o := fpdf.ImageOptions{ImageType: "PNG"}
	name := sprint("picture %d at %.1f", p.pdf.PageNo(), p.y)
	p.pdf.RegisterImageOptionsReader(name, o, &file)
	p.pdf.ImageOptions(name, left+indent(i.Align, width, w), p.y, w, h, false, o, 0, "")
	p.y += h + ruleSpace
	return p.pdf.Error()
}
