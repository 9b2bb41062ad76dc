package layout

import (
	"iter"
	"strings"

	"hallway/printer"
	"hallway/printer/raster"
)

// spans adds a paragraph of several styles.
func (l *layouter) spans(s printer.Spans) error {
	scale := max(s.Scale, 1)
	parts, text := l.paragraph(s.Spans, scale)
	fits := func(at stretch) bool { return l.width >= l.dots(within(parts, at)) }
	for _, at := range breaks(text, l.wide, fits) {
		line := Line{Text: text[at.from:at.to], Align: s.Align, Wide: 1, High: 1}
		for part := range within(parts, at) {
			line.Parts = append(line.Parts, part)
			line.Wide, line.High = max(line.Wide, part.Width), max(line.High, part.Height)
		}
		if line.Parts == nil { // nothing but room
			l.add(Gap{pitch(scale)})
			continue
		}
		line.Pitch = pitch(line.High)
		if err := l.line(line); err != nil {
			return err
		}
	}
	return nil
}

// paragraph returns the spans with clean texts and the sizes that they get, and
// their texts in one.
func (l *layouter) paragraph(spans []printer.Span, scale int) (parts []printer.Span, text string) {
	parts = make([]printer.Span, len(spans))
	for i, part := range spans {
		part.Text = l.clean(part.Text)
		if part.Width == 0 {
			part.Width = scale
		}
		if part.Height == 0 {
			part.Height = scale
		}
		parts[i] = part
		text += part.Text
	}
	for most := printer.MaxScale - 1; most > 0 && !l.wordsFit(parts, text); most-- {
		for i := range parts {
			parts[i].Width, parts[i].Height = min(parts[i].Width, most), min(parts[i].Height, most)
		}
	}
	return parts, text
}

// wordsFit reports whether no word is wider than the paper.
func (l *layouter) wordsFit(parts []printer.Span, text string) bool {
	for _, atom := range atoms(text, l.wide) {
		if l.dots(within(parts, atom)) > l.width {
			return false
		}
	}
	return true
}

// within yields what the stretch of the parts' joined text holds of each part.
func within(parts []printer.Span, at stretch) iter.Seq[printer.Span] {
	return func(yield func(printer.Span) bool) {
		start := 0
		for _, part := range parts {
			from, to := max(at.from-start, 0), min(at.to-start, len(part.Text))
			start += len(part.Text)
			if from >= to {
				continue
			}
			part.Text = part.Text[from:to]
			if !yield(part) {
				return
			}
		}
	}
}

// dots returns how wide parts are together.
func (l *layouter) dots(parts iter.Seq[printer.Span]) int {
	n := 0
	for part := range parts {
		n += l.cells(part.Text) * raster.CellWidth * part.Width
	}
	return n
}

// styled is a part of a line as a line of its own.
func (l Line) styled(part printer.Span) Line {
	l.Text, l.Bold, l.Invert, l.Parts = part.Text, part.Bold, part.Invert, nil
	l.Wide, l.High = part.Width, part.Height
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

// isNative reports whether the printer's own characters can show the line: it has
// them, and they can be as large as the line wants.
func (l *layouter) isNative(line Line) bool {
	if line.Parts != nil {
		for _, part := range line.Parts {
			if !l.isNative(line.styled(part)) {
				return false
			}
		}
		return true
	}
	most := l.native
	if isASCII(line.Text) {
		most = l.ascii
	}
	return line.Wide <= most && line.High <= most &&
		strings.IndexFunc(line.Text, func(r rune) bool { return !l.set.Has(r) }) < 0
}
