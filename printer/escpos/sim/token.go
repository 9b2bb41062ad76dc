package sim

import "fmt"

// op names a command or kind of data.
type op string

// The commands that this printer knows, by their names in the Epson manual.
const (
	opNUL      op = "NUL"
	opLF       op = "LF"
	opStatus   op = "DLE EOT"
	opReset    op = "ESC @"
	opBold     op = "ESC E"
	opAlign    op = "ESC a"
	opSpacing  op = "ESC 3"
	opFeed     op = "ESC J"
	opChinese  op = "FS &"
	opFSSize   op = "FS !"
	opSize     op = "GS !"
	opInvert   op = "GS B"
	opCut      op = "GS V"
	opPush     op = "GS a"
	opAsk      op = "GS r"
	opInfo     op = "GS I"
	opProcess  op = "GS ( H"
	opRaster   op = "GS v 0"
	opLetter   op = "letter"   // one byte
	opIdeogram op = "ideogram" // two bytes
)

// fixedOps are the commands of a prefix of two bytes and a fixed number of
// bytes behind it.
var fixedOps = map[[2]byte]struct {
	op   op
	args int
}{
	{0x10, 0x04}: {opStatus, 1},
	{0x1b, '@'}:  {opReset, 0}, {0x1b, 'E'}: {opBold, 1}, {0x1b, 'a'}: {opAlign, 1},
	{0x1b, '3'}: {opSpacing, 1}, {0x1b, 'J'}: {opFeed, 1},
	{0x1c, '&'}: {opChinese, 0}, {0x1c, '!'}: {opFSSize, 1},
	{0x1d, '!'}: {opSize, 1}, {0x1d, 'B'}: {opInvert, 1}, {0x1d, 'V'}: {opCut, 2},
	{0x1d, 'a'}: {opPush, 1}, {0x1d, 'r'}: {opAsk, 1}, {0x1d, 'I'}: {opInfo, 1}, {0x1d, '('}: {opProcess, 9},
	{0x1d, 'v'}: {opRaster, 6},
}

// token is one command with its bytes.
type token struct {
	op   op
	args []byte // behind the prefix; a picture's rows for opRaster
	x, y int    // opRaster: bytes a row, rows
}

// maxRaster bounds a picture command; the widest head takes 104 bytes a row.
const maxRaster = 1 << 16

// next cuts the first token off b. It returns length 0 without an error when
// more bytes are needed, and an error with the length of what must be thrown
// away when b begins with something unknown.
func next(b []byte) (token, int, error) {
	if len(b) == 0 {
		return token{}, 0, nil
	}
	switch first := b[0]; {
	case first == 0:
		return token{op: opNUL}, 1, nil
	case first == '\n':
		return token{op: opLF}, 1, nil
	case first >= 0x20 && first <= 0x7e:
		return token{op: opLetter, args: b[:1]}, 1, nil
	case first >= 0x81 && first <= 0xfe:
		return ideogram(b)
	case first == 0x10 || first == 0x1b || first == 0x1c || first == 0x1d:
		return command(b)
	}
	return token{}, 1, fmt.Errorf("unknown byte %02X", b[0])
}

func ideogram(b []byte) (token, int, error) {
	if len(b) < 2 {
		return token{}, 0, nil
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
	def, ok := fixedOps[[2]byte{b[0], b[1]}]
	if !ok {
		return token{}, 2, fmt.Errorf("unknown command %02X %02X", b[0], b[1])
	}
	n := 2 + def.args
	if len(b) < n {
		return token{}, 0, nil
	}
	t := token{op: def.op, args: b[2:n]}
	switch def.op {
	case opProcess:
		if string(t.args[:5]) != "H\x06\x0000" {
			return token{}, n, fmt.Errorf("unknown function of GS ( % X", t.args[:5])
		}
		t.args = t.args[5:]
	case opRaster:
		return picture(b, n)
	}
	return t, n, nil
}

// picture frames GS v 0 m xL xH yL yH with its rows.
func picture(b []byte, header int) (token, int, error) {
	x, y := int(b[4])|int(b[5])<<8, int(b[6])|int(b[7])<<8
	if b[2] != '0' || b[3] != 0 || x == 0 || y == 0 || x*y > maxRaster {
		return token{}, header, fmt.Errorf("GS v 0 with header % X", b[2:header])
	}
	if len(b) < header+x*y {
		return token{}, 0, nil
	}
	return token{op: opRaster, args: b[header : header+x*y], x: x, y: y}, header + x*y, nil
}
