package raster

import (
	"fmt"
	"sync"

	"github.com/skip2/go-qrcode"
)

// minModule is the least dots of a module that a telephone reads on thermal
// paper.
const minModule = 3

// A qrKey names a drawn QR code.
type qrKey struct {
	data             string
	module, maxWidth int
}

// keptCodes is how many QR codes are kept, so that one is drawn once although its
// ticket is laid out for the log, for the printer and once more for a reprint.
const keptCodes = 4

var codes = struct {
	sync.Mutex
	drawn map[qrKey]*Bitmap
	order []qrKey // oldest first
}{drawn: map[qrKey]*Bitmap{}}

// QR draws a QR code (ISO/IEC 18004, error correction M) with its quiet zone of
// four modules. The module is the largest up to module dots with which the
// code fits maxWidth; below 3 dots a telephone cannot read thermal paper, so
// that is an error. The last codes are shared, so nobody changes the bitmap.
func QR(data string, module, maxWidth int) (*Bitmap, error) {
	k := qrKey{data, module, maxWidth}
	codes.Lock()
	kept := codes.drawn[k]
	codes.Unlock()
	if kept != nil {
		return kept, nil
	}
	b, err := drawQR(data, module, maxWidth)
	if err == nil {
		keep(k, b)
	}
	return b, err
}

// keep puts a drawn code in the place of the oldest.
func keep(k qrKey, b *Bitmap) {
	codes.Lock()
	defer codes.Unlock()
	if codes.drawn[k] == nil {
		codes.order = append(codes.order, k)
	}
	codes.drawn[k] = b
	for len(codes.order) > keptCodes {
		delete(codes.drawn, codes.order[0])
		codes.order = codes.order[1:]
	}
}

func drawQR(data string, module, maxWidth int) (*Bitmap, error) {
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
