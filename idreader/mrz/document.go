package mrz

import (
	"errors"

	"log/slog"

	"hallway/idreader"
)

// Format is the shape of a zone.
type Format string

// The formats: how many lines of how many characters, and whose rules.
const (
	TD1      Format = "TD1"       // 3 x 30, ICAO 9303-5
	TD2      Format = "TD2"       // 2 x 36, ICAO 9303-6
	TD3      Format = "TD3"       // 2 x 44, ICAO 9303-4
	MRVA     Format = "MRV-A"     // 2 x 44, ICAO 9303-7
	MRVB     Format = "MRV-B"     // 2 x 36, ICAO 9303-7
	Exit     Format = "CN-EXIT"   // 1 x 30, types CS and CD: 往来港澳通行证, 往来台湾通行证
	Mainland Format = "CN-PERMIT" // 3 x 30, types CR and CT: 回乡证, 台胞证; GA/T 704.14
)

// A Document is what a zone says. Texts have their fillers removed; parts that
// a format does not have are "" or zero.
type Document struct {
	Format      Format
	Type        string // document code, such as "P", "PO", "V", "CR"
	Issuer      string // three letters
	Surname     string // primary identifier
	GivenNames  string // secondary identifier, parts separated by blanks
	ChineseName string // from the A-P code of Chinese documents
	Number      string
	Nationality string
	Birth       idreader.Date // zero when the zone leaves it unknown or it is no date
	Sex         string        // "M", "F" or "X"
	Expiry      idreader.Date
	Optional    string // what issuers put into the optional fields, uninterpreted
	Checks      []Check
	Repairs     []Repair
}

// A Check is the result of one check digit.
type Check struct {
	Field string // "number", "birth", "expiry", "optional", "issues", "composite"
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

// String returns "[redacted]".
func (d Document) String() string { return idreader.Redacted }

// GoString returns "[redacted]".
func (d Document) GoString() string { return idreader.Redacted }

// LogValue logs "[redacted]".
func (d Document) LogValue() slog.Value { return slog.StringValue(idreader.Redacted) }
