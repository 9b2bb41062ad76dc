package mrz

import (
	"errors"
	"fmt"
	"io"
	"log/slog"

	"hallway/idreader"
)

// Format is the shape of a zone.
type Format string

// The formats: how many lines of how many characters, and whose rules.
const (
	TD1      Format = "TD1"            // 3 x 30, ICAO 9303-5
	TD2      Format = "TD2"            // 2 x 36, ICAO 9303-6
	TD3      Format = "TD3"            // 2 x 44, ICAO 9303-4
	MRVA     Format = "MRV-A"          // 2 x 44, ICAO 9303-7
	MRVB     Format = "MRV-B"          // 2 x 36, ICAO 9303-7
	Exit     Format = "CN-EXIT"        // 1 x 30, types CS and CD: 往来港澳通行证, 往来台湾通行证
	Mainland Format = "CN-PERMIT"      // 3 x 30, types CR, CT and CF: 回乡证, 台胞证; GA/T 704.14
	Old1999  Format = "CN-PERMIT-1999" // 3 x 30, type C of CHN: 回乡证 of 1999
)

// A Document is what a zone says. Texts have their fillers removed; parts that
// a format does not have are "" or zero. A Document prints, logs and marshals as
// "[redacted]" where its methods are asked; package fmt does not ask those of
// unexported fields, so a Document is kept in an idreader.Secret.
type Document struct {
	Zone        Format // the shape of the zone
	Type        string // document code, such as "P", "PO", "V", "CR"
	Issuer      string // three letters
	Surname     string // primary identifier
	GivenNames  string // secondary identifier, parts separated by blanks; "" when there is none
	ChineseName string // from the A-P code of Chinese documents, which may be cut off
	Number      string
	TimesIssued string // two digits, of permits that count them
	Nationality string
	Birth       idreader.Date // zero when the zone leaves it or a part of it unknown, or it is no date
	BornAbout   string        // "1974-08" or "1974" when the zone leaves day or month unknown
	Sex         string        // "M", "F" or "X"
	Expiry      idreader.Date
	Optional    string // what issuers put into the optional fields, uninterpreted
	Checks      []Check
	Repairs     []Repair
	Warnings    []string // the Warn constants; facts for policy, not errors
}

// What is odd in a zone although its check digits may agree.
const (
	WarnBirth     = "birth-date"     // neither a date nor marked unknown
	WarnExpiry    = "expiry-date"    // likewise
	WarnSex       = "sex"            // no letter that stands for a sex
	WarnTruncated = "name-truncated" // the name fills its field and may be cut off (ICAO 9303-3, 4.6)
)

// A Check is the result of one check digit.
type Check struct {
	Field string // "number", "birth", "expiry", "optional", "issues", "name", "line1", "line2", "composite"
	OK    bool
}

// A Repair is one character that was read wrongly and put right.
type Repair struct {
	Line, Column int // from 0
	From, To     byte
}

// ErrFormat is wrapped by errors of texts that are not a zone.
var ErrFormat = errors.New("not a machine-readable zone")

// Valid reports whether every check digit agrees.
func (d Document) Valid() bool {
	for _, c := range d.Checks {
		if !c.OK {
			return false
		}
	}
	return len(d.Checks) > 0
}

// Format writes "[redacted]" for every verb.
func (d Document) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, idreader.Redacted) }

// LogValue logs "[redacted]".
func (d Document) LogValue() slog.Value { return slog.StringValue(idreader.Redacted) }

// MarshalText gives "[redacted]" to JSON, XML and every other text encoding.
func (d Document) MarshalText() ([]byte, error) { return []byte(idreader.Redacted), nil }
