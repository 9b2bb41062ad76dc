package layout

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"hallway/printer"
)

// TestWrappingKeepsEveryStyle compares the parts of wrapped lines, character by
// character, with the spans that they come from.
func TestWrappingKeepsEveryStyle(t *testing.T) {
	p := profile(t, "generic-cn-58")
	rapid.Check(t, func(t *rapid.T) {
		var spans []printer.Span
		var want strings.Builder
		for range rapid.IntRange(1, 6).Draw(t, "spans") {
			s := printer.Span{Text: rapid.StringOfN(rapid.RuneFrom([]rune("ab 办理，（12）")), 0, 40, -1).Draw(t, "text"), Bold: rapid.Bool().Draw(t, "bold")}
			spans = append(spans, s)
			mark(&want, s)
		}
		sheet, err := Lay(printer.Document{Blocks: []printer.Block{printer.Spans{Spans: spans}}}, p)
		if err != nil {
			t.Fatal(err)
		}
		var got strings.Builder
		for _, item := range sheet {
			line := item.(Line)
			var text string
			for _, run := range line.Runs() {
				text += run.Text
				mark(&got, printer.Span{Text: run.Text, Bold: run.Bold})
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
// with a star behind those in bold.
func mark(b *strings.Builder, s printer.Span) {
	for _, r := range s.Text {
		if r == ' ' {
			continue
		}
		b.WriteRune(r)
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
