package printer

import (
	"errors"
	"fmt"
	"unicode"
	"unicode/utf8"
)

// Limits of a document. They are far above every template and keep a mistake
// from emptying the roll.
const (
	MaxBlocks = 100 // blocks of a document
	MaxText   = 400 // characters of one text
	MaxFeed   = 20  // lines of one feed
	MaxQRData = 200 // bytes of one QR code
	MaxScale  = 8
)

// Validate reports everything that is wrong with the document, each error with
// the number of its block, counted from 0.
func (d Document) Validate() error {
	var errs []error
	if len(d.Blocks) == 0 || len(d.Blocks) > MaxBlocks {
		errs = append(errs, fmt.Errorf("document has %d blocks, want 1 to %d", len(d.Blocks), MaxBlocks))
	}
	for i, b := range d.Blocks {
		err := validateBlock(b)
		if _, cut := b.(Cut); cut && i != len(d.Blocks)-1 {
			err = errors.New("cut is not the last block")
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("block %d: %w", i, err))
		}
	}
	return errors.Join(errs...)
}

func validateBlock(b Block) error {
	switch b := b.(type) {
	case Text:
		if b.Align > Right {
			return fmt.Errorf("unknown alignment %d", b.Align)
		}
		return errors.Join(validateScale(b.Scale), validateText(b.Text))
	case Spans:
		return checkSpans(b)
	case KeyValue:
		return errors.Join(validateScale(b.Scale), validateText(b.Key), validateText(b.Value))
	case QR:
		if b.Module != 0 && (b.Module < 3 || b.Module > 8) {
			return fmt.Errorf("QR module of %d dots, want 3 to 8", b.Module)
		}
		if len(b.Data) == 0 || len(b.Data) > MaxQRData {
			return fmt.Errorf("QR data of %d bytes, want 1 to %d", len(b.Data), MaxQRData)
		}
	case Feed:
		if b.Lines < 0 || b.Lines > MaxFeed {
			return fmt.Errorf("feed of %d lines, want 0 to %d", b.Lines, MaxFeed)
		}
	case Columns:
		return checkColumns(b)
	case Barcode:
		return checkBarcode(b)
	case Image:
		return checkImage(b)
	case Rule, Cut:
	default:
		return fmt.Errorf("unknown block %T", b)
	}
	return nil
}

func validateScale(n int) error {
	if n < 0 || n > MaxScale {
		return fmt.Errorf("scale %d, want 0 to %d", n, MaxScale)
	}
	return nil
}

// validateText refuses control characters, which a printer would obey.
func validateText(s string) error {
	if !utf8.ValidString(s) {
		return errors.New("text is not valid UTF-8")
	}
	if n := utf8.RuneCountInString(s); n > MaxText {
		return fmt.Errorf("text of %d characters, want at most %d", n, MaxText)
	}
	for _, r := range s {
		if unicode.IsControl(r) {
			return fmt.Errorf("text holds the control character %U", r)
		}
	}
	return nil
}
