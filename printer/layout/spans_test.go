package layout

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"hallway/printer"
	"hallway/printer/charset"
	"hallway/printer/raster"
)

// TestWrappingKeepsEveryStyle compares the parts of wrapped lines, character by
// character, with the spans that they come from.
func TestWrappingKeepsEveryStyle(t *testing.T) {
	p := profile(t, "generic-cn-58")
	rapid.Check(t, func(t *rapid.T) {
		var spans []printer.Span
		var want strings.Builder
		for range rapid.IntRange(1, 6).Draw(t, "spans") {
			s := printer.Span{Text: rapid.StringOfN(rapid.RuneFrom([]rune("ab 办理，（12）")), 0, 40, -1).Draw(t, "text"), Bold: rapid.Bool().Draw(t, "bold"), Width: rapid.IntRange(0, 2).Draw(t, "width"), Height: rapid.IntRange(0, 2).Draw(t, "height")}
			spans = append(spans, s)
			mark(&want, s)
		}
		sheet, err := Lay(printer.Document{Blocks: []printer.Block{printer.Spans{Spans: spans}}}, p)
		if err != nil {
			t.Fatal(err)
		}
		var got strings.Builder
		for _, item := range sheet {
			line, ok := item.(Line)
			if !ok {
				continue // the room of an empty paragraph
			}
			var text string
			for _, run := range line.Runs() {
				text += run.Text
				mark(&got, printer.Span{Text: run.Text, Bold: run.Bold, Width: run.Wide, Height: run.High})
			}
			if text != line.Text {
				t.Fatalf("line %q has the parts %q", line.Text, text)
			}
		}
		if got.String() != want.String() {
			t.Fatalf("got  %s\nwant %s", &got, &want)
		}
	})
}

// mark writes the characters of a span, but spaces, which wrapping may drop,
// each with its size and with a star behind those in bold.
func mark(b *strings.Builder, s printer.Span) {
	for _, r := range s.Text {
		if r == ' ' {
			continue
		}
		fmt.Fprintf(b, "%c%d%d", r, max(s.Width, 1), max(s.Height, 1))
		if s.Bold {
			b.WriteByte('*')
		}
	}
}

// A line with a character that the printer lacks is drawn, with the same styles.
func TestStylesAreDrawnToo(t *testing.T) {
	p := profile(t, "generic-cn-80")
	for _, last := range []string{"镕", "号"} { // drawn for the printer, and for who looks at the ticket
		drawn := func(first printer.Span) []byte {
			first.Text = "窗口"
			return lay(t, "generic-cn-80", printer.Spans{Spans: []printer.Span{first, {Text: last}}}).Draw(p).Pix
		}
		plain, bold, black := drawn(printer.Span{}), drawn(printer.Span{Bold: true}), drawn(printer.Span{Invert: true})
		if slices.Equal(plain, bold) || slices.Equal(plain, black) || slices.Equal(bold, black) {
			t.Errorf("styles before %s look the same", last)
		}
	}
}

// sized is a paragraph of the four ways to be large, and of body size.
var sized = printer.Spans{Spans: []printer.Span{
	{Text: "请到"}, {Text: "3", Width: 3, Height: 2, Bold: true}, {Text: "号", Height: 2}, {Text: "窗", Width: 2}, {Text: "口", Width: 2, Height: 2, Invert: true}, {Text: "办理"},
}}

// TestSizesStandOnOneBaseline measures the ink of drawn parts: each is as wide
// and high as it asked for and ends on the row on which all others end.
func TestSizesStandOnOneBaseline(t *testing.T) {
	p := profile(t, "generic-cn-80")
	spans := []printer.Span{{Text: "口"}, {Text: "口", Width: 3}, {Text: "口", Height: 4}, {Text: "口", Width: 2, Height: 3}}
	for _, set := range []charset.Set{charset.ASCII, charset.GB2312} { // drawn and native
		p.Text.Charset, p.Text.MaxScale, p.Text.CJKSize = set, 4, "gs"
		s, err := Lay(printer.Document{Blocks: []printer.Block{printer.Spans{Spans: spans}}}, p)
		if err != nil {
			t.Fatal(err)
		}
		paper := s.Draw(p)
		body := cut(paper, 0, 24).Ink()
		x := 0
		for i, span := range spans {
			w, h := max(span.Width, 1), max(span.Height, 1)
			ink := cut(paper, x, 24*w).Ink()
			if x += 24 * w; within3(ink.Dx(), body.Dx()*w) && within3(ink.Dy(), body.Dy()*h) && within3(4*24-ink.Max.Y, (4*24-body.Max.Y)*h) {
				continue
			}
			t.Errorf("%s: part %d of %d by %d has the ink %v, the body size %v", set, i, w, h, ink, body)
		}
	}
}

// within3 allows for the rounding of outlines.
func within3(a, b int) bool { return max(a-b, b-a) <= 3 }

// cut returns a piece of a paper's first 96 rows.
func cut(b *raster.Bitmap, x, w int) *raster.Bitmap {
	piece := raster.New(w, 96)
	piece.Draw(b, -x, 0, 1)
	return piece
}

func TestSizesThatThePrinterLacksAreDrawn(t *testing.T) {
	three := printer.Spans{Spans: []printer.Span{{Text: "请到"}, {Text: "叁", Width: 3}, {Text: "号"}}}
	if p, ok := lay(t, "generic-cn-80", three)[0].(Picture); !ok || p.Bitmap.W != 6*24 || p.Bitmap.H != 24 {
		t.Errorf("a part of threefold width where Chinese only doubles: %+v", lay(t, "generic-cn-80", three))
	}
	s := lay(t, "epson-tm-t82", sized)
	line, ok := s[0].(Line)
	if !ok || len(s) != 1 || line.Wide != 3 || line.High != 2 || line.Pitch != pitch(2) || len(line.Parts) != 6 {
		t.Errorf("%+v", s)
	}
	if _, ok := lay(t, "epson-tm-t82", printer.Spans{Spans: []printer.Span{{Text: "镕"}, {Text: "3", Width: 8, Height: 8}}})[0].(Line); !ok {
		t.Error("a number as large as the printer's own is drawn")
	}
}

// A number in a part is not broken; the part gets smaller.
func TestALargePartShrinksUntilItsWordFits(t *testing.T) {
	s := lay(t, "generic-cn-58", printer.Spans{Spans: []printer.Span{{Text: "受理号"}, {Text: "261123-0093", Width: 6, Height: 4}}})
	widest := 0
	for _, item := range s {
		if p, ok := item.(Picture); ok {
			widest = max(widest, p.Bitmap.W)
		}
		if l, ok := item.(Line); ok && strings.Contains(l.Text, "0093") && !strings.Contains(l.Text, "261123-0093") {
			t.Errorf("line %q", l.Text)
		}
	}
	if rows := s.Rows(); rows > 4*24+3*40 || widest > 384 {
		t.Errorf("%d rows, %d dots", rows, widest)
	}
}

// Wrapping never drops a space inside a line, also where the last line gets
// company.
func TestCompanyKeepsTheSpaceBetween(t *testing.T) {
	got := texts(lay(t, "generic-cn-58", printer.Text{Text: strings.Repeat("办", 16) + " 号"}))
	if want := []string{strings.Repeat("办", 15), "办 号"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
