package mrz

import "strings"

// likeDigit maps letters to the digit that a camera reads them for.
var likeDigit = map[byte]byte{'O': '0', 'I': '1', 'S': '5', 'B': '8'}

// zone is the text of a document while it is read: lines that repairs change.
type zone struct {
	layout
	text    [][]byte
	repairs []Repair
}

func (z *zone) get(s span) string {
	if s.to == 0 {
		return ""
	}
	return string(z.text[s.line][s.from:s.to])
}

func (z *zone) join(spans []span) string {
	var s string
	for _, p := range spans {
		s += z.get(p)
	}
	return s
}

// sound reports whether c's digit agrees with what it covers, and letters stand
// only where they can.
func (z *zone) sound(c check) bool {
	for _, s := range z.digitsOnly(c) {
		if strings.ContainsFunc(z.get(s), func(r rune) bool { return r >= 'A' }) {
			return false
		}
	}
	digit, over := z.text[c.digit.line][c.digit.from], z.join(c.over)
	if c.empty && digit == '<' {
		return strings.Trim(over, "<") == ""
	}
	return digit == checkDigit(over)
}

// digitsOnly returns the places of c where only a digit can stand.
func (z *zone) digitsOnly(c check) []span {
	places := []span{c.digit}
	fixed := append([]span{z.birth, z.expiry}, z.digits...)
	for _, o := range c.over {
		for _, f := range fixed {
			if f.line == o.line && f.from >= o.from && f.to <= o.to {
				places = append(places, f)
			}
		}
	}
	return places
}

// repair puts digits for the letters that look like them in the digit places
// of c, and keeps that only when the check digit then agrees.
func (z *zone) repair(c check) {
	var made []Repair
	for _, s := range z.digitsOnly(c) {
		for i := s.from; i < s.to; i++ {
			if d, ok := likeDigit[z.text[s.line][i]]; ok {
				made = append(made, Repair{Line: s.line, Column: i, From: z.text[s.line][i], To: d})
				z.text[s.line][i] = d
			}
		}
	}
	if z.sound(c) {
		z.repairs = append(z.repairs, made...)
		return
	}
	for _, r := range made {
		z.text[r.Line][r.Column] = r.From
	}
}
