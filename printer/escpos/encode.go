package escpos

import (
	"fmt"

	"hallway/printer"
	"hallway/printer/charset"
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
	cut  []byte // feed, cut and hand out
	rows int    // dots of paper
}

// encoder remembers the printer's state as it stands behind the bytes of out.
type encoder struct {
	profile      printer.Profile
	out          []byte
	rows         int // dots of paper that out moves
	ended        []byte
	size         size // GS !
	cjk          size // FS !, where the printer needs it
	bold, invert bool
	align        printer.Align
	spacing      int  // last n of ESC 3; 0 = the printer's default of the reset
	drawn        bool // the last command was a picture
}

// size is how many times characters are enlarged, across and down.
type size struct{ wide, high int }

// usual is the length of an ordinary ticket; larger ones grow.
const usual = 4096

func newEncoder(p printer.Profile) *encoder {
	return &encoder{profile: p, out: make([]byte, 0, usual), size: size{1, 1}, cjk: size{1, 1}}
}

func (e *encoder) put(b ...byte) { e.out = append(e.out, b...) }

// reset begins a job: the printer may have been left in any state, or switched
// off since it was opened.
func (e *encoder) reset() {
	e.put(0x1b, '@')
	switch e.profile.Text.Charset {
	case charset.ASCII:
	case charset.UTF8:
		// FS ( C functions 48 and 60: UTF-8, and Simplified Chinese first.
		e.put(0x1c, '(', 'C', 2, 0, '0', 2, 0x1c, '(', 'C', 3, 0, 60, 0, 20)
	default:
		e.put(0x1c, '&')
	}
	if e.profile.Status.Push {
		e.put(pushOn...)
	}
}

// sheet writes only what changes: each style command leaves once, when the
// printer's state differs from what the next line needs.
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
			return fmt.Errorf("escpos: no bytes for %T", item)
		}
	}
	e.rows += s.Rows()
	return nil
}

// finish returns the ticket.
func (e *encoder) finish() encoded {
	return encoded{body: e.out, cut: e.ended, rows: e.rows + margin + e.profile.Geometry.Cutter}
}

func (e *encoder) line(l layout.Line) error {
	var runs [1]layout.Line // most lines have one style
	list := runs[:]
	if list[0] = l; l.Parts != nil {
		list = l.Runs()
	}
	if len(l.Text) > 0 {
		e.style(list[0], !ascii(list[0].Text))
	}
	rest := 0
	spacing := l.Pitch * e.profile.Geometry.FeedUnit
	if spacing > 255 { // ESC 3 has one byte: the characters' height, then a gap
		spacing, rest = 1, l.Pitch-l.High*raster.CellHeight
	}
	if spacing != e.spacing {
		e.put(0x1b, '3', byte(spacing))
		e.spacing = spacing
	}
	if len(l.Text) == 0 && e.drawn && e.profile.Deviations.EatsLineFeed {
		e.put('\n')
	}
	for i, run := range list {
		if i > 0 {
			e.style(run, !ascii(run.Text))
		}
		var err error
		if e.out, err = e.profile.Text.Charset.AppendText(e.out, run.Text); err != nil {
			return err
		}
	}
	e.put('\n')
	e.drawn = false
	e.gap(rest)
	return nil
}

func ascii(text string) bool {
	for i := range len(text) {
		if text[i] >= 0x80 {
			return false
		}
	}
	return true
}

// style sends the differences to the state.
func (e *encoder) style(l layout.Line, cjk bool) {
	e.setAlign(l.Align)
	if l.Bold != e.bold {
		e.put(0x1b, 'E', onOff(l.Bold))
		e.bold = l.Bold
	}
	if l.Invert != e.invert {
		e.put(0x1d, 'B', onOff(l.Invert))
		e.invert = l.Invert
	}
	want := size{l.Wide, l.High}
	if want != e.size {
		e.put(0x1d, '!', byte(l.Wide-1)<<4|byte(l.High-1))
		e.size = want
	}
	if cjk && want != e.cjk && e.profile.Text.CJKSize != "gs" {
		// FS ! bits 2 and 3: double width and height of Chinese characters.
		e.put(0x1c, '!', onOff(l.Wide == 2)<<2|onOff(l.High == 2)<<3)
		e.cjk = want
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
	if e.profile.Deviations.IgnoresFeed {
		for dots > 0 {
			n := min(dots, e.profile.Raster.Band)
			e.graphics(1, n, normalSize, make([]byte, n))
			dots -= n
		}
		return
	}
	for dots > 0 {
		n := min(dots, 255/e.profile.Geometry.FeedUnit)
		e.put(0x1b, 'J', byte(n*e.profile.Geometry.FeedUnit))
		e.drawn = false
		dots -= n
	}
}

// cut returns the bytes that feed to the blade, cut and hand out. Every line
// before it ended with LF, so none is left in the line buffer.
func (e *encoder) cut() []byte {
	feed := byte(margin * e.profile.Geometry.FeedUnit)
	mode := byte(66)
	switch {
	case e.profile.Cut == printer.CutNone:
		tear := newEncoder(e.profile)
		tear.gap(e.profile.Geometry.Cutter + margin)
		return tear.out
	case e.profile.Cut == printer.CutFull || e.profile.Deviations.SwallowsPartial:
		mode = 65
	}
	return append([]byte{0x1d, 'V', mode, feed}, e.profile.Presenter.Present...)
}
