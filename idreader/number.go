package idreader

import "fmt"

// IDNumber is a citizen number, GB 11643: 17 digits and a check character.
// Formatting one with package fmt shows it masked; string(n) is the number.
type IDNumber string

// Positions of a citizen number, GB 11643 section 4.
const (
	numberLen  = 18
	birthFrom  = 6
	orderFrom  = 14
	checkPlace = 17
)

// CheckCharacter returns the check character of a citizen number's first 17
// digits by ISO 7064 MOD 11-2, and false when they are not 17 digits.
func CheckCharacter(digits string) (byte, bool) {
	if len(digits) != checkPlace {
		return 0, false
	}
	weights := [checkPlace]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
	sum := 0
	for i, w := range weights {
		c := digits[i]
		if c < '0' || c > '9' {
			return 0, false
		}
		sum += int(c-'0') * w
	}
	return "10X98765432"[sum%11], true
}

// Valid reports whether n has 18 characters and the right check character; a
// lower-case x counts as X. Unknown and abolished regions are valid.
func (n IDNumber) Valid() bool {
	if len(n) != numberLen {
		return false
	}
	want, ok := CheckCharacter(string(n[:checkPlace]))
	got := n[checkPlace]
	if got == 'x' {
		got = 'X'
	}
	return ok && got == want
}

// Birth returns the birth date in digits 7 to 14, or no date when there is none.
func (n IDNumber) Birth() Date {
	if len(n) != numberLen {
		return Date{}
	}
	d, _ := ParseDate(string(n[birthFrom:orderFrom]))
	return d
}

// Sex returns the sex in digit 17: odd is male. It is SexUnknown when n is not
// 18 characters long or has no digit there.
func (n IDNumber) Sex() Sex {
	if len(n) != numberLen || n[16] < '0' || n[16] > '9' {
		return SexUnknown
	}
	if n[16]%2 == 1 {
		return Male
	}
	return Female
}

// Masked returns n as it may be shown, such as "110***********002X". Anything
// that is not 18 ASCII characters is hidden whole.
func (n IDNumber) Masked() string {
	const stars = "******************"
	if len(n) != numberLen {
		return stars
	}
	for i := range len(n) {
		if n[i] < ' ' || n[i] > '~' {
			return stars
		}
	}
	return string(n[:3]) + stars[:11] + string(n[orderFrom:])
}

// Format writes the masked number for every verb.
func (n IDNumber) Format(f fmt.State, _ rune) { fmt.Fprint(f, n.Masked()) }
