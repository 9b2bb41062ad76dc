package readertest

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"unicode/utf16"

	"golang.org/x/text/encoding/simplifiedchinese"

	"hallway/idreader"
)

// Leaks returns the names of the fields of p that stand anywhere in text: as
// UTF-8, GB 18030 or UTF-16LE, plain, in hexadecimal with and without spaces,
// or in base64. Of the number, its first 14 and its last 8 characters count as
// well, and the birth date with and without dashes.
func Leaks(text []byte, p idreader.Person) (fields []string) {
	for _, f := range []struct {
		name   string
		values []string
	}{
		{"name", []string{p.Name, p.NameEn}},
		{"number", []string{head(string(p.Number), 14), tail(string(p.Number), 8), p.PassNumber}},
		{"address", []string{p.Address, p.Newest}},
		{"birth", []string{p.Birth.String(), p.Birth.Compact()}},
		{"issuer", []string{p.Issuer}},
	} {
		for _, v := range f.values {
			if v != "" && holds(text, v) {
				fields = append(fields, f.name)
				break
			}
		}
	}
	return fields
}

func head(s string, n int) string { return s[:min(n, len(s))] }
func tail(s string, n int) string { return s[max(0, len(s)-n):] }

// holds reports whether text holds a value in any form.
func holds(text []byte, value string) bool {
	for _, b := range encodings(value) {
		spaced := fmt.Appendf(nil, "% X", b)
		for _, form := range [][]byte{
			b, fmt.Appendf(nil, "%X", b), fmt.Appendf(nil, "%x", b), spaced, bytes.ToLower(spaced),
			[]byte(base64.RawStdEncoding.EncodeToString(b[:len(b)/3*3])),
		} {
			if len(form) >= 4 && bytes.Contains(text, form) {
				return true
			}
		}
	}
	return false
}

// encodings are the bytes of a value as they may stand in a file. A character
// that an encoding lacks leaves that encoding out.
func encodings(value string) [][]byte {
	var wide []byte
	for _, u := range utf16.Encode([]rune(value)) {
		wide = binary.LittleEndian.AppendUint16(wide, u)
	}
	all := [][]byte{[]byte(value), wide}
	if gb, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(value)); err == nil {
		all = append(all, gb)
	}
	return all
}
