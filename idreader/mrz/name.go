package mrz

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// chineseName decodes the name code of Chinese documents: four letters a
// character, A to P for the nibbles 0 to F of its two GBK bytes. The code ends
// at the first filler; a last character that did not fit into the field is
// dropped. Anything else gives "".
func chineseName(code string) string {
	code, _, _ = strings.Cut(code, "<")
	var gbk []byte
	for i := 0; i+4 <= len(code); i += 4 {
		for j := i; j < i+4; j += 2 {
			hi, lo := code[j]-'A', code[j+1]-'A'
			if hi > 15 || lo > 15 {
				return ""
			}
			gbk = append(gbk, hi<<4|lo)
		}
	}
	out, err := simplifiedchinese.GBK.NewDecoder().Bytes(gbk)
	for _, r := range string(out) {
		if r == utf8.RuneError || r < 0x2E80 {
			return ""
		}
	}
	if err != nil {
		return ""
	}
	return string(out)
}
