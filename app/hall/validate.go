package hall

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"hallway/app/hall/catalogue"
	"hallway/app/operation"
)

// numberShape is what a citizen number (GB 11643), a number of a residence
// permit and one of a foreigner's card of 2023 look like, or one of a
// foreigner's card of 2017: three letters and twelve digits.
var numberShape = regexp.MustCompile(`^([0-9]{17}[0-9Xx]|[A-Z]{3}[0-9]{12})$`)

// checkHolder checks that a person has a name and a number of the right shape.
// Whether the check character fits is the card's business: cards with a wrong
// one exist and are valid.
func checkHolder(p operation.Holder) error {
	if n := utf8.RuneCountInString(p.Name); n < 1 || n > 60 || !utf8.ValidString(p.Name) {
		return refuse(operation.CodeValidation, "holder's name is missing or too long")
	}
	if !numberShape.MatchString(p.Number) {
		return refuse(operation.CodeValidation, "holder's number is none that a card carries")
	}
	return nil
}

// checkForm checks the fields of an application against the item's form. The
// name and number of the card's holder may be left out: the holder says them.
func checkForm(form []catalogue.FormField, fields map[string]string) error {
	for name := range fields {
		if !slices.ContainsFunc(form, func(f catalogue.FormField) bool { return f.Name == name }) {
			return refuse(operation.CodeValidation, "the form has no field "+quoted(name))
		}
	}
	for _, f := range form {
		v := fields[f.Name]
		if v == "" {
			if f.Required && f.From != "name" && f.From != "number" {
				return refuse(operation.CodeValidation, "field "+f.Name+" is missing")
			}
			continue
		}
		if !fits(f, v) {
			return refuse(operation.CodeValidation, "field "+f.Name+" is wrong")
		}
	}
	return nil
}

// fits reports whether v is an answer to f.
func fits(f catalogue.FormField, v string) bool {
	longest := f.Max
	if longest == 0 {
		longest = 60
	}
	if utf8.RuneCountInString(v) > longest || !utf8.ValidString(v) || strings.ContainsFunc(v, isControl) {
		return false
	}
	switch f.Type {
	case "choice":
		return slices.ContainsFunc(f.Choices, func(c catalogue.Choice) bool { return c.Value == v })
	case "phone":
		return isPhone(v)
	case "number":
		return f.From == "number" || isDigits(strings.Replace(v, ".", "", 1))
	}
	return true
}

// isPhone reports whether v could be dialled: 5 to 20 digits, with dashes and
// a leading plus.
func isPhone(v string) bool {
	d := strings.ReplaceAll(strings.TrimPrefix(v, "+"), "-", "")
	return len(d) >= 5 && len(d) <= 20 && isDigits(d)
}

func isDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

func isControl(r rune) bool { return r < ' ' || r == 0x7f }

// quoted shows foreign text in a message, shortened.
func quoted(s string) string {
	if len(s) > 40 {
		s = s[:40] + "…"
	}
	return strconv.Quote(s)
}
