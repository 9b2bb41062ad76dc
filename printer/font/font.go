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

// Has reports whether the regular weight has a glyph for r.
func Has(r rune) bool { return has(RegularFace(), r) }

// HasBold reports whether the bold weight has a glyph for r.
func HasBold(r rune) bool { return has(BoldFace(), r) }

// RegularFace returns the parsed regular weight. It is safe for concurrent use
// with a buffer a caller.
var RegularFace = sync.OnceValue(func() *sfnt.Font { return mustParse(regular) })

// BoldFace returns the parsed bold weight, like [RegularFace].
var BoldFace = sync.OnceValue(func() *sfnt.Font { return mustParse(bold) })

func has(f *sfnt.Font, r rune) bool {
	var buf sfnt.Buffer
	g, err := f.GlyphIndex(&buf, r)
	return err == nil && g != 0
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
