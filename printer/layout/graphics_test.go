package layout

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"slices"
	"strings"
	"testing"

	"hallway/printer"
	"hallway/printer/printertest"
)

func logo(t testing.TB, w, h int) printer.PNG {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			if (x/16+y/16)%2 == 0 {
				img.SetGray(x, y, color.Gray{Y: 255})
			}
		}
	}
	var file bytes.Buffer
	if err := png.Encode(&file, img); err != nil {
		t.Fatal(err)
	}
	return printer.PNG(file.String())
}

func TestPicturesFitTheirWidthAndThePaper(t *testing.T) {
	for width, want := range map[int]int{0: 384, 200: 200, 832: 384} {
		s := lay(t, "generic-cn-58", printer.Image{PNG: logo(t, 500, 100), Width: width, Align: printer.Centre})
		if p := s[0].(Picture); p.Bitmap.W != want || p.Align != printer.Centre {
			t.Errorf("width %d: %d dots, align %d", width, p.Bitmap.W, p.Align)
		}
	}
}

func TestABrokenPictureIsAnErrorWithItsBlock(t *testing.T) {
	whole := string(logo(t, 384, 96))
	d := printer.Document{Blocks: []printer.Block{printer.Rule{}, printer.Image{PNG: printer.PNG(whole[:len(whole)-30])}}}
	if _, err := Lay(d, profile(t, "generic-cn-80")); err == nil || !strings.Contains(err.Error(), "block 1: picture") {
		t.Errorf("got %v", err)
	}
}

func TestColumnsWrapInsideThemselves(t *testing.T) {
	got := texts(lay(t, "generic-cn-58", printer.Columns{Columns: []printer.Column{
		{Text: "□", Cells: 2}, {Text: "1.", Cells: 3}, {Text: "租赁合同或产权证，原件和复印件各1份"},
	}}))
	want := []string{"□ 1.  租赁合同或产权证，原件和 ", "       复印件各1份              "}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	got = texts(lay(t, "generic-cn-58", printer.Columns{Columns: []printer.Column{{Text: "甲", Align: printer.Right}, {Text: "乙", Align: printer.Centre}}}))
	if want := []string{"             甲        乙       "}; !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestColumnsThatDoNotFitAreAMistake(t *testing.T) {
	d := printer.Document{Blocks: []printer.Block{printer.Columns{Columns: []printer.Column{{Text: "a", Cells: 30}, {Text: "b"}}}}}
	if _, err := Lay(d, profile(t, "generic-cn-58")); err == nil || !strings.Contains(err.Error(), "columns need 1 characters more than the 384 dots hold") {
		t.Errorf("got %v", err)
	}
}

func TestABarcodeCarriesItsText(t *testing.T) {
	s := lay(t, "generic-cn-58", printer.Barcode{Data: "A012-2026"})
	if got := texts(s); !slices.Equal(got, []string{"A012-2026"}) {
		t.Errorf("got %q", got)
	}
	d := printer.Document{Blocks: []printer.Block{printer.Barcode{Data: strings.Repeat("x", 32)}}}
	if _, err := Lay(d, profile(t, "generic-cn-58")); err == nil || !strings.Contains(err.Error(), "too many for 384 dots") {
		t.Errorf("got %v", err)
	}
}

func TestNumbersGoInThePrintersOwnLargeCharacters(t *testing.T) {
	p := profile(t, "generic-cn-80")
	p.Text.MaxScale, p.Text.ASCIIScale = 2, 8
	one := func(text string, scale int) Item {
		s, err := Lay(printer.Document{Blocks: []printer.Block{printer.Text{Text: text, Scale: scale}}}, p)
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range s {
			if _, gap := item.(Gap); !gap {
				return item
			}
		}
		return nil
	}
	if l, ok := one("A012", 7).(Line); !ok || l.Wide != 7 {
		t.Errorf("A012 is %+v", one("A012", 7))
	}
	if l, ok := one("0417-012-261123-0093-7", 3).(Line); !ok || l.High != 2 {
		t.Error("a number that is too wide takes the next smaller scale")
	}
	if _, ok := one("A012号", 7).(Picture); !ok {
		t.Error("a line with Chinese is larger than its characters can be")
	}
	p.Geometry.Dots = 384
	if b, ok := one("0417-012-261123-0093-7", 3).(Picture); !ok || b.Bitmap.W < 360 {
		t.Error("a number that would fall to half its size is drawn across the paper")
	}
	p.Text.ASCIIScale = 0
	if _, ok := one("A012", 7).(Picture); !ok {
		t.Error("without ascii_scale the number is drawn")
	}
}

func TestExamineTellsWhatALogShouldHold(t *testing.T) {
	d := printer.Document{Blocks: []printer.Block{
		printer.Text{Text: "¥30\u200b"}, printer.KeyValue{Key: "姓名", Value: "陈堃"}, printer.Text{Text: "李"},
	}}
	s, r, err := Examine(d, profile(t, "generic-cn-80"))
	if err != nil || len(s) == 0 || len(r.Changes) != 2 || r.Changes[0].From != '¥' || r.Changes[1].From != '\u200b' {
		t.Errorf("%+v, %v", r, err)
	}
	if len(r.Drawn) != 1 || !strings.HasSuffix(r.Drawn[0], "陈堃") {
		t.Errorf("drawn %q", r.Drawn)
	}
}

func TestThePictureIsTheSheetDotByDot(t *testing.T) {
	d, p := printertest.Documents(t)["queue-zh-Hans"], profile(t, "generic-cn-80")
	var file bytes.Buffer
	report, err := PNG(&file, d, p)
	if err != nil || len(report.Drawn) != 0 {
		t.Fatal(report, err)
	}
	img, err := png.Decode(&file)
	if err != nil {
		t.Fatal(err)
	}
	_, want := drawn(t, d, p)
	if img.Bounds() != image.Rect(0, 0, want.W, want.H) {
		t.Fatalf("%v", img.Bounds())
	}
	for y := range want.H {
		for x := range want.W {
			if r, _, _, _ := img.At(x, y).RGBA(); (r == 0) != want.At(x, y) {
				t.Fatalf("dot %d, %d", x, y)
			}
		}
	}
	if _, err := PNG(&file, printer.Document{}, p); err == nil {
		t.Error("an empty document is drawn")
	}
}
