package star

import (
	"bytes"
	"fmt"

	"hallway/printer"
	"hallway/printer/layout"
	"hallway/printer/raster"
)

// margin is the white below the last line in dots, before the cut.
const margin = 24

// bandRows is the height of ESC k, and of the line that ESC 0 sets: 3 mm.
const bandRows = 24

// feedDots is the step of ESC J, a quarter of a millimetre at 8 dots a millimetre.
const feedDots = 2

// pushOn is ESC RS a 1.
var pushOn = []byte{0x1b, 0x1e, 'a', 1}

// encoder remembers the printer's state as it stands behind the bytes of out.
type encoder struct {
	profile      printer.Profile
	out, ended   []byte
	wide, high   int
	bold, invert bool
	align        printer.Align
	over         int // rows that the last picture fed too far
}

func (e *encoder) put(b ...byte) { e.out = append(e.out, b...) }

// begin resets the printer, clears its ETB counter, lets it report by itself
// and counts to lead.
func (e *encoder) begin(lead byte) {
	e.wide, e.high = 1, 1
	e.put(0x1b, '@', 0x1b, 0x1e, 'E', 0)
	if e.profile.Status.Push {
		e.put(pushOn...)
	}
	e.put(bytes.Repeat([]byte{0x17}, int(lead))...)
	e.put(0x1b, '0')
}

func (e *encoder) sheet(s layout.Sheet) error {
	for _, item := range s {
		switch item := item.(type) {
		case layout.Line:
			if err := e.line(item); err != nil {
				return err
			}
		case layout.Picture:
			e.picture(item)
		case layout.Gap:
			e.gap(item.Dots)
		case layout.Cut:
			e.ended = e.cut()
		default:
			return fmt.Errorf("star: no bytes for %T", item)
		}
	}
	return nil
}

// line prints text; LF feeds the height of its highest characters, 3 mm at least.
func (e *encoder) line(l layout.Line) error {
	e.over = 0
	for _, run := range l.Runs() {
		if len(run.Text) > 0 {
			e.style(run)
		}
		var err error
		if e.out, err = e.profile.Text.Charset.AppendText(e.out, run.Text); err != nil {
			return err
		}
	}
	e.put('\n')
	e.gap(l.Pitch - l.High*raster.CellHeight)
	return nil
}

// style sends the differences to the state.
func (e *encoder) style(l layout.Line) {
	e.setAlign(l.Align)
	if l.Bold != e.bold {
		e.put(0x1b, map[bool]byte{true: 'E', false: 'F'}[l.Bold])
		e.bold = l.Bold
	}
	if l.Invert != e.invert {
		e.put(0x1b, map[bool]byte{true: '4', false: '5'}[l.Invert])
		e.invert = l.Invert
	}
	if l.Wide != e.wide || l.High != e.high {
		e.put(0x1b, 'i', byte(l.High-1), byte(l.Wide-1))
		e.wide, e.high = l.Wide, l.High
	}
}

func (e *encoder) setAlign(a printer.Align) {
	if a != e.align {
		e.put(0x1b, 0x1d, 'a', byte(a))
		e.align = a
	}
}

// gap feeds blank paper, less what the last picture fed too far.
func (e *encoder) gap(dots int) {
	taken := min(e.over, dots)
	e.over, dots = e.over-taken, dots-taken
	for dots >= feedDots {
		n := min(dots/feedDots, 127)
		e.put(0x1b, 'J', byte(n))
		dots -= n * feedDots
	}
}

// picture sends strips of 24 rows by ESC k, padded at the left to its place,
// each printed by the LF behind it.
func (e *encoder) picture(p layout.Picture) {
	e.over = 0
	e.setAlign(printer.Left)
	b := p.Bitmap
	if indent := p.Indent(e.profile.Geometry.Dots); indent > 0 {
		b = raster.New(indent+p.Bitmap.W, p.Bitmap.H)
		b.Draw(p.Bitmap, indent, 0, 1)
	}
	for y := 0; y < b.H; y += bandRows {
		e.strip(b, y)
		e.over = max(y+bandRows-b.H, 0)
	}
}

func (e *encoder) strip(b *raster.Bitmap, y int) {
	width, n := 1, min(bandRows, b.H-y)
	for i := y; i < y+n; i++ {
		width = max(width, len(bytes.TrimRight(b.Row(i), "\x00")))
	}
	e.put(0x1b, 'k', byte(width), byte(width>>8))
	start := len(e.out)
	for i := y; i < y+n; i++ {
		e.put(b.Row(i)[:width]...)
	}
	e.put(make([]byte, (bandRows-n)*width)...)
	calm(e.out[start:])
	e.put('\n')
}

// calm blackens one dot wherever a picture would read as ESC ACK, which is
// obeyed in real time.
func calm(data []byte) {
	for i := 0; i+1 < len(data); i++ {
		if data[i] == 0x1b && data[i+1] == 0x06 {
			data[i] = 0x1f
		}
	}
}

// cut returns the bytes that feed to the blade and cut: ESC d 2 full, 3 partial.
func (e *encoder) cut() []byte {
	end := &encoder{profile: e.profile}
	end.gap(margin)
	switch e.profile.Cut {
	case printer.CutPartial:
		end.put(0x1b, 'd', 3)
	case printer.CutFull:
		end.put(0x1b, 'd', 2)
	default:
		end.gap(e.profile.Geometry.Cutter)
	}
	return append(end.out, e.profile.Presenter.Present...)
}
