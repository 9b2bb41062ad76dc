package ime

import "unicode/utf8"

// Cells is how many cells of a row of columns a text takes on the candidate
// bar: one for up to three characters, another for every four more.
func Cells(text string, columns int) int {
	return min(columns, max(1, (utf8.RuneCountInString(text)+4)/4))
}

// Page returns which candidates stand on a page of the candidate bar, counted
// from 0: from to to-1. A candidate is never split over rows. A page behind the
// last is empty.
func Page(list []Candidate, rows, columns, page int) (from, to int) {
	for to = fill(list, rows, columns); page > 0; page-- {
		from, to = to, to+fill(list[to:], rows, columns)
	}
	return from, to
}

// fill is how many candidates fit into rows.
func fill(list []Candidate, rows, columns int) int {
	row, left := 1, columns
	for i, c := range list {
		need := Cells(c.Text, columns)
		if need > left {
			row, left = row+1, columns
		}
		if row > rows {
			return i
		}
		left -= need
	}
	return len(list)
}
