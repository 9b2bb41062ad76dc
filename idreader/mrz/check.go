package mrz

// weights repeat over the characters of a checked text (ICAO 9303-3, 4.9).
var weights = [3]int{7, 3, 1}

// checkDigit returns the check digit of s, which must hold only the characters
// of a zone.
func checkDigit(s string) byte {
	sum := 0
	for i := range len(s) {
		sum += value(s[i]) * weights[i%3]
	}
	return byte('0' + sum%10)
}

// value is the number that a character counts for.
func value(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'A' && c <= 'Z':
		return int(c-'A') + 10
	}
	return 0
}

func isDigit(c byte) bool  { return c >= '0' && c <= '9' }
func isLetter(c byte) bool { return c >= 'A' && c <= 'Z' }

// inZone reports whether a zone may hold c.
func inZone(c byte) bool { return isDigit(c) || isLetter(c) || c == '<' }
