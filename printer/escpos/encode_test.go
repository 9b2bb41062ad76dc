package escpos

import (
	"bytes"
	"testing"

	"hallway/printer"
	"hallway/printer/layout"
	"hallway/printer/printertest"
	"hallway/printer/raster"
)

func bytesOf(t *testing.T, profile string, blocks ...printer.Block) []byte {
	t.Helper()
	e, err := prepare(printer.Document{Blocks: blocks}, load(t, profile))
	if err != nil {
		t.Fatal(err)
	}
	return append(e.body, e.cut...)
}

func TestExactBytesOfASmallTicket(t *testing.T) {
	got := bytesOf(t, "generic-cn-80",
		printer.Text{Text: "取号", Scale: 2, Bold: true, Align: printer.Centre},
		printer.Text{Text: "A012"}, printer.Text{Text: "3号"}, printer.Cut{})
	want := "\x1b@\x1c&\x1da\x0e" +
		"\x1ba\x01\x1bE\x01\x1d!\x11\x1c!\x0c\x1b3\x3c\xc8\xa1\xba\xc5\n" +
		"\x1ba\x00\x1bE\x00\x1d!\x00\x1b3\x20A012\n" +
		"\x1c!\x003\xba\xc5\n" +
		"\x1dVB\x18"
	if string(got) != want {
		t.Errorf("got  % X\nwant % X", got, want)
	}
}

func TestStylesWithinALineAreSentAsDifferences(t *testing.T) {
	got := bytesOf(t, "generic-cn-80", printer.Spans{Spans: []printer.Span{
		{Text: "A "}, {Text: "B", Bold: true}, {Text: "C", Bold: true, Invert: true}, {Text: " D"}}}, printer.Text{Text: "E"}, printer.Cut{})
	want := "\x1b@\x1c&\x1da\x0e" +
		"\x1b3\x20A \x1bE\x01B\x1dB\x01C\x1bE\x00\x1dB\x00 D\n" +
		"E\n" +
		"\x1dVB\x18"
	if string(got) != want {
		t.Errorf("got  % X\nwant % X", got, want)
	}
}

func TestSizesWithinALineAreSentAsDifferences(t *testing.T) {
	spans := printer.Spans{Spans: []printer.Span{
		{Text: "A"}, {Text: "B", Width: 2}, {Text: "号", Width: 2}, {Text: "口", Width: 2, Height: 2}, {Text: "C", Width: 2, Height: 2, Bold: true}, {Text: "D"}}}
	for profile, want := range map[string]string{
		"generic-cn-80": "\x1b@\x1c&\x1da\x0e\x1b3\x3c" + "A\x1d!\x10B\x1c!\x04\xba\xc5" + "\x1d!\x11\x1c!\x0c\xbf\xda" + "\x1bE\x01C" + "\x1bE\x00\x1d!\x00D\n" + "\x1dVB\x18",
		"epson-tm-t82":  "\x1b@\x1c&\x1da\x0e\x1b3\x78" + "A\x1d!\x10B\xba\xc5" + "\x1d!\x11\xbf\xda" + "\x1bE\x01C" + "\x1bE\x00\x1d!\x00D\n" + "\x1dVB\x30",
	} {
		if got := bytesOf(t, profile, spans, printer.Cut{}); string(got) != want {
			t.Errorf("%s: got  % X\nwant % X", profile, got, want)
		}
	}
}

func TestVerticalMotionUnitsFollowTheProfile(t *testing.T) {
	got := bytesOf(t, "epson-tm-t82", printer.Text{Text: "A"}, printer.Feed{Lines: 5}, printer.Cut{})
	want := "\x1b@\x1c&\x1da\x0e\x1b3\x40A\n" + "\x1bJ\xfe\x1bJ\x42" + "\x1dVB\x30"
	if string(got) != want {
		t.Errorf("got  % X\nwant % X", got, want)
	}
}

func TestPrintersWithoutACutterFeedToTheTearBar(t *testing.T) {
	p := load(t, "generic-cn-58")
	p.Cut = printer.CutNone
	e, err := prepare(printer.Document{Blocks: []printer.Block{printer.Text{Text: "A"}, printer.Cut{}}}, p)
	if err != nil || string(e.cut) != "\x1bJ\x78" {
		t.Errorf("got % X, %v", e.cut, err)
	}
}

func TestFirmwareThatIgnoresESCJGetsWhiteRows(t *testing.T) {
	p := load(t, "generic-cn-80")
	p.Deviations.IgnoresFeed = true
	e, err := prepare(printer.Document{Blocks: []printer.Block{printer.Text{Text: "A"}, printer.Feed{Lines: 1}}}, p)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(e.body, []byte("\x1bJ")) {
		t.Errorf("ESC J is sent: % X", e.body)
	}
	if !bytes.HasSuffix(e.body, append([]byte("\x1dv0\x00\x01\x00\x08\x00"), make([]byte, 8)...)) {
		t.Errorf("the feed of 32 rows does not end with a band of 8: % X", e.body)
	}
}

// drawn encodes a sheet of one picture.
func drawn(b *raster.Bitmap, p printer.Profile) (encoded, error) {
	e := newEncoder(p)
	err := e.sheet(layout.Sheet{layout.Picture{Bitmap: b}})
	return e.finish(), err
}

func TestPicturesHoldNoRealTimeCommand(t *testing.T) {
	b := raster.New(576, 64)
	for i := range b.Pix {
		b.Pix[i] = []byte{0x10, 0x04, 0x01, 0x10, 0x05, 0x02, 0x10, 0x14, 0x08}[i%9]
	}
	e, err := drawn(b, load(t, "generic-cn-80"))
	if err != nil {
		t.Fatal(err)
	}
	for _, command := range []string{"\x10\x04", "\x10\x05", "\x10\x14"} {
		if bytes.Contains(e.body, []byte(command)) {
			t.Errorf("% X is in the picture", command)
		}
	}
}

func TestBandsAreBoundedAndTrimmed(t *testing.T) {
	p := load(t, "generic-cn-80")
	b := raster.New(576, 100)
	b.Fill(0, 0, 9, 50)
	e, err := drawn(b, p)
	if err != nil {
		t.Fatal(err)
	}
	// 50 rows of two bytes in bands of 24, then a feed of 50 white rows.
	if n := bytes.Count(e.body, []byte("\x1dv0\x00\x02\x00")); n != 3 {
		t.Errorf("%d bands, want 3", n)
	}
	if !bytes.HasSuffix(e.body, []byte("\x1bJ\x32")) {
		t.Errorf("white rows below are not fed: % X", e.body[len(e.body)-8:])
	}
}

func TestAPictureOfMoreThanTwoBytesOfLengthGoesByGS8L(t *testing.T) {
	p := load(t, "epson-tm-t88")
	e := newEncoder(p)
	e.graphics(64, 1100, doubleSize, make([]byte, 64*1100))
	list, err := printertest.Tokens(e.out)
	if err != nil || len(list) != 2 || list[0].Name != "GS 8 L" || list[1].Name != "GS ( L" {
		t.Errorf("%d tokens, %v", len(list), err)
	}
}

func TestHalvingIsExact(t *testing.T) {
	small := raster.New(21, 13)
	for i := range 21 * 13 {
		if i*i%7 < 3 {
			small.Set(i%21, i/21)
		}
	}
	big := raster.New(42, 26)
	big.Draw(small, 0, 0, 2)
	got := halve(big)
	if got == nil || got.W != 21 || got.H != 13 || !bytes.Equal(got.Pix, small.Pix) {
		t.Errorf("%+v", got)
	}
	if odd := raster.New(42, 26); halve(odd) == nil {
		t.Error("a white picture is made of squares")
	}
	lone := raster.New(42, 26)
	lone.Set(41, 25)
	if halve(lone) != nil {
		t.Error("one dot is no square")
	}
}
