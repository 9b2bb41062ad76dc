package ime

import (
	"slices"
	"strings"
)

// Costs of what is not spelled out, in eighths of a natural logarithm, and what
// a field's kind is worth.
const (
	costInitial  = 16 // an initial where no whole syllable begins
	costShort    = 44 // an initial where a whole syllable begins
	costBegun    = 32 // the last syllable may go on though it is one already
	costFuzzy    = 24 // another sound than the one typed
	placeBonus   = 28
	personBonus  = 24
	keep         = 4     // sentences kept at each place
	visitsMost   = 60000 // nodes visited for one input; ordinary input needs hundreds
	unreachable  = 1 << 30
	longestSound = 6 // letters of a syllable
)

// token is one way to read letters as a syllable.
type token struct {
	end      int
	from, to uint16
	cost     int
}

// lattice is all ways to read an input.
type lattice struct {
	d      *Dict
	s      string
	o      Options
	tokens [][]token // at each place of s
	open   []bool    // whether the rest of s can be read from a place
	best   [][]step  // the best ways to each place
	tails  []tail    // the best way from each place to the end
	arcs   []arc     // the best word between two places
	hits   []hit     // words that begin at 0
	visits int
}

// step is the last word of a way.
type step struct {
	cost, from, rank int // the way before is best[from][rank]
	word             uint32
}

// arc is a word between two places.
type arc struct {
	from, end, cost int
	word            uint32
}

// tail is the first word of the best way to the end.
type tail struct{ cost, arc int }

// hit is a node whose words begin the input.
type hit struct {
	node      uint32
	end, cost int
}

// newLattice reads s, which holds letters and apostrophes only, as far as it
// can be read.
func newLattice(d *Dict, s string, o Options) *lattice {
	l := &lattice{d: d, s: s, o: o}
	for n := len(s); n > 0; n-- {
		l.s = s[:n]
		l.read()
		if l.open[0] {
			return l
		}
	}
	l.s, l.open = "", []bool{true}
	return l
}

// read finds the tokens at each place and whether the end is reached from it.
func (l *lattice) read() {
	n := len(l.s)
	l.tokens, l.open = make([][]token, n), make([]bool, n+1)
	l.open[n] = true
	for i := n - 1; i >= 0; i-- {
		if l.s[i] == '\'' {
			l.open[i] = l.open[i+1]
			continue
		}
		l.tokens[i] = l.at(i)
		l.open[i] = len(l.tokens[i]) > 0
	}
}

// at returns the tokens at a place from which the end is reached.
func (l *lattice) at(i int) []token {
	var all []token
	add := func(n int, from, to uint16, cost int) {
		if end := l.skip(i + n); l.open[end] {
			all = append(all, token{end, from, to, cost})
		}
	}
	rest := l.s[i:]
	if a := strings.IndexByte(rest, '\''); a >= 0 {
		rest = rest[:a]
	}
	full := false
	for n := 1; n <= min(len(rest), longestSound); n++ {
		p, ok := l.d.prefixes[rest[:n]]
		if !ok {
			break
		}
		if p.full {
			add(n, p.from, p.from, 0)
			full = full || n > 1
			l.fuzzy(rest[:n], func(s sylRange) { add(n, s.from, s.from, costFuzzy) })
		}
		last := i+n == len(l.s)
		switch {
		case p.from == p.to && p.full:
		case last && p.full:
			add(n, p.from, p.to, costBegun)
		case initial(rest[:n]) || last:
			add(n, p.from, p.to, costInitial)
		}
	}
	if full {
		for k := range all {
			if t := &all[k]; t.cost == costInitial && t.end < len(l.s) {
				t.cost = costShort
			}
		}
	}
	return all
}

// skip is the next place that is no apostrophe.
func (l *lattice) skip(i int) int {
	for i < len(l.s) && l.s[i] == '\'' {
		i++
	}
	return i
}

// initial reports whether letters can stand for a syllable of which they are
// the beginning.
func initial(s string) bool {
	return len(s) == 1 && !strings.Contains("iuv", s) || s == "zh" || s == "ch" || s == "sh"
}

// walk finds every word that begins at each reachable place, and the best ways
// from there.
func (l *lattice) walk() {
	n := len(l.s)
	l.best = make([][]step, n+1)
	start := l.skip(0)
	if start >= n {
		return
	}
	l.best[start] = []step{{}}
	for i := start; i < n; i++ {
		if len(l.best[i]) > 0 {
			l.visit(0, i, i, 0)
		}
	}
}

// visit follows the tokens at place pos from a node that was reached from the
// place from.
func (l *lattice) visit(node uint32, from, pos, cost int) {
	if pos >= len(l.s) {
		return
	}
	d := l.d
	for _, t := range l.tokens[pos] {
		for k := d.firstChild(node, t.from); k < d.kids[node+1] && d.nodeSyl[k] <= t.to; k++ {
			if l.visits++; l.visits > visitsMost && t.cost > 0 {
				return
			}
			l.found(k, from, t.end, cost+t.cost)
			if d.kids[k] < d.kids[k+1] {
				l.visit(k, from, t.end, cost+t.cost)
			}
		}
	}
}

// found takes the words of a node that stand for the letters between two
// places.
func (l *lattice) found(node uint32, from, end, cost int) {
	first, last := l.d.words[node], l.d.words[node+1]
	if first == last {
		return
	}
	if from == l.skip(0) {
		l.hits = append(l.hits, hit{node, end, cost})
	}
	if l.o.Kind == Any {
		last = min(last, first+2)
	}
	least := arc{from, end, unreachable, 0}
	for w := first; w < last; w++ {
		c := cost + l.costOf(w)
		l.extend(from, end, c, w)
		if c < least.cost {
			least.cost, least.word = c, w
		}
	}
	if l.o.Kind == Place && cost == 0 {
		l.arcs = append(l.arcs, least)
	}
}

// findTails finds the best way from each place to the end. Arcs that begin
// further on are in the list further on, for places are walked in order.
func (l *lattice) findTails() {
	n := len(l.s)
	l.tails = make([]tail, n+1)
	for i := range n {
		l.tails[i] = tail{unreachable, -1}
	}
	for k := len(l.arcs) - 1; k >= 0; k-- {
		a := l.arcs[k]
		if c := a.cost + l.tails[a.end].cost; c < l.tails[a.from].cost {
			l.tails[a.from] = tail{c, k}
		}
	}
}

// tail is the text of the best way from a place to the end.
func (l *lattice) tail(i int) string {
	text := ""
	for i < len(l.s) {
		a := l.arcs[l.tails[i].arc]
		text += l.d.word(a.word)
		i = a.end
	}
	return text
}

// costOf is what a word costs in a field of the kind.
func (l *lattice) costOf(w uint32) int {
	c, flag := int(l.d.cost[w]), l.d.flag[w]
	switch {
	case l.o.Kind == Place && flag&flagPlace != 0:
		c -= placeBonus
	case l.o.Kind == Person && flag&(flagPerson|flagSurname) != 0:
		c -= personBonus
	}
	return max(1, c)
}

// extend adds a word to the ways that lead to its first letter.
func (l *lattice) extend(from, end, cost int, w uint32) {
	for rank, way := range l.best[from] {
		s := step{way.cost + cost, from, rank, w}
		at := l.best[end]
		if len(at) == keep && at[keep-1].cost <= s.cost {
			return
		}
		i, _ := slices.BinarySearchFunc(at, s, func(a, b step) int { return a.cost - b.cost })
		at = slices.Insert(at, i, s)
		l.best[end] = at[:min(len(at), keep)]
	}
}

// sentence is the text of a way to the end.
func (l *lattice) sentence(rank int) (text string, words int) {
	at := len(l.s)
	for at > l.skip(0) {
		s := l.best[at][rank]
		text = l.d.word(s.word) + text
		at, rank = s.from, s.rank
		words++
	}
	return text, words
}
