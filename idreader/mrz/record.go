package mrz

import (
	"fmt"
	"io"
	"strings"

	"hallway/idreader"
)

// A Record is what a program shows of one zone, or of what stood between two.
// Absent fields are left out.
type Record struct {
	Format      string          `json:"format"` // a [Format], or "noise"
	Type        string          `json:"type,omitempty"`
	Issuer      string          `json:"issuer,omitempty"`
	Surname     string          `json:"surname,omitempty"`
	GivenNames  string          `json:"given_names,omitempty"`
	ChineseName string          `json:"chinese_name,omitempty"`
	Number      string          `json:"number,omitempty"`
	TimesIssued string          `json:"times_issued,omitempty"`
	Nationality string          `json:"nationality,omitempty"`
	Birth       string          `json:"birth,omitempty"` // 1974-08-12, or as much of it as is known
	Sex         string          `json:"sex,omitempty"`
	Expiry      string          `json:"expiry,omitempty"`
	Checks      map[string]bool `json:"checks,omitzero"`
	Valid       *bool           `json:"valid,omitempty"`
	Repairs     []RepairRecord  `json:"repairs,omitzero"`
	Warnings    []string        `json:"warnings,omitempty"`
	Bytes       int             `json:"bytes,omitempty"` // characters of noise
}

// A RepairRecord is a [Repair]. Line and Column count from 1; From and To are
// left out unless the document is revealed.
type RepairRecord struct {
	Line   int    `json:"line"`
	Column int    `json:"column"`
	From   string `json:"from,omitempty"`
	To     string `json:"to,omitempty"`
}

// FormatNoise is the Format of a Record of what is no zone.
const FormatNoise = "noise"

// NewRecord returns the record of d with names and number masked, unless they
// are revealed. Optional data is never shown.
func NewRecord(d Document, reveal bool) Record {
	valid := d.Valid()
	r := Record{
		Format: string(d.Zone), Type: d.Type, Issuer: d.Issuer,
		Surname: d.Surname, GivenNames: d.GivenNames, ChineseName: d.ChineseName, Number: d.Number,
		TimesIssued: d.TimesIssued, Nationality: d.Nationality, Birth: d.Birth.String() + d.BornAbout, Sex: d.Sex, Expiry: d.Expiry.String(),
		Checks: map[string]bool{}, Valid: &valid, Repairs: []RepairRecord{}, Warnings: d.Warnings,
	}
	for _, c := range d.Checks {
		r.Checks[c.Field] = c.OK
	}
	for _, c := range d.Repairs {
		r.Repairs = append(r.Repairs, RepairRecord{c.Line + 1, c.Column + 1, string(c.From), string(c.To)})
	}
	if !reveal {
		r.mask()
	}
	return r
}

func (r *Record) mask() {
	r.Surname, r.GivenNames, r.ChineseName = idreader.MaskName(r.Surname), idreader.MaskName(r.GivenNames), idreader.MaskName(r.ChineseName)
	r.Number = maskNumber(r.Number)
	for i := range r.Repairs {
		r.Repairs[i].From, r.Repairs[i].To = "", ""
	}
}

// maskNumber shows the first and the last two characters of a number, which
// tell documents apart on a desk, and nothing of a short one.
func maskNumber(n string) string {
	const shown = 3
	if len(n) < 2*shown {
		return strings.Repeat("*", len(n))
	}
	return n[:1] + strings.Repeat("*", len(n)-shown) + n[len(n)-2:]
}

// maxStream is the longest stream that Decode reads, about 100,000 zones.
const maxStream = 16 << 20

// DecodeOptions say how Decode reads.
type DecodeOptions struct {
	Dialect Dialect
	Today   idreader.Date // for the century of births
	Reveal  bool          // show names and numbers
}

// Decode reads a stream with any number of zones, as lines or in the frames of
// a reader, and calls emit with one record for each, in order, and for each
// stretch of something else. failed says that a check digit of at least one
// document disagrees. A stream without any zone is an error that wraps
// [ErrFormat].
func Decode(r io.Reader, o DecodeOptions, emit func(Record) error) (failed bool, err error) {
	raw, err := io.ReadAll(io.LimitReader(r, maxStream+1))
	if err != nil {
		return false, fmt.Errorf("mrz: read: %w", err)
	}
	if len(raw) > maxStream {
		return false, fmt.Errorf("mrz: the stream is longer than %d bytes, cut it into parts", maxStream)
	}
	zones := 0
	for _, p := range o.Dialect.pieces(raw) {
		record := Record{Format: FormatNoise, Bytes: p.noise}
		if p.zone != nil {
			d, err := Parse(p.zone, o.Today)
			if err != nil {
				return failed, err
			}
			zones++
			failed = failed || !d.Valid()
			record = NewRecord(d, o.Reveal)
		}
		if err := emit(record); err != nil {
			return failed, err
		}
	}
	if zones == 0 {
		return false, fmt.Errorf("mrz: no zone found, give whole lines of 30, 36 or 44 characters: %w", ErrFormat)
	}
	return failed, nil
}
