package ime

import "strings"

// Sounds that many speakers do not tell apart.
var (
	fuzzyInitials = [][2]string{{"z", "zh"}, {"c", "ch"}, {"s", "sh"}, {"l", "n"}, {"f", "h"}, {"l", "r"}}
	fuzzyFinals   = [][2]string{{"an", "ang"}, {"en", "eng"}, {"in", "ing"}}
)

// fuzzy gives the syllables that sound like s for such speakers.
func (l *lattice) fuzzy(s string, give func(sylRange)) {
	if !l.o.Fuzzy {
		return
	}
	for _, i := range alike(s, fuzzyInitials, strings.HasPrefix, func(s, from, to string) string { return to + s[len(from):] }) {
		l.give(i, give)
		for _, f := range alike(i, fuzzyFinals, strings.HasSuffix, func(s, from, to string) string { return strings.TrimSuffix(s, from) + to }) {
			l.give(f, give)
		}
	}
	for _, f := range alike(s, fuzzyFinals, strings.HasSuffix, func(s, from, to string) string { return strings.TrimSuffix(s, from) + to }) {
		l.give(f, give)
	}
}

func (l *lattice) give(s string, give func(sylRange)) {
	if p, ok := l.d.prefixes[s]; ok && p.full {
		give(p)
	}
}

// alike swaps each pair of sounds in s where it has one of them.
func alike(s string, pairs [][2]string, has func(s, part string) bool, swap func(s, from, to string) string) []string {
	var all []string
	for _, p := range pairs {
		switch short, long := p[0], p[1]; {
		case has(s, long):
			all = append(all, swap(s, long, short))
		case has(s, short):
			all = append(all, swap(s, short, long))
		}
	}
	return all
}
