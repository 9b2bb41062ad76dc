package mrz

import (
	"fmt"
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
	d := Document{Format: l.format}
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
	if c.field == "number" {
		if over, digit, long := z.longNumberParts(); long {
			return Check{Field: c.field, OK: digit == checkDigit(over)}
		}
	}
	if !z.passes(c) {
		z.repair(c)
	}
	return Check{Field: c.field, OK: z.passes(c)}
}

// longNumberParts returns a number of more than nine characters and its check
// digit, which follow in the optional field when '<' stands in the digit's
// place (ICAO 9303-5, 4.2.2 note j; 9303-6 likewise).
func (z *zone) longNumberParts() (number string, digit byte, long bool) {
	place := z.checks[0].digit
	if !z.longNumber || z.text[place.line][place.from] != '<' {
		return "", 0, false
	}
	rest, _, _ := strings.Cut(z.get(z.optional[0]), "<")
	if len(rest) < 2 {
		return "", 0, false
	}
	return z.get(z.number) + rest[:len(rest)-1], rest[len(rest)-1], true
}

// fill takes the fields out of the repaired text.
func (z *zone) fill(d *Document, today idreader.Date) {
	d.Type, d.Issuer = trim(z.get(z.kind)), trim(z.get(z.issuer))
	d.Nationality, d.Number = trim(z.get(z.nationality)), trim(z.get(z.number))
	optional := z.optional
	if number, _, long := z.longNumberParts(); long {
		d.Number, optional = trim(number), optional[1:]
	}
	d.Optional = trim(z.join(optional))
	d.Surname, d.GivenNames = z.splitNames()
	d.ChineseName = chineseName(z.get(z.chinese))
	d.Sex = sexOf(z.get(z.sex))
	d.Birth = date(z.get(z.birth), func(full idreader.Date) int {
		if today.Before(full) {
			return -100
		}
		return 0
	})
	d.Expiry = date(z.get(z.expiry), func(idreader.Date) int { return 0 })
}

// splitNames returns the primary and the secondary identifier.
func (z *zone) splitNames() (surname, given string) {
	all := z.get(z.names)
	if z.single {
		surname, given, _ = strings.Cut(strings.Trim(all, "<"), "<")
	} else {
		surname, given, _ = strings.Cut(all, "<<")
	}
	return trim(surname), trim(given)
}

// sexOf maps the character of the zone to "M", "F" or "X"; a format without
// one gives "".
func sexOf(c string) string {
	switch c {
	case "M", "F", "":
		return c
	}
	return "X"
}

// date reads yymmdd as a date of 20yy and shifts it by as many years as
// century says. Anything that is no date is the zero Date.
func date(s string, century func(idreader.Date) int) idreader.Date {
	d, err := idreader.ParseDate("20" + s)
	if err != nil {
		return idreader.Date{}
	}
	if shift := century(d); shift != 0 {
		if d, err = idreader.ParseDate(fmt.Sprintf("%04d%s", d.Year+shift, s[2:])); err != nil {
			return idreader.Date{}
		}
	}
	return d
}

// trim removes fillers: blanks inside, nothing at the ends.
func trim(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == '<' }), " ")
}
