package printer

import (
	"errors"
	"fmt"
)

// Limits of columns, barcodes and pictures.
const (
	MaxColumns = 6        // texts side by side
	MaxCells   = 48       // half-width characters of one column
	MaxBarcode = 32       // characters of one barcode
	MaxPNG     = 64 << 10 // bytes of one picture
	MaxSide    = 2048     // pixels of a picture's side
)

// maxSpans is the most parts of one paragraph.
const maxSpans = 16

func checkSpans(s Spans) error {
	if n := len(s.Spans); n < 1 || n > maxSpans {
		return fmt.Errorf("%d spans, want 1 to %d", n, maxSpans)
	}
	errs := []error{validateScale(s.Scale)}
	if s.Align > Right {
		errs = append(errs, fmt.Errorf("unknown alignment %d", s.Align))
	}
	for i, span := range s.Spans {
		if err := errors.Join(validateText(span.Text), validateScale(span.Width), validateScale(span.Height)); err != nil {
			errs = append(errs, fmt.Errorf("span %d: %w", i, err))
		}
	}
	return errors.Join(errs...)
}

func checkColumns(c Columns) error {
	if len(c.Columns) == 0 || len(c.Columns) > MaxColumns {
		return fmt.Errorf("%d columns, want 1 to %d", len(c.Columns), MaxColumns)
	}
	var errs []error
	for i, col := range c.Columns {
		err := validateText(col.Text)
		if col.Cells < 0 || col.Cells > MaxCells {
			err = errors.Join(err, fmt.Errorf("width of %d characters, want 0 to %d", col.Cells, MaxCells))
		}
		if col.Align > Right {
			err = errors.Join(err, fmt.Errorf("unknown alignment %d", col.Align))
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("column %d: %w", i, err))
		}
	}
	return errors.Join(errs...)
}

func checkBarcode(b Barcode) error {
	if len(b.Data) == 0 || len(b.Data) > MaxBarcode {
		return fmt.Errorf("barcode of %d characters, want 1 to %d", len(b.Data), MaxBarcode)
	}
	for _, r := range b.Data {
		if r < 0x20 || r > 0x7e {
			return fmt.Errorf("barcode holds %U, want characters of 20 to 7E", r)
		}
	}
	if b.Height != 0 && (b.Height < 24 || b.Height > 200) {
		return fmt.Errorf("barcode height of %d dots, want 24 to 200", b.Height)
	}
	if b.Module != 0 && (b.Module < 2 || b.Module > 4) {
		return fmt.Errorf("barcode module of %d dots, want 2 to 4", b.Module)
	}
	return nil
}

// checkImage reads the picture's header only.
func checkImage(i Image) error {
	if len(i.PNG) == 0 || len(i.PNG) > MaxPNG {
		return fmt.Errorf("picture of %d bytes, want 1 to %d", len(i.PNG), MaxPNG)
	}
	if i.Width != 0 && (i.Width < 8 || i.Width > 832) {
		return fmt.Errorf("picture width of %d dots, want 8 to 832", i.Width)
	}
	if i.Align > Right {
		return fmt.Errorf("unknown alignment %d", i.Align)
	}
	w, h, ok := i.PNG.size()
	if !ok {
		return errors.New("picture is not a PNG file")
	}
	if w < 1 || h < 1 || w > MaxSide || h > MaxSide {
		return fmt.Errorf("picture of %d by %d pixels, want at most %d by %d", w, h, MaxSide, MaxSide)
	}
	return nil
}

// size reads the header (ISO/IEC 15948, 5.2 and 11.2.2): the signature, then
// the chunk IHDR, which begins with width and height.
func (p PNG) size() (w, h uint32, ok bool) {
	if len(p) < 24 || p[:8] != "\x89PNG\r\n\x1a\n" || p[12:16] != "IHDR" {
		return 0, 0, false
	}
	at := func(i int) uint32 { return uint32(p[i])<<24 | uint32(p[i+1])<<16 | uint32(p[i+2])<<8 | uint32(p[i+3]) }
	return at(16), at(20), true
}
