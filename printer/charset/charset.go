package charset

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

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
	GB2000  Set = "gb18030-4" // also the four-byte codes that GB18030-2000 obliges devices to: CJK extension A
)

// UTF8 is a printer that reads UTF-8 (Epson FS ( C). Its ROM is taken to hold
// the characters of [GB18030]. UNCONFIRMED on a device.
const UTF8 Set = "utf8"

// Valid reports whether s is one of the sets of this package.
func (s Set) Valid() bool {
	switch s {
	case ASCII, GB2312, GBK, GB18030, GB2000, UTF8:
		return true
	}
	return false
}

// substitutes are characters that no set prints as meant, and what stands in:
// U+00A5 would become four bytes that printers show as "0 6".
var substitutes = map[rune]string{
	'\u00a5': "￥", '\u2022': "·", '\u2713': "√", '\u2714': "√",
	'\u00a0': " ", '\u2002': " ", '\u2003': " ", '\u2004': " ", '\u2005': " ", '\u2006': " ",
	'\u2007': " ", '\u2008': " ", '\u2009': " ", '\u200a': " ", '\u202f': " ",
	'\ufe0f': "", '\u200b': "", '\u200d': "", '\ufeff': "", '\u00ad': "",
}

// substitute returns what stands in for r; ok is false when r stays.
func (s Set) substitute(r rune) (to string, ok bool) {
	if r < 0x80 {
		return "", false
	}
	if r == '\u2013' && s == GB2312 { // only GBK has the en dash
		return "\u2014", true
	}
	to, ok = substitutes[r]
	return to, ok
}

// Clean composes text (NFC) and replaces characters that have a printable
// equivalent. In a gb2312 set the en dash, which only GBK has, becomes an em dash.
func Clean(text string, s Set) string {
	if !norm.NFC.IsNormalString(text) {
		text = norm.NFC.String(text)
	}
	replaced := func(r rune) bool {
		_, ok := s.substitute(r)
		return ok
	}
	if !strings.ContainsFunc(text, replaced) {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		if to, ok := s.substitute(r); ok {
			b.WriteString(to)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// A Change is a character for which another stands in.
type Change struct {
	From rune
	To   string // "" when the character is left out
}

// String writes the change for a log.
func (c Change) String() string {
	if c.To == "" {
		return fmt.Sprintf("%U left out", c.From)
	}
	return fmt.Sprintf("%U printed as %q", c.From, c.To)
}

// Changes lists what [Clean] replaces, each character once. Composition is no
// change: both forms are the same text.
func Changes(text string, s Set) []Change {
	var all []Change
	for _, r := range norm.NFC.String(text) {
		if to, ok := s.substitute(r); ok && !slices.Contains(all, Change{r, to}) {
			all = append(all, Change{r, to})
		}
	}
	return all
}

// Has reports whether a printer of set s can print r.
func (s Set) Has(r rune) bool {
	if r >= 0x20 && r <= 0x7e {
		return true
	}
	if s == ASCII || r < 0x80 || r > 0xffff {
		return false
	}
	code := codes()[r]
	if code == 0 {
		return s == GB2000 && extensionA(r)
	}
	return s.holds(byte(code>>8), byte(code))
}

// Append adds r to dst as a printer of set s reads it, or returns dst as it is
// when s lacks r.
func (s Set) Append(dst []byte, r rune) []byte {
	switch {
	case !s.Has(r):
		return dst
	case s == UTF8:
		return utf8.AppendRune(dst, r)
	case r <= 0x7e:
		return append(dst, byte(r))
	}
	if code := codes()[r]; code != 0 {
		return append(dst, byte(code>>8), byte(code))
	}
	four, _ := simplifiedchinese.GB18030.NewEncoder().String(string(r)) // extension A always has a code
	return append(dst, four...)
}

// Bytes returns r as a printer of set s reads it: one byte for ASCII, two for
// Chinese, four for extension A, or UTF-8; nil when s cannot print r.
func (s Set) Bytes(r rune) []byte { return s.Append(nil, r) }

// extensionA reports whether r is one of the 6,582 characters of CJK extension
// A as GB18030-2000 knows it.
func extensionA(r rune) bool { return r >= 0x3400 && r <= 0x4db5 }

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
	return s.AppendText(make([]byte, 0, len(text)), text)
}

// AppendText adds text to dst like [Set.Encode]. On an error it returns nil.
func (s Set) AppendText(dst []byte, text string) ([]byte, error) {
	var missing []rune
	for _, r := range text {
		n := len(dst)
		if dst = s.Append(dst, r); len(dst) == n {
			missing = append(missing, r)
		}
	}
	if missing != nil {
		return nil, &MissingError{Set: s, Runes: missing}
	}
	return dst, nil
}

// Cells returns how many half-width cells r takes on paper: one for a one-byte
// character, two for a two-byte character, and its East Asian width (UAX #11,
// ambiguous counting as wide) when s cannot print it natively.
func (s Set) Cells(r rune) int {
	switch {
	case r >= 0x20 && r <= 0x7e:
		return 1
	case s.Has(r):
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
	return s != ASCII
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
	Set   Set // of the printer, "" when it has no characters of its own
	Runes []rune
}

// Error lists the characters with their code points.
func (e *MissingError) Error() string {
	var list []string
	for _, r := range e.Runes {
		list = append(list, fmt.Sprintf("%U", r))
	}
	where := "in no font"
	if e.Set != "" {
		where = fmt.Sprintf("not in the printer's set %s and in no font", e.Set)
	}
	return fmt.Sprintf("cannot print %s: %s; give the program a font file that has it", strings.Join(list, " "), where)
}
