package sheet

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"golang.org/x/text/unicode/norm"
	eastasian "golang.org/x/text/width"

	"hallway/printer"
	"hallway/printer/charset"
	"hallway/printer/font"
	"hallway/printer/layout"
)

// Sizes of type in points. 12 points are 4.2 mm, which older people read
// without strain.
const (
	bodySize = 12.0
	footSize = 9.0
	point    = 25.4 / 72 // millimetres
	leading  = 1.5       // times the size, from baseline to baseline
	ascent   = 0.88      // of the size, from a line's top to its baseline
)

// style is how a run of text looks.
type style struct {
	size float64 // points
	bold bool
}

func (s style) height() float64 { return s.size * point * leading }

// foot is how far below a line's top its baseline is, in millimetres.
func (s style) foot() float64 { return ((leading-1)/2 + ascent) * s.size * point }

// sprint formats the program's own texts.
func sprint(format string, args ...any) string { return fmt.Sprintf(format, args...) }

// clean composes text and drops what has no shape, as on receipts.
func clean(text string) string {
	return strings.NewReplacer("\ufe0f", "", "\u200b", "", "\u200d", "", "\ufeff", "", "\u00ad", "").Replace(norm.NFC.String(text))
}

// check returns an error that names the characters that no font has.
func check(texts ...string) error {
	var missing []rune
	for _, text := range texts {
		for _, r := range clean(text) {
			if !font.Has(r) {
				missing = append(missing, r)
			}
		}
	}
	if missing != nil {
		return &charset.MissingError{Runes: missing}
	}
	return nil
}

// measure returns a text's width in millimetres.
func (s style) measure(text string) float64 {
	var w float32
	for _, r := range text {
		w += font.Advance(r, s.bold)
	}
	return float64(w) * s.size * point
}

// lines wraps text to a width in millimetres.
func (s style) lines(text string, most float64) []string {
	hundredths := func(text string) int { return int(s.measure(text)*100 + 0.5) }
	return layout.Wrap(clean(text), int(most*100), wide, hundredths)
}

func wide(r rune) bool {
	switch eastasian.LookupRune(r).Kind() {
	case eastasian.EastAsianWide, eastasian.EastAsianFullwidth, eastasian.EastAsianAmbiguous:
		return true
	}
	return false
}

// write puts one line with its top at y. Runs of the same font go together;
// what the file's fonts cannot show is drawn.
func (p *page) write(text string, s style, x, y float64) {
	y += s.foot()
	for text != "" {
		first, _ := utf8.DecodeRuneInString(text)
		f := pick(first, s.bold)
		n := strings.IndexFunc(text, func(r rune) bool { return pick(r, s.bold) != f })
		if n < 0 {
			n = len(text)
		}
		run := text[:n]
		if f == outlined {
			p.outline(run, s, x, y)
		} else {
			p.pdf.SetFont("noto", string(f), s.size)
			p.pdf.Text(x, y, run)
		}
		x += s.measure(run)
		text = text[n:]
	}
}

// face is the style of the file's font that shows a character.
type face string

const (
	regular  face = ""
	bold     face = "B"
	outlined face = "outline"
)

// pick returns the face that shows a character.
func pick(r rune, wantBold bool) face {
	switch {
	case r > 0xffff: // the library addresses the basic plane only
		return outlined
	case wantBold && font.Embedded(r, true):
		return bold
	case font.Embedded(r, false):
		return regular
	}
	return outlined
}

// outline fills the shapes of characters.
func (p *page) outline(text string, s style, x, y float64) {
	const em = 1000
	scale := s.size * point / em / 64
	for _, r := range text {
		if o, ok := font.Glyph(r, s.bold, fixed.I(em)); ok && len(o.Segments) > 0 {
			trace(p.pdf, o.Segments, x, y, scale)
			p.pdf.DrawPath("F")
		}
		x += s.measure(string(r))
	}
}

func trace(pdf *fpdf.Fpdf, segments sfnt.Segments, x, y, scale float64) {
	at := func(p fixed.Point26_6) (float64, float64) { return x + float64(p.X)*scale, y + float64(p.Y)*scale }
	for i, s := range segments {
		ax, ay := at(s.Args[0])
		bx, by := at(s.Args[1])
		cx, cy := at(s.Args[2])
		switch s.Op {
		case sfnt.SegmentOpMoveTo:
			if i > 0 {
				pdf.ClosePath()
			}
			pdf.MoveTo(ax, ay)
		case sfnt.SegmentOpLineTo:
			pdf.LineTo(ax, ay)
		case sfnt.SegmentOpQuadTo:
			pdf.CurveTo(ax, ay, bx, by)
		case sfnt.SegmentOpCubeTo:
			pdf.CurveBezierCubicTo(ax, ay, bx, by, cx, cy)
		}
	}
	pdf.ClosePath()
}

// paragraph writes text between x and x+most and moves the pen below it.
func (p *page) paragraph(text string, s style, x, most float64, a printer.Align) {
	for _, line := range s.lines(text, most) {
		p.room(s.height())
		p.write(line, s, x+indent(a, most, s.measure(line)), p.y)
		p.y += s.height()
	}
}

func indent(a printer.Align, most, w float64) float64 {
	switch a {
	case printer.Centre:
		return max(most-w, 0) / 2
	case printer.Right:
		return max(most-w, 0)
	}
	return 0
}
