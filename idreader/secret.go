package idreader

import (
	"fmt"
	"io"
	"log/slog"
)

// Redacted is what personal data looks like when it is printed, logged or
// marshalled.
const Redacted = "[redacted]"

// Purpose is why a program looks at personal data. It is recorded where the
// data is revealed, so a reviewer can find every use.
type Purpose string

// Secret carries personal data. It prints, logs and marshals as "[redacted]";
// only Reveal gives the value. The zero Secret has no value.
//
// The value sits behind two pointers: package fmt does not call methods of
// unexported fields, and follows one pointer when a verb does not fit; of two
// it prints an address.
type Secret[T any] struct{ v **T }

// Conceal wraps v.
func Conceal[T any](v T) Secret[T] {
	p := &v
	return Secret[T]{&p}
}

// Reveal returns the value for a named purpose, or the zero value after Wipe.
func (s Secret[T]) Reveal(Purpose) (v T) {
	if s.v != nil {
		v = **s.v
	}
	return v
}

// Present reports whether there is a value.
func (s Secret[T]) Present() bool { return s.v != nil }

// Wipe overwrites the shared value with zero; every copy of s sees it. Strings
// that were copied out by Reveal are beyond its reach.
func (s Secret[T]) Wipe() {
	if s.v != nil {
		var zero T
		**s.v = zero
	}
}

// Format writes "[redacted]" for every verb.
func (s Secret[T]) Format(f fmt.State, _ rune) { redact(f) }

// LogValue logs "[redacted]".
func (s Secret[T]) LogValue() slog.Value { return slog.StringValue(Redacted) }

// MarshalText gives "[redacted]" to JSON, XML and every other text encoding.
func (s Secret[T]) MarshalText() ([]byte, error) { return []byte(Redacted), nil }

// GobEncode gives "[redacted]" to package gob.
func (s Secret[T]) GobEncode() ([]byte, error) { return []byte(Redacted), nil }

func redact(w io.Writer) { _, _ = io.WriteString(w, Redacted) }
