package sim

import (
	"context"
	"strings"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"

	"hallway/devices"
	"hallway/printer"
	"hallway/printer/raster"
)

// execute carries out one token.
func (w *worker) execute(ctx context.Context, t token) {
	switch t.op {
	case opLetter, opIdeogram:
		w.char(ctx, t)
	case opLF:
		w.newline(ctx)
	case opFeed:
		w.flush(ctx)
		w.advance(ctx, make([][]byte, int(t.args[0])/w.printer.model.FeedUnit))
	case opRaster:
		w.picture(ctx, t)
	case opCut:
		w.cut(ctx, t.args[0], int(t.args[1]))
	case opPush:
		w.printer.change(func() { w.printer.push = t.args[0] != 0 })
	case opInfo, opAsk, opProcess:
		w.answer(t)
	case opNUL, opStatus: // a real-time request was answered when it arrived
	default:
		w.setStyle(t)
	}
}

func (w *worker) setStyle(t token) {
	switch t.op {
	case opReset:
		w.lineStart(t.op)
		w.reset()
	case opBold:
		w.bold = t.args[0]&1 != 0
	case opInvert:
		w.invert = t.args[0]&1 != 0
	case opSize:
		if t.args[0]>>4 != t.args[0]&0x0f || t.args[0]&0x0f > 7 {
			w.printer.complain("GS ! %02X: only equal scales up to 8 are simulated", t.args[0])
		}
		w.gsScale = int(t.args[0]&0x07) + 1
	case opFSSize:
		w.fsScale = 1
		if t.args[0]&0x0c == 0x0c {
			w.fsScale = 2
		}
	case opAlign:
		w.lineStart(t.op)
		if t.args[0] > 2 {
			w.printer.complain("ESC a %d", t.args[0])
		}
		w.align = printer.Align(t.args[0] % 3)
	case opSpacing:
		w.spacing = int(t.args[0]) / w.printer.model.FeedUnit
	case opChinese:
		w.lineStart(t.op)
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
	c := cell{scale: w.gsScale, bold: w.bold, invert: w.invert, r: rune(t.args[0])}
	if t.op == opIdeogram {
		text, err := simplifiedchinese.GB18030.NewDecoder().Bytes(t.args)
		c.r, c.wide = []rune(string(text))[0], true
		if err != nil || len(m.Charset.Bytes(c.r)) != 2 {
			w.printer.complain("character % X is not in the ROM (%s)", t.args, m.Charset)
			c.r = '□'
		}
		switch m.FontScale {
		case "fs":
			c.scale = w.fsScale
		case "both":
			c.scale = max(w.gsScale, w.fsScale)
		}
	}
	used := c.width()
	for _, before := range w.cells {
		used += before.width()
	}
	if used > m.Dots {
		w.printer.complain("line is wider than the head at %q", c.r)
		w.flush(ctx)
	}
	w.cells = append(w.cells, c)
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
	width, height := 0, 0
	for _, c := range w.cells {
		text.WriteRune(c.r)
		width += c.width()
		height = max(height, raster.CellHeight*c.scale)
	}
	line := raster.New(w.printer.model.Dots, height)
	x := w.indent(width)
	for _, c := range w.cells {
		w.draw(line, c, x, height)
		x += c.width()
	}
	w.cells = nil
	w.advance(ctx, append(rows(line), make([][]byte, max(w.spacing-height, 0))...))
	w.printer.mu.Lock()
	s := &w.printer.strip
	s.lines = append(s.lines, textLine{len(s.rows) - max(w.spacing-height, 0), strings.TrimRight(text.String(), " ")})
	w.printer.mu.Unlock()
}

// draw paints one character: the ROM's 24 dots, each enlarged to a square.
func (w *worker) draw(line *raster.Bitmap, c cell, x, height int) {
	half := 1
	if c.wide {
		half = 2
	}
	glyph := raster.Cell(c.r, half, 1, c.bold)
	if c.invert {
		glyph.Invert()
	}
	line.Draw(glyph, x, height-raster.CellHeight*c.scale, c.scale)
}

// indent returns where a line of that width begins.
func (w *worker) indent(width int) int {
	spare := max(w.printer.model.Dots-width, 0)
	switch w.align {
	case printer.Centre:
		return spare / 2
	case printer.Right:
		return spare
	}
	return 0
}

func rows(b *raster.Bitmap) [][]byte {
	out := make([][]byte, b.H)
	for y := range out {
		out[y] = b.Row(y)
	}
	return out
}

// picture prints the rows of GS v 0.
func (w *worker) picture(ctx context.Context, t token) {
	m := w.printer.model
	w.lineStart(t.op)
	if t.x*8 > m.Dots {
		w.printer.complain("GS v 0: %d dots on a head of %d", t.x*8, m.Dots)
	}
	src := &raster.Bitmap{W: t.x * 8, H: t.y, Stride: t.x, Pix: t.args}
	left := 0
	if m.AlignsBits {
		left = w.indent(src.W)
	}
	line := raster.New(m.Dots, t.y)
	line.Draw(src, left, 0, 1)
	w.advance(ctx, rows(line))
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

// cut carries out GS V 65 and 66: feed to the blade plus n units, then cut.
func (w *worker) cut(ctx context.Context, mode byte, n int) {
	m := w.printer.model
	if mode != 65 && mode != 66 || !m.HasCutter {
		w.printer.complain("GS V %d, cutter %v", mode, m.HasCutter)
		return
	}
	if len(w.cells) > 0 {
		w.printer.complain("cut while a line is not printed: it is lost")
		w.cells = nil
	}
	w.advance(ctx, make([][]byte, m.Cutter+n/m.FeedUnit))
	if !w.ready(ctx) || w.stale() {
		return
	}
	w.printer.change(func() {
		p := w.printer
		p.tickets = append(p.tickets, p.strip.take(m, len(p.strip.rows)-m.Cutter, true))
		if len(p.tickets) > maxTickets {
			p.tickets = p.tickets[1:]
		}
	})
}

// answer replies to a request that stands in the stream, which happens only
// when everything before it is printed.
func (w *worker) answer(t token) {
	p := w.printer
	if !p.model.Answers {
		return
	}
	switch t.op {
	case opProcess:
		if !p.model.ProcessID {
			p.complain("GS ( H: this firmware prints it as text")
			return
		}
		w.line.send(append(append([]byte{0x37, 0x22}, t.args...), 0))
	case opAsk:
		p.mu.Lock()
		near := p.nearEnd()
		p.mu.Unlock()
		w.line.send([]byte{map[bool]byte{true: 0x03}[near]})
	case opInfo:
		text, ok := map[byte]string{65: "1.00", 66: "HALLWAY", 67: p.model.Name, 68: "SIM0001"}[t.args[0]]
		if !ok {
			p.complain("GS I %d", t.args[0])
			return
		}
		w.line.send(append(append([]byte{0x5f}, text...), 0))
	}
}
