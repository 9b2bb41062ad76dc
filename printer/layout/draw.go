package layout

import "hallway/printer/raster"

// wideOf returns how many dots a line takes across.
func (l *layouter) wideOf(line Line) int {
	n := 0
	for _, run := range line.Runs() {
		n += l.cells(run.Text) * raster.CellWidth * run.Wide
	}
	return n
}

// draw paints a line in the printer's cells, each as large as it gets.
func (l *layouter) draw(line Line) *raster.Bitmap {
	if line.Invert { // black from edge to edge
		b := raster.New(l.width, raster.CellHeight*line.High)
		l.drawCells(b, line, 0, 0)
		b.Invert()
		return b
	}
	return l.join(line, func(b *raster.Bitmap, run Line, x, y int) {
		if !run.Invert {
			l.drawCells(b, run, x, y)
			return
		}
		part := raster.New(l.wideOf(run), raster.CellHeight*run.High)
		l.drawCells(part, run, 0, 0)
		part.Invert()
		b.Draw(part, x, y, 1)
	})
}

// join paints the runs of a line side by side, their lower edges on one row.
func (l *layouter) join(line Line, paint func(b *raster.Bitmap, run Line, x, y int)) *raster.Bitmap {
	b := raster.New(l.wideOf(line), raster.CellHeight*line.High)
	x := 0
	for _, run := range line.Runs() {
		paint(b, run, x, raster.CellHeight*(line.High-run.High))
		x += l.wideOf(run)
	}
	return b
}

// drawCells adds the characters of a run at x, y.
func (l *layouter) drawCells(b *raster.Bitmap, run Line, x, y int) {
	for _, r := range run.Text {
		n := l.set.Cells(r)
		b.DrawCell(r, n, run.Wide, run.High, run.Bold, x, y)
		x += n * raster.CellWidth * run.Wide
	}
}

// drawNative paints a line as a printer does: every dot of the body size
// becomes a rectangle.
func (l *layouter) drawNative(b *raster.Bitmap, line Line, y int) {
	whole := l.join(line, func(b *raster.Bitmap, run Line, x, y int) {
		small := raster.New(l.cells(run.Text)*raster.CellWidth, raster.CellHeight)
		body := run
		body.Wide, body.High = 1, 1
		l.drawCells(small, body, 0, 0)
		if run.Invert {
			small.Invert()
		}
		b.Stretch(small, x, y, run.Wide, run.High)
	})
	b.Draw(whole, indent(line.Align, l.width, whole.W), y, 1)
}
