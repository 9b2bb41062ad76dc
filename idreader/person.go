package idreader

import (
	"cmp"
	"fmt"
	"image"
	"log/slog"
)

// Kind is the kind of document that lies on the reader.
type Kind string

// The kinds of document that a resident card reader meets, by the letter at
// the end of the card's text (GA/T 490).
const (
	Resident      Kind = "resident"      // resident identity card, 居民身份证
	Residence     Kind = "hmt"           // residence permit for Hong Kong, Macau and Taiwan residents, 港澳台居民居住证
	Foreigner2017 Kind = "foreigner2017" // foreigner's permanent residence card of 2017, 外国人永久居留身份证
	Foreigner2023 Kind = "foreigner2023" // foreigner's permanent residence card of 2023
)

// Person is what a card says about its holder. Texts are trimmed; fields that
// the card leaves blank or does not have are "". A Person prints, logs and
// marshals as "[redacted]" where its methods are asked; package fmt does not ask
// those of unexported fields, nor after %p and %w, so a Person is kept in a
// [Secret].
type Person struct {
	Kind      Kind
	Name      string // Chinese; foreigners may have none
	NameEn    string // of foreigners, in Latin letters
	Sex       Sex
	Ethnicity Ethnicity // "" for foreigners, and mostly on a Residence
	Birth     Date
	Address   string // printed on the card; "" for foreigners
	Newest    string // address that was added to the chip later; "" when none was, or none was asked for
	Number    IDNumber
	Issuer    string // "" for foreigners
	ValidFrom Date
	ValidTo   Date // zero when LongTerm
	LongTerm  bool // the card says 长期

	PassNumber      string // Residence: number of the holder's travel permit
	TimesIssued     string // Residence: two digits
	Nationality     string // foreigners: three letters of GB/T 2659
	CardVersion     string // Foreigner2017: two characters
	AcceptingOffice string // Foreigner2017: code of four characters
	TimesRenewed    string // Foreigner2023: two digits
	FormerNumber    string // Foreigner2023: three characters that link to the number of 2017, as they are; how is UNCONFIRMED

	Photo    *image.NRGBA // nil unless a decoder was given and succeeded
	Warnings []string     // the Warn constants; facts for policy, not errors
}

// CurrentAddress returns the address that holds: the newest when there is one,
// otherwise the printed one.
func (p Person) CurrentAddress() string { return cmp.Or(p.Newest, p.Address) }

// DisplayName returns the Chinese name, or the one in Latin letters of somebody
// who has no Chinese name.
func (p Person) DisplayName() string { return cmp.Or(p.Name, p.NameEn) }

// What does not fit together on a card. A card past its last day and a holder
// under age are not among them: [Person.ExpiredOn] and [Date.AgeOn] answer that
// for the day that matters.
const (
	WarnNumber    = "number-check"   // check character of the number is wrong
	WarnForm      = "number-kind"    // number is not one that this kind of card carries
	WarnBirth     = "birth-mismatch" // birth date is not the number's
	WarnSex       = "sex-mismatch"   // sex is not the number's
	WarnDates     = "validity"       // validity is missing, or ends before it begins
	WarnEthnicity = "ethnicity-code" // code is not in GB/T 3304

	WarnPhoto  = "photo"          // photo is cut, is no photo, or could not be decoded
	WarnNewest = "newest-address" // the newest address was asked for and could not be read
)

// Inspect returns what does not fit together in p, as Warn constants.
func (p Person) Inspect() []string {
	var w []string
	for _, c := range []struct {
		wrong bool
		warn  string
	}{
		{!p.Number.Valid(), WarnNumber},
		{p.Number != "" && !p.Number.Of(p.Kind), WarnForm},
		{!p.Number.BornOn(p.Birth), WarnBirth},
		{p.Sex != p.Number.Sex(), WarnSex},
		{p.ValidFrom.IsZero() || !p.LongTerm && (p.ValidTo.IsZero() || p.ValidTo.Before(p.ValidFrom)), WarnDates},
		{p.Ethnicity != "" && !p.Ethnicity.Known(), WarnEthnicity},
	} {
		if c.wrong {
			w = append(w, c.warn)
		}
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

// GobEncode gives "[redacted]" to package gob.
func (p Person) GobEncode() ([]byte, error) { return []byte(Redacted), nil }
