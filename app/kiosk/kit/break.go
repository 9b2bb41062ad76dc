package kit

import (
	"strings"
	"unicode"
)

// Characters that no line may begin or end with (GB/T 15834 and CLREQ §3.1).
const (
	notFirst = "、。，．：；？！）》〉」』】〕”’…—～·%‰℃,.:;?!)]}"
	notLast  = "（《〈「『【〔“‘([{￥$№"
)

// Break cuts text into lines that are at most width wide by measure. It breaks
// between Chinese characters and at spaces, keeps words, numbers and addresses
// such as 022-24538000 whole, and never puts a closing mark at the start or an
// opening one at the end of a line. A word wider than a line is cut. Line feeds
// in text stay breaks.
func Break(text string, width float32, measure func(string) float32) []string {
	var lines []string
	for _, paragraph := range strings.Split(text, "\n") {
		lines = append(lines, breakOne(paragraph, width, measure)...)
	}
	return lines
}

func breakOne(text string, width float32, measure func(string) float32) []string {
	var lines []string
	line := ""
	for _, u := range units(text) {
		next := line + u
		if line == "" {
			next = strings.TrimLeft(u, " ")
		}
		if measure(strings.TrimRight(next, " ")) <= width {
			line = next
			continue
		}
		if s := strings.TrimRight(line, " "); s != "" {
			lines = append(lines, s)
		}
		line = strings.TrimLeft(u, " ")
		for measure(strings.TrimRight(line, " ")) > width && len([]rune(line)) > 1 {
			var head string
			head, line = cut(line, width, measure)
			lines = append(lines, head)
		}
	}
	return append(lines, strings.TrimRight(line, " "))
}

// cut splits a word that is wider than a line; at least one rune stays in the
// first part.
func cut(word string, width float32, measure func(string) float32) (head, rest string) {
	r := []rune(word)
	n := len(r) - 1
	for n > 1 && measure(string(r[:n])) > width {
		n--
	}
	return string(r[:n]), string(r[n:])
}

// units splits text into what must stay together: a word with the marks that
// may not be separated from it. Spaces stay at the end of their unit.
func units(text string) []string {
	var all []string
	var unit strings.Builder
	runes := []rune(text)
	for i, r := range runes {
		unit.WriteRune(r)
		if i+1 == len(runes) || mayBreak(r, runes[i+1]) {
			all = append(all, unit.String())
			unit.Reset()
		}
	}
	return all
}

// mayBreak reports whether a line may end between two runes.
func mayBreak(a, b rune) bool {
	switch {
	case unicode.IsSpace(b) || strings.ContainsRune(notFirst, b) || strings.ContainsRune(notLast, a):
		return false
	case unicode.IsSpace(a):
		return true
	}
	return wide(a) || wide(b)
}

// wide reports whether r is a character of Chinese text, which stands for
// itself.
func wide(r rune) bool {
	return r >= 0x2E80 && r <= 0x9FFF || r >= 0xF900 && r <= 0xFAFF || r >= 0xFF00 && r <= 0xFFEF || r >= 0x20000
}
