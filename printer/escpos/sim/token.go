package sim

import (
	"fmt"
	"unicode/utf8"
)

// op names a command or kind of data.
type op string

// The commands that this printer knows, by their names in the Epson manual.
const (
	opNUL       op = "NUL"
	opLF        op = "LF"
	opCR        op = "CR"
	opTab       op = "HT"
	opRealtime  op = "DLE"
	opReset     op = "ESC @"
	opMode      op = "ESC !"
	opFont      op = "ESC M"
	opBold      op = "ESC E"
	opStrike    op = "ESC G"
	opUnderline op = "ESC -"
	opAlign     op = "ESC a"
	opDefault   op = "ESC 2"
	opSpacing   op = "ESC 3"
	opFeed      op = "ESC J"
	opLines     op = "ESC d"
	opTurn      op = "ESC {"
	opPlace     op = "ESC $"
	opMove      op = "ESC \\"
	opColumns   op = "ESC *"
	opChinese   op = "FS &"
	opLatin     op = "FS ."
	opFSSize    op = "FS !"
	opSize      op = "GS !"
	opInvert    op = "GS B"
	opMargin    op = "GS L"
	opCut       op = "GS V"
	opPush      op = "GS a"
	opAsk       op = "GS r"
	opInfo      op = "GS I"
	opBarcode   op = "GS k"
	opPack      op = "GS (" // its letter is the first of args
	opFSPack    op = "FS ("
	opRaster    op = "GS v 0"
	opMouth     op = "GS e"
	opIgnored   op = "ignored"  // framed, and without effect on what is drawn here
	opLetter    op = "letter"   // one byte
	opIdeogram  op = "ideogram" // two bytes

	opETB     op = "ETB" // Star Line Mode
	opCounter op = "ESC RS E"
	opRecover op = "ESC SYN"
)

// def is a command of a prefix and a fixed number of bytes behind it.
type def struct {
	op   op
	args int
}

// fixedOps are the commands of a prefix of two bytes.
var fixedOps = map[[2]byte]def{
	{0x1b, '@'}: {opReset, 0}, {0x1b, '!'}: {opMode, 1}, {0x1b, 'M'}: {opFont, 1}, {0x1b, 'E'}: {opBold, 1},
	{0x1b, 'G'}: {opStrike, 1}, {0x1b, '-'}: {opUnderline, 1}, {0x1b, 'a'}: {opAlign, 1}, {0x1b, '2'}: {opDefault, 0},
	{0x1b, '3'}: {opSpacing, 1}, {0x1b, 'J'}: {opFeed, 1}, {0x1b, 'd'}: {opLines, 1}, {0x1b, '{'}: {opTurn, 1},
	{0x1b, '$'}: {opPlace, 2}, {0x1b, '\\'}: {opMove, 2}, {0x1b, ' '}: {opIgnored, 1}, {0x1b, 'R'}: {opIgnored, 1},
	{0x1b, 't'}: {opIgnored, 1}, {0x1b, 'p'}: {opIgnored, 3}, {0x1b, 'B'}: {opIgnored, 2}, {0x1b, 'c'}: {opIgnored, 2},
	{0x1c, '&'}: {opChinese, 0}, {0x1c, '.'}: {opLatin, 0}, {0x1c, '!'}: {opFSSize, 1}, {0x1c, '-'}: {opIgnored, 1},
	{0x1c, 'S'}: {opIgnored, 2}, {0x1c, 'C'}: {opIgnored, 1},
	{0x1d, '!'}: {opSize, 1}, {0x1d, 'B'}: {opInvert, 1}, {0x1d, 'L'}: {opMargin, 2}, {0x1d, 'W'}: {opIgnored, 2},
	{0x1d, 'P'}: {opIgnored, 2}, {0x1d, 'a'}: {opPush, 1}, {0x1d, 'r'}: {opAsk, 1}, {0x1d, 'I'}: {opInfo, 1},
	{0x1d, 'h'}: {opIgnored, 1}, {0x1d, 'w'}: {opIgnored, 1}, {0x1d, 'H'}: {opIgnored, 1}, {0x1d, 'f'}: {opIgnored, 1},
}

// framers are the commands whose length stands in their bytes.
var framers = map[[2]byte]func(b []byte) (token, int, error){
	{0x10, 0x04}: realtime, {0x10, 0x05}: realtime, {0x10, 0x14}: realtime,
	{0x1b, '*'}: columns,
	{0x1c, '('}: pack, {0x1d, '('}: pack, {0x1d, '8'}: longPack,
	{0x1d, 'V'}: cutting, {0x1d, 'k'}: barcode, {0x1d, 'v'}: picture, {0x1d, 'e'}: mouth,
}

// token is one command with its bytes.
type token struct {
	op   op
	args []byte // behind the prefix; a picture's rows for opRaster
	x, y int    // opRaster: bytes a row, rows
	size byte   // opRaster: mode
}

// maxData bounds the data of one command; the widest head takes 104 bytes a row.
const maxData = 1 << 16

// next cuts the first token off b. It returns length 0 without an error when
// more bytes are needed, and an error with the length of what must be thrown
// away when b begins with something unknown.
func next(b []byte, m mode) (token, int, error) {
	if len(b) == 0 {
		return token{}, 0, nil
	}
	switch first := b[0]; {
	case first == 0:
		return token{op: opNUL}, 1, nil
	case first == '\n':
		return token{op: opLF}, 1, nil
	case first == '\r':
		return token{op: opCR}, 1, nil
	case first == '\t':
		return token{op: opTab}, 1, nil
	case first >= 0x20 && first <= 0x7e, first >= 0x80 && m == latin:
		return token{op: opLetter, args: b[:1]}, 1, nil
	case first >= 0xc2 && m == utf8Mode:
		return utf8Letter(b)
	case first >= 0x81 && first <= 0xfe && m == chinese:
		return ideogram(b)
	case first == 0x10 || first == 0x1b || first == 0x1c || first == 0x1d:
		return command(b)
	}
	return token{}, 1, fmt.Errorf("unknown byte %02X", b[0])
}

// mode is how bytes from 80 on are read.
type mode uint8

const (
	chinese  mode = iota // FS &: GB 18030 characters of two or four bytes
	latin                // FS .: one byte each
	utf8Mode             // FS ( C
)

// utf8Letter frames one character of UTF-8.
func utf8Letter(b []byte) (token, int, error) {
	if !utf8.FullRune(b) {
		return token{}, 0, nil
	}
	r, n := utf8.DecodeRune(b)
	if r == utf8.RuneError {
		return token{}, 1, fmt.Errorf("byte %02X is no UTF-8", b[0])
	}
	return token{op: opIdeogram, args: b[:n]}, n, nil
}

func ideogram(b []byte) (token, int, error) {
	if len(b) < 2 {
		return token{}, 0, nil
	}
	if b[1] >= 0x30 && b[1] <= 0x39 { // GB 18030's four bytes
		if len(b) < 4 {
			return token{}, 0, nil
		}
		return token{op: opIdeogram, args: b[:4]}, 4, nil
	}
	if b[1] < 0x40 || b[1] == 0x7f || b[1] == 0xff {
		return token{}, 1, fmt.Errorf("%02X %02X is no two-byte character", b[0], b[1])
	}
	return token{op: opIdeogram, args: b[:2]}, 2, nil
}

func command(b []byte) (token, int, error) {
	if len(b) < 2 {
		return token{}, 0, nil
	}
	prefix := [2]byte{b[0], b[1]}
	if frame, ok := framers[prefix]; ok {
		return frame(b)
	}
	d, ok := fixedOps[prefix]
	if !ok {
		return token{}, 2, fmt.Errorf("unknown command %02X %02X", b[0], b[1])
	}
	return fixed(b, d.op, 2, d.args)
}

// fixed frames a prefix and n bytes behind it.
func fixed(b []byte, o op, prefix, n int) (token, int, error) {
	if len(b) < prefix+n {
		return token{}, 0, nil
	}
	return token{op: o, args: b[prefix : prefix+n]}, prefix + n, nil
}

// realtime frames DLE EOT, ENQ and DC4, which were obeyed when they arrived.
func realtime(b []byte) (token, int, error) {
	if len(b) < 3 {
		return token{}, 0, nil
	}
	n := 1
	if b[1] == 0x14 {
		length, ok := map[byte]int{1: 3, 2: 3, 7: 2, 8: 8}[b[2]]
		if !ok {
			return token{}, 3, fmt.Errorf("unknown function of DLE DC4 %02X", b[2])
		}
		n = length
	}
	return fixed(b, opRealtime, 2, n)
}

// pack frames FS ( and GS ( with a letter, a length of two bytes and data.
func pack(b []byte) (token, int, error) {
	if len(b) < 5 {
		return token{}, 0, nil
	}
	return packed(b, 5, int(b[3])|int(b[4])<<8)
}

// longPack frames GS 8 L with a length of four bytes.
func longPack(b []byte) (token, int, error) {
	if len(b) < 7 {
		return token{}, 0, nil
	}
	n := int(b[3]) | int(b[4])<<8 | int(b[5])<<16 | int(b[6])<<24
	if b[2] != 'L' || n > 16*maxData {
		return token{}, 7, fmt.Errorf("GS 8 with header % X", b[:7])
	}
	return packed(b, 7, n)
}

func packed(b []byte, header, n int) (token, int, error) {
	if len(b) < header+n {
		return token{}, 0, nil
	}
	o := opPack
	if b[0] == 0x1c {
		o = opFSPack
	}
	args := append([]byte{b[2]}, b[header:header+n]...)
	return token{op: o, args: args}, header + n, nil
}

// cutting frames GS V: m alone, or m and n for the modes that feed.
func cutting(b []byte) (token, int, error) {
	if len(b) < 3 {
		return token{}, 0, nil
	}
	switch b[2] {
	case 0, 1, '0', '1':
		return fixed(b, opCut, 2, 1)
	}
	return fixed(b, opCut, 2, 2)
}

// barcode frames GS k: functions 0 to 6 end with NUL, 65 to 79 have a length.
func barcode(b []byte) (token, int, error) {
	if len(b) < 4 {
		return token{}, 0, nil
	}
	if b[2] >= 65 && b[2] <= 79 {
		return fixed(b, opBarcode, 2, 2+int(b[3]))
	}
	if b[2] > 6 {
		return token{}, 3, fmt.Errorf("GS k %02X", b[2])
	}
	for i := 3; i < len(b) && i < 260; i++ {
		if b[i] == 0 {
			return fixed(b, opBarcode, 2, i-1)
		}
	}
	if len(b) >= 260 {
		return token{}, 3, fmt.Errorf("GS k %02X without an end", b[2])
	}
	return token{}, 0, nil
}

// mouth frames 1D 65, the presenter of Custom's printers: n, and for n = 3 the
// steps.
func mouth(b []byte) (token, int, error) {
	if len(b) < 3 {
		return token{}, 0, nil
	}
	if b[2] == 3 {
		return fixed(b, opMouth, 2, 2)
	}
	return fixed(b, opMouth, 2, 1)
}

// columns frames ESC * m nL nH with its columns of one or three bytes.
func columns(b []byte) (token, int, error) {
	if len(b) < 5 {
		return token{}, 0, nil
	}
	each := 1
	if b[2] == 32 || b[2] == 33 {
		each = 3
	}
	return fixed(b, opColumns, 2, 3+each*(int(b[3])|int(b[4])<<8))
}

// picture frames GS v 0 m xL xH yL yH with its rows.
func picture(b []byte) (token, int, error) {
	const header = 8
	if len(b) < header {
		return token{}, 0, nil
	}
	x, y := int(b[4])|int(b[5])<<8, int(b[6])|int(b[7])<<8
	if b[2] != '0' || b[3] > 3 || x == 0 || y == 0 || x*y > maxData {
		return token{}, header, fmt.Errorf("GS v 0 with header % X", b[2:header])
	}
	if len(b) < header+x*y {
		return token{}, 0, nil
	}
	return token{op: opRaster, args: b[header : header+x*y], x: x, y: y, size: b[3]}, header + x*y, nil
}
