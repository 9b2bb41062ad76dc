package raster

import (
	"fmt"

	"github.com/skip2/go-qrcode"
)

// minModule is the least dots of a module that a telephone reads on thermal
// paper.
const minModule = 3

// QR draws a QR code (ISO/IEC 18004, error correction M) with its quiet zone of
// four modules. The module is the largest up to module dots with which the
// code fits maxWidth; below 3 dots a telephone cannot read thermal paper, so
// that is an error.
func QR(data string, module, maxWidth int) (*Bitmap, error) {
	code, err := qrcode.New(data, qrcode.Medium)
	if err != nil {
		return nil, fmt.Errorf("QR code of %d bytes: %w", len(data), err)
	}
	modules := code.Bitmap() // rows; true is black; the quiet zone is part of it
	if module = min(module, maxWidth/len(modules)); module < minModule {
		return nil, fmt.Errorf("QR code of %d bytes needs %d modules, too many for %d dots", len(data), len(modules), maxWidth)
	}
	dst := New(len(modules)*module, len(modules)*module)
	for y, row := range modules {
		for x, black := range row {
			if black {
				dst.Fill(x*module, y*module, module, module)
			}
		}
	}
	return dst, nil
}
