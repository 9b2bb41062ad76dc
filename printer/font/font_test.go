package font

import (
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

// known are characters of the sets that Noto Sans SC itself lacks.
const known = "≒"

func TestBothWeightsHoldGB2312(t *testing.T) {
	check(t, charset.GB2312, func(r rune) bool { return Has(r) && HasBold(r) })
}

func TestRegularHoldsGBK(t *testing.T) { check(t, charset.GBK, Has) }

func check(t *testing.T, set charset.Set, has func(rune) bool) {
	t.Helper()
	n, missing := 0, []rune{}
	for r := rune(0x80); r < 0x10000; r++ {
		if private := r >= 0xe000 && r <= 0xf8ff; private || set.Bytes(r) == nil || strings.ContainsRune(known, r) {
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

func TestWhatNoFontHasIsReported(t *testing.T) {
	if Has('𬭩') || Has('\u0e01') || HasBold('堃') {
		t.Error("a character outside the subset is reported as present")
	}
}

func TestFilesAreTrueTypeWithGlyfOutlines(t *testing.T) {
	for name, file := range map[string][]byte{"regular": Regular(), "bold": Bold()} {
		if string(file[:4]) != "\x00\x01\x00\x00" || !strings.Contains(string(file[:512]), "glyf") {
			t.Errorf("%s is not TrueType with a glyf table", name)
		}
	}
}
