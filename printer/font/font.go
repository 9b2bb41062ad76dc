package font

import (
	_ "embed" // the font files are data of the program
	"sync"

	"golang.org/x/image/font/sfnt"
)

//go:embed regular.ttf
var regular []byte

//go:embed bold.ttf
var bold []byte

// Regular returns the TrueType file of the regular weight, about 7 MB. Callers
// must not change it.
func Regular() []byte { return regular }

// Bold returns the TrueType file of the bold weight, about 2 MB. Callers must
// not change it.
func Bold() []byte { return bold }

// Has reports whether the regular weight or a font of [Search] has a glyph for r.
func Has(r rune) bool { return lookup(r, false).font != nil }

// HasBold reports whether the bold weight has a glyph for r.
func HasBold(r rune) bool { return index(BoldFace(), r) != 0 }

// Embedded reports whether the file that [Regular] or, with bold, [Bold]
// returns has a glyph for r, whatever [Search] adds.
func Embedded(r rune, bold bool) bool {
	if bold {
		return HasBold(r)
	}
	return index(RegularFace(), r) != 0
}

// RegularFace returns the parsed regular weight. It is safe for concurrent use
// with a buffer a caller.
var RegularFace = sync.OnceValue(func() *sfnt.Font { return mustParse(regular) })

// BoldFace returns the parsed bold weight, like [RegularFace].
var BoldFace = sync.OnceValue(func() *sfnt.Font { return mustParse(bold) })

// index returns 0 for a character that f lacks.
func index(f *sfnt.Font, r rune) sfnt.GlyphIndex {
	var buf sfnt.Buffer
	g, err := f.GlyphIndex(&buf, r)
	if err != nil {
		return 0
	}
	return g
}

// mustParse panics only when the binary was built with a broken font file,
// which the package's test excludes.
func mustParse(file []byte) *sfnt.Font {
	f, err := sfnt.Parse(file)
	if err != nil {
		panic("font: embedded file: " + err.Error())
	}
	return f
}
