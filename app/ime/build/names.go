package main

import (
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// names counts surnames and the characters of given names in jieba's 73,000
// names of persons, each name once.
func (l *lexicon) names(jieba, list string) {
	known, read := surnames(list)
	l.surname, l.given = map[string]float64{}, map[rune]float64{}
	var people, letters float64
	for line := range lines(jieba) {
		f := strings.Fields(line)
		if len(f) != 3 || f[2] != "nr" {
			continue
		}
		s, rest := split(f[0], known)
		if s == "" {
			continue
		}
		weight := 0.2 // many words of two characters are marked as names and are none
		if utf8.RuneCountInString(f[0]) > 2 {
			weight = 1
		}
		people += weight
		l.surname[s] += weight
		for _, r := range rest {
			letters += weight
			l.given[r] += weight
		}
	}
	rank := common(list)
	for s := range known {
		l.surname[s] = (l.surname[s] + 0.5) / people / 4 // a quarter of all have another surname than the hundred
		if n, ok := rank[s]; ok {
			l.surname[s] = 0.08 * math.Pow(float64(n+1), -0.8)
		}
		for _, syl := range l.surnameReadings(s, read) {
			l.put(s, syl, 1e-8, flagSurname)
		}
	}
	for _, r := range "者这着的了是就也不没在为之与及或但又吗呢吧啊把被从到得过和很" {
		l.given[r] = 0
	}
	for r, n := range l.given {
		l.given[r] = n / letters
	}
}

// Least frequencies in given names.
const (
	todayGiven = 1e-3
	tableGiven = 1e-6
	tableThree = 6500 // characters of the Table before its third part, which is for names and places
)

// today adds the characters that names have today.
func (l *lexicon) today(given, general string) {
	for line := range lines(given) {
		for _, r := range line {
			l.given[r] = max(l.given[r], todayGiven)
		}
	}
	for i, r := range []rune(strings.ReplaceAll(general, "\n", "")) {
		if i >= tableThree {
			l.given[r] = max(l.given[r], tableGiven)
		}
	}
}

// split parts a name in surname and given name. It is "", "" when it does not
// look like a name.
func split(name string, known map[string]bool) (surname, given string) {
	n := utf8.RuneCountInString(name)
	_, first := utf8.DecodeRuneInString(name)
	if n >= 3 && len(name) > 6 && known[name[:6]] {
		return name[:6], name[6:]
	}
	if (n == 2 || n == 3) && known[name[:first]] {
		return name[:first], name[first:]
	}
	return "", ""
}

// first stands before the most common surnames.
const first = "first: "

// common is the rank of the most common surnames. The first has 7 of 100 people
// and the hundredth 2 of 1,000, by the power law that joins them.
func common(list string) map[string]int {
	rank := map[string]int{}
	for line := range lines(list) {
		if all, ok := strings.CutPrefix(line, first); ok {
			for i, r := range []rune(all) {
				rank[string(r)] = i
			}
		}
	}
	return rank
}

// surnames reads the list: single surnames without spaces, double ones and
// readings in words of their own.
func surnames(list string) (known map[string]bool, read map[string]string) {
	known, read = map[string]bool{}, map[string]string{}
	for line := range lines(list) {
		if strings.HasPrefix(line, first) {
			continue
		}
		for _, w := range strings.Fields(line) {
			if s, syl, ok := strings.Cut(w, ":"); ok {
				known[s], read[s] = true, syl
				continue
			}
			if utf8.RuneCountInString(w) == 2 {
				known[w] = true
				continue
			}
			for _, r := range w {
				known[string(r)] = true
			}
		}
	}
	return known, read
}

// surnameReadings is the reading that the list gives, or the usual one.
func (l *lexicon) surnameReadings(s string, read map[string]string) [][]string {
	given, ok := read[s]
	if !ok {
		return l.read.of(s)
	}
	if utf8.RuneCountInString(s) == 1 {
		return [][]string{{given}}
	}
	for i := 1; i < len(given); i++ {
		if a, b := given[:i], given[i:]; l.read.valid[a] && l.read.valid[b] {
			r := []rune(s)
			if slices.Contains(l.read.all[r[0]], a) && slices.Contains(l.read.all[r[1]], b) {
				return [][]string{{a, b}}
			}
		}
	}
	return nil
}
