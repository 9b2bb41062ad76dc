package stage

import (
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAlbumNumbersPicturesAndSaysWhatTheyShow(t *testing.T) {
	dir := t.TempDir()
	keep := filepath.Join(dir, "notes.txt")
	old := filepath.Join(dir, "07-old.png")
	for _, f := range []string{keep, old} {
		if err := os.WriteFile(f, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	a, err := NewAlbum(dir)
	if err != nil {
		t.Fatal(err)
	}
	img := image.NewRGBA(image.Rect(0, 0, 3, 2))
	img.Set(2, 1, color.RGBA{1, 2, 3, 255})
	if err := a.Add("kiosk-home", "The home screen.", img); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(filepath.Join(dir, "01-kiosk-home.png"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if got, err := png.Decode(f); err != nil || got.Bounds() != img.Bounds() {
		t.Errorf("picture %v, %v", got, err)
	}
	if index := read(t, filepath.Join(dir, indexFile)); !strings.Contains(index, "01-kiosk-home.png") || !strings.Contains(index, "The home screen.") {
		t.Errorf("index %q", index)
	}
	if _, err := os.Stat(old); err == nil {
		t.Error("a picture of the visit before is still there")
	}
	if _, err := os.Stat(keep); err != nil {
		t.Error("a file that is no picture was removed")
	}
}

func TestOnlyPaperWithoutInkIsBlank(t *testing.T) {
	paper := image.NewGray(image.Rect(0, 0, 4, 4))
	for i := range paper.Pix {
		paper.Pix[i] = 0xff
	}
	if !blank(paper) {
		t.Error("white paper counts as printed")
	}
	paper.Pix[15] = 0
	if blank(paper) {
		t.Error("a dot of ink is not seen")
	}
}
