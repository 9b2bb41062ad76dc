package panel

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// widths are the forms of a number and how many bytes they take.
var widths = map[string]int{"u8": 1, "u16le": 2, "u16be": 2, "u32le": 4, "hex2": 2}

// substitute stands for what a panel has no glyph for.
const substitute = '?'

// A patch is a field that is filled in when all else stands.
type patch struct {
	token
	at int
}

// Render returns the frame for v. The error says that a value does not fit.
func (t Template) Render(v Values) ([]byte, error) {
	var b []byte
	var lengths, sums []patch
	marks := map[string]int{}
	for _, k := range t.tokens {
		width, isSum := checksums[k.field]
		switch {
		case k.literal != nil:
			b = append(b, k.literal...)
		case k.mark != "":
			marks[k.mark] = len(b)
		case k.field == "len":
			lengths = append(lengths, patch{k, len(b)})
			b = append(b, make([]byte, widths[k.form])...)
		case isSum:
			sums = append(sums, patch{k, len(b)})
			b = append(b, make([]byte, width.size)...)
		default:
			add, err := k.value(v)
			if err != nil {
				return nil, err
			}
			b = append(b, add...)
		}
	}
	for _, p := range lengths {
		n := max(marks[p.args["to"]]-marks[p.args["from"]], 0)
		if div, err := strconv.Atoi(p.args["div"]); err == nil {
			n = (n + div - 1) / div
		}
		field, err := encode(n, p.form)
		if err != nil {
			return nil, err
		}
		copy(b[p.at:], field)
	}
	for _, p := range sums {
		to := p.at
		if m, ok := p.args["to"]; ok {
			to = marks[m]
		}
		copy(b[p.at:], checksums[p.field].of(b[min(marks[p.args["from"]], to):to]))
	}
	return t.escaped(b, marks), nil
}

// escaped replaces the bytes between the marks esc and end.
func (t Template) escaped(b []byte, marks map[string]int) []byte {
	from, to := marks["esc"], marks["end"]
	if from >= to {
		return b
	}
	out := append([]byte(nil), b[:from]...)
	for _, c := range b[from:to] {
		if r, ok := t.escape[c]; ok {
			out = append(out, r...)
		} else {
			out = append(out, c)
		}
	}
	return append(out, b[to:]...)
}

// value returns the bytes of a field that does not depend on others.
func (k token) value(v Values) ([]byte, error) {
	switch k.field {
	case "addr":
		return encode(v.Address, k.form)
	case "number":
		n, err := strconv.Atoi(digitsOf(v.Text))
		if err != nil {
			n = 0
		}
		return encode(n, k.form)
	case "digits":
		return k.digits(v.Text)
	}
	return k.text(v.Text)
}

func encode(n int, form string) ([]byte, error) {
	if n < 0 || n >= 1<<(8*widths[form]) || form == "hex2" && n > 255 {
		return nil, fmt.Errorf("%d does not fit into %s", n, form)
	}
	switch form {
	case "hex2":
		return fmt.Appendf(nil, "%02X", n), nil
	case "u16be":
		return []byte{byte(n >> 8), byte(n)}, nil
	}
	b := []byte{byte(n), byte(n >> 8), byte(n >> 16), byte(n >> 24)}
	return b[:widths[form]], nil
}

// digitsOf returns the digits of s.
func digitsOf(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

func (k token) digits(s string) ([]byte, error) {
	n, _ := strconv.Atoi(k.form)
	blank, _ := hex.DecodeString(k.args["blank"])
	d := digitsOf(s)
	d = d[max(0, len(d)-n):]
	var out []byte
	for range n - len(d) {
		out = append(out, append(blank, 0)[0])
	}
	for _, c := range []byte(d) {
		if k.args["ascii"] == "" {
			c -= '0'
		}
		out = append(out, c)
	}
	return out, nil
}

// text encodes s; a character that the panel has no code for is a question
// mark, and control characters, which would be commands, are left out.
func (k token) text(s string) ([]byte, error) {
	var b []byte
	limit := maxPad
	for _, key := range []string{"pad", "max"} {
		if n, err := strconv.Atoi(k.args[key]); err == nil {
			limit = min(limit, n)
		}
	}
	for _, r := range s {
		c := k.rune(r)
		if len(b)+len(c) > limit {
			break
		}
		b = append(b, c...)
	}
	pad, _ := strconv.Atoi(k.args["pad"])
	for len(b) < pad {
		b = append(b, ' ')
	}
	return b, nil
}

func (k token) rune(r rune) []byte {
	switch {
	case r < ' ' || r == 0x7F:
		return nil
	case r < 0x7F:
		return []byte{byte(r)}
	}
	if k.form == "gbk" {
		if b, err := simplifiedchinese.GBK.NewEncoder().Bytes([]byte(string(r))); err == nil && len(b) == 2 {
			return b
		}
	}
	return []byte{substitute}
}
