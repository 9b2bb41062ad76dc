package idreader

import (
	"fmt"
	"log/slog"
)

// Kind is the kind of document that lies on the reader.
type Kind string

// The kinds of document that a resident card reader meets, by the letter at
// the end of the card's text (GA/T 490).
const (
	Resident      Kind = "resident"       // resident identity card, 居民身份证
	Residence     Kind = "residence"      // residence permit for Hong Kong, Macau and Taiwan residents, 港澳台居民居住证
	Foreigner2017 Kind = "foreigner-2017" // foreigner's permanent residence card of 2017, 外国人永久居留身份证
	Foreigner2023 Kind = "foreigner-2023" // foreigner's permanent residence card of 2023
)

// Person is what a resident card says about its holder. Texts are trimmed;
// fields that the card leaves blank are "". A Person prints, logs and marshals
// as "[redacted]" where its methods are asked; package fmt does not ask those of
// unexported fields, nor after %p and %w, so a Person is kept in a [Secret].
type Person struct {
	Kind      Kind
	Name      string
	Sex       Sex
	Ethnicity Ethnicity
	Birth     Date
	Address   string
	Number    IDNumber
	Issuer    string
	ValidFrom Date
	ValidTo   Date     // zero when LongTerm
	LongTerm  bool     // the card says 长期
	Warnings  []string // the Warn constants; facts for policy, not errors
}

// What does not fit together on a card. A card past its last day is not among
// them: [Person.ExpiredOn] answers that for the day that matters.
const (
	WarnNumber = "number-check"   // check character of the number is wrong
	WarnBirth  = "birth-mismatch" // birth date is not the number's
	WarnSex    = "sex-mismatch"   // sex is not the number's
	WarnDates  = "validity"       // validity is missing, or ends before it begins
)

// Inspect returns what does not fit together in p, as Warn constants.
func (p Person) Inspect() []string {
	var w []string
	if !p.Number.Valid() {
		w = append(w, WarnNumber)
	}
	if p.Birth.IsZero() || p.Birth != p.Number.Birth() {
		w = append(w, WarnBirth)
	}
	if p.Sex != p.Number.Sex() {
		w = append(w, WarnSex)
	}
	if p.ValidFrom.IsZero() || !p.LongTerm && (p.ValidTo.IsZero() || p.ValidTo.Before(p.ValidFrom)) {
		w = append(w, WarnDates)
	}
	return w
}

// ExpiredOn reports whether the card's last day is before the day on.
func (p Person) ExpiredOn(on Date) bool {
	return !p.LongTerm && !p.ValidTo.IsZero() && p.ValidTo.Before(on)
}

// Format writes "[redacted]" for every verb.
func (p Person) Format(f fmt.State, _ rune) { redact(f) }

// LogValue logs "[redacted]".
func (p Person) LogValue() slog.Value { return slog.StringValue(Redacted) }

// MarshalText gives "[redacted]" to JSON, XML and every other text encoding.
func (p Person) MarshalText() ([]byte, error) { return []byte(Redacted), nil }
