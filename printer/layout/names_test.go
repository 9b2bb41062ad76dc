package layout

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hallway/printer"
	"hallway/printer/charset"
	"hallway/printer/font"
	"hallway/printer/raster"
)

// rareNames are characters of registered names that printers lack most often,
// two of which no font of the program has: U+3F3F is in CJK extension A and not
// in the general standard, U+2AA0A in extension C.
const rareNames = "镕堃喆淼骉燚赟翀玥昇䶮㛃㙘𬭩𫖮𬱖𣲘𬍛\u3f3f\U0002aa0a"

// sets are all charset levels.
var sets = []charset.Set{charset.ASCII, charset.GB2312, charset.GBK, charset.GB18030, charset.GB2000, charset.UTF8}

// TestEveryNameIsPrintedOrNamed lays a line out for every character of the
// Table of General Standard Chinese Characters and for the rare names, on a
// printer of every charset level.
func TestEveryNameIsPrintedOrNamed(t *testing.T) {
	file, err := os.ReadFile(filepath.Join("..", "font", "general.txt"))
	if err != nil {
		t.Fatal(err)
	}
	general := []rune(strings.ReplaceAll(string(file), "\n", ""))
	if len(general) != 8105 || len([]rune(rareNames)) != 20 {
		t.Fatalf("%d and %d characters", len(general), len([]rune(rareNames)))
	}
	for _, set := range sets {
		p := profile(t, "generic-cn-80")
		p.Text.Charset = set
		var native, drawn, refused int
		for i, r := range slices.Concat(general, []rune(rareNames)) {
			switch how(t, r, p) {
			case "native":
				native++
			case "drawn":
				drawn++
			case "refused":
				refused++
				if i < len(general) {
					t.Errorf("%s: %U %c of the general standard is refused", set, r, r)
				}
			}
		}
		t.Logf("%-10s %5d native, %5d drawn, %d refused", set, native, drawn, refused)
		if native+drawn+refused != 8125 || refused == 0 || set == charset.GB2312 && native < 6500 || set == charset.ASCII && native != 0 {
			t.Errorf("%s: %d native, %d drawn, %d refused", set, native, drawn, refused)
		}
	}
}

// how tells what becomes of a name with the character; it fails the test when
// the paper would show something else than the character.
func how(t *testing.T, r rune, p printer.Profile) string {
	t.Helper()
	name := "张" + string(r)
	s, err := Lay(printer.Document{Blocks: []printer.Block{printer.KeyValue{Key: "", Value: name}}}, p)
	var missing *charset.MissingError
	if errors.As(err, &missing) && string(missing.Runes) == string(r) && !font.Has(r) {
		return "refused"
	}
	if err != nil {
		t.Fatalf("%U: %v", r, err)
	}
	switch item := s[0].(type) {
	case Line:
		if b, err := p.Text.Charset.Encode(item.Text); err != nil || !strings.HasSuffix(item.Text, name) || len(b) == 0 || !p.Text.Charset.Has(r) {
			t.Errorf("%U: line %q, %v", r, item.Text, err)
		}
		return "native"
	case Picture:
		b := item.Bitmap
		last := raster.New(24, 24)
		last.Draw(b, 24-b.W, 0, 1)
		if ink := last.Ink(); ink.Dx() < 2 || ink.Dy() < 2 {
			t.Errorf("%U is drawn blank", r)
		}
		return "drawn"
	}
	t.Errorf("%U: %T", r, s[0])
	return ""
}

// A font of the system turns the typed error into a picture.
func TestSystemFontsDrawWhatTheProgramsFontLacks(t *testing.T) {
	p := profile(t, "generic-cn-80")
	const rare = '\u3f3f'
	if got := how(t, rare, p); got != "refused" {
		t.Fatalf("without the system's fonts it is %s", got)
	}
	t.Cleanup(func() {
		if _, err := font.Search(); err != nil {
			t.Error(err)
		}
	})
	if n, err := font.Search(font.SystemPath...); err != nil || n == 0 {
		t.Fatalf("%d fonts, %v; install the Debian package fonts-noto-cjk", n, err)
	}
	if got := how(t, rare, p); got != "drawn" {
		t.Errorf("with the system's fonts it is %s", got)
	}
}
