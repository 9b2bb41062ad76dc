package ime

import "slices"

func (d *Dict) readSyllables(r *reader) {
	n := r.count(maxSyl)
	r.bad = r.bad || n == 0
	last := ""
	for range n {
		s := string(r.bytes(r.uint(8)))
		if s <= last || !lower(s) {
			r.bad = true
			return
		}
		d.syl = append(d.syl, s)
		last = s
	}
}

func lower(s string) bool {
	for _, c := range []byte(s) {
		if c < 'a' || c > 'z' {
			return false
		}
	}
	return true
}

func (d *Dict) readChars(r *reader) {
	n := r.count(maxChars)
	r.bad = r.bad || n == 0
	last := 0
	for i := range n {
		step := r.uint(0x10ffff - last)
		if step == 0 && i > 0 {
			r.bad = true
		}
		last += step
		d.char = append(d.char, rune(last))
	}
}

func (d *Dict) readNodes(r *reader) {
	n := r.count(maxNodes)
	if n == 0 {
		r.bad = true
		return
	}
	d.kids = prefixSums(r, n, 1)
	d.words = prefixSums(r, n, 0)
	if r.bad || int(d.kids[n]) != n {
		r.bad = true
		return
	}
	d.nodeSyl, r.parent = make([]uint16, n), make([]uint32, n)
	for i := range n {
		last, first := 0, d.kids[i]
		if int(first) <= i && d.kids[i+1] > first {
			r.bad = true // a child stands behind its parent
			return
		}
		for k := first; k < d.kids[i+1]; k++ {
			step := r.uint(len(d.syl) - 1 - last)
			if r.bad || step == 0 && k > first {
				r.bad = true
				return
			}
			last += step
			d.nodeSyl[k], r.parent[k] = uint16(last), uint32(i)
		}
	}
}

// prefixSums reads n numbers and returns where the things that they count
// begin, from start.
func prefixSums(r *reader, n, start int) []uint32 {
	at := make([]uint32, n+1)
	sum := start
	for i := range n {
		at[i] = uint32(sum)
		sum += r.uint(maxNodes - sum)
	}
	at[n] = uint32(sum)
	return at
}

func (d *Dict) readWords(r *reader) {
	n := int(d.words[len(d.words)-1])
	d.cost, d.flag = r.bytes(n), r.bytes(n)
	d.length = append(d.length, span{})
	if d.words[1] != 0 {
		r.bad = true // the root has words
	}
	d.readSingles()
	for from, to := uint32(1), d.kids[1]; from < to && !r.bad; from, to = to, d.kids[to] {
		if len(d.length) > maxWord {
			r.bad = true
			return
		}
		d.length = append(d.length, span{d.words[from], d.words[to], uint32(len(d.text))})
		d.readLevel(r, from, to)
	}
}

// readLevel reads the words of the nodes from from to to, which have the same
// length.
func (d *Dict) readLevel(r *reader, from, to uint32) {
	path := make([]uint16, len(d.length)-1)
	d.text = slices.Grow(d.text, int(d.words[to]-d.words[from])*len(path))
	for n := from; n < to && !r.bad; n++ {
		if d.words[n] == d.words[n+1] {
			continue
		}
		d.path(r, n, path)
		for range d.words[n+1] - d.words[n] {
			d.readText(r, path)
		}
	}
}

// readText reads one word. A character of a word of one is its number; of a
// longer one it is its place among those of its syllable.
func (d *Dict) readText(r *reader, path []uint16) {
	for _, s := range path {
		if len(path) == 1 {
			d.text = append(d.text, uint16(r.uint(len(d.char)-1)))
			continue
		}
		one := d.single[s]
		if one.first == one.end {
			r.bad = true
			return
		}
		d.text = append(d.text, d.text[int(one.first)+r.uint(int(one.end-one.first-1))])
	}
}

// readSingles notes which words of one character each syllable has. Their
// numbers are those of their text.
func (d *Dict) readSingles() {
	d.single = make([]span, len(d.syl))
	for n := d.kids[0]; n < d.kids[1]; n++ {
		d.single[d.nodeSyl[n]] = span{first: d.words[n], end: d.words[n+1]}
	}
}

// path writes the syllables on the way to a node into path.
func (d *Dict) path(r *reader, n uint32, path []uint16) {
	for i := len(path) - 1; i >= 0; i-- {
		path[i] = d.nodeSyl[n]
		n = r.parent[n]
	}
}

// child is the child of a node with a syllable.
func (d *Dict) child(n uint32, syl uint16) (uint32, bool) {
	k := d.firstChild(n, syl)
	return k, k < d.kids[n+1] && d.nodeSyl[k] == syl
}

// firstChild is the first child of a node with that syllable or a later one.
func (d *Dict) firstChild(n uint32, syl uint16) uint32 {
	lo, hi := d.kids[n], d.kids[n+1]
	for lo < hi {
		if mid := (lo + hi) / 2; d.nodeSyl[mid] < syl {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

func (d *Dict) readNames(r *reader) {
	if len(d.length) < 2 {
		return
	}
	n := int(d.length[1].end)
	d.surname, d.given = r.bytes(n), r.bytes(n)
}

func (d *Dict) readStrokes(r *reader) {
	last := 0
	for range r.count(len(d.char)) {
		last += r.uint(len(d.char) - 1 - last)
		order := r.bytes(r.uint(maxStrokes))
		for _, s := range order {
			if s < '1' || s > '5' {
				r.bad = true
			}
		}
		if r.bad {
			return
		}
		d.strokes = append(d.strokes, strokes{uint16(last), 255, string(order)})
	}
}

// index notes every beginning of a syllable. lue and nue are other spellings
// of lve and nve.
func (d *Dict) index() {
	d.prefixes = map[string]sylRange{}
	for i, s := range d.syl {
		for n := 1; n <= len(s); n++ {
			p, ok := d.prefixes[s[:n]]
			if !ok {
				p = sylRange{from: uint16(i)}
			}
			p.to, p.full = uint16(i), p.full || n == len(s)
			d.prefixes[s[:n]] = p
		}
	}
	d.costStrokes()
	for _, s := range []string{"l", "n"} {
		if p, ok := d.prefixes[s+"ve"]; ok {
			d.prefixes[s+"ue"] = p
		}
	}
}

// costStrokes notes how likely each character with strokes is.
func (d *Dict) costStrokes() {
	least := make([]byte, len(d.char))
	for i := range least {
		least[i] = 255
	}
	if len(d.length) > 1 {
		for w := range d.length[1].end {
			c := d.text[w]
			least[c] = min(least[c], d.cost[w])
		}
	}
	for i := range d.strokes {
		d.strokes[i].cost = least[d.strokes[i].char]
	}
}

// word is the text of a word.
func (d *Dict) word(w uint32) string { return string(d.runes(w)) }

func (d *Dict) runes(w uint32) []rune {
	n := d.sizeOf(w)
	at := d.length[n].at + (w-d.length[n].first)*uint32(n)
	out := make([]rune, n)
	for i := range out {
		out[i] = d.char[d.text[at+uint32(i)]]
	}
	return out
}

// sizeOf is how many characters a word has.
func (d *Dict) sizeOf(w uint32) int {
	n := 1
	for w >= d.length[n].end {
		n++
	}
	return n
}
