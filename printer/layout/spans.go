package layout

import (
	"strings"

	"hallway/printer"
	"hallway/printer/raster"
)

// spans adds a paragraph of several styles.
func (l *layouter) spans(s printer.Spans) error {
	parts := make([]printer.Span, len(s.Spans))
	var whole strings.Builder
	for i, part := range s.Spans {
		part.Text = l.clean(part.Text)
		parts[i] = part
		whole.WriteString(part.Text)
	}
	scale := min(max(s.Scale, 1), l.native)
	for _, text := range l.wrap(whole.String(), l.width/(raster.CellWidth*scale)) {
		var line []printer.Span
		line, parts = partsOf(parts, text)
		if err := l.line(Line{Text: text, Scale: scale, Align: s.Align, Pitch: pitch(scale), Parts: line}); err != nil {
			return err
		}
	}
	return nil
}

// partsOf takes the parts of one wrapped line off the front. Wrapping drops spaces
// at its breaks and changes nothing else.
func partsOf(parts []printer.Span, text string) (line, rest []printer.Span) {
	for len(parts) > 0 && text != "" {
		head := parts[0]
		if len(line) == 0 && text[0] != ' ' {
			head.Text = strings.TrimLeft(head.Text, " ")
		}
		n := min(len(head.Text), len(text))
		if n > 0 {
			line = append(line, printer.Span{Text: head.Text[:n], Bold: head.Bold, Invert: head.Invert})
		}
		text = text[n:]
		if parts[0].Text = head.Text[n:]; parts[0].Text == "" {
			parts = parts[1:]
		}
	}
	return line, parts
}

// styled is a part of a line as a line of its own.
func (l Line) styled(part printer.Span) Line {
	l.Text, l.Bold, l.Invert, l.Parts = part.Text, part.Bold, part.Invert, nil
	return l
}

// Runs returns the parts of a line as lines in one style each.
func (l Line) Runs() []Line {
	if l.Parts == nil {
		return []Line{l}
	}
	runs := make([]Line, len(l.Parts))
	for i, part := range l.Parts {
		runs[i] = l.styled(part)
	}
	return runs
}

// drawParts adds a line of several styles at x, y.
func (l *layouter) drawParts(b *raster.Bitmap, line Line, x, y int) {
	for _, run := range line.Runs() {
		part := raster.New(l.cells(run.Text)*raster.CellWidth*run.Scale, raster.CellHeight*run.Scale)
		l.drawCells(part, run, 0, 0)
		if run.Invert {
			part.Invert()
		}
		b.Draw(part, x, y, 1)
		x += part.W
	}
}
