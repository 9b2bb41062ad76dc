package operation

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// A Receipt is the number that a citizen keeps: which terminal of which centre
// took the operation, on which service day, as which of that day. It is made
// without asking anybody and is unique all the same. Its text is
// "0417-012-261123-0093-7": centre, terminal, yymmdd, sequence and a check
// digit by ISO 7064 MOD 11,10, which finds every single wrong digit and nearly
// every swap of two neighbours.
type Receipt struct {
	Centre   string // four digits
	Terminal string // three digits
	Day      string // service day, "2006-01-02", years 2000 to 2099
	Seq      int    // 1 to 9999, counted per terminal and day
}

// Errors of receipt numbers.
var (
	ErrReceiptShape = errors.New("receipt number does not have 18 digits and a day among them") // look again
	ErrReceiptCheck = errors.New("check digit of the receipt number does not fit")              // a digit was mistyped
)

// The layout of a receipt's 18 digits.
const (
	receiptDigits = 18
	dayDigits     = "060102"
)

// Validate reports the first part of r that has no place in a receipt number.
func (r Receipt) Validate() error {
	switch {
	case !digits(r.Centre, 4):
		return fmt.Errorf("operation: centre %q of a receipt does not have four digits", clip(r.Centre))
	case !digits(r.Terminal, 3):
		return fmt.Errorf("operation: terminal %q of a receipt does not have three digits", clip(r.Terminal))
	case r.Seq < 1 || r.Seq > 9999:
		return fmt.Errorf("operation: receipt %d of the day, a day has 1 to 9999", r.Seq)
	}
	day, err := time.Parse(time.DateOnly, r.Day)
	if err != nil || day.Year() < 2000 || day.Year() > 2099 {
		return fmt.Errorf("operation: day %q of a receipt is not a day of 2000 to 2099", clip(r.Day))
	}
	return nil
}

// String returns the number with dashes and check digit, or "" for a Receipt
// that is not valid.
func (r Receipt) String() string {
	if r.Validate() != nil {
		return ""
	}
	day, _ := time.Parse(time.DateOnly, r.Day)
	d := fmt.Sprintf("%s%s%s%04d", r.Centre, r.Terminal, day.Format(dayDigits), r.Seq)
	return strings.Join([]string{d[:4], d[4:7], d[7:13], d[13:], string(checkDigit(d))}, "-")
}

// ParseReceipt reads a receipt number as a citizen types it: dashes and spaces
// may be missing or of any width, digits may be full-width. Errors wrap
// [ErrReceiptShape] or [ErrReceiptCheck].
func ParseReceipt(typed string) (Receipt, error) {
	d, ok := foldDigits(typed)
	if !ok || len(d) != receiptDigits {
		return Receipt{}, fmt.Errorf("operation: %w", ErrReceiptShape)
	}
	if checkDigit(d[:17]) != d[17] {
		return Receipt{}, fmt.Errorf("operation: %w", ErrReceiptCheck)
	}
	day, err := time.Parse(time.DateOnly, "20"+d[7:9]+"-"+d[9:11]+"-"+d[11:13])
	if err != nil {
		return Receipt{}, fmt.Errorf("operation: %w", ErrReceiptShape)
	}
	r := Receipt{Centre: d[:4], Terminal: d[4:7], Day: day.Format(time.DateOnly)}
	for _, c := range d[13:17] {
		r.Seq = r.Seq*10 + int(c-'0')
	}
	if r.Seq == 0 {
		return Receipt{}, fmt.Errorf("operation: %w", ErrReceiptShape)
	}
	return r, nil
}

// foldDigits keeps the digits of typed in ASCII, drops separators, and reports
// false for anything else.
func foldDigits(typed string) (string, bool) {
	if len(typed) > 200 {
		return "", false
	}
	var b strings.Builder
	for _, c := range typed {
		switch {
		case c >= '0' && c <= '9':
			b.WriteRune(c)
		case c >= '０' && c <= '９':
			b.WriteRune(c - '０' + '0')
		case !strings.ContainsRune(" \t\u00a0\u3000-‐‑–—－_.", c):
			return "", false
		}
	}
	return b.String(), true
}

// checkDigit is ISO 7064 MOD 11,10 over a string of digits.
func checkDigit(d string) byte {
	p := 10
	for i := range len(d) {
		s := (p + int(d[i]-'0')) % 10
		if s == 0 {
			s = 10
		}
		p = s * 2 % 11
	}
	return byte('0' + (11-p)%10)
}

// digits reports whether s is n ASCII digits.
func digits(s string, n int) bool {
	return len(s) == n && strings.Trim(s, "0123456789") == ""
}
