package font

import (
	"sync"

	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// An Outline is a character as its font draws it, y downwards from the
// baseline.
type Outline struct {
	Segments sfnt.Segments
	Light    bool // bold was asked for and a regular weight drew it
}

// Glyph returns the outline of r with an em square of that size; ok is false
// when no font has r.
func Glyph(r rune, bold bool, size fixed.Int26_6) (o Outline, ok bool) {
	c := lookup(r, bold)
	if c.font == nil {
		return o, false
	}
	var buf sfnt.Buffer
	segments, err := c.font.LoadGlyph(&buf, c.index, size, nil)
	return Outline{Segments: segments, Light: c.light}, err == nil
}

// Advance returns the width of r as a part of the em square, 0 when no font
// has r.
func Advance(r rune, bold bool) float32 { return lookup(r, bold).advance }

// character is where a character is drawn from.
type character struct {
	font    *sfnt.Font // nil when no font has it
	index   sfnt.GlyphIndex
	advance float32 // part of the em square
	light   bool
}

type weighted struct {
	r    rune
	bold bool
}

// known remembers lookups; a program meets a few thousand characters, and one
// that meets more forgets them all and begins again.
var known = struct {
	sync.RWMutex
	characters map[weighted]character
}{characters: map[weighted]character{}}

const knownMost = 30000

func lookup(r rune, bold bool) character {
	k := weighted{r, bold}
	known.RLock()
	c, ok := known.characters[k]
	known.RUnlock()
	if ok {
		return c
	}
	c = find(r, bold)
	known.Lock()
	defer known.Unlock()
	if len(known.characters) >= knownMost {
		clear(known.characters)
	}
	known.characters[k] = c
	return c
}

// find asks the bold weight if wanted, then the regular one, then the fonts of
// [Search] in their order.
func find(r rune, bold bool) character {
	if bold {
		if i := index(BoldFace(), r); i != 0 {
			return measured(BoldFace(), i, false)
		}
	}
	if i := index(RegularFace(), r); i != 0 {
		return measured(RegularFace(), i, bold)
	}
	for _, f := range found() {
		if i := index(f, r); i != 0 {
			return measured(f, i, bold)
		}
	}
	return character{}
}

func measured(f *sfnt.Font, i sfnt.GlyphIndex, light bool) character {
	var buf sfnt.Buffer
	em := fixed.I(int(f.UnitsPerEm()))
	w, err := f.GlyphAdvance(&buf, i, em, 0)
	if err != nil {
		return character{}
	}
	return character{font: f, index: i, advance: float32(w) / float32(em), light: light}
}
