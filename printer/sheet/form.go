package sheet

import (
	"fmt"

	"hallway/printer"
	"hallway/printer/raster"
)

// A Form is an official form: boxes with what is known, to be read and signed,
// and empty boxes to be filled in by hand.
type Form struct {
	Lang       string // "zh-Hans" or "en"
	Title      string
	Number     string // of the application, also as a barcode; "" for none
	Sections   []Section
	Statement  string   // what the signature stands for; "" for none
	Signatures []string // labels of the lines to sign on, at most 3
	Link       string   // what the QR code says; "" for none
}

// A Section is a group of boxes under a heading.
type Section struct {
	Title  string // "" for none
	Fields []Field
}

// A Field is one box: its label and its value. An empty value leaves room for
// a hand.
type Field struct {
	Label, Value string
	Wide         bool // takes the page's width; else two stand side by side
}

// Limits of a form, far above every real one.
const (
	maxFields     = 200
	maxValue      = 2000 // characters
	maxSignatures = 3
)

// Sizes of a form in millimetres.
const (
	labelWidth = 32.0
	boxPadding = 1.8
	boxHeight  = 10.0
	cornerCode = 30.0 // the QR code and as much white at the left
	cornerDots = 240  // the same in dots
	signHeight = 22.0
)

var (
	labelStyle = style{size: 10.5}
	valueStyle = style{size: bodySize}
	titleStyle = style{size: 20, bold: true}
	groupStyle = style{size: 13, bold: true}
)

// PDF returns the form as a file. Mistakes are named by section and field,
// counted from 0.
func (f Form) PDF(o Options) ([]byte, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	p := start(f.Lang, o)
	if err := p.corner(f.Link); err != nil {
		return nil, fmt.Errorf("link: %w", err)
	}
	p.paragraph(f.Title, titleStyle, left+cornerCode, width-2*cornerCode, printer.Centre)
	p.y += ruleSpace
	if f.Number != "" {
		if err := p.barcode(printer.Barcode{Data: f.Number, Module: 2}); err != nil {
			return nil, fmt.Errorf("number: %w", err)
		}
	}
	for _, s := range f.Sections {
		p.section(s)
	}
	if f.Statement != "" {
		p.y += 2 * ruleSpace
		p.paragraph(f.Statement, valueStyle, left, width, printer.Left)
	}
	p.sign(f.Signatures)
	return p.bytes()
}

func (f Form) check() error {
	if err := check(f.Title, f.Number, f.Statement); err != nil {
		return err
	}
	if err := check(f.Signatures...); err != nil {
		return fmt.Errorf("signatures: %w", err)
	}
	if f.Title == "" || len(f.Signatures) > maxSignatures {
		return fmt.Errorf("form has the title %q and %d signatures, want a title and at most %d", f.Title, len(f.Signatures), maxSignatures)
	}
	n := 0
	for i, s := range f.Sections {
		if err := check(s.Title); err != nil {
			return fmt.Errorf("section %d: %w", i, err)
		}
		for j, field := range s.Fields {
			if err := field.check(); err != nil {
				return fmt.Errorf("section %d, field %d: %w", i, j, err)
			}
		}
		n += len(s.Fields)
	}
	if n > maxFields {
		return fmt.Errorf("form has %d fields, want at most %d", n, maxFields)
	}
	return nil
}

func (f Field) check() error {
	if n := len([]rune(f.Label)) + len([]rune(f.Value)); n > maxValue {
		return fmt.Errorf("text of %d characters, want at most %d", n, maxValue)
	}
	return check(f.Label, f.Value)
}

// corner puts the QR code at the page's top right, with its quiet zone in the
// margin.
func (p *page) corner(link string) error {
	if link == "" {
		return nil
	}
	code, err := raster.QR(link, 6, cornerDots)
	if err != nil {
		return err
	}
	p.dots(code, pageWidth-right-float64(code.W)*dot, top/2)
	return nil
}

func (p *page) section(s Section) {
	p.y += 2 * ruleSpace
	if s.Title != "" {
		p.room(groupStyle.height() + boxHeight)
		p.paragraph(s.Title, groupStyle, left, width, printer.Left)
	}
	for i := 0; i < len(s.Fields); {
		if f := s.Fields[i]; f.Wide || i+1 == len(s.Fields) || s.Fields[i+1].Wide {
			p.row(width, f)
			i++
			continue
		}
		p.row(width/2, s.Fields[i], s.Fields[i+1])
		i += 2
	}
}

// row draws boxes of one height side by side. A value longer than a page goes
// on in a box on the next.
func (p *page) row(each float64, fields ...Field) {
	values := make([][]string, len(fields))
	labels := make([][]string, len(fields))
	most := 1
	for i, f := range fields {
		labels[i] = labelStyle.lines(f.Label, labelWidth-2*boxPadding)
		values[i] = valueStyle.lines(f.Value, each-labelWidth-2*boxPadding)
		most = max(most, len(labels[i]), len(values[i]))
	}
	perPage := int((pageHeight - top - bottom - 2*boxPadding) / valueStyle.height())
	for from := 0; from < most; from += perPage {
		n := min(most-from, perPage)
		h := max(boxHeight, float64(n)*valueStyle.height()+2*boxPadding)
		p.room(h)
		for i := range fields {
			x := left + float64(i)*each
			p.box(x, labelWidth, h, part(labels[i], from, n), labelStyle, true)
			p.box(x+labelWidth, each-labelWidth, h, part(values[i], from, n), valueStyle, false)
		}
		p.y += h
	}
}

// part returns up to n lines from that one on.
func part(lines []string, from, n int) []string {
	if from >= len(lines) {
		return nil
	}
	return lines[from:min(from+n, len(lines))]
}

// box draws one box with its lines in the middle of its height.
func (p *page) box(x, w, h float64, lines []string, s style, shaded bool) {
	p.pdf.SetLineWidth(ruleWidth)
	how := "D"
	if shaded {
		p.pdf.SetFillColor(238, 238, 238)
		how = "FD"
	}
	p.pdf.Rect(x, p.y, w, h, how)
	p.pdf.SetFillColor(0, 0, 0)
	y := p.y + (h-float64(len(lines))*s.height())/2
	for _, line := range lines {
		p.write(line, s, x+boxPadding, y)
		y += s.height()
	}
}

// sign draws the lines to sign on side by side.
func (p *page) sign(labels []string) {
	if len(labels) == 0 {
		return
	}
	p.room(signHeight)
	p.y += signHeight - labelStyle.height() - ruleSpace
	each := width / float64(len(labels))
	for i, label := range labels {
		x := left + float64(i)*each
		p.line(x, x+each-10)
		p.write(clean(label), labelStyle, x, p.y)
	}
	p.y += labelStyle.height() + ruleSpace
}
