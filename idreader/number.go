package idreader

import (
	"fmt"
	"slices"
)

// IDNumber is the number of a person: 18 characters on most cards (GB 11643, 17
// digits and a check character), 15 on the foreigner's card of 2017 (three
// letters and 12 digits). Formatting one with package fmt shows it masked;
// string(n) is the number.
//
//	citizen           region(6)              birth YYYYMMDD(8)  order(3)  check   GB 11643 section 4
//	HK, Macau, Taiwan 810000, 820000, 830000 birth(8)           order(3)  check
//	foreigner, 2023   9 province(2) country(3 digits) birth(8)  order(3)  check
//	foreigner, 2017   country(3 letters) region(4)  birth YYMMDD(6)  order(1)  check
//
// The first two check characters and the third are ISO 7064 MOD 11-2; an odd
// order number is a male's. That the number of 2017 has this shape, with a check
// digit weighted 7 3 1 as in ICAO Doc 9303, is UNCONFIRMED by its standard; the
// one example that authorities publish has it.
type IDNumber string

// Positions in a number of 18 characters, and in one of 15.
const (
	numberLen  = 18
	birthFrom  = 6
	orderFrom  = 14
	checkPlace = 17

	oldLen       = 15
	oldLetters   = 3
	oldBirthFrom = 7
	oldOrder     = 13
	oldCheck     = 14
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

// Valid reports whether n has 18 or 15 characters and the right check character;
// a lower-case x counts as X. Unknown and abolished regions are valid.
func (n IDNumber) Valid() bool {
	if len(n) == oldLen {
		return n.validOld()
	}
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

// validOld checks a number of 15 characters.
func (n IDNumber) validOld() bool {
	sum := 0
	for i := range oldCheck {
		c, value := n[i], 0
		switch {
		case i < oldLetters && c >= 'A' && c <= 'Z':
			value = int(c-'A') + 10
		case i >= oldLetters && c >= '0' && c <= '9':
			value = int(c - '0')
		default:
			return false
		}
		sum += value * [...]int{7, 3, 1}[i%3]
	}
	return int(n[oldCheck]) == '0'+sum%10
}

// Of reports whether n is a number that documents of kind k carry, by its length
// and first characters. Every number of 18 characters may be a resident's.
func (n IDNumber) Of(k Kind) bool {
	switch k {
	case Foreigner2017:
		return len(n) == oldLen
	case Foreigner2023:
		return len(n) == numberLen && n[0] == '9'
	case Residence:
		return len(n) == numberLen && slices.Contains([]IDNumber{"810000", "820000", "830000"}, n[:birthFrom])
	}
	return len(n) == numberLen
}

// Birth returns the birth date in a number of 18 characters, or no date when
// there is none. A number of 15 has no century; see [IDNumber.BornOn].
func (n IDNumber) Birth() Date {
	if len(n) != numberLen {
		return Date{}
	}
	d, _ := ParseDate(string(n[birthFrom:orderFrom]))
	return d
}

// BornOn reports whether the number belongs to somebody born on d.
func (n IDNumber) BornOn(d Date) bool {
	if d.IsZero() {
		return false
	}
	if len(n) == oldLen {
		return string(n[oldBirthFrom:oldOrder]) == d.Compact()[2:]
	}
	return n.Birth() == d
}

// Sex returns the sex by the last digit of the order number: odd is male. It is
// SexUnknown when n has neither 18 nor 15 characters, or no digit there.
func (n IDNumber) Sex() Sex {
	order := orderFrom + 2
	switch len(n) {
	case numberLen:
	case oldLen:
		order = oldOrder
	default:
		return SexUnknown
	}
	if n[order] < '0' || n[order] > '9' {
		return SexUnknown
	}
	if n[order]%2 == 1 {
		return Male
	}
	return Female
}

// Masked returns n as it may be shown, such as "110***********002X" or
// "KAZ**********05". Anything that is not 18 or 15 ASCII characters is hidden
// whole.
func (n IDNumber) Masked() string {
	const stars = "******************"
	tail := map[int]int{numberLen: 4, oldLen: 2}[len(n)]
	if tail == 0 {
		return stars
	}
	for i := range len(n) {
		if n[i] < ' ' || n[i] > '~' {
			return stars
		}
	}
	return string(n[:3]) + stars[:len(n)-3-tail] + string(n[len(n)-tail:])
}

// Format writes the masked number for every verb.
func (n IDNumber) Format(f fmt.State, _ rune) { fmt.Fprint(f, n.Masked()) }
