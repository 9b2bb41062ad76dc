package ime

import (
	"cmp"
	"slices"
	"strings"
)

// A Kind says what a field holds. Words of that kind come first in it.
type Kind uint8

// The kinds.
const (
	Any    Kind = iota
	Person      // a person's name
	Place       // an address
)

// Options are what a conversion depends on beside the input.
type Options struct {
	Kind  Kind
	Begin bool // the field is empty: a person's surname comes first
	Fuzzy bool // z is also zh, n also l, an also ang, and so on
}

// A Candidate is a text that the first letters of an input may stand for.
type Candidate struct {
	Text string
	Len  int // letters and apostrophes that it stands for, at least 1
}

// MaxInput is how many letters a conversion takes; more are cut off.
const MaxInput = 48

// Convert returns what an input may stand for, the likeliest first: texts for
// all of it, then words for its beginning, the longer ones first. Input is
// pinyin without tones: whole syllables, initials or a mixture, with
// apostrophes where a border is not clear; v is ü. Upper case counts as lower
// case; an input with other characters has no candidates. Letters at the end
// that are no pinyin are left over by every candidate.
func (d *Dict) Convert(input string, o Options) []Candidate {
	s := strings.ToLower(input)
	s = s[:min(len(s), MaxInput)]
	if strings.Trim(s, "abcdefghijklmnopqrstuvwxyz'") != "" {
		return nil
	}
	l := newLattice(d, s, o)
	l.walk()
	r := &ranking{seen: map[string]bool{}}
	r.whole(l)
	r.parts(l)
	return r.list
}

// Syllables returns every syllable of the dictionary, in alphabetical order.
func (d *Dict) Syllables() []string { return slices.Clone(d.syl) }

// ranking collects candidates.
type ranking struct {
	list []Candidate
	seen map[string]bool
}

func (r *ranking) add(text string, n int) {
	if !r.seen[text] {
		r.seen[text] = true
		r.list = append(r.list, Candidate{text, n})
	}
}

// scored is a text with its cost. A word of the dictionary has its text only
// when it is shown.
type scored struct {
	text  string // "" for the word
	cost  int
	word  uint32
	short bool // some syllable is not spelled out as it is read
}

// most is how many words for the same letters are offered that are read by
// initials or otherwise than spelled: with so many, letters are missing. Whole
// syllables offer all that they have, for the rarest character may be a name's.
const most = 120

// addAll adds texts in the order of their costs.
func (r *ranking) addAll(l *lattice, all []scored, n int) {
	sortScored(all)
	short := 0
	for _, s := range all {
		if s.short {
			if short++; short > most {
				continue
			}
		}
		if s.text == "" {
			s.text = l.d.word(s.word)
		}
		r.add(s.text, n)
	}
}

// whole adds what stands for all letters: words, names, and the sentences that
// are better than the best word.
func (r *ranking) whole(l *lattice) {
	var all []scored
	end := len(l.s)
	for _, h := range l.hits {
		if h.end == end {
			all = l.appendWords(all, h)
		}
	}
	if l.o.Kind == Person {
		all = append(all, l.names()...)
	}
	if l.o.Kind == Place {
		all = append(all, l.addresses()...)
	}
	for rank := range l.bestAt(end) {
		if text, words := l.sentence(rank); words > 1 && (rank == 0 || len([]rune(text)) > 2) {
			all = append(all, scored{text: text, cost: l.best[end][rank].cost})
		}
	}
	r.addAll(l, all, end)
}

func (l *lattice) bestAt(i int) []step {
	if i >= len(l.best) || l.skip(0) == i {
		return nil
	}
	return l.best[i]
}

func sortScored(all []scored) {
	slices.SortStableFunc(all, func(a, b scored) int { return cmp.Compare(a.cost, b.cost) })
}

func (l *lattice) appendWords(all []scored, h hit) []scored {
	for w := l.d.words[h.node]; w < l.d.words[h.node+1]; w++ {
		all = append(all, scored{cost: h.cost + l.rankOf(w), word: w, short: h.cost > 0})
	}
	return all
}

// rankOf is what a word costs as a candidate of its own. A single character of
// a person's name counts as often as names have it, and an address does not
// begin with a part such as 县.
func (l *lattice) rankOf(w uint32) int {
	c := l.costOf(w)
	if l.o.Kind == Place && l.o.Begin && int(w) < len(l.d.given) {
		return int(l.d.cost[w])
	}
	if l.o.Kind == Person && int(w) < len(l.d.given) {
		n := int(l.d.given[w])
		if l.o.Begin {
			n = int(l.d.surname[w])
		}
		if n < 255 {
			return n
		}
		return 200 + c
	}
	return c
}

// parts adds words for the beginning of the letters. One that reads a whole
// syllable only by its initial is left out.
func (r *ranking) parts(l *lattice) {
	hits := slices.DeleteFunc(slices.Clone(l.hits), func(h hit) bool { return h.end >= len(l.s) || h.cost >= costShort })
	slices.SortStableFunc(hits, func(a, b hit) int { return b.end - a.end })
	for len(hits) > 0 {
		n := 1
		for n < len(hits) && hits[n].end == hits[0].end {
			n++
		}
		var all []scored
		for _, h := range hits[:n] {
			all = l.appendWords(all, h)
		}
		r.addAll(l, all, hits[0].end)
		hits = hits[n:]
	}
}

// placeFollows reports whether the best way from a place to the end begins with
// a part of an address, such as 市.
func (l *lattice) placeFollows(i int) bool {
	t := l.tails[i]
	return t.cost < unreachable && l.d.flag[l.arcs[t.arc].word]&flagPlace != 0
}

// Limits of the addresses that are put together.
const (
	heads = 8 // words for each beginning
	sites = 12
)

// addresses are each of the likeliest beginnings with the best rest: names of
// places that the dictionary has only in parts.
func (l *lattice) addresses() []scored {
	l.findTails()
	var all []scored
	for _, h := range l.hits {
		if h.end >= len(l.s) || h.cost > 0 || !l.placeFollows(h.end) {
			continue
		}
		some := l.appendWords(nil, h)
		sortScored(some)
		for _, s := range some[:min(len(some), heads)] {
			tail := l.tail(h.end)
			s.text = l.d.word(s.word)
			if len([]rune(s.text)) == 1 && len([]rune(tail)) > 1 {
				continue // one character before a name of its own
			}
			all = append(all, scored{text: s.text + tail, cost: s.cost + l.tails[h.end].cost})
		}
	}
	sortScored(all)
	return all[:min(len(all), sites)]
}
