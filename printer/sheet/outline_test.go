package sheet

import (
	"image"
	"image/color"
	"image/png"
	"os"
	"strings"
	"testing"

	"hallway/printer"
)

// picture returns the first page in black and white at 100 dots an inch.
func picture(t *testing.T, file string) image.Image {
	t.Helper()
	name := strings.TrimSuffix(file, ".pdf")
	tool(t, "poppler-utils", "pdftoppm", "-r", "100", "-png", "-singlefile", file, name)
	f, err := os.Open(name + ".png")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	img, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	return img
}

func black(img image.Image, x, y int) bool {
	return color.GrayModel.Convert(img.At(x, y)).(color.Gray).Y < 0x80
}

// drawnBy returns a page on which draw has drawn.
func drawnBy(t *testing.T, draw func(*page)) image.Image {
	t.Helper()
	p := start("zh-Hans", Options{At: at})
	draw(p)
	data, err := p.bytes()
	return picture(t, judge(t, data, err))
}

// The same text, once as text and once as outlines, looks the same.
func TestOutlinesStandWhereTextStands(t *testing.T) {
	const text = "政务服务中心Ag"
	s := style{size: 40, bold: true}
	asText := drawnBy(t, func(p *page) { p.write(text, s, 30, 50) })
	asShape := drawnBy(t, func(p *page) {
		p.outline(text, s, 30, 50+(leading-1)/2*s.size*point+ascent*s.size*point)
	})
	ink, lost := 0, 0
	for y := range asText.Bounds().Dy() {
		for x := range asText.Bounds().Dx() {
			a, b := black(asText, x, y), black(asShape, x, y)
			if a {
				ink++
			}
			if a && !near(asShape, x, y) || b && !near(asText, x, y) {
				lost++
			}
		}
	}
	if ink < 5000 || lost > 0 {
		t.Errorf("%d of %d dots are more than a dot away", lost, ink)
	}
}

// near reports whether a dot or one beside it is black: the renderer smooths
// text and shapes differently.
func near(img image.Image, x, y int) bool {
	for j := y - 1; j <= y+1; j++ {
		for i := x - 1; i <= x+1; i++ {
			if black(img, i, j) {
				return true
			}
		}
	}
	return false
}

// U+2CB69 lies above the basic plane, which the PDF library cannot address.
func TestNamesAboveTheBasicPlaneAreDrawn(t *testing.T) {
	pages := map[string]image.Image{}
	for _, name := range []string{"张\U0002cb69", "张"} {
		data, err := Document(printer.Document{Blocks: []printer.Block{printer.Text{Text: name, Scale: 4}}}, Options{At: at})
		pages[name] = picture(t, judge(t, data, err))
	}
	more := 0
	with, without := pages["张\U0002cb69"], pages["张"]
	for y := range with.Bounds().Dy() {
		for x := range with.Bounds().Dx() {
			if black(with, x, y) && !black(without, x, y) {
				more++
			}
		}
	}
	if more < 500 {
		t.Errorf("the character has %d dots", more)
	}
}
