package escpos

import (
	"errors"
	"fmt"
	"slices"

	"hallway/printer"
	"hallway/printer/layout"
)

// prepare lays out and encodes a document. Blocks that the printer makes larger
// or draws by itself, where others do not, are taken out of the layout: numbers
// in the printer's own enlarged characters, and QR codes.
func prepare(d printer.Document, p printer.Profile) (encoded, error) {
	out, err := assemble(d, p)
	if err != nil {
		return encoded{}, fmt.Errorf("document %q: %w", d.Template, err)
	}
	return out, nil
}

// maxRows is the longest ticket in dots; a longer one is a mistake.
const maxRows = 4000

func assemble(d printer.Document, p printer.Profile) (encoded, error) {
	if err := d.Validate(); err != nil {
		return encoded{}, err
	}
	e := newEncoder(p)
	e.reset()
	large := p
	large.Text.MaxScale = p.Text.ASCIIScale
	for start := 0; start < len(d.Blocks); {
		how := e.way(d.Blocks[start])
		end := start + 1
		for how != wayCode && end < len(d.Blocks) && e.way(d.Blocks[end]) == how {
			end++
		}
		if err := e.part(d.Blocks[start:end], how, p, large); err != nil {
			return encoded{}, renumber(err, start, end)
		}
		start = end
	}
	if e.rows > maxRows {
		return encoded{}, fmt.Errorf("document is %d dots long, want at most %d", e.rows, maxRows)
	}
	return e.finish(), nil
}

// renumber says which blocks of the document a part's error is about.
func renumber(err error, start, end int) error {
	if start == 0 {
		return err
	}
	return fmt.Errorf("in blocks %d to %d: %w", start, end-1, err)
}

// way is who draws a block.
type way uint8

const (
	wayLayout way = iota // the layout decides
	wayLarge             // the printer, in its own enlarged characters
	wayCode              // the printer, as a QR code
)

func (e *encoder) way(b printer.Block) way {
	switch b := b.(type) {
	case printer.QR:
		if e.profile.Symbols.QR && printable(b.Data) {
			return wayCode
		}
	case printer.Text:
		if e.enlarges(b) {
			return wayLarge
		}
	}
	return wayLayout
}

// enlarges reports whether the printer's own characters can be as large as the
// text wants, on one line.
func (e *encoder) enlarges(t printer.Text) bool {
	p := e.profile
	return t.Scale > p.Text.MaxScale && t.Scale <= p.Text.ASCIIScale && printable(t.Text) &&
		len(t.Text)*cellWidth*t.Scale <= p.Geometry.Dots
}

const cellWidth = 12 // dots of Font A

// printable reports whether s is made of the bytes 20 to 7E alone.
func printable(s string) bool {
	for i := range len(s) {
		if s[i] < 0x20 || s[i] > 0x7e {
			return false
		}
	}
	return true
}

func (e *encoder) part(blocks []printer.Block, how way, p, large printer.Profile) error {
	if how == wayCode {
		return e.qr(blocks[0].(printer.QR))
	}
	if how == wayLarge {
		p = large
	}
	s, err := layout.Lay(printer.Document{Blocks: blocks}, p)
	if err != nil {
		return err
	}
	return e.sheet(s)
}

// Bytes that a QR code of error correction M holds in byte mode, by version
// from 1 on (ISO/IEC 18004, table 7).
var capacity = []int{14, 26, 42, 62, 84, 106, 122, 152, 180, 213}

// The QR code's geometry: modules of the white around it, and its dots a module.
const (
	quiet      = 4
	usualDots  = 6
	fewestDots = 3
)

// qr sends GS ( k functions 165, 167, 169, 180 and 181, cn = 31: model 2, dots
// a module, error correction M, the data, print. The white around the code is
// fed above and below; at its sides the paper is white.
func (e *encoder) qr(q printer.QR) error {
	version, found := slices.BinarySearch(capacity, len(q.Data))
	if version == len(capacity) && !found {
		return errors.New("QR code of more than 213 bytes")
	}
	modules := 21 + 4*version
	dots := q.Module
	if dots == 0 {
		dots = usualDots
	}
	dots = min(dots, e.profile.Geometry.Dots/(modules+2*quiet))
	if dots < fewestDots {
		return fmt.Errorf("QR code of %d bytes needs %d modules, too many for %d dots", len(q.Data), modules+2*quiet, e.profile.Geometry.Dots)
	}
	e.setAlign(printer.Centre)
	e.gap(quiet * dots)
	e.put(0x1d, '(', 'k', 4, 0, '1', 'A', '2', 0)
	e.put(0x1d, '(', 'k', 3, 0, '1', 'C', byte(dots))
	e.put(0x1d, '(', 'k', 3, 0, '1', 'E', '1')
	n := len(q.Data) + 3
	e.put(0x1d, '(', 'k', byte(n), byte(n>>8), '1', 'P', '0')
	e.put([]byte(q.Data)...)
	e.put(0x1d, '(', 'k', 3, 0, '1', 'Q', '0')
	e.gap(quiet * dots)
	e.rows += (modules + 2*quiet) * dots
	return nil
}
