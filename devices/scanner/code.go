package scanner

import (
	"bytes"
	"fmt"
	"log/slog"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// Redacted is what a Code looks like when it is printed, logged or marshalled.
const Redacted = "[redacted]"

// Purpose is why a program looks at a code. It stands where the code is
// revealed, so that a reviewer can find every use.
type Purpose string

// Charset says how the bytes of a code become text.
type Charset string

// The charsets.
const (
	UTF8    Charset = "utf-8" // ASCII among it
	GB18030 Charset = "gb18030"
	Binary  Charset = "binary" // no text
)

// A Code is what a scanner read. It prints, logs and marshals as "[redacted]";
// only Reveal and Text give it away. The zero Code has no bytes.
//
// The bytes sit behind two pointers: package fmt does not call methods of
// unexported fields, and follows one pointer when a verb does not fit; of two
// it prints an address.
type Code struct{ data **[]byte }

// NewCode wraps a copy of b.
func NewCode(b []byte) Code {
	p := new([]byte)
	*p = bytes.Clone(b)
	return Code{&p}
}

// Len returns how many bytes the code has.
func (c Code) Len() int {
	if c.data == nil {
		return 0
	}
	return len(**c.data)
}

// Reveal returns a copy of the bytes for a named purpose. It is empty after
// Wipe.
func (c Code) Reveal(Purpose) []byte {
	if c.data == nil {
		return nil
	}
	return bytes.Clone(**c.data)
}

// Text returns the bytes as text for a named purpose: UTF-8 where they are, and
// otherwise GB18030 where they can be. The charset says which, so that a guess
// is seen as one; Binary has no text.
func (c Code) Text(Purpose) (string, Charset) {
	if c.data == nil {
		return "", UTF8
	}
	return decode(**c.data)
}

// Wipe overwrites the bytes; every copy of c sees it. What Reveal and Text
// returned is beyond its reach.
func (c Code) Wipe() {
	if c.data != nil {
		clear(**c.data)
		**c.data = nil
	}
}

// Format writes "[redacted]" for every verb.
func (c Code) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(Redacted)) }

// LogValue logs "[redacted]".
func (c Code) LogValue() slog.Value { return slog.StringValue(Redacted) }

// MarshalText gives "[redacted]" to JSON, XML and every other text encoding.
func (c Code) MarshalText() ([]byte, error) { return []byte(Redacted), nil }

// decode returns b as text. GB18030 has a code for every character, so bytes
// that are none there decode to the replacement character.
func decode(b []byte) (string, Charset) {
	if utf8.Valid(b) {
		return string(b), UTF8
	}
	text, err := simplifiedchinese.GB18030.NewDecoder().Bytes(b)
	if err != nil || bytes.ContainsRune(text, utf8.RuneError) {
		return "", Binary
	}
	return string(text), GB18030
}
