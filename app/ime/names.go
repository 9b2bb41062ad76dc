package ime

import "slices"

// Limits of the names that are put together.
const (
	surnames      = 6  // surnames tried for a syllable
	givens        = 12 // characters tried for a syllable of a given name
	namesShown    = 24
	doubleSurname = 64 // cost of a surname of two characters
	nameBase      = 40 // that a name is this one and no word of the dictionary
)

// names are persons' names for all letters, put together of a surname of one
// or two characters and a given name of one or two. When the field has text
// already they are given names alone.
func (l *lattice) names() []scored {
	var all []scored
	var path []uint16
	var walk func(pos int)
	walk = func(pos int) {
		if pos == len(l.s) {
			all = append(all, l.namesOf(path)...)
			return
		}
		if len(path) == 4 {
			return
		}
		for _, t := range l.tokens[pos] {
			if t.cost == 0 {
				path = append(path, t.from)
				walk(t.end)
				path = path[:len(path)-1]
			}
		}
	}
	walk(l.skip(0))
	sortScored(all)
	return all[:min(len(all), namesShown)]
}

// namesOf are the names with those syllables.
func (l *lattice) namesOf(path []uint16) []scored {
	if !l.o.Begin {
		if len(path) == 0 || len(path) > 2 {
			return nil
		}
		return l.given([]scored{{cost: 0}}, path)
	}
	var all []scored
	if len(path) >= 2 && len(path) <= 3 {
		all = l.given(l.best1(path[0], l.d.surname, surnames), path[1:])
	}
	if len(path) >= 3 {
		all = append(all, l.given(l.doubleSurnames(path[0], path[1]), path[2:])...)
	}
	return all
}

// given puts characters for the syllables behind each beginning.
func (l *lattice) given(begin []scored, path []uint16) []scored {
	for _, syl := range path {
		var next []scored
		for _, b := range begin {
			for _, c := range l.best1(syl, l.d.given, givens) {
				next = append(next, scored{text: b.text + c.text, cost: b.cost + c.cost})
			}
		}
		sortScored(next)
		begin = next[:min(len(next), 4*namesShown)]
	}
	for i := range begin {
		begin[i].cost += nameBase - 2*personBonus
	}
	return begin
}

// best1 are the likeliest characters of a syllable by a column of costs.
func (l *lattice) best1(syl uint16, column []byte, most int) []scored {
	var all []scored
	one := l.d.single[syl]
	for w := one.first; w < one.end; w++ {
		if column[w] < 255 {
			all = append(all, scored{text: l.d.word(w), cost: int(column[w])})
		}
	}
	sortScored(all)
	return all[:min(len(all), most)]
}

// doubleSurnames are the surnames of two characters.
func (l *lattice) doubleSurnames(a, b uint16) []scored {
	n, ok := l.d.child(0, a)
	if ok {
		n, ok = l.d.child(n, b)
	}
	if !ok {
		return nil
	}
	var all []scored
	for w := l.d.words[n]; w < l.d.words[n+1]; w++ {
		if l.d.flag[w]&flagSurname != 0 {
			all = append(all, scored{text: l.d.word(w), cost: doubleSurname})
		}
	}
	return slices.Clip(all)
}
