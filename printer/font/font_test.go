package font

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hallway/printer/charset"
)

func TestBothWeightsHoldASCII(t *testing.T) {
	for r := rune(0x20); r <= 0x7e; r++ {
		if !Has(r) || !HasBold(r) {
			t.Errorf("%q: regular %v, bold %v", r, Has(r), HasBold(r))
		}
	}
}

// lacking are characters of the sets that Noto Sans SC itself lacks.
const lacking = "≒"

func TestBothWeightsHoldGB2312(t *testing.T) {
	check(t, charset.GB2312, func(r rune) bool { return Has(r) && HasBold(r) })
}

func TestRegularHoldsGBK(t *testing.T) { check(t, charset.GBK, Has) }

func check(t *testing.T, set charset.Set, has func(rune) bool) {
	t.Helper()
	n, missing := 0, []rune{}
	for r := rune(0x80); r < 0x10000; r++ {
		if private := r >= 0xe000 && r <= 0xf8ff; private || set.Bytes(r) == nil || strings.ContainsRune(lacking, r) {
			continue
		}
		n++
		if !has(r) {
			missing = append(missing, r)
		}
	}
	if n < 7000 || len(missing) > 0 {
		t.Errorf("%s: of %d characters %d are missing: %U %s", set, n, len(missing), missing, string(missing))
	}
}

func TestRegularHoldsTheGeneralStandard(t *testing.T) {
	file, err := os.ReadFile("general.txt")
	if err != nil {
		t.Fatal(err)
	}
	general := []rune(strings.ReplaceAll(string(file), "\n", ""))
	if n := len(slices.Compact(slices.Sorted(slices.Values(general)))); n != 8105 {
		t.Errorf("the table has 8,105 characters, general.txt %d", n)
	}
	for _, r := range general {
		if !Has(r) {
			t.Errorf("%U %c is missing", r, r)
		}
	}
}

func TestWhatNoFontHasIsReported(t *testing.T) {
	if Has('\U0002aa0a') || Has('\u0e01') || HasBold('堃') {
		t.Error("a character outside the subset is reported as present")
	}
	if _, ok := Glyph('\u0e01', false, 64); ok || Advance('\u0e01', true) != 0 {
		t.Error("a character that no font has is drawn")
	}
}

// U+34A0 is in extension A and in no other list of this package.
func TestSearchAddsFontsOfTheSystem(t *testing.T) {
	const rare = '\u34a0'
	if Has(rare) {
		t.Fatal("the program's own font has it")
	}
	t.Cleanup(func() {
		if _, err := Search(); err != nil || Has(rare) {
			t.Errorf("the fonts are still there, %v", err)
		}
	})
	n, err := Search(SystemPath...)
	if err != nil || n < 1 {
		t.Fatalf("%d fonts, %v; install the Debian package fonts-noto-cjk", n, err)
	}
	o, ok := Glyph(rare, true, 64*24)
	if !Has(rare) || Embedded(rare, false) || !ok || len(o.Segments) == 0 || !o.Light || Advance(rare, false) != 1 {
		t.Errorf("has %v, outline of %d segments, %v wide", Has(rare), len(o.Segments), Advance(rare, false))
	}
}

func TestSearchSaysWhichFileIsNoFont(t *testing.T) {
	bad := filepath.Join(t.TempDir(), "bad.ttf")
	if err := os.WriteFile(bad, []byte("no font"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := Search(); err != nil {
			t.Error(err)
		}
	})
	n, err := Search("/nowhere.ttf", bad)
	if n != 0 || err == nil || !strings.Contains(err.Error(), bad) || strings.Contains(err.Error(), "nowhere") {
		t.Errorf("%d fonts, %v", n, err)
	}
}

func TestFilesAreTrueTypeWithGlyfOutlines(t *testing.T) {
	for name, file := range map[string][]byte{"regular": Regular(), "bold": Bold()} {
		if string(file[:4]) != "\x00\x01\x00\x00" || !strings.Contains(string(file[:512]), "glyf") {
			t.Errorf("%s is not TrueType with a glyf table", name)
		}
	}
}
