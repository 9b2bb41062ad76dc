package sam

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"unicode/utf16"
	"unicode/utf8"

	"hallway/devices"
	"hallway/idreader"
)

// textLen is the length of a card's text in bytes: UTF-16LE, padded with spaces.
const textLen = 256

// A KindError says that the card is good but is of a kind that the session does
// not accept or nobody knows.
type KindError struct {
	Kind idreader.Kind // "" when the letter is not a known one
}

// Error names the kind of document.
func (e *KindError) Error() string {
	if e.Kind == "" {
		return "unsupported kind of document: unknown letter"
	}
	return "unsupported kind of document: " + string(e.Kind)
}

// DecodeText reads the 256-byte text of a card of any of the four kinds. A card
// with another letter gives a *[KindError]; a text without name or number, or of
// another length, [devices.ErrProtocol]. Everything else that does not fit
// together is in the person's warnings. Errors never quote the card.
//
// Texts lose spaces and NULs around them. Characters outside the BMP and of
// private use stay as they are; half a surrogate pair becomes U+FFFD.
func DecodeText(text []byte) (idreader.Person, error) {
	if len(text) != textLen {
		return idreader.Person{}, fmt.Errorf("card text has %d bytes, want %d: %w", len(text), textLen, devices.ErrProtocol)
	}
	var s scratch
	letter := s.get(text, fieldLetter)
	i := slices.IndexFunc(layouts, func(l layout) bool { return l.letter == letter })
	if i < 0 {
		return idreader.Person{}, &KindError{}
	}
	p := idreader.Person{Kind: layouts[i].kind}
	for _, f := range layouts[i].places {
		f.set(&p, s.get(text, f.fields...))
	}
	if p.DisplayName() == "" || p.Number == "" {
		return idreader.Person{}, fmt.Errorf("card text has no name or no number: %w", devices.ErrProtocol)
	}
	p.Warnings = p.Inspect()
	return p, nil
}

// EncodeText writes the text of a card of p's kind, which is a resident card
// when it is "". A field that does not fit is an error that names the field.
func EncodeText(p idreader.Person) ([]byte, error) {
	if p.Kind == "" {
		p.Kind = idreader.Resident
	}
	i := slices.IndexFunc(layouts, func(l layout) bool { return l.kind == p.Kind })
	if i < 0 {
		return nil, &KindError{p.Kind}
	}
	text := bytes.Repeat([]byte{' ', 0}, textLen/2)
	put(text, layouts[i].letter, fieldLetter)
	for _, f := range layouts[i].places {
		if room, ok := put(text, f.get(&p), f.fields...); !ok {
			return nil, fmt.Errorf("%s does not fit into %d bytes of UTF-16", f.name, room)
		}
	}
	return text, nil
}

// decodeAddress reads a field of 70 bytes, such as the newest address.
func decodeAddress(block []byte) string {
	var s scratch
	return s.get(block, field{0, addressLen})
}

// A scratch is where a field becomes a string. It holds no card data between
// calls.
type scratch struct {
	units [64]uint16
	text  [3 * 64]byte
}

// get returns the text of the fields together.
func (s *scratch) get(text []byte, fields ...field) string {
	defer func() { *s = scratch{} }()
	units := s.units[:0]
	for _, f := range fields {
		for b := text[f.at : f.at+f.len]; len(b) > 0; b = b[2:] {
			units = append(units, binary.LittleEndian.Uint16(b))
		}
	}
	out := s.text[:0]
	for i := 0; i < len(units); i++ {
		r := rune(units[i])
		if utf16.IsSurrogate(r) && i+1 < len(units) {
			if pair := utf16.DecodeRune(r, rune(units[i+1])); pair != utf8.RuneError {
				r = pair
				i++
			}
		}
		out = utf8.AppendRune(out, r)
	}
	return string(bytes.Trim(out, " \x00"))
}

// put writes s into the fields, one after the other. It returns their size and
// whether s fitted.
func put(text []byte, s string, fields ...field) (room int, ok bool) {
	units := utf16.Encode([]rune(s))
	for _, f := range fields {
		room += f.len
		n := min(len(units), f.len/2)
		for i, u := range units[:n] {
			binary.LittleEndian.PutUint16(text[f.at+2*i:], u)
		}
		units = units[n:]
	}
	return room, len(units) == 0
}
