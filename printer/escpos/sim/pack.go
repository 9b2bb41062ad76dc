package sim

import (
	"context"
	"fmt"

	"hallway/printer/raster"
)

// pack carries out GS ( and its letter.
func (w *worker) pack(ctx context.Context, args []byte) {
	letter, data := args[0], args[1:]
	switch letter {
	case 'H':
		w.process(data)
	case 'L':
		w.graphics(ctx, data)
	case 'k':
		w.symbol(ctx, data)
	case 'D', 'E', 'K', 'A': // switches, settings and test prints without effect here
	default:
		w.printer.complain("unknown function of GS ( %c", letter)
	}
}

// graphics carries out GS ( L functions 112 (store) and 50 (print).
func (w *worker) graphics(ctx context.Context, b []byte) {
	switch {
	case !w.printer.model.Graphics:
		w.printer.complain("GS ( L: this firmware prints it as text")
	case len(b) == 2 && (b[1] == 50 || b[1] == 2):
		if w.store == nil {
			w.printer.complain("GS ( L: nothing is stored")
			return
		}
		stored := w.store
		w.store = nil
		w.picture(ctx, stored, 1, 1)
	case len(b) >= 10 && b[1] == 'p':
		if err := w.keep(b); err != nil {
			w.printer.complain("GS ( L: %w", err)
		}
	default:
		w.printer.complain("GS ( L with % X", b[:min(len(b), 10)])
	}
}

// keep stores the picture of function 112: m fn a bx by c xL xH yL yH rows.
func (w *worker) keep(b []byte) error {
	x, y := int(b[6])|int(b[7])<<8, int(b[8])|int(b[9])<<8
	sx, sy := int(b[3]), int(b[4])
	stride := (x + 7) / 8
	if len(b) != 10+stride*y || sx < 1 || sx > 2 || sy < 1 || sy > 2 || x == 0 || y == 0 {
		return fmt.Errorf("%d dots by %d rows, scales %d and %d, with %d bytes", x, y, sx, sy, len(b)-10)
	}
	if sx*sy > 1 && !w.printer.model.Doubles {
		return fmt.Errorf("scales %d and %d: this firmware does not double", sx, sy)
	}
	w.store = raster.New(x*sx, y*sy)
	w.store.Stretch(&raster.Bitmap{W: x, H: y, Stride: stride, Pix: append([]byte(nil), b[10:]...)}, 0, 0, sx, sy)
	return nil
}

// code is the QR code as the functions before the printing one describe it.
type code struct {
	dots int
	data string
}

// symbol carries out GS ( k with cn = 49: QR codes.
func (w *worker) symbol(ctx context.Context, b []byte) {
	p := w.printer
	switch {
	case !p.model.QR:
		p.complain("GS ( k: this firmware prints it as text")
	case len(b) < 3 || b[0] != '1':
		p.complain("GS ( k with % X", b[:min(len(b), 3)])
	case b[1] == 'C':
		w.code.dots = int(b[2])
	case b[1] == 'P':
		w.code.data = string(b[3:])
	case b[1] == 'Q':
		w.qr(ctx)
	case b[1] != 'A' && b[1] != 'E':
		p.complain("GS ( k function %d", b[1])
	}
}

// qr prints the stored QR code without the white around it.
func (w *worker) qr(ctx context.Context) {
	drawn, err := raster.QR(w.code.data, max(w.code.dots, 3), 4*w.printer.model.Dots)
	if err != nil {
		w.printer.complain("GS ( k: %w", err)
		return
	}
	ink := drawn.Ink()
	cropped := raster.New(ink.Dx(), ink.Dy())
	cropped.Draw(drawn, -ink.Min.X, -ink.Min.Y, 1)
	if cropped.W > w.printer.model.Dots {
		w.printer.complain("GS ( k: %d dots on a head of %d", cropped.W, w.printer.model.Dots)
		return
	}
	line := raster.New(w.printer.model.Dots, cropped.H)
	line.Draw(cropped, w.indent(cropped.W), 0, 1)
	w.advance(ctx, rows(line))
}

// barcode carries out GS k. The code is not drawn, and says so.
func (w *worker) barcode(_ context.Context, args []byte) {
	w.printer.complain("GS k %d is not drawn", args[0])
}
