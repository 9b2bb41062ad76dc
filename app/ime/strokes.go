package ime

import (
	"cmp"
	"slices"
)

// AnyStroke stands for a stroke that the writer is not sure of.
const AnyStroke = '*'

// strokesShown is how many characters are offered; with so many there are
// strokes missing.
const strokesShown = 200

// Strokes returns the characters that begin with the strokes of an input, the
// complete ones first, then the likeliest. The input is digits in the order of
// writing: 1 level 一, 2 upright 丨, 3 falling left 丿, 4 dot or falling right
// 丶, 5 turning 乛, and [AnyStroke]. 6,939 characters have strokes; others are
// found by their reading.
func (d *Dict) Strokes(input string) []Candidate {
	var all []strokes
	for _, s := range d.strokes {
		if input != "" && begins(s.order, input) {
			all = append(all, s)
		}
	}
	slices.SortFunc(all, func(a, b strokes) int {
		if whole := len(a.order) == len(input); whole != (len(b.order) == len(input)) {
			if whole {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(a.cost, b.cost), cmp.Compare(a.char, b.char))
	})
	list := make([]Candidate, 0, min(len(all), strokesShown))
	for _, s := range all[:min(len(all), strokesShown)] {
		list = append(list, Candidate{string(d.char[s.char]), len(input)})
	}
	return list
}

// begins reports whether strokes begin as the input says.
func begins(order, input string) bool {
	if len(order) < len(input) {
		return false
	}
	for i := range len(input) {
		if input[i] != AnyStroke && input[i] != order[i] {
			return false
		}
	}
	return true
}
