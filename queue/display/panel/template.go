package panel

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
)

// Values are what a template's fields stand for.
type Values struct {
	Address int
	Text    string // as a person reads it, such as "A012"
}

// A Template is the bytes of a frame with fields in between. Its tokens are
// separated by blanks:
//
//	A5  A5*8               a byte, a byte eight times
//	@a                     a mark, which fields name
//	{addr:u8}              the address; also hex2, two digits of ASCII
//	{number:u16be}         the digits of the text as a number; also u8, u16le
//	{digits:3,blank=0A}    its last three digits, a byte each; ascii=1 adds 30
//	{text:gbk,pad=20}      the text; also ascii; max=N cuts it
//	{len:u16le,from=a,to=b}  bytes between marks; div=2 counts words
//	{sum8:from=a,to=b}     a checksum; see [Parse]
//
// A mark @esc opens and @end closes the bytes that are escaped.
type Template struct {
	tokens []token
	escape map[byte][]byte
}

type token struct {
	literal []byte
	mark    string
	field   string // "addr", "text", "len" or the name of a checksum
	form    string // "u8", "gbk"
	args    map[string]string
}

// maxRepeat and maxPad bound what a profile can ask for.
const (
	maxRepeat = 64
	maxPad    = 256
)

// Parse reads a template. Checksums are sum8, xor8, crc16arc-le,
// crc16modbus-le, crc16xmodem-le and sum16hex, over the bytes from a mark to
// another, or to themselves without to. escape replaces bytes by others.
func Parse(text string, escape map[string]string) (Template, error) {
	t := Template{escape: map[byte][]byte{}}
	for from, to := range escape {
		f, err := hex.DecodeString(from)
		b, err2 := hex.DecodeString(strings.ReplaceAll(to, " ", ""))
		if err != nil || err2 != nil || len(f) != 1 || len(b) == 0 {
			return t, fmt.Errorf("escape %q = %q is not hexadecimal", from, to)
		}
		t.escape[f[0]] = b
	}
	marks := map[string]bool{}
	for word := range strings.FieldsSeq(text) {
		k, err := parseToken(word)
		if err != nil {
			return t, fmt.Errorf("template token %q: %w", word, err)
		}
		if k.mark != "" {
			marks[k.mark] = true
		}
		t.tokens = append(t.tokens, k)
	}
	for _, k := range t.tokens {
		for _, arg := range []string{"from", "to"} {
			if m := k.args[arg]; m != "" && !marks[m] {
				return t, fmt.Errorf("template names mark %q, which it does not set", m)
			}
		}
	}
	if marks["esc"] != marks["end"] {
		return t, fmt.Errorf("template sets one of the marks esc and end, it needs both")
	}
	return t, nil
}

func parseToken(word string) (token, error) {
	if name, ok := strings.CutPrefix(word, "@"); ok && name != "" {
		return token{mark: name}, nil
	}
	inner, ok := strings.CutPrefix(word, "{")
	if !ok {
		return parseLiteral(word)
	}
	inner, ok = strings.CutSuffix(inner, "}")
	name, rest, _ := strings.Cut(inner, ":")
	if !ok || name == "" {
		return token{}, fmt.Errorf("is no field")
	}
	k := token{field: name, args: map[string]string{}}
	for part := range strings.SplitSeq(rest, ",") {
		key, value, has := strings.Cut(part, "=")
		if has {
			k.args[key] = value
		} else {
			k.form = part
		}
	}
	return k, k.check()
}

func parseLiteral(word string) (token, error) {
	digits, times, many := strings.Cut(word, "*")
	b, err := hex.DecodeString(digits)
	n := 1
	if err == nil && many {
		n, err = strconv.Atoi(times)
	}
	if err != nil || n < 1 || n > maxRepeat {
		return token{}, fmt.Errorf("is neither hexadecimal nor a field")
	}
	return token{literal: bytes.Repeat(b, n)}, nil
}

// check reports a field that nobody knows.
func (k token) check() error {
	for arg, v := range k.args {
		n, err := strconv.Atoi(v)
		if (arg == "pad" || arg == "max" || arg == "div") && (err != nil || n < 1 || n > maxPad) {
			return fmt.Errorf("%s is not 1 to %d", arg, maxPad)
		}
		if arg == "blank" {
			if b, err := hex.DecodeString(v); err != nil || len(b) != 1 {
				return fmt.Errorf("blank is not one byte")
			}
		}
	}
	if _, ok := checksums[k.field]; ok {
		return nil
	}
	switch k.field {
	case "addr", "number", "len":
		if _, ok := widths[k.form]; ok {
			return nil
		}
	case "text":
		if k.form == "gbk" || k.form == "ascii" {
			return nil
		}
	case "digits":
		if n, err := strconv.Atoi(k.form); err == nil && n > 0 && n <= 8 {
			return nil
		}
	}
	return fmt.Errorf("field %q with form %q is unknown", k.field, k.form)
}
