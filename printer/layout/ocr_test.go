package layout

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"os/exec"
	"strings"
	"testing"

	"golang.org/x/image/draw"
	"golang.org/x/text/width"

	"hallway/printer"
	"hallway/printer/printertest"
	"hallway/printer/raster"
)

// A human reader is stood in for by tesseract with the model chi_sim. It reads
// lines of 48 pixels best, so every line of a drawn ticket is brought to that
// size, in order and black on white, as an eye does by coming nearer.
const (
	readHeight = 48
	readMargin = 40
)

// readable is how much of the characters must be read right.
const readable = 0.99

func TestTicketsAreReadByACharacterReader(t *testing.T) {
	total, wrong := 0, 0
	for _, id := range []string{"generic-cn-80", "generic-cn-58"} {
		for name, d := range printertest.Documents(t) {
			if d.Lang != "zh-Hans" || d.Template == "test" {
				continue // the test page shows characters for their own sake
			}
			want, lines := "", []image.Image(nil)
			for _, b := range d.Blocks {
				text, images := read(t, b, profile(t, id))
				want, lines = want+text, append(lines, images...)
			}
			want = plain(want)
			got := plain(tesseract(t, page(lines)))
			n := distance([]rune(want), []rune(got))
			total, wrong = total+len([]rune(want)), wrong+n
			if n > 0 {
				t.Logf("%s on %s: %d of %d characters\nwant %s\ngot  %s", name, id, n, len([]rune(want)), want, got)
			}
		}
	}
	right := 1 - float64(wrong)/float64(total)
	t.Logf("%.2f %% of %d characters are read", 100*right, total)
	if total < 2000 || right < readable {
		t.Errorf("%.2f %% of %d characters are read, want %.0f", 100*right, total, 100*readable)
	}
}

// read returns the text of a block and the pictures of its lines.
func read(t *testing.T, block printer.Block, p printer.Profile) (text string, lines []image.Image) {
	t.Helper()
	switch b := block.(type) {
	case printer.QR, printer.Barcode, printer.Rule, printer.Feed, printer.Cut:
		return "", nil
	case printer.Text:
		text = b.Text
	case printer.KeyValue:
		block = printer.KeyValue{Key: b.Key, Value: strings.ReplaceAll(b.Value, "*", "某"), Scale: b.Scale, Bold: b.Bold} // the model knows no asterisk
	}
	s, paper := drawn(t, printer.Document{Blocks: []printer.Block{block}}, p)
	y, native := 0, ""
	for _, item := range s {
		height := raster.CellHeight
		switch item := item.(type) {
		case Line:
			native += item.Text
			height *= item.High
		case Picture:
			height = item.Bitmap.H * 4 / 3 // digits without the em square's room
		}
		if _, gap := item.(Gap); !gap && height >= raster.CellHeight {
			lines = append(lines, line(paper.Slice(y, min(y+item.rows(), paper.H)), height))
		}
		y += item.rows()
	}
	if native != "" {
		text = native
	}
	return text, lines
}

// line brings a line of that height to the reader's size, black on white.
func line(b *raster.Bitmap, height int) image.Image {
	src := b.Gray()
	black := 0
	for _, v := range src.Pix {
		if v == 0 {
			black++
		}
	}
	if 2*black > len(src.Pix) {
		for i := range src.Pix {
			src.Pix[i] = ^src.Pix[i]
		}
	}
	dst := image.NewGray(image.Rect(0, 0, b.W*readHeight/height, b.H*readHeight/height))
	draw.CatmullRom.Scale(dst, dst.Rect, src, src.Rect, draw.Src, nil)
	return dst
}

// page stacks lines.
func page(lines []image.Image) image.Image {
	size := image.Pt(0, readMargin)
	for _, l := range lines {
		size.X = max(size.X, l.Bounds().Dx()+2*readMargin)
		size.Y += l.Bounds().Dy() + readMargin
	}
	dst := image.NewGray(image.Rectangle{Max: size})
	draw.Draw(dst, dst.Rect, image.White, image.Point{}, draw.Src)
	y := readMargin
	for _, l := range lines {
		draw.Draw(dst, l.Bounds().Add(image.Pt(readMargin, y)), l, image.Point{}, draw.Src)
		y += l.Bounds().Dy() + readMargin
	}
	return dst
}

func tesseract(t *testing.T, img image.Image) string {
	t.Helper()
	var file bytes.Buffer
	if err := png.Encode(&file, img); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "tesseract", "-", "-", "-l", "chi_sim", "--psm", "6", "--dpi", "300")
	cmd.Env = append(cmd.Environ(), "OMP_THREAD_LIMIT=1") // threads only wait for each other here
	cmd.Stdin = &file
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("tesseract (Debian packages tesseract-ocr, tesseract-ocr-chi-sim): %v", err)
	}
	return string(out)
}

// alike are characters of the same shape.
var alike = strings.NewReplacer("□", "口", "〇", "O", "0", "O", "—", "-", "–", "-", "“", `"`, "”", `"`, "。", ".", "、", ",", "I", "1", "l", "1", "|", "1")

// plain is text without what no reader can tell: spaces, the width of
// characters, and shapes that are the same.
func plain(text string) string {
	return alike.Replace(width.Narrow.String(strings.Join(strings.Fields(text), "")))
}

// distance is the number of characters to change, add or leave out
// (Levenshtein 1966).
func distance(a, b []rune) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i, x := range a {
		before := row[0]
		row[0] = i + 1
		for j, y := range b {
			change := before
			if x != y {
				change++
			}
			before = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

func TestDistance(t *testing.T) {
	for in, want := range map[string]int{"|": 0, "abc|abc": 0, "abc|abd": 1, "abc|ab": 1, "|abc": 3, "kitten|sitting": 3} {
		a, b, _ := strings.Cut(in, "|")
		if got := distance([]rune(a), []rune(b)); got != want {
			t.Error(fmt.Sprint(in, ": ", got))
		}
	}
}
