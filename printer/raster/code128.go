package raster

import (
	"fmt"
	"strings"
)

// patterns are the bars and spaces of Code 128 (ISO/IEC 15417, table 1), six
// widths a character in modules; the stop character has a seventh, a final bar.
const patterns = "212222222122222221121223121322131222122213122312132212221213221312231212112232122132122231113222123122123221" +
	"223211221132221231213212223112312131311222321122321221312212322112322211212123212321232121111323131123131321112313132113" +
	"132311211313231113231311112133112331132131113123113321133121313121211331231131213113213311213131311123311321331121312113" +
	"312311332111314111221411431111111224111422121124121421141122141221112214112412122114122411142112142211241211221114413111" +
	"241112134111111242121142121241114212124112124211411212421112421211212141214121412121111143111341131141114113114311411113" +
	"411311113141114131311141411131211412211214211232"

// Characters of Code 128 with a meaning of their own.
const (
	codeC  = 99
	codeB  = 100
	startB = 104
	startC = 105
	stop   = 106
)

// quietBars is the white at both sides of a barcode in modules (ISO/IEC 15417,
// 4.3.3).
const quietBars = 10

// Code128 draws the bars of characters 20 to 7E with their quiet zones. The
// module is the largest up to module dots with which they fit maxWidth; below 2
// dots scanners cannot read thermal paper, so that is an error.
func Code128(data string, module, height, maxWidth int) (*Bitmap, error) {
	codes, err := code128(data)
	if err != nil {
		return nil, err
	}
	modules := 11*len(codes) + 13 + 2*quietBars
	if module = min(module, maxWidth/modules); module < 2 {
		return nil, fmt.Errorf("barcode %q needs %d modules, too many for %d dots", data, modules, maxWidth)
	}
	b := New(modules*module, height)
	x := quietBars * module
	for _, code := range append(codes, stop) {
		for i, width := range pattern(code) {
			w := int(width-'0') * module
			if i%2 == 0 {
				b.Fill(x, 0, w, height)
			}
			x += w
		}
	}
	return b, nil
}

func pattern(code int) string {
	if code == stop {
		return "2331112"
	}
	return patterns[6*code : 6*code+6]
}

// code128 returns start, data and check character. Runs of four and more
// digits go in set C, two digits a character, when they stand at an even place.
func code128(data string) ([]int, error) {
	var codes []int
	set := 0
	to := func(next, start int) {
		switch {
		case set == next:
		case set == 0:
			codes = append(codes, start)
		default:
			codes = append(codes, next)
		}
		set = next
	}
	for data != "" {
		if n := digits(data); n >= 4 || set == codeC && n >= 2 {
			to(codeC, startC)
			for ; n >= 2; n -= 2 {
				codes = append(codes, int(data[0]-'0')*10+int(data[1]-'0'))
				data = data[2:]
			}
			continue
		}
		if data[0] < 0x20 || data[0] > 0x7e {
			return nil, fmt.Errorf("barcode holds the byte %02X, want characters of 20 to 7E", data[0])
		}
		to(codeB, startB)
		codes = append(codes, int(data[0]-0x20))
		data = data[1:]
	}
	if len(codes) == 0 {
		return nil, fmt.Errorf("barcode is empty")
	}
	sum := codes[0]
	for i, code := range codes[1:] {
		sum += (i + 1) * code
	}
	return append(codes, sum%103), nil
}

// digits returns how many digits data begins with.
func digits(data string) int {
	return len(data) - len(strings.TrimLeft(data, "0123456789"))
}
