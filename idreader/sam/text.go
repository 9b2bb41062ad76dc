package sam

import (
	"encoding/binary"
	"fmt"
	"strings"
	"unicode/utf16"

	"hallway/devices"
	"hallway/idreader"
)

// textLen is the length of a card's text in bytes.
const textLen = 256

// A field is a place in the text: offset and length in bytes. Texts are
// UTF-16LE, padded with spaces.
type field struct{ at, len int }

// The layout of a resident card, GA/T 490.
var (
	fieldName    = field{0, 30}
	fieldSex     = field{30, 2}
	fieldEthnic  = field{32, 4}
	fieldBirth   = field{36, 16}
	fieldAddress = field{52, 70}
	fieldNumber  = field{122, 36}
	fieldIssuer  = field{158, 30}
	fieldFrom    = field{188, 16}
	fieldTo      = field{204, 16}
	fieldLetter  = field{248, 2} // kind of document, in every layout
)

// longTerm stands in place of the last valid day.
const longTerm = "长期"

var letters = map[string]idreader.Kind{
	"": idreader.Resident, "J": idreader.Residence, "I": idreader.Foreigner2017, "Y": idreader.Foreigner2023,
}

// A KindError says that the card is good but is not a resident card.
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

// DecodeText reads the 256-byte text of a resident card. A card of another kind
// gives a *[KindError]; a text without name or number, or of another length,
// [devices.ErrProtocol]. Everything else that does not fit together is in the
// person's warnings. Errors never quote the card.
func DecodeText(text []byte) (idreader.Person, error) {
	if len(text) != textLen {
		return idreader.Person{}, fmt.Errorf("card text has %d bytes, want %d: %w", len(text), textLen, devices.ErrProtocol)
	}
	if kind := letters[fieldLetter.get(text)]; kind != idreader.Resident {
		return idreader.Person{}, &KindError{Kind: kind}
	}
	p := idreader.Person{
		Kind:      idreader.Resident,
		Name:      fieldName.get(text),
		Sex:       idreader.Sex(fieldSex.get(text)),
		Ethnicity: idreader.Ethnicity(fieldEthnic.get(text)),
		Birth:     fieldBirth.date(text),
		Address:   fieldAddress.get(text),
		Number:    idreader.IDNumber(strings.ToUpper(fieldNumber.get(text))),
		Issuer:    fieldIssuer.get(text),
		ValidFrom: fieldFrom.date(text),
		ValidTo:   fieldTo.date(text),
		LongTerm:  fieldTo.get(text) == longTerm,
	}
	if p.Name == "" || p.Number == "" {
		return idreader.Person{}, fmt.Errorf("card text has no name or no number: %w", devices.ErrProtocol)
	}
	p.Warnings = p.Inspect()
	return p, nil
}

// EncodeText writes the text of a resident card. A field that does not fit is
// an error that names the field.
func EncodeText(p idreader.Person) ([]byte, error) {
	to := p.ValidTo.Compact()
	if p.LongTerm {
		to = longTerm
	}
	text := make([]byte, textLen)
	for i := 0; i < textLen; i += 2 {
		text[i] = ' '
	}
	for _, f := range []struct {
		field
		name, value string
	}{
		{fieldName, "name", p.Name},
		{fieldSex, "sex", string(p.Sex)},
		{fieldEthnic, "ethnicity", string(p.Ethnicity)},
		{fieldBirth, "birth", p.Birth.Compact()},
		{fieldAddress, "address", p.Address},
		{fieldNumber, "number", string(p.Number)},
		{fieldIssuer, "issuer", p.Issuer},
		{fieldFrom, "valid from", p.ValidFrom.Compact()},
		{fieldTo, "valid to", to},
	} {
		if !f.put(text, f.value) {
			return nil, fmt.Errorf("%s does not fit into %d bytes of UTF-16", f.name, f.len)
		}
	}
	return text, nil
}

// get returns the field's text without spaces and NULs around it. Characters
// outside the BMP and of private use stay as they are; half a surrogate pair
// becomes U+FFFD.
func (f field) get(text []byte) string {
	units := make([]uint16, 0, f.len/2)
	for b := text[f.at : f.at+f.len]; len(b) > 0; b = b[2:] {
		units = append(units, binary.LittleEndian.Uint16(b))
	}
	return strings.Trim(string(utf16.Decode(units)), " \x00")
}

// date returns the field's date, or no date.
func (f field) date(text []byte) idreader.Date {
	d, _ := idreader.ParseDate(f.get(text))
	return d
}

// put writes s into the field and reports whether it fitted.
func (f field) put(text []byte, s string) bool {
	units := utf16.Encode([]rune(s))
	if 2*len(units) > f.len {
		return false
	}
	for i, u := range units {
		binary.LittleEndian.PutUint16(text[f.at+2*i:], u)
	}
	return true
}
