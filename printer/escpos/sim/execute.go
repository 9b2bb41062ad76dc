package sim

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"

	"hallway/devices"
	"hallway/printer"
	"hallway/printer/charset"
	"hallway/printer/raster"
)

// execute carries out one token.
func (w *worker) execute(ctx context.Context, t token) {
	drawn := w.drawn
	w.drawn = false
	switch t.op {
	case opLetter, opIdeogram:
		w.char(ctx, t)
	case opLF:
		if m := w.printer.model; drawn && (m.Star || m.Deviations.EatsLineFeed) {
			return
		}
		w.newline(ctx)
	case opFeed:
		w.flush(ctx)
		if !w.printer.model.Deviations.IgnoresFeed {
			w.advance(ctx, make([][]byte, int(t.args[0])/w.printer.model.FeedUnit))
		}
	case opLines:
		w.flush(ctx)
		w.advance(ctx, make([][]byte, int(t.args[0])*w.spacing))
	case opRaster:
		w.picture(ctx, &raster.Bitmap{W: t.x * 8, H: t.y, Stride: t.x, Pix: t.args}, int(t.size&1)+1, int(t.size>>1)+1)
	case opColumns:
		w.printer.complain("ESC * is not drawn")
	case opCut:
		w.cut(ctx, t.args)
	case opPack:
		w.pack(ctx, t.args)
	case opFSPack:
		if w.printer.model.Charset == charset.UTF8 && string(t.args) == "C0\x02" {
			w.mode = utf8Mode
		}
	case opPush:
		w.switchPush(t.args[0] != 0)
	case opInfo, opAsk:
		w.answer(t)
	case opBarcode:
		w.barcode(ctx, t.args)
	case opMouth:
		w.mouth(t.args)
	case opRecover:
		w.printer.retract()
	case opETB:
		w.printer.change(func() { w.printer.etb++ })
	case opCounter:
		w.printer.change(func() { w.printer.etb = 0 })
	case opNUL, opRealtime, opIgnored, opCR: // a real-time request was obeyed when it arrived
		w.drawn = drawn && t.op == opNUL
	default:
		w.setStyle(t)
	}
}

func (w *worker) setStyle(t token) {
	switch t.op {
	case opReset:
		w.lineStart(t.op)
		w.reset()
	case opMode:
		n := t.args[0]
		w.bold, w.h, w.w = n&0x08 != 0, int(n>>4&1)+1, int(n>>5&1)+1
		w.underline = int(n >> 7)
		w.font(n & 1)
	case opFont:
		w.font(t.args[0] & 1)
	case opBold, opStrike:
		w.bold = t.args[0]&1 != 0
	case opUnderline:
		w.underline = int(t.args[0] & 3)
	case opInvert:
		w.invert = t.args[0]&1 != 0
	case opSize:
		w.w, w.h = int(t.args[0]>>4&0x07)+1, int(t.args[0]&0x07)+1
	case opFSSize:
		w.fsW, w.fsH = int(t.args[0]>>2&1)+1, int(t.args[0]>>3&1)+1
	case opAlign:
		w.lineStart(t.op)
		if n := t.args[0] &^ 0x30; n > 2 {
			w.printer.complain("ESC a %d", n)
		}
		w.align = printer.Align(t.args[0] &^ 0x30 % 3)
	case opDefault:
		w.spacing = defaultSpacing
	case opSpacing:
		w.spacing = int(t.args[0]) / w.printer.model.FeedUnit
	case opChinese:
		w.lineStart(t.op)
		w.mode = chinese
	case opLatin:
		w.mode = latin
	case opTurn:
		if t.args[0]&1 != 0 {
			w.printer.complain("ESC { 1: upside down is not drawn")
		}
	case opPlace:
		w.place = int(t.args[0]) | int(t.args[1])<<8
	case opMove:
		w.place = w.behind() + int(int16(uint16(t.args[0])|uint16(t.args[1])<<8))
	case opTab:
		w.place = (w.behind()/(8*raster.CellWidth) + 1) * 8 * raster.CellWidth
	case opMargin:
		w.lineStart(t.op)
		w.margin = int(t.args[0]) | int(t.args[1])<<8
	}
}

func (w *worker) font(n byte) {
	if n != 0 {
		w.printer.complain("Font B is not drawn")
	}
}

// lineStart complains about a command that counts only at the start of a line.
func (w *worker) lineStart(o op) {
	if len(w.cells) > 0 {
		w.printer.complain("%s inside a line", o)
	}
}

// char puts a character of the ROM into the line buffer.
func (w *worker) char(ctx context.Context, t token) {
	m := w.printer.model
	c := cell{w: w.w, h: w.h, bold: w.bold, invert: w.invert, underline: w.underline, r: rune(t.args[0]), x: w.place}
	w.place = -1
	switch {
	case t.op == opIdeogram:
		c.r, c.wide = w.decode(t.args), true
		if !m.Charset.Has(c.r) {
			w.printer.complain("character % X is not in the ROM (%s)", t.args, m.Charset)
			c.r = '□'
		}
		switch m.FontScale {
		case "fs":
			c.w, c.h = w.fsW, w.fsH
		case "both":
			c.w, c.h = max(w.w, w.fsW), max(w.h, w.fsH)
		}
	case c.r >= 0x80:
		c.r = charmap.CodePage437.DecodeByte(byte(c.r))
	}
	if w.behind()+c.width() > m.Dots && c.x < 0 || c.x+c.width() > m.Dots {
		w.printer.complain("line is wider than the head at %q", c.r)
		w.flush(ctx)
	}
	w.cells = append(w.cells, c)
}

// decode returns the character that the bytes stand for.
func (w *worker) decode(b []byte) rune {
	if w.mode != utf8Mode {
		text, err := simplifiedchinese.GB18030.NewDecoder().Bytes(b)
		if err != nil {
			return utf8.RuneError
		}
		b = text
	}
	r, _ := utf8.DecodeRune(b)
	return r
}

// behind returns where the line buffer ends, from the left margin.
func (w *worker) behind() int {
	x := 0
	for _, c := range w.cells {
		if c.x >= 0 {
			x = c.x
		}
		x += c.width()
	}
	return x
}

// newline prints the line buffer, or feeds one line when it is empty.
func (w *worker) newline(ctx context.Context) {
	if len(w.cells) == 0 {
		w.advance(ctx, make([][]byte, w.spacing))
		return
	}
	w.flush(ctx)
}

// flush prints the line buffer; characters of different heights stand on one
// baseline.
func (w *worker) flush(ctx context.Context) {
	if len(w.cells) == 0 {
		return
	}
	var text strings.Builder
	height := 0
	for _, c := range w.cells {
		text.WriteRune(c.r)
		height = max(height, raster.CellHeight*c.h)
	}
	line := raster.New(w.printer.model.Dots, height)
	left := w.indent(w.behind())
	x := left
	for _, c := range w.cells {
		if c.x >= 0 {
			x = left + c.x
		}
		draw(line, c, x, height)
		x += c.width()
	}
	w.cells, w.place = nil, -1
	w.advance(ctx, append(rows(line), make([][]byte, max(w.spacing-height, 0))...))
	w.printer.mu.Lock()
	s := &w.printer.strip
	s.lines = append(s.lines, textLine{len(s.rows) - max(w.spacing-height, 0), strings.TrimRight(text.String(), " ")})
	w.printer.mu.Unlock()
}

// draw paints one character: the ROM's 24 dots, each enlarged to a rectangle.
func draw(line *raster.Bitmap, c cell, x, height int) {
	half := 1
	if c.wide {
		half = 2
	}
	glyph := raster.New(half*raster.CellWidth, raster.CellHeight)
	glyph.Draw(raster.Cell(c.r, half, 1, c.bold), 0, 0, 1)
	glyph.Fill(0, glyph.H-c.underline, glyph.W, c.underline)
	if c.invert {
		glyph.Invert()
	}
	line.Stretch(glyph, x, height-raster.CellHeight*c.h, c.w, c.h)
}

// indent returns where a line of that width begins.
func (w *worker) indent(width int) int {
	spare := max(w.printer.model.Dots-w.margin-width, 0)
	switch w.align {
	case printer.Centre:
		return w.margin + spare/2
	case printer.Right:
		return w.margin + spare
	}
	return w.margin
}

func rows(b *raster.Bitmap) [][]byte {
	out := make([][]byte, b.H)
	for y := range out {
		out[y] = b.Row(y)
	}
	return out
}

// picture prints dots, each as a rectangle of sx by sy.
func (w *worker) picture(ctx context.Context, src *raster.Bitmap, sx, sy int) {
	m := w.printer.model
	w.lineStart(opRaster)
	if sx*sy > 1 && !m.Doubles {
		w.printer.complain("picture of %d by %d: this firmware does not double", sx, sy)
	}
	left := w.margin
	if m.AlignsBits {
		left = w.indent(src.W * sx)
	}
	if w.place >= 0 {
		if !m.Places {
			w.printer.complain("ESC $ before a picture: this firmware ignores it")
		}
		left = w.margin + w.place
		w.place = -1
	}
	if left+src.W*sx > (m.Dots+7)/8*8 {
		w.printer.complain("picture: %d dots from %d on a head of %d", src.W*sx, left, m.Dots)
	}
	line := raster.New(m.Dots, src.H*sy)
	line.Stretch(src, left, 0, sx, sy)
	w.advance(ctx, rows(line))
	w.drawn = true
}

// stepRows is how many rows are printed before the paper is looked at again.
const stepRows = 8

// advance moves the paper by rows, as slowly as the model does, and stops
// wherever cover, paper, blade or heat stop it. It returns early only when ctx
// ends, the line is gone for good, or the power goes.
func (w *worker) advance(ctx context.Context, rows [][]byte) {
	p := w.printer
	for len(rows) > 0 {
		if !w.ready(ctx) || w.stale() {
			return
		}
		n := 0
		p.change(func() {
			n = min(len(rows), stepRows, int(p.paper))
			p.strip.rows = append(p.strip.rows, rows[:n]...)
			p.paper -= float64(n)
		})
		rows = rows[n:]
		seconds := float64(n) / p.model.millimetre() / float64(p.model.Speed) * p.scale
		if devices.Pause(ctx, time.Duration(seconds*float64(time.Second))) != nil {
			return
		}
	}
}

// cut carries out GS V: 0 and 1 cut here, 65 and 66 feed to the blade plus n
// units first.
func (w *worker) cut(ctx context.Context, args []byte) {
	m := w.printer.model
	mode := args[0] &^ 0x30
	if args[0] >= 65 {
		mode = args[0]
	}
	if mode > 1 && mode != 65 && mode != 66 || !m.HasCutter {
		w.printer.complain("GS V %d, cutter %v", mode, m.HasCutter)
		return
	}
	if len(w.cells) > 0 {
		w.printer.complain("cut while a line is not printed: it is lost")
		w.cells = nil
	}
	if len(args) > 1 && !(mode == 66 && m.Deviations.SwallowsPartial) {
		w.advance(ctx, make([][]byte, m.Cutter+int(args[1])/m.FeedUnit))
	}
	if !w.ready(ctx) || w.stale() {
		return
	}
	w.printer.change(w.printer.cut)
}

// cut takes the paper above the blade off. The caller holds the lock.
func (p *Printer) cut() {
	p.tickets = append(p.tickets, p.strip.take(p.model, len(p.strip.rows)-p.model.Cutter, true))
	if len(p.tickets) > maxTickets {
		p.tickets = p.tickets[1:]
	}
	if p.model.Mouth.Fitted() {
		p.handed, p.inMouth = true, true
	}
}
