package layout

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Line-start and line-end prohibitions (kinsoku) after GB/T 15834-2011 and
// W3C Requirements for Chinese Text Layout, section 3.1.3, and the units that
// stay with the number before them.
const (
	closers = "，。、；：？！）》」』】〉〕％℃…—·,.;:?!)]}%”’"
	openers = "（《「『【〈〔￥$([{“‘"
	units   = "号年月日时分秒元人位名个份天楼窗区岁米"
)

// pairs are units of two and three characters that stay whole.
var pairs = []string{
	"分钟", "小时", "工作日", "窗口",
	"星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日",
}

// Wrap breaks text into lines of at most limit, as measure tells widths. Words
// of narrow characters stay whole unless they are longer than a line. It
// always returns at least one line.
func Wrap(text string, limit int, wide func(rune) bool, measure func(string) int) []string {
	var lines []string
	line := ""
	flush := func() {
		lines = append(lines, strings.TrimRight(line, " "))
		line = ""
	}
	for _, atom := range atoms(text, wide) {
		if line != "" && measure(line+strings.TrimRight(atom, " ")) > limit {
			flush()
			atom = strings.TrimLeft(atom, " ")
		}
		for measure(atom) > limit {
			head := split(atom, limit, measure)
			lines = append(lines, head)
			atom = atom[len(head):]
		}
		line += atom
	}
	if line != "" || len(lines) == 0 {
		flush()
	}
	return company(lines, limit, wide, measure)
}

// company gives a last line of one Chinese character the end of the line
// before, because a single character is overlooked.
func company(lines []string, limit int, wide func(rune) bool, measure func(string) int) []string {
	n := len(lines)
	if n < 2 {
		return lines
	}
	first, size := utf8.DecodeRuneInString(lines[n-1])
	before := atoms(lines[n-2], wide)
	if !wide(first) || size < len(lines[n-1]) || len(before) < 3 {
		return lines
	}
	moved := before[len(before)-1]
	if r, _ := utf8.DecodeLastRuneInString(moved); !wide(r) || measure(moved+lines[n-1]) > limit {
		return lines
	}
	lines[n-1] = moved + lines[n-1]
	lines[n-2] = strings.TrimRight(strings.TrimSuffix(lines[n-2], moved), " ")
	return lines
}

// atoms splits text at every place where a line may end.
func atoms(text string, wide func(rune) bool) []string {
	var out []string
	start, before := 0, rune(0)
	for i, r := range text {
		if i > 0 && mayBreak(before, r, wide) && !insidePair(text, i) {
			out = append(out, text[start:i])
			start = i
		}
		before = r
	}
	if start < len(text) {
		out = append(out, text[start:])
	}
	return out
}

func mayBreak(before, r rune, wide func(rune) bool) bool {
	switch {
	case before == ' ' || r == ' ':
		return true
	case strings.ContainsRune(closers, r) || strings.ContainsRune(openers, before):
		return false
	case unicode.IsDigit(before) && strings.ContainsRune(units, r):
		return false
	}
	return wide(before) || wide(r)
}

// insidePair reports whether the byte offset i of text falls inside a pair.
func insidePair(text string, i int) bool {
	for _, p := range pairs {
		for j := range p {
			if j > 0 && i >= j && strings.HasPrefix(text[i-j:], p) {
				return true
			}
		}
	}
	return false
}

// split returns the longest beginning of s, at least one character, that fits.
func split(s string, limit int, measure func(string) int) string {
	_, end := utf8.DecodeRuneInString(s)
	for end < len(s) {
		_, n := utf8.DecodeRuneInString(s[end:])
		if measure(s[:end+n]) > limit {
			break
		}
		end += n
	}
	return s[:end]
}
