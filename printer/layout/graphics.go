package layout

import (
	"fmt"

	"hallway/printer"
	"hallway/printer/raster"
)

// Sizes of codes in dots when the document does not say.
const (
	qrModule      = 6 // telephones read it at arm's length
	barcodeModule = 3
	barcodeHeight = 64
)

func (l *layouter) qr(q printer.QR) error {
	module := q.Module
	if module == 0 {
		module = qrModule
	}
	code, err := raster.QR(q.Data, module, l.width)
	if err != nil {
		return err
	}
	l.add(Picture{Bitmap: code, Align: printer.Centre})
	return nil
}

func (l *layouter) barcode(b printer.Barcode) error {
	module, height := b.Module, b.Height
	if module == 0 {
		module = barcodeModule
	}
	if height == 0 {
		height = barcodeHeight
	}
	bars, err := raster.Code128(b.Data, module, height, l.width)
	if err != nil {
		return err
	}
	l.add(Gap{leading}, Picture{Bitmap: bars, Align: printer.Centre}, Gap{leading})
	return l.text(printer.Text{Text: b.Data, Align: printer.Centre})
}

func (l *layouter) image(i printer.Image) error {
	width := l.width
	if i.Width != 0 {
		width = min(width, i.Width)
	}
	b, err := raster.PNG(string(i.PNG), width, i.Photo)
	if err != nil {
		return err
	}
	l.add(Picture{Bitmap: b, Align: i.Align}, Gap{leading})
	return nil
}

// columns adds texts side by side; each wraps inside its own width.
func (l *layouter) columns(c printer.Columns) error {
	widths, err := l.columnWidths(c.Columns)
	if err != nil {
		return err
	}
	texts := make([][]string, len(c.Columns))
	rows := 0
	for i, col := range c.Columns {
		texts[i] = l.wrap(l.clean(col.Text), widths[i])
		rows = max(rows, len(texts[i]))
	}
	for row := range rows {
		line := ""
		for i, col := range c.Columns {
			text := ""
			if row < len(texts[i]) {
				text = texts[i][row]
			}
			if i > 0 {
				line += blanks(columnGap)
			}
			line += l.pad(text, widths[i], col.Align)
		}
		if err := l.line(Line{Text: line, Wide: 1, High: 1, Bold: c.Bold, Pitch: Pitch}); err != nil {
			return err
		}
	}
	return nil
}

// columnWidths shares what the columns with a width leave among those without.
func (l *layouter) columnWidths(columns []printer.Column) ([]int, error) {
	rest, open := l.width/raster.CellWidth-columnGap*(len(columns)-1), 0
	for _, c := range columns {
		rest -= c.Cells
		if c.Cells == 0 {
			open++
		}
	}
	if rest < 2*open {
		return nil, fmt.Errorf("columns need %d characters more than the %d dots hold", 2*open-rest, l.width)
	}
	widths := make([]int, len(columns))
	for i, c := range columns {
		if widths[i] = c.Cells; c.Cells == 0 {
			widths[i] = rest / open
			rest, open = rest-widths[i], open-1
		}
	}
	return widths, nil
}
