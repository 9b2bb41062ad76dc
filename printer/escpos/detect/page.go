package detect

import (
	"fmt"
	"strings"

	"hallway/printer"
	"hallway/printer/charset"
	"hallway/printer/escpos"
)

// A Part is one line or block of the probe page: what it shows and which key of
// the profile it decides.
type Part struct {
	Key   string // such as "text.charset"
	Look  string // what a person looks for
	Bytes []byte
}

// rare are everyday characters that GB 2312 lacks, in the order in which sets
// have them: GBK, then what GB 18030 added.
const rare = "〇镕堃喆㎡€"

// Page is the probe page of an ESC/POS printer as bytes, and its parts for the
// person who reads it. It is sent with escpos.Printer.Raw and proves nothing by
// itself: a printer without a command prints its data as text, which the person
// sees.
func Page(p printer.Profile) ([]byte, []Part, error) {
	var parts []Part
	add := func(key, look string, b []byte) { parts = append(parts, Part{key, look, b}) }
	add("geometry.dots", "the ruler is whole; its last mark stands at the right edge", ruler(p))
	for _, set := range []charset.Set{charset.GB2312, charset.GB18030} {
		add("text.charset", fmt.Sprintf("every character of %s is readable", set), native(set))
	}
	add("text.ascii_scale", "A2 A4 A8 grow", sizes())
	for _, pos := range []printer.Position{printer.PositionPad, printer.PositionAlign, printer.PositionAbsolute} {
		b, err := drawn(p, pos)
		if err != nil {
			return nil, nil, err
		}
		add("raster.position", fmt.Sprintf("%s: the square code stands in the middle", pos), b)
	}
	b, err := code(p)
	if err != nil {
		return nil, nil, err
	}
	add("symbols.qr", "a second square code and no letters 1A2 around it", b)
	out := []byte("\x1b@\x1c&")
	for i, part := range parts {
		out = append(out, fmt.Sprintf("\x1b@\x1c&%d %s\n", i+1, part.Key)...)
		out = append(out, part.Bytes...)
	}
	return append(out, "\n\x1dVB\x18"...), parts, nil
}

// ruler is as many digits as the head is wide.
func ruler(p printer.Profile) []byte {
	var b strings.Builder
	for i := range p.Geometry.Dots / 12 {
		b.WriteByte('0' + byte((i+1)%10))
	}
	return []byte(b.String() + "\n")
}

func native(set charset.Set) []byte {
	var b []byte
	for _, r := range "政务服务" + rare {
		b = set.Append(b, r)
	}
	return append(b, '\n')
}

func sizes() []byte { return []byte("\x1d!\x11A2 \x1d!\x33A4 \x1d!\x77A8\x1d!\x00\n") }

// drawn is a QR code by pictures, code one by the printer, both without a cut.
func drawn(p printer.Profile, pos printer.Position) ([]byte, error) {
	p.Raster.Position, p.Symbols.QR = pos, false
	if pos == printer.PositionAbsolute {
		p.Raster.Command = printer.RasterGSv0
	}
	return body(p)
}

func code(p printer.Profile) ([]byte, error) {
	p.Symbols.QR = true
	return body(p)
}

func body(p printer.Profile) ([]byte, error) {
	return escpos.Encode(printer.Document{Template: "probe", Blocks: []printer.Block{printer.QR{Data: "1A2", Module: 4}}}, p)
}
