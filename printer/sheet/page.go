package sheet

import (
	"bytes"
	"time"

	"codeberg.org/go-pdf/fpdf"

	"hallway/printer/font"
)

// A4 portrait with its margins, in millimetres. The left margin leaves room for
// a binder's holes.
const (
	pageWidth  = 210.0
	pageHeight = 297.0
	left       = 25.0
	right      = 20.0
	top        = 20.0
	bottom     = 20.0
	width      = pageWidth - left - right
)

// Options says what a PDF file tells about itself.
type Options struct {
	Title string    // in the file's properties
	At    time.Time // of creation; the same input and time give the same bytes
}

// page is the file under construction and the pen on it.
type page struct {
	pdf  *fpdf.Fpdf
	lang string
	y    float64 // of the next line, millimetres from the page's top
}

// start begins a file whose footer counts the pages.
func start(lang string, o Options) *page {
	pdf := fpdf.New("P", "mm", "A4", "")
	pdf.SetAutoPageBreak(false, 0)
	pdf.SetCatalogSort(true)
	pdf.SetCreationDate(o.At)
	pdf.SetModificationDate(o.At)
	pdf.SetTitle(o.Title, true)
	pdf.SetLang(lang)
	pdf.AddUTF8FontFromBytes("noto", "", font.Regular())
	pdf.AddUTF8FontFromBytes("noto", "B", font.Bold())
	pdf.AliasNbPages("{pages}")
	p := &page{pdf: pdf, lang: lang}
	p.next()
	return p
}

// next turns to a new page.
func (p *page) next() {
	p.pdf.AddPage()
	p.y = top
	p.pdf.SetFont("noto", "", footSize)
	foot := "第 %d 页，共 {pages} 页"
	if p.lang == "en" {
		foot = "Page %d of {pages}"
	}
	p.pdf.SetXY(left, pageHeight-bottom+6)
	p.pdf.CellFormat(width, 5, sprint(foot, p.pdf.PageNo()), "", 0, "C", false, 0, "")
}

// room turns the page when less than height is left on it.
func (p *page) room(height float64) {
	if p.y+height > pageHeight-bottom && p.y > top {
		p.next()
	}
}

// bytes ends the file.
func (p *page) bytes() ([]byte, error) {
	var out bytes.Buffer
	err := p.pdf.Output(&out)
	return out.Bytes(), err
}
