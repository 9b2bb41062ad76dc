package escpos

import (
	"bytes"

	"hallway/printer"
	"hallway/printer/layout"
	"hallway/printer/raster"
)

// Sizes of a picture command, as GS v 0 numbers them.
const (
	normalSize = 0
	doubleSize = 3 // every dot as two by two
)

// blankRun is the least number of white rows inside a picture that are worth a
// feed of their own.
const blankRun = 6

// picture sends bands, each as wide as its ink; runs of white rows become
// feeds. A picture of squares of two by two dots, such as a QR code of an even
// module, goes with a quarter of its dots where the printer doubles.
func (e *encoder) picture(p layout.Picture) {
	b, size, step := p.Bitmap, byte(normalSize), 1
	indent := p.Indent(e.profile.Geometry.Dots)
	if e.profile.Raster.Doubles {
		if small := halve(b); small != nil {
			b, size, step = small, doubleSize, 2
		}
	}
	switch e.profile.Raster.Position {
	case printer.PositionAlign:
		e.setAlign(p.Align)
	case printer.PositionPad:
		e.setAlign(printer.Left)
		if indent /= step; indent > 0 {
			padded := raster.New(indent+b.W, b.H)
			padded.Draw(b, indent, 0, 1)
			b = padded
		}
	default:
		e.setAlign(printer.Left)
	}
	for y := 0; y < b.H; {
		n, blank := run(b, y, e.profile.Raster.Band)
		if blank {
			e.gap(n * step)
		} else {
			e.band(b, y, n, size, indent, p.Align)
		}
		y += n
	}
}

// band sends n rows without the white that its position does not need.
func (e *encoder) band(b *raster.Bitmap, y, n int, size byte, indent int, a printer.Align) {
	left, right := inkBytes(b, y, n)
	switch e.profile.Raster.Position {
	case printer.PositionPad:
		left = 0
	case printer.PositionAlign:
		switch a { // what is cut off must not move the rest
		case printer.Left:
			left = 0
		case printer.Centre:
			left = min(left, b.Stride-right)
			right = b.Stride - left
			if b.W%8 != 0 { // the last byte is not all picture: keep both edges
				left, right = 0, b.Stride
			}
		case printer.Right:
			right = b.Stride
		}
	case printer.PositionAbsolute:
		x := indent + left*8
		if size == doubleSize {
			x = indent + left*16
		}
		if x > 0 {
			e.put(0x1b, '$', byte(x), byte(x>>8))
		}
	}
	start := e.header(right-left, n, size)
	for i := y; i < y+n; i++ {
		e.put(b.Row(i)[left:right]...)
	}
	e.close(start)
}

// graphics sends rows of width bytes at the left.
func (e *encoder) graphics(width, n int, size byte, rows []byte) {
	start := e.header(width, n, size)
	e.put(rows...)
	e.close(start)
}

// header begins a picture command for n rows of width bytes and returns where
// its rows begin.
func (e *encoder) header(width, n int, size byte) int {
	if e.profile.Raster.Command == printer.RasterGSL {
		e.store(width, n, size)
	} else {
		// GS v 0: x counts bytes, y rows.
		e.put(0x1d, 'v', '0', size, byte(width), byte(width>>8), byte(n), byte(n>>8))
	}
	return len(e.out)
}

// store is function 112 of GS ( L, or of GS 8 L when the data is too long for
// two bytes of length: x counts dots, and the scales are two bytes.
func (e *encoder) store(width, n int, size byte) {
	length := 10 + width*n
	if length <= 0xffff {
		e.put(0x1d, '(', 'L', byte(length), byte(length>>8))
	} else {
		e.put(0x1d, '8', 'L', byte(length), byte(length>>8), byte(length>>16), byte(length>>24))
	}
	scale := byte(1)
	if size == doubleSize {
		scale = 2
	}
	dots := width * 8
	e.put('0', 'p', '0', scale, scale, '1', byte(dots), byte(dots>>8), byte(n), byte(n>>8))
}

// close ends a picture command whose rows begin at start.
func (e *encoder) close(start int) {
	calm(e.out[start:])
	if e.profile.Raster.Command == printer.RasterGSL {
		e.put(0x1d, '(', 'L', 2, 0, '0', '2') // function 50: print what is stored
	}
	e.drawn = true
}

// calm blackens one dot wherever picture bytes would read as a real-time
// command (DLE EOT, DLE ENQ, DLE DC4), which printers obey even inside
// pictures: DLE becomes 11. One dot in a line is 0.125 mm.
func calm(data []byte) {
	for i := 0; i+1 < len(data); i++ {
		if data[i] == 0x10 && (data[i+1] == 0x04 || data[i+1] == 0x05 || data[i+1] == 0x14) {
			data[i] = 0x11
		}
	}
}

// run returns how many rows from y on belong together: a long run of white
// rows, or a band that ends before the next such run.
func run(b *raster.Bitmap, y, limit int) (n int, blank bool) {
	if white := whiteRows(b, y); white >= blankRun || white > 0 && y+white == b.H {
		return white, true
	}
	for n = 1; n < limit && y+n < b.H; n++ {
		if white := whiteRows(b, y+n); white >= blankRun || white > 0 && y+n+white == b.H {
			break
		}
	}
	return n, false
}

func whiteRows(b *raster.Bitmap, y int) int {
	n := 0
	for y+n < b.H && isWhite(b.Row(y+n)) {
		n++
	}
	return n
}

func isWhite(row []byte) bool {
	for _, v := range row {
		if v != 0 {
			return false
		}
	}
	return true
}

// inkBytes returns the bytes of a row from the leftmost to behind the rightmost
// ink of n rows, at least one.
func inkBytes(b *raster.Bitmap, y, n int) (left, right int) {
	left, right = b.Stride-1, 1
	for i := y; i < y+n; i++ {
		row := b.Row(i)
		if trimmed := bytes.TrimRight(row, "\x00"); len(trimmed) > 0 {
			right = max(right, len(trimmed))
			left = min(left, len(trimmed)-len(bytes.TrimLeft(trimmed, "\x00")))
		}
	}
	return min(left, right-1), right
}

// halve returns the picture at half its size, or nil unless it is made of
// squares of two by two dots.
func halve(b *raster.Bitmap) *raster.Bitmap {
	if b.W%2 != 0 || b.H%2 != 0 {
		return nil
	}
	for y := 0; y < b.H; y += 2 {
		if !bytes.Equal(b.Row(y), b.Row(y+1)) {
			return nil
		}
		for _, v := range b.Row(y) {
			if (v^v>>1)&0x55 != 0 {
				return nil
			}
		}
	}
	small := raster.New(b.W/2, b.H/2)
	for y := range small.H {
		row := small.Row(y)
		for i, v := range b.Row(2 * y) {
			half := v&0x80 | v&0x20<<1 | v&0x08<<2 | v&0x02<<3
			row[i/2] |= half >> (4 * (i % 2))
		}
	}
	return small
}

// largestCommand is the most bytes that a broken-off command still waits for.
func largestCommand(p printer.Profile) int { return p.Geometry.Dots / 8 * p.Raster.Band }
