package mrz

import (
	"fmt"
	"slices"
	"strings"

	"hallway/idreader"
)

// Parse reads the lines of one zone. Births after today belong to the century
// before; expiries are of 2000 to 2099. A text that is no zone gives an error
// that wraps [ErrFormat]; wrong check digits are in Document.Checks.
func Parse(lines []string, today idreader.Date) (Document, error) {
	l, err := recognise(lines)
	if err != nil {
		return Document{}, err
	}
	z := &zone{layout: l}
	for _, line := range lines {
		z.text = append(z.text, []byte(line))
	}
	d := Document{Zone: l.format}
	for _, c := range l.checks {
		d.Checks = append(d.Checks, z.judge(c))
	}
	z.fill(&d, today)
	d.Repairs = z.repairs
	return d, nil
}

// recognise returns the layout of lines after looking at every character.
func recognise(lines []string) (layout, error) {
	if len(lines) < 1 || len(lines) > 3 {
		return layout{}, fmt.Errorf("mrz: %d lines, a zone has 1 to 3: %w", len(lines), ErrFormat)
	}
	for n, line := range lines {
		if len(line) < 30 || len(line) != len(lines[0]) {
			return layout{}, fmt.Errorf("mrz: line %d has %d characters: %w", n+1, len(line), ErrFormat)
		}
		for i := range len(line) {
			if !inZone(line[i]) {
				return layout{}, fmt.Errorf("mrz: line %d column %d holds a character that no zone has: %w", n+1, i+1, ErrFormat)
			}
		}
	}
	l, ok := choose(lines)
	if !ok {
		return layout{}, fmt.Errorf("mrz: %d lines of %d characters fit no document: %w", len(lines), len(lines[0]), ErrFormat)
	}
	return l, nil
}

// judge checks one digit, after a repair where one helps.
func (z *zone) judge(c check) Check {
	if long, ok := z.long(); ok && c.field == "number" {
		c = long
	}
	if !z.sound(c) {
		z.repair(c)
	}
	return Check{Field: c.field, OK: z.sound(c)}
}

// long returns the check of a number of more than nine characters. Its rest and
// its check digit stand in the optional field, up to a filler, when '<' stands
// in the digit's place (ICAO 9303-5, 4.2.2 note j; 9303-6 likewise).
func (z *zone) long() (check, bool) {
	place := z.checks[0].digit
	if !z.longNumber || z.text[place.line][place.from] != '<' {
		return check{}, false
	}
	o := z.optional[0]
	rest, _, _ := strings.Cut(z.get(o), "<")
	if len(rest) < 2 {
		return check{}, false
	}
	end := o.from + len(rest)
	return check{
		field: "number",
		over:  []span{z.number, {o.line, o.from, end - 1}},
		digit: span{o.line, end - 1, end},
	}, true
}

// fill takes the fields out of the repaired text.
func (z *zone) fill(d *Document, today idreader.Date) {
	d.Type, d.Issuer = trim(z.get(z.kind)), trim(z.get(z.issuer))
	d.Nationality, d.TimesIssued = trim(z.get(z.nationality)), trim(z.get(z.issues))
	number, optional := z.get(z.number), slices.Clone(z.optional)
	if long, ok := z.long(); ok {
		number = z.join(long.over)
		optional[0].from = long.digit.to
	}
	d.Number = trim(number)
	for _, o := range optional {
		d.Optional = strings.TrimSpace(d.Optional + " " + trim(z.get(o)))
	}
	z.fillName(d)
	if z.format != TD3 || d.Issuer == "CHN" {
		d.ChineseName = chineseName(z.get(z.chinese))
	}
	if d.Sex = sexOf(z.get(z.sex)); d.Sex == "" && z.sex.to > 0 {
		d.warn(WarnSex)
		d.Sex = "X"
	}
	z.fillDates(d, today)
}

func (d *Document) warn(w string) { d.Warnings = append(d.Warnings, w) }

// fillName splits the name at the first "<<"; a name without it has no
// secondary identifier (ICAO 9303-3, 4.6).
func (z *zone) fillName(d *Document) {
	all := z.get(z.names)
	surname, given, _ := strings.Cut(strings.TrimLeft(all, "<"), "<<")
	d.Surname, d.GivenNames = trim(surname), trim(given)
	if all != "" && all[len(all)-1] != '<' {
		d.warn(WarnTruncated)
	}
}

// fillDates reads birth and expiry.
func (z *zone) fillDates(d *Document, today idreader.Date) {
	birth, expiry := z.get(z.birth), z.get(z.expiry)
	d.Birth, d.Expiry = born(birth, today), date("20"+expiry)
	if d.Birth.IsZero() {
		var unknown bool
		if d.BornAbout, unknown = bornAbout(birth, today); !unknown {
			d.warn(WarnBirth)
		}
	}
	if d.Expiry.IsZero() && strings.Trim(expiry, "<") != "" {
		d.warn(WarnExpiry)
	}
}

// sexOf maps the character of the zone to "M", "F" or "X". The Chinese permits
// follow GB/T 2261.1, whose digits are read, too, though their specimens have
// letters. Anything else gives "".
func sexOf(c string) string {
	return map[string]string{"M": "M", "F": "F", "<": "X", "X": "X", "1": "M", "2": "F", "0": "X", "9": "X"}[c]
}

// born reads yymmdd as a birth: the youngest that is not after today.
func born(s string, today idreader.Date) idreader.Date {
	if d := date("20" + s); !d.IsZero() && !today.Before(d) {
		return d
	}
	return date("19" + s)
}

// bornAbout returns the known part of a birth whose day, or day and month, are
// fillers (ICAO 9303-3, 4.7), and whether the birth is marked unknown at all.
func bornAbout(s string, today idreader.Date) (string, bool) {
	known := strings.TrimRight(s, "<")
	switch len(known) {
	case 0:
		return "", true
	case 2:
		if d := born(known+"0101", today); !d.IsZero() {
			return d.String()[:4], true
		}
	case 4:
		if d := born(known+"01", today); !d.IsZero() {
			return d.String()[:7], true
		}
	}
	return "", false
}

// date reads yyyymmdd; anything that is no date is the zero Date.
func date(s string) idreader.Date {
	d, err := idreader.ParseDate(s)
	if err != nil {
		return idreader.Date{}
	}
	return d
}

// trim removes fillers: blanks inside, nothing at the ends.
func trim(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == '<' }), " ")
}
