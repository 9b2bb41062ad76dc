package main

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// readings says how words are read.
type readings struct {
	all    map[rune][]string // of a character, the usual first
	listed map[rune][]string // of a character, by pinyin-data
	share  map[rune]map[string]float64
	phrase map[string][][]string // of words, from dictionaries
	valid  map[string]bool       // syllables
}

// plain takes the tone off: lǜ is lv.
var plain = strings.NewReplacer(
	"ā", "a", "á", "a", "ǎ", "a", "à", "a", "ē", "e", "é", "e", "ě", "e", "è", "e", "ê̄", "", "ế", "", "ê̌", "", "ề", "",
	"ī", "i", "í", "i", "ǐ", "i", "ì", "i", "ō", "o", "ó", "o", "ǒ", "o", "ò", "o", "ū", "u", "ú", "u", "ǔ", "u", "ù", "u",
	"ǖ", "v", "ǘ", "v", "ǚ", "v", "ǜ", "v", "ü", "v", "u:", "v", "ń", "n", "ň", "n", "ǹ", "n", "ḿ", "m", "̀", "")

// syllable is a reading as it is typed. lue and nue are lve and nve.
func syllable(s string) string {
	s = plain.Replace(strings.ToLower(s))
	switch s {
	case "lue", "nue":
		return s[:1] + "ve"
	case "r":
		return "er"
	}
	return s
}

func syllables(s string) []string {
	f := strings.Fields(s)
	for i := range f {
		f[i] = syllable(f[i])
	}
	return f
}

func newReadings(text map[string]string, chars map[rune]bool) *readings {
	r := &readings{all: map[rune][]string{}, listed: map[rune][]string{}, share: map[rune]map[string]float64{}, phrase: map[string][][]string{}, valid: map[string]bool{}}
	for _, a := range android(text["simp.yaml"]) {
		w, syl, n := a.word, a.syl, a.count
		for _, s := range syl {
			r.valid[s] = strings.ContainsAny(s, "aeiouv") // hm, m, n and ng are no syllables that one types
		}
		if c, size := utf8.DecodeRuneInString(w); size == len(w) {
			if r.share[c] == nil {
				r.share[c] = map[string]float64{}
			}
			r.share[c][syl[0]] += n
		} else {
			r.phrase[w] = append(r.phrase[w], syl)
		}
	}
	for line := range lines(text["phrases.txt"]) {
		w, syl, ok := strings.Cut(line, ":")
		syl, _, _ = strings.Cut(syl, "#")
		if ok && !slices.ContainsFunc(r.phrase[w], func(known []string) bool { return slices.Equal(known, syllables(syl)) }) && r.sound(syllables(syl)) {
			r.phrase[w] = append(r.phrase[w], syllables(syl))
		}
	}
	r.characters(text["readings.txt"], chars)
	return r
}

func (r *readings) sound(syl []string) bool {
	return len(syl) > 0 && !slices.ContainsFunc(syl, func(s string) bool { return !r.valid[s] })
}

// characters reads pinyin-data: "U+4E0A: shàng,shang  # 上".
func (r *readings) characters(text string, chars map[rune]bool) {
	for line := range lines(text) {
		code, rest, ok := strings.Cut(line, ":")
		n, err := strconv.ParseUint(strings.TrimPrefix(code, "U+"), 16, 32)
		if !ok || err != nil || !chars[rune(n)] {
			continue
		}
		rest, _, _ = strings.Cut(rest, "#")
		c := rune(n)
		for _, s := range strings.Split(strings.TrimSpace(rest), ",") {
			if s = syllable(s); r.valid[s] && !slices.Contains(r.all[c], s) {
				r.all[c] = append(r.all[c], s)
			}
		}
	}
	for c, share := range r.share {
		r.listed[c] = slices.Clone(r.all[c])
		slices.SortStableFunc(r.all[c], func(a, b string) int {
			switch d := share[b] - share[a]; {
			case d > 0:
				return 1
			case d < 0:
				return -1
			}
			return strings.Compare(a, b)
		})
	}
}

// A row is a word of the Android dictionary.
type row struct {
	word  string
	syl   []string
	count float64
}

// android reads its rows "word TAB syllables TAB count".
func android(text string) []row {
	var all []row
	for line := range lines(text) {
		f := strings.Split(line, "\t")
		if len(f) != 3 {
			continue
		}
		n, err := strconv.ParseFloat(f[2], 64)
		if err == nil {
			all = append(all, row{f[0], syllables(f[1]), n})
		}
	}
	return all
}

// of returns the readings of a word: those of the dictionaries, or one that is
// made of the longest known parts.
func (r *readings) of(w string) [][]string {
	if known := r.phrase[w]; len(known) > 0 {
		return known
	}
	if c, size := utf8.DecodeRuneInString(w); size == len(w) {
		if len(r.all[c]) == 0 {
			return nil
		}
		return [][]string{r.all[c][:1]}
	}
	made := r.made([]rune(w), nil)
	if made == nil {
		return nil
	}
	return [][]string{made}
}

// inPlaces are the readings that characters have in names of places when no
// dictionary says otherwise.
var inPlaces = map[rune]string{'都': "du", '重': "chong", '长': "chang", '朝': "chao", '乐': "le", '行': "xing", '厦': "sha", '会': "hui", '和': "he", '番': "fan"}

// ofPlace is like of for the name of a place.
func (r *readings) ofPlace(w string) [][]string {
	if len(r.phrase[w]) > 0 || utf8.RuneCountInString(w) < 2 {
		return r.of(w)
	}
	if made := r.made([]rune(w), inPlaces); made != nil {
		return [][]string{made}
	}
	return nil
}

// made reads a word by its longest known parts, single characters by a table
// or as they are read most.
func (r *readings) made(w []rune, table map[rune]string) []string {
	var syl []string
	for len(w) > 0 {
		n := min(len(w), maxLength)
		for n > 1 && len(r.phrase[string(w[:n])]) == 0 {
			n--
		}
		switch {
		case n > 1:
			syl = append(syl, r.phrase[string(w[:n])][0]...)
		case table[w[0]] != "":
			syl = append(syl, table[w[0]])
		case len(r.all[w[0]]) == 0:
			return nil
		default:
			syl = append(syl, r.all[w[0]][0])
		}
		w = w[n:]
	}
	return syl
}
