package star

import (
	"image"
	"testing"

	"pgregory.net/rapid"

	"hallway/printer"
	"hallway/printer/charset"
	"hallway/printer/escpos/sim"
	"hallway/printer/layout"
	"hallway/printer/printertest"
)

// encode is all bytes of a job.
func encode(p printer.Profile, d printer.Document) ([]byte, error) {
	ticket, err := (&dialect{profile: p}).Encode(printer.Job{ID: "op/1", Doc: d})
	out := append(append(scrap(p), ticket.Body...), ticket.Mark[0]...)
	return append(append(out, ticket.Cut...), ticket.Mark[1]...), err
}

// TestEveryByteOfEveryTemplateIsFramed frames all documents of printer/testdata
// on both widths of paper with every level of two-byte characters.
func TestEveryByteOfEveryTemplateIsFramed(t *testing.T) {
	all := printertest.Documents(t)
	if len(all) != 22 {
		t.Fatalf("%d documents", len(all))
	}
	for file, d := range all {
		for _, dots := range []int{384, 576} {
			for _, set := range []charset.Set{charset.ASCII, charset.GB2312, charset.GBK, charset.GB18030} {
				p := load(t, "star-line")
				p.Geometry.Dots, p.Text.Charset = dots, set
				b, err := encode(p, d)
				if err == nil {
					_, err = printertest.StarTokens(b)
				}
				if err != nil {
					t.Errorf("%s, %d dots, %s: %v", file, dots, set, err)
				}
			}
		}
	}
}

func TestEveryByteOfAnyDocumentIsFramed(t *testing.T) {
	p := load(t, "star-line")
	rapid.Check(t, func(t *rapid.T) {
		b, err := encode(p, printertest.AnyDocument(t))
		if printertest.Refused(err) {
			return
		}
		if err == nil {
			_, err = printertest.StarTokens(b)
		}
		if err != nil {
			t.Fatal(err)
		}
	})
}

// spans is a line of the four ways to be large, a change of style and one of
// alignment.
var spans = printer.Document{Template: "ticket", Blocks: []printer.Block{
	printer.Spans{Align: printer.Centre, Spans: []printer.Span{
		{Text: "请到"}, {Text: "3", Width: 3, Height: 2, Bold: true}, {Text: "号", Height: 2}, {Text: "窗口", Width: 2, Height: 2, Invert: true}}},
	printer.Text{Text: "A"}, printer.Cut{},
}}

func TestSizesWithinALineAreSentAsDifferences(t *testing.T) {
	p := load(t, "star-line")
	ticket, err := (&dialect{profile: p, next: 1}).Encode(printer.Job{ID: "op/1", Doc: spans})
	want := "\x1b@\x1b\x1eE\x00\x1b\x1ea\x01\x17\x17\x17\x1b0" +
		"\x1b\x1da\x01\xc7\xeb\xb5\xbd" + "\x1bE\x1bi\x01\x023" + "\x1bF\x1bi\x01\x00\xba\xc5" + "\x1b4\x1bi\x01\x01\xb4\xb0\xbf\xda\n" + "\x1bJ\x06" +
		"\x1b\x1da\x00\x1b5\x1bi\x00\x00A\n\x1bJ\x04"
	if string(ticket.Body) != want || err != nil {
		t.Errorf("got  % X, %v\nwant % X", ticket.Body, err, want)
	}
}

// The simulated printer shows a line of several sizes as the layout draws it.
func TestALineOfSizesLooksAsItWasLaidOut(t *testing.T) {
	inBubble(t, "star-line", sim.Options{}, func(t *testing.T, pr *Printer, paper *sim.Printer, _ *printertest.Journal) {
		if r := pr.Print(t.Context(), printer.Job{ID: "op/1", Doc: spans}); r.Err != nil {
			t.Fatal(r.Err)
		}
		slip, ok := paper.Take()
		if !ok || slip.Text != "请到3号窗口\nA" {
			t.Fatalf("%v, %q", ok, slip.Text)
		}
		sameInk(t, load(t, "star-line"), spans, slip.Image)
	})
}

// sameInk compares a piece of paper with the layout's own picture of it, dot by
// dot behind the blank paper that the piece begins with.
func sameInk(t *testing.T, p printer.Profile, d printer.Document, got *image.Gray) {
	t.Helper()
	s, err := layout.Lay(d, p)
	if err != nil {
		t.Fatal(err)
	}
	want := s.Draw(p)
	left, top := (got.Rect.Dx()-p.Geometry.Dots)/2, p.Geometry.Cutter
	for y := range want.H {
		for x := range want.W {
			if black := got.GrayAt(left+x, top+y).Y < 0x80; black != want.At(x, y) {
				t.Fatalf("dot %d of row %d is black: %v", x, y, black)
			}
		}
	}
}
