package charset

import (
	"fmt"
	"strings"
	"sync"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/width"
)

// A Set names the characters in a printer's ROM.
type Set string

// The sets, each holding the one before it.
const (
	ASCII   Set = "none"      // no Chinese at all: only 20 to 7E
	GB2312  Set = "gb2312"    // 7,445 two-byte characters
	GBK     Set = "gbk"       // about 21,800 two-byte characters
	GB18030 Set = "gb18030-2" // the two-byte part of GB18030, such as 䶮 = FE 9F
)

// Valid reports whether s is one of the sets of this package.
func (s Set) Valid() bool {
	return s == ASCII || s == GB2312 || s == GBK || s == GB18030
}

// substitutes are characters that no set prints as meant, and what stands in:
// U+00A5 would become four bytes that printers show as "0 6".
var substitutes = strings.NewReplacer(
	"\u00a5", "￥", "\u2022", "·", "\u2713", "√", "\u2714", "√",
	"\u00a0", " ", "\u2002", " ", "\u2003", " ", "\u2004", " ", "\u2005", " ", "\u2006", " ",
	"\u2007", " ", "\u2008", " ", "\u2009", " ", "\u200a", " ", "\u202f", " ",
	"\ufe0f", "", "\u200b", "", "\u200d", "", "\ufeff", "", "\u00ad", "",
)

// Clean composes text (NFC) and replaces characters that have a printable
// equivalent. In a gb2312 set the en dash, which only GBK has, becomes an em dash.
func Clean(text string, s Set) string {
	text = substitutes.Replace(norm.NFC.String(text))
	if s == GB2312 {
		text = strings.ReplaceAll(text, "\u2013", "\u2014")
	}
	return text
}

// Bytes returns r as a printer of set s reads it: one byte for ASCII, two for
// Chinese, nil when s cannot print r.
func (s Set) Bytes(r rune) []byte {
	if r >= 0x20 && r <= 0x7e {
		return []byte{byte(r)}
	}
	if s == ASCII || r < 0x80 {
		return nil
	}
	if r > 0xffff {
		return nil
	}
	code := codes()[r]
	if code == 0 || !s.holds(byte(code>>8), byte(code)) {
		return nil
	}
	return []byte{byte(code >> 8), byte(code)}
}

// codes maps every character of the basic plane to its two-byte GB18030 code,
// 0 where it has none. It is made once, because an encoder a character is slow.
var codes = sync.OnceValue(func() *[0x10000]uint16 {
	var table [0x10000]uint16
	encoder := simplifiedchinese.GB18030.NewEncoder()
	for r := rune(0x80); r <= 0xffff; r++ {
		if b, err := encoder.Bytes([]byte(string(r))); err == nil && len(b) == 2 {
			table[r] = uint16(b[0])<<8 | uint16(b[1])
		}
	}
	return &table
})

// Encode returns text as bytes of set s, or an error that names the characters
// that s lacks.
func (s Set) Encode(text string) ([]byte, error) {
	out := make([]byte, 0, 2*len(text))
	var missing []rune
	for _, r := range text {
		b := s.Bytes(r)
		if b == nil {
			missing = append(missing, r)
			continue
		}
		out = append(out, b...)
	}
	if missing != nil {
		return nil, &MissingError{Set: s, Runes: missing}
	}
	return out, nil
}

// Cells returns how many half-width cells r takes on paper: one for a one-byte
// character, two for a two-byte character, and its East Asian width (UAX #11,
// ambiguous counting as wide) when s cannot print it natively.
func (s Set) Cells(r rune) int {
	switch {
	case r >= 0x20 && r <= 0x7e:
		return 1
	case s.Bytes(r) != nil:
		return 2
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth, width.EastAsianAmbiguous:
		return 2
	}
	return 1
}

// holds reports whether the two-byte code a b is in the set.
func (s Set) holds(a, b byte) bool {
	switch s {
	case GB2312:
		return inGB2312(a, b)
	case GBK:
		return inGBK(a, b)
	}
	return s == GB18030
}

// rows lists the filled columns of GB 2312's symbol rows as pairs of first and
// last; rows 16 to 87 hold Chinese characters.
var rows = map[byte][]byte{
	1: {1, 94}, 2: {17, 66, 69, 78, 81, 92}, 3: {1, 94}, 4: {1, 83}, 5: {1, 86},
	6: {1, 24, 33, 56}, 7: {1, 33, 49, 81}, 8: {1, 26, 37, 73}, 9: {4, 79},
	55: {1, 89},
}

func inGB2312(a, b byte) bool {
	if a < 0xa1 || b < 0xa1 || b == 0xff {
		return false
	}
	row, col := a-0xa0, b-0xa0
	if cols, ok := rows[row]; ok {
		for i := 0; i < len(cols); i += 2 {
			if col >= cols[i] && col <= cols[i+1] {
				return true
			}
		}
		return false
	}
	return row >= 16 && row <= 87
}

// inGBK leaves out GBK's user-defined zones and what GB18030 added in row FE
// and in rows A2, A6 and A8 (GBK 1.0 zones 1 to 5).
func inGBK(a, b byte) bool {
	switch {
	case a == 0xfe && b >= 0x50:
		return false
	case a == 0xa2 && b == 0xe3: // the euro sign came with GB18030
		return false
	case a == 0xa8 && b == 0xbf: // ǹ came with GB18030
		return false
	case a == 0xa6 && (b >= 0xd9 && b <= 0xdf || b >= 0xec && b <= 0xed || b == 0xf3):
		return false
	}
	return true
}

// MissingError names characters that cannot be put on paper.
type MissingError struct {
	Set   Set
	Runes []rune
}

// Error lists the characters with their code points.
func (e *MissingError) Error() string {
	var list []string
	for _, r := range e.Runes {
		list = append(list, fmt.Sprintf("%U", r))
	}
	return fmt.Sprintf("cannot print %s: not in %s and in no font of the program", strings.Join(list, " "), e.Set)
}
