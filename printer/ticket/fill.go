package ticket

import (
	"fmt"
	"slices"
	"strings"

	"hallway/printer"
)

// Values are what a template's fields hold; "" leaves out what needs the field.
type Values map[string]string

// Fill makes the document. Any language but English prints in Chinese. Values
// for fields that the template does not name are an error.
func (t Template) Fill(lang string, values Values, rows ...Values) (printer.Document, error) {
	if lang != en {
		lang = zhHans
	}
	if err := t.knows(values, rows); err != nil {
		return printer.Document{}, err
	}
	d := printer.Document{Template: t.Name, Lang: lang}
	for i := 0; i < len(t.Blocks); {
		n := group(t.Blocks[i:])
		for _, row := range t.repeat(t.Blocks[i], rows) {
			for _, b := range t.Blocks[i : i+n] {
				d.Blocks = append(d.Blocks, t.block(b, lang, values, row)...)
			}
		}
		i += n
	}
	d.Blocks = append(d.Blocks, printer.Cut{})
	return d, nil
}

// group returns how many blocks at the beginning belong together: neighbours
// with each stand together for every row.
func group(blocks []block) int {
	n := 1
	for blocks[0].Each && n < len(blocks) && blocks[n].Each {
		n++
	}
	return n
}

// block returns one block, or none when a field that it needs is empty.
func (t Template) block(b block, lang string, values, row Values) []printer.Block {
	if b.When != "" && values[b.When] == "" || b.Unless != "" && values[b.Unless] != "" {
		return nil
	}
	texts, ok := fill(b.texts(lang), values, row)
	if !ok {
		return nil
	}
	return []printer.Block{t.styles[b.Style].block(lang, texts)}
}

func (t Template) knows(values Values, rows []Values) error {
	for name := range values {
		if !slices.Contains(t.Fields, name) {
			return fmt.Errorf("template %s has no field %q", t.Name, name)
		}
	}
	for _, row := range rows {
		for name := range row {
			if !slices.Contains(t.Rows, name) {
				return fmt.Errorf("template %s has no field %q in its rows", t.Name, name)
			}
		}
	}
	return nil
}

// repeat returns the rows for which the block stands; a block without each
// stands once, with an empty row.
func (t Template) repeat(b block, rows []Values) []Values {
	if b.Each {
		return rows
	}
	return []Values{nil}
}

// fill puts values in place of fields; ok is false when one is empty.
func fill(texts []string, values, row Values) (filled []string, ok bool) {
	ok = true
	for _, text := range texts {
		filled = append(filled, field.ReplaceAllStringFunc(text, func(f string) string {
			name := strings.Trim(f, "{}")
			v := row[name]
			if v == "" {
				v = values[name]
			}
			ok = ok && v != ""
			return v
		}))
	}
	return filled, ok
}

// block makes a block in the style.
func (s style) block(lang string, texts []string) printer.Block {
	scale := s.Scale
	if lang == en && s.ScaleEn != 0 {
		scale = s.ScaleEn
	}
	switch s.Kind {
	case "key-value":
		return printer.KeyValue{Key: texts[0], Value: texts[1], Scale: scale, Bold: s.Bold}
	case "columns":
		c := printer.Columns{Bold: s.Bold}
		for i, text := range texts {
			c.Columns = append(c.Columns, printer.Column{Text: text, Cells: s.Cells[i]})
		}
		return c
	case "spans":
		p := printer.Spans{Scale: scale, Align: s.Align}
		for i, text := range texts {
			look := s.Spans[i]
			p.Spans = append(p.Spans, printer.Span{Text: text, Bold: look.Bold, Invert: look.Invert, Width: look.Width, Height: look.Height})
		}
		return p
	case "rule":
		return printer.Rule{}
	case "qr":
		return printer.QR{Data: texts[0]}
	case "barcode":
		return printer.Barcode{Data: texts[0]}
	case "feed":
		return printer.Feed{Lines: s.Lines}
	}
	return printer.Text{Text: texts[0], Scale: scale, Bold: s.Bold, Align: s.Align, Invert: s.Invert}
}
