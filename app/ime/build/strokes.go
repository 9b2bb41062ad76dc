package main

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// class is the kind of a stroke by the letter of cnchar-order: 1 level 一, 2
// upright 丨, 3 falling left 丿, 4 dot or falling right 丶, 5 turning 乛. A
// rising stroke counts as level and an upright hook as upright, as on telephones.
var class = strings.NewReplacer("j", "1", "i", "1", "f", "2", "g", "2", "s", "3", "k", "4", "l", "4", "d", "4",
	"a", "5", "b", "5", "c", "5", "o", "5", "r", "5", "n", "5", "x", "5", "w", "5", "z", "5", "t", "5", "y", "5",
	"v", "5", "e", "5", "p", "5", "q", "5", "h", "5", "m", "5", "u", "5")

var ordered = regexp.MustCompile(`"([^"])":"([a-z]+)"`)

// strokes are the strokes of every character as digits from 1 to 5.
func strokes(js string, chars map[rune]bool) map[rune]string {
	all := map[rune]string{}
	for _, m := range ordered.FindAllStringSubmatch(js, -1) {
		r, _ := utf8.DecodeRuneInString(m[1])
		s := class.Replace(m[2])
		if chars[r] && strings.Trim(s, "12345") == "" && len(s) < 64 {
			all[r] = s
		}
	}
	return all
}
