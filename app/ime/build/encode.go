package main

import (
	"bytes"
	"cmp"
	"compress/flate"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// node is a node of the tree of syllables while it is built.
type node struct {
	syl   int
	kids  []*node
	words []*word
}

// encoder writes the columns that package ime reads; see its type Dict.
type encoder struct {
	l    *lexicon
	syl  []string
	char []rune
	rank map[string]map[rune]int // of a character among those of its syllable
	out  []byte
}

func (e *encoder) uint(n int) { e.out = binary.AppendUvarint(e.out, uint64(n)) }

// encode packs the lexicon and the strokes.
func encode(l *lexicon, strokes map[rune]string) ([]byte, error) {
	e := &encoder{l: l, rank: map[string]map[rune]int{}}
	root := e.tree()
	e.header()
	level := e.nodes(root)
	e.words(level)
	e.names(root)
	e.strokes(strokes)
	var z bytes.Buffer
	z.WriteString("HIME\x01")
	w, err := flate.NewWriter(&z, flate.BestCompression)
	if err == nil {
		_, err = w.Write(e.out)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		return nil, fmt.Errorf("compress: %w", err)
	}
	return z.Bytes(), nil
}

// tree sorts the words by their syllables.
func (e *encoder) tree() *node {
	syl, char := map[string]bool{}, map[rune]bool{}
	for _, w := range e.l.words {
		for _, s := range w.syl {
			syl[s] = true
		}
		for _, r := range w.text {
			char[r] = true
		}
	}
	e.syl = slices.Sorted(maps.Keys(syl))
	e.char = slices.Sorted(maps.Keys(char))
	root := &node{}
	for _, key := range slices.Sorted(maps.Keys(e.l.words)) {
		w, n := e.l.words[key], root
		for _, s := range w.syl {
			n = n.kid(slices.Index(e.syl, s))
		}
		n.words = append(n.words, w)
	}
	root.sort()
	return root
}

func (n *node) kid(syl int) *node {
	i, ok := slices.BinarySearchFunc(n.kids, syl, func(k *node, s int) int { return k.syl - s })
	if !ok {
		n.kids = slices.Insert(n.kids, i, &node{syl: syl})
	}
	return n.kids[i]
}

// sort puts the likeliest words first.
func (n *node) sort() {
	slices.SortFunc(n.words, func(a, b *word) int { return cmp.Or(cmp.Compare(b.p, a.p), strings.Compare(a.text, b.text)) })
	for _, k := range n.kids {
		k.sort()
	}
}

func (e *encoder) header() {
	e.uint(len(e.syl))
	for _, s := range e.syl {
		e.uint(len(s))
		e.out = append(e.out, s...)
	}
	e.uint(len(e.char))
	last := rune(0)
	for _, r := range e.char {
		e.uint(int(r - last))
		last = r
	}
}

// nodes writes the tree level by level and returns its nodes in that order.
func (e *encoder) nodes(root *node) []*node {
	level := []*node{root}
	for i := 0; i < len(level); i++ {
		level = append(level, level[i].kids...)
	}
	e.uint(len(level))
	for _, n := range level {
		e.uint(len(n.kids))
	}
	for _, n := range level {
		e.uint(len(n.words))
	}
	for _, n := range level {
		last := 0
		for _, k := range n.kids {
			e.uint(k.syl - last)
			last = k.syl
		}
	}
	return level
}

// words writes the words of all nodes. A character is the number that it has
// among those of its syllable, the likeliest being 0.
func (e *encoder) words(level []*node) {
	for _, n := range level {
		for _, w := range n.words {
			e.out = append(e.out, cost(w.p))
		}
	}
	for _, n := range level {
		for _, w := range n.words {
			e.out = append(e.out, w.flag)
		}
	}
	for _, n := range level {
		for i, w := range n.words {
			if len(w.syl) == 1 {
				e.single(w, i)
			}
			for at, r := range []rune(w.text) {
				if len(w.syl) == 1 {
					e.uint(slices.Index(e.char, r))
				} else {
					e.uint(e.rank[w.syl[at]][r])
				}
			}
		}
	}
}

func (e *encoder) single(w *word, rank int) {
	if e.rank[w.syl[0]] == nil {
		e.rank[w.syl[0]] = map[rune]int{}
	}
	e.rank[w.syl[0]][[]rune(w.text)[0]] = rank
}

// names writes for every character in every reading how likely it is as a
// surname and in a given name.
func (e *encoder) names(root *node) {
	for _, k := range root.kids {
		for _, w := range k.words {
			p := 0.0
			if w.flag&flagSurname != 0 {
				p = e.l.surname[w.text]
			}
			e.out = append(e.out, cost(p))
		}
	}
	for _, k := range root.kids {
		for _, w := range k.words {
			r := []rune(w.text)[0]
			e.out = append(e.out, cost(e.l.given[r]*e.share(r, w.syl[0])))
		}
	}
}

// share is how often a character is read so.
func (e *encoder) share(r rune, syl string) float64 {
	total, all := 0.0, e.l.read.share[r]
	for _, n := range all {
		total += n
	}
	switch {
	case total > 0 && all[syl] > 0:
		return all[syl] / total
	case total > 0 || len(e.l.read.all[r]) == 0 || e.l.read.all[r][0] != syl:
		return 0.001
	}
	return 1
}

// strokes writes the characters whose strokes are known, in the order of the
// characters: how far from the last one, how many strokes, the strokes.
func (e *encoder) strokes(all map[rune]string) {
	e.uint(len(all))
	last := 0
	for i, r := range e.char {
		if s, ok := all[r]; ok {
			e.uint(i - last)
			last = i
			e.uint(len(s))
			e.out = append(e.out, s...)
		}
	}
}
