package main

import (
	"bufio"
	"iter"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// maxLength is the longest word, in characters.
const maxLength = 9

// A word is one reading of a text.
type word struct {
	text string
	syl  []string
	p    float64 // probability of the text in this reading
	flag byte
}

// Flags of a word, as package ime reads them.
const (
	flagPlace   = 1
	flagPerson  = 2
	flagSurname = 4
)

// lexicon is all that goes into the dictionary.
type lexicon struct {
	chars   map[rune]bool // that may occur
	read    *readings
	words   map[string]*word // by text and reading
	surname map[string]float64
	given   map[rune]float64
}

// lines gives the lines of a text that are not empty and no remark.
func lines(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		s := bufio.NewScanner(strings.NewReader(text))
		s.Buffer(nil, 1<<20)
		for s.Scan() {
			l := strings.TrimSpace(s.Text())
			if l != "" && l[0] != '#' && !yield(l) {
				return
			}
		}
	}
}

// drawable are the characters that the embedded font was made for: the two-byte
// part of GB18030 and the Table of General Standard Chinese Characters.
func drawable(general string) map[rune]bool {
	all := map[rune]bool{}
	dec := simplifiedchinese.GB18030.NewDecoder()
	for a := 0x81; a < 0xff; a++ {
		for b := 0x40; b < 0xff; b++ {
			s, err := dec.Bytes([]byte{byte(a), byte(b)})
			if r, n := utf8.DecodeRune(s); err == nil && n == len(s) && (r >= 0x3400 && r < 0xa000 || r == '〇') {
				all[r] = true
			}
		}
	}
	for _, r := range general {
		if r >= 0x3400 {
			all[r] = true
		}
	}
	return all
}

// Scales of the sources: a document of THUOCL's counts as so much probability,
// measured on the provincial cities that jieba counts too; words of this
// project's own lists as much as a common word.
const (
	perDocument = 2.5e-10
	ownWord     = 1.2e-5
	generalChar = 1e-10 // a character of the Table of General Standard Chinese Characters
	rareChar    = 1e-13
)

// collect joins the sources.
func collect(text map[string]string) *lexicon {
	l := &lexicon{chars: drawable(text["general.txt"]), words: map[string]*word{}}
	l.read = newReadings(text, l.chars)
	counts, tags := jieba(text["jieba.txt"])
	l.android(text["simp.yaml"], counts)
	for w, p := range counts {
		l.offer(w, p, flagOf(tags[w], w))
	}
	for _, list := range []string{"diming.txt", "law.txt", "medical.txt", "caijing.txt"} {
		l.thuocl(text[list], list == "diming.txt", counts)
	}
	for line := range lines(text["own.txt"]) {
		for _, w := range strings.Fields(line) {
			l.offer(w, ownWord, 0)
		}
	}
	for line := range lines(text["places.txt"]) {
		for _, w := range strings.Fields(line) {
			l.offer(w, ownWord, flagPlace)
		}
	}
	l.rest(text["general.txt"])
	l.names(text["jieba.txt"], text["surnames.txt"])
	l.today(text["given.txt"], text["general.txt"])
	return l
}

// jieba are its words with their probability and kind. Words that occur once or
// twice in its texts are mostly mistakes and are left out, place names aside.
func jieba(text string) (map[string]float64, map[string]string) {
	counts, tags, total := map[string]float64{}, map[string]string{}, 0.0
	for line := range lines(text) {
		f := strings.Fields(line)
		if len(f) != 3 {
			continue
		}
		n, err := strconv.ParseFloat(f[1], 64)
		if err != nil {
			continue
		}
		total += n
		if n >= 3 || f[2] == "ns" {
			counts[f[0]], tags[f[0]] = n, f[2]
		}
	}
	for w := range counts {
		counts[w] /= total
	}
	return counts, tags
}

func flagOf(tag, w string) byte {
	switch {
	case tag == "ns":
		return flagPlace
	case tag == "nr" && utf8.RuneCountInString(w) > 1:
		return flagPerson
	}
	return 0
}

// android adds the words of the Android dictionary with its readings. A text
// that jieba counts too gets the mean of both, in the shares of the readings.
func (l *lexicon) android(text string, counts map[string]float64) {
	total, sum := 0.0, map[string]float64{}
	all := android(text)
	for _, a := range all {
		total += a.count
		sum[a.word] += a.count
	}
	for _, a := range all {
		p := a.count / total
		if pj, ok := counts[a.word]; ok && sum[a.word] > 0 {
			p = (p + pj*a.count/sum[a.word]) / 2
		}
		if a.word == "咁" || len(a.syl) == 1 && !slices.Contains(l.read.listed[[]rune(a.word)[0]], a.syl[0]) {
			continue // a reading that no other source knows, or a Cantonese word
		}
		l.put(a.word, a.syl, max(p, rareChar), 0)
	}
}

// offer adds a word in the readings that are known or made for it. A word that
// is there keeps the higher of both probabilities.
func (l *lexicon) offer(w string, p float64, flag byte) {
	read := l.read.of
	if flag&flagPlace != 0 {
		read = l.read.ofPlace
	}
	for _, syl := range read(w) {
		l.put(w, syl, p, flag)
	}
}

func (l *lexicon) put(w string, syl []string, p float64, flag byte) {
	if len(syl) > maxLength || utf8.RuneCountInString(w) != len(syl) || !l.read.sound(syl) {
		return
	}
	for _, r := range w {
		if !l.chars[r] {
			return
		}
	}
	key := w + " " + strings.Join(syl, " ")
	if old, ok := l.words[key]; ok {
		old.flag |= flag
		if len(syl) > 1 {
			old.p = max(old.p, p)
		}
		return
	}
	l.words[key] = &word{w, syl, p, flag}
}

// thuocl adds a list of THUOCL. A place name needs three documents, or the name
// of its kind at its end; other words need thirty.
func (l *lexicon) thuocl(text string, place bool, counts map[string]float64) {
	for line := range lines(text) {
		f := strings.Fields(line)
		if len(f) != 2 || counts[f[0]] > 0 && !place {
			continue
		}
		n, err := strconv.ParseFloat(f[1], 64)
		size := utf8.RuneCountInString(f[0])
		if err != nil || size < 2 || size > maxLength {
			continue
		}
		least, flag := 30.0, byte(0)
		if place {
			least, flag = 3, flagPlace
			if strings.ContainsAny(f[0][len(f[0])-3:], "省市县区旗州盟") {
				least = 1
			}
		}
		if n < least {
			continue
		}
		if _, ok := counts[f[0]]; ok && flag == flagPlace {
			l.flagPlace(f[0], counts[f[0]])
			continue
		}
		l.offer(f[0], n*perDocument, flag)
	}
}

// seldomPlace is how likely a word may be that is a place without looking like
// one.
const seldomPlace = 1e-6

// flagPlace marks a word of the list of places that other sources have too,
// when it looks like a place or is seldom: the list has words such as hospital.
func (l *lexicon) flagPlace(w string, p float64) {
	if p < seldomPlace || strings.ContainsAny(w[len(w)-3:], "省市县区旗州盟镇乡村街路道巷里园") {
		l.offer(w, p, flagPlace)
	}
}

// rest adds every drawable character in every reading.
func (l *lexicon) rest(general string) {
	for r := range l.chars {
		p := rareChar
		if strings.ContainsRune(general, r) {
			p = generalChar
		}
		for i, s := range l.read.all[r] {
			l.put(string(r), []string{s}, p/float64(i+1), 0)
		}
	}
}

// cost is how a probability is stored: eighths of its negative natural
// logarithm, at most 255.
func cost(p float64) byte {
	if p <= 0 {
		return 255
	}
	return byte(min(255, max(0, math.Round(-8*math.Log(p)))))
}
