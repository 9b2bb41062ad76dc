package ime

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestPagesHoldEveryCandidateOnceAndFit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var list []Candidate
		for _, n := range rapid.SliceOf(rapid.IntRange(1, 40)).Draw(t, "lengths") {
			list = append(list, Candidate{strings.Repeat("天", n), 1})
		}
		rows, columns := rapid.IntRange(1, 3).Draw(t, "rows"), rapid.IntRange(1, 6).Draw(t, "columns")
		next := 0
		for page := 0; next < len(list); page++ {
			from, to := Page(list, rows, columns, page)
			if from != next || to <= from {
				t.Fatalf("page %d is %d to %d, want from %d", page, from, to, next)
			}
			next = to
		}
		if from, to := Page(list, rows, columns, len(list)+1); from != len(list) || to != len(list) {
			t.Fatalf("a page behind the last is %d to %d", from, to)
		}
	})
}

func TestLongTextsTakeMoreCells(t *testing.T) {
	for n, want := range map[int]int{1: 1, 3: 1, 4: 2, 7: 2, 8: 3, 11: 3, 20: 5, 60: 5} {
		if got := Cells(strings.Repeat("天", n), 5); got != want {
			t.Errorf("%d characters take %d cells, want %d", n, got, want)
		}
	}
}
