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

// A stretch is a part of a text, by the offsets of its bytes.
type stretch struct{ from, to int }

// Wrap breaks text into lines of at most limit, as measure tells widths. Words
// of narrow characters stay whole unless they are longer than a line. It
// always returns at least one line.
func Wrap(text string, limit int, wide func(rune) bool, measure func(string) int) []string {
	at := breaks(text, wide, func(s stretch) bool { return measure(text[s.from:s.to]) <= limit })
	lines := make([]string, len(at))
	for i, s := range at {
		lines[i] = text[s.from:s.to]
	}
	return lines
}

// breaks returns the lines of [Wrap] for a text whose widths depend on the
// place. Of the text only spaces between lines are in none.
func breaks(text string, wide func(rune) bool, fits func(stretch) bool) []stretch {
	var lines []stretch
	line := stretch{}
	for _, atom := range atoms(text, wide) {
		if line.from < line.to && !fits(trimmed(text, stretch{line.from, atom.to})) {
			lines = append(lines, trimmed(text, line))
			line = stretch{atom.from, atom.from}
		}
		if line.from == line.to {
			for line.from = atom.from; !fits(stretch{line.from, atom.to}); {
				head := stretch{line.from, split(text, stretch{line.from, atom.to}, fits)}
				lines = append(lines, head)
				line.from = head.to
			}
		}
		line.to = atom.to
	}
	if line.from < line.to || len(lines) == 0 {
		lines = append(lines, trimmed(text, line))
	}
	return company(text, lines, wide, fits)
}

// trimmed is a stretch without the spaces at its end.
func trimmed(text string, s stretch) stretch {
	return stretch{s.from, s.from + len(strings.TrimRight(text[s.from:s.to], " "))}
}

// company gives a last line of one Chinese character the end of the line
// before, because a single character is overlooked.
func company(text string, lines []stretch, wide func(rune) bool, fits func(stretch) bool) []stretch {
	n := len(lines)
	if n < 2 {
		return lines
	}
	before, last := lines[n-2], lines[n-1]
	first, size := utf8.DecodeRuneInString(text[last.from:last.to])
	words := atoms(text[before.from:before.to], wide)
	if !wide(first) || size < last.to-last.from || len(words) < 3 {
		return lines
	}
	from := before.from + words[len(words)-1].from
	r, _ := utf8.DecodeLastRuneInString(text[from:before.to])
	if joined := (stretch{from, last.to}); wide(r) && fits(joined) {
		lines[n-1] = joined
		lines[n-2] = trimmed(text, stretch{before.from, from})
	}
	return lines
}

// atoms splits text at every place where a line may end.
func atoms(text string, wide func(rune) bool) []stretch {
	var out []stretch
	start, before := 0, rune(0)
	for i, r := range text {
		if i > 0 && mayBreak(before, r, wide) && !insidePair(text, i) {
			out = append(out, stretch{start, i})
			start = i
		}
		before = r
	}
	if start < len(text) {
		out = append(out, stretch{start, len(text)})
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

// split returns the end of the longest beginning of s, at least one character,
// that fits.
func split(text string, s stretch, fits func(stretch) bool) int {
	_, n := utf8.DecodeRuneInString(text[s.from:s.to])
	end := s.from + n
	for end < s.to {
		_, n := utf8.DecodeRuneInString(text[end:s.to])
		if !fits(stretch{s.from, end + n}) {
			break
		}
		end += n
	}
	return end
}
