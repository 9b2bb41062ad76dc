package queue

import (
	"fmt"
	"strconv"
)

// FormatNumber returns the number that a citizen sees: the prefix and n with
// three digits, or four when the pool's highest number needs them, so that all
// numbers of a pool have one length.
func FormatNumber(prefix string, n, highest int) Number {
	digits := 3
	if highest > 999 {
		digits = 4
	}
	return Number(fmt.Sprintf("%s%0*d", prefix, digits, n))
}

// ParseNumber splits a number into its prefix, one or two capital letters, and
// its value, three or four digits. Prefixes have no I and no O, which look
// like digits.
func ParseNumber(s Number) (prefix string, n int, err error) {
	i := 0
	for i < len(s) && s[i] >= 'A' && s[i] <= 'Z' && s[i] != 'I' && s[i] != 'O' {
		i++
	}
	prefix, digits := string(s[:i]), string(s[i:])
	if i < 1 || i > 2 || len(digits) < 3 || len(digits) > 4 {
		return "", 0, fmt.Errorf("%q is not a ticket number such as A012", string(s))
	}
	v, err := strconv.ParseUint(digits, 10, 16)
	if err != nil {
		return "", 0, fmt.Errorf("%q is not a ticket number such as A012", string(s))
	}
	return prefix, int(v), nil
}
