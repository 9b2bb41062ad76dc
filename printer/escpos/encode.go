package escpos

import (
	"bytes"
	"fmt"

	"hallway/printer"
	"hallway/printer/layout"
	"hallway/printer/raster"
)

// margin is the white below the last line in dots, before the cut.
const margin = 24

// pushOn is GS a for online, error and paper: a printer whose buffer is full
// can still say why it stopped.
var pushOn = []byte{0x1d, 'a', 0x0e}

// encoded is a sheet as bytes, split where a proof marker may stand.
type encoded struct {
	body []byte // from ESC @ to the last line
	cut  []byte // feed and cut
	rows int    // dots of paper
}

// encode writes only what changes: each style command leaves once, when the
// printer's state differs from what the next line needs.
func encode(s layout.Sheet, p printer.Profile) (encoded, error) {
	e := &encoder{profile: p, scale: 1}
	e.put(0x1b, '@')
	if p.Text.Charset != "none" {
		e.put(0x1c, '&')
	}
	if p.Status.Push {
		e.put(pushOn...) // the printer may have been switched off since Open
	}
	var cut []byte
	for _, item := range s {
		switch item := item.(type) {
		case layout.Line:
			if err := e.line(item); err != nil {
				return encoded{}, err
			}
		case layout.Picture:
			e.picture(item)
		case layout.Gap:
			e.gap(item.Dots)
		case layout.Cut:
			cut = e.cut()
		}
	}
	return encoded{body: e.out, cut: cut, rows: s.Rows() + margin + p.Geometry.Cutter}, nil
}

// encoder remembers the printer's state as it stands behind the bytes of out.
type encoder struct {
	profile      printer.Profile
	out          []byte
	scale        int
	bold, invert bool
	align        printer.Align
	spacing      int // last n of ESC 3; 0 = the printer's default of the reset
}

func (e *encoder) put(b ...byte) { e.out = append(e.out, b...) }

func (e *encoder) line(l layout.Line) error {
	text, err := e.profile.Text.Charset.Encode(l.Text)
	if err != nil {
		return err
	}
	if len(l.Text) > 0 {
		e.style(l)
	}
	rest := 0
	spacing := l.Pitch * e.profile.Geometry.FeedUnit
	if spacing > 255 { // ESC 3 has one byte: the characters' height, then a gap
		spacing, rest = 1, l.Pitch-l.Scale*raster.CellHeight
	}
	if spacing != e.spacing {
		e.put(0x1b, '3', byte(spacing))
		e.spacing = spacing
	}
	e.put(text...)
	e.put('\n')
	e.gap(rest)
	return nil
}

// style sends the differences to the state, for one-byte and Chinese
// characters alike.
func (e *encoder) style(l layout.Line) {
	e.setAlign(l.Align)
	if l.Bold != e.bold {
		e.put(0x1b, 'E', onOff(l.Bold))
		e.bold = l.Bold
	}
	if l.Invert != e.invert {
		e.put(0x1d, 'B', onOff(l.Invert))
		e.invert = l.Invert
	}
	if l.Scale != e.scale {
		n := byte(l.Scale - 1)
		e.put(0x1d, '!', n<<4|n)
		if e.profile.Text.CJKSize != "gs" {
			// FS ! bits 2 and 3: double width and height of Chinese characters.
			e.put(0x1c, '!', map[bool]byte{true: 0x0c}[l.Scale == 2])
		}
		e.scale = l.Scale
	}
}

func (e *encoder) setAlign(a printer.Align) {
	if a != e.align {
		e.put(0x1b, 'a', byte(a))
		e.align = a
	}
}

func onOff(on bool) byte {
	if on {
		return 1
	}
	return 0
}

// gap feeds blank paper: ESC J, or white rows for firmware that ignores it.
func (e *encoder) gap(dots int) {
	if !e.profile.Raster.BlankFeeds {
		for dots > 0 {
			n := min(dots, e.profile.Raster.Band)
			e.band(raster.New(8, n), 0, n, 1)
			dots -= n
		}
		return
	}
	for dots > 0 {
		n := min(dots, 255/e.profile.Geometry.FeedUnit)
		e.put(0x1b, 'J', byte(n*e.profile.Geometry.FeedUnit))
		dots -= n
	}
}

// blankRun is the least number of white rows inside a picture that are worth a
// feed of their own.
const blankRun = 6

// picture sends bands of GS v 0, each as wide as its ink; runs of white rows
// become feeds.
func (e *encoder) picture(p layout.Picture) {
	b := p.Bitmap
	if e.profile.Raster.Align {
		e.setAlign(p.Align)
	} else {
		e.setAlign(printer.Left)
		if indent := p.Indent(e.profile.Geometry.Dots); indent > 0 {
			b = raster.New(indent+p.Bitmap.W, p.Bitmap.H)
			b.Draw(p.Bitmap, indent, 0, 1)
		}
	}
	for y := 0; y < b.H; {
		n, blank := run(b, y, e.profile.Raster.Band)
		if blank {
			e.gap(n)
		} else {
			width := b.Stride
			if !e.profile.Raster.Align {
				width = inkBytes(b, y, n)
			}
			e.band(b, y, n, width)
		}
		y += n
	}
}

// run returns how many rows from y on belong together: a long run of white
// rows, or a band that ends before the next such run.
func run(b *raster.Bitmap, y, limit int) (n int, blank bool) {
	if white := whiteRows(b, y); white >= blankRun || y+white == b.H {
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
	for y+n < b.H && len(bytes.Trim(b.Row(y+n), "\x00")) == 0 {
		n++
	}
	return n
}

// inkBytes returns the bytes of a row up to the rightmost ink of n rows.
func inkBytes(b *raster.Bitmap, y, n int) int {
	width := 1
	for i := y; i < y+n; i++ {
		width = max(width, len(bytes.TrimRight(b.Row(i), "\x00")))
	}
	return width
}

// band sends n rows with GS v 0, mode normal: x counts bytes, y rows.
func (e *encoder) band(b *raster.Bitmap, y, n, width int) {
	e.put(0x1d, 'v', '0', 0, byte(width), byte(width>>8), byte(n), byte(n>>8))
	start := len(e.out)
	for i := y; i < y+n; i++ {
		e.put(b.Row(i)[:width]...)
	}
	calm(e.out[start:])
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

// cut returns the bytes that feed to the blade and cut. Every line before it
// ended with LF, so none is left in the line buffer.
func (e *encoder) cut() []byte {
	feed := byte(margin * e.profile.Geometry.FeedUnit)
	switch e.profile.Cut {
	case printer.CutPartial:
		return []byte{0x1d, 'V', 66, feed}
	case printer.CutFull:
		return []byte{0x1d, 'V', 65, feed}
	}
	tear := &encoder{profile: e.profile}
	tear.gap(e.profile.Geometry.Cutter + margin)
	return tear.out
}

// largestBand is the most bytes that a broken-off picture still waits for.
func largestBand(p printer.Profile) int { return p.Geometry.Dots / 8 * p.Raster.Band }

// prepare lays out and encodes a document.
func prepare(d printer.Document, p printer.Profile) (encoded, error) {
	sheet, err := layout.Lay(d, p)
	if err != nil {
		return encoded{}, fmt.Errorf("document %q: %w", d.Template, err)
	}
	return encode(sheet, p)
}
