package mrz

import "strings"

// span is a part of one line, end-exclusive.
type span struct{ line, from, to int }

// check is one check digit and what it covers.
type check struct {
	field string
	over  []span
	digit span
	empty bool // '<' as digit means that the field is empty
}

// layout says where a format keeps what.
type layout struct {
	format           Format
	lines, width     int
	kind, issuer     span
	names, number    span
	nationality, sex span
	birth, expiry    span
	optional         []span
	chinese          span // A-P code of the name
	issues           span // how often the document was issued
	longNumber       bool // the number may go on in the first optional field
	checks           []check
	digits           []span // places that hold digits only, besides dates and check digits
}

// The layouts of ICAO 9303 parts 4 to 7.
var (
	td1 = layout{
		format: TD1, lines: 3, width: 30,
		kind: span{0, 0, 2}, issuer: span{0, 2, 5}, number: span{0, 5, 14},
		birth: span{1, 0, 6}, sex: span{1, 7, 8}, expiry: span{1, 8, 14},
		nationality: span{1, 15, 18}, names: span{2, 0, 30},
		optional: []span{{0, 15, 30}, {1, 18, 29}}, longNumber: true,
		checks: []check{
			{field: "number", over: []span{{0, 5, 14}}, digit: span{0, 14, 15}},
			{field: "birth", over: []span{{1, 0, 6}}, digit: span{1, 6, 7}},
			{field: "expiry", over: []span{{1, 8, 14}}, digit: span{1, 14, 15}},
			{field: "composite", over: []span{{0, 5, 30}, {1, 0, 7}, {1, 8, 15}, {1, 18, 29}}, digit: span{1, 29, 30}},
		},
	}
	td2 = layout{
		format: TD2, lines: 2, width: 36,
		kind: span{0, 0, 2}, issuer: span{0, 2, 5}, names: span{0, 5, 36}, number: span{1, 0, 9},
		nationality: span{1, 10, 13}, birth: span{1, 13, 19}, sex: span{1, 20, 21}, expiry: span{1, 21, 27},
		optional: []span{{1, 28, 35}}, longNumber: true,
		checks: []check{
			{field: "number", over: []span{{1, 0, 9}}, digit: span{1, 9, 10}},
			{field: "birth", over: []span{{1, 13, 19}}, digit: span{1, 19, 20}},
			{field: "expiry", over: []span{{1, 21, 27}}, digit: span{1, 27, 28}},
			{field: "composite", over: []span{{1, 0, 10}, {1, 13, 20}, {1, 21, 35}}, digit: span{1, 35, 36}},
		},
	}
	td3 = layout{
		format: TD3, lines: 2, width: 44,
		kind: span{0, 0, 2}, issuer: span{0, 2, 5}, names: span{0, 5, 44}, number: span{1, 0, 9},
		nationality: span{1, 10, 13}, birth: span{1, 13, 19}, sex: span{1, 20, 21}, expiry: span{1, 21, 27},
		optional: []span{{1, 28, 42}}, chinese: span{1, 28, 42},
		checks: []check{
			{field: "number", over: []span{{1, 0, 9}}, digit: span{1, 9, 10}},
			{field: "birth", over: []span{{1, 13, 19}}, digit: span{1, 19, 20}},
			{field: "expiry", over: []span{{1, 21, 27}}, digit: span{1, 27, 28}},
			{field: "optional", over: []span{{1, 28, 42}}, digit: span{1, 42, 43}, empty: true},
			{field: "composite", over: []span{{1, 0, 10}, {1, 13, 20}, {1, 21, 43}}, digit: span{1, 43, 44}},
		},
	}
	mrvA = visa(MRVA, 44)
	mrvB = visa(MRVB, 36)
)

// The Chinese layouts, known from specimens: every check digit of those agrees.
// The composite of [Exit] runs over number, expiry and birth with their check
// digits. What follows the name in line 2 of [Mainland], and the last four
// characters of its line 3, are UNCONFIRMED and kept as Optional; so is the
// layout of type CF, for holders of foreign nationality, and line 1 of
// [Old1999], where digits stand for the Chinese name.
var (
	exit = layout{
		format: Exit, lines: 1, width: 30,
		kind: span{0, 0, 2}, number: span{0, 2, 11}, expiry: span{0, 13, 19}, birth: span{0, 21, 27},
		digits: []span{{0, 4, 11}},
		checks: []check{
			{field: "number", over: []span{{0, 2, 11}}, digit: span{0, 11, 12}},
			{field: "expiry", over: []span{{0, 13, 19}}, digit: span{0, 19, 20}},
			{field: "birth", over: []span{{0, 21, 27}}, digit: span{0, 27, 28}},
			{field: "composite", over: []span{{0, 2, 12}, {0, 13, 20}, {0, 21, 28}}, digit: span{0, 29, 30}},
		},
	}
	mainland = layout{
		format: Mainland, lines: 3, width: 30,
		kind: span{0, 0, 2}, number: span{0, 2, 11}, issues: span{0, 12, 14},
		expiry: span{0, 15, 21}, sex: span{0, 22, 23}, birth: span{0, 23, 29},
		chinese: span{1, 0, 16}, optional: []span{{1, 16, 30}, {2, 26, 30}}, names: span{2, 0, 26},
		digits: []span{{0, 3, 10}, {0, 12, 14}},
		checks: []check{
			{field: "number", over: []span{{0, 2, 11}}, digit: span{0, 11, 12}},
			{field: "issues", over: []span{{0, 12, 14}}, digit: span{0, 14, 15}},
			{field: "expiry", over: []span{{0, 15, 21}}, digit: span{0, 21, 22}},
			{field: "birth", over: []span{{0, 23, 29}}, digit: span{0, 29, 30}},
		},
	}
	mainlandForeign = foreign(mainland)
	old1999         = layout{
		format: Old1999, lines: 3, width: 30,
		kind: span{0, 0, 2}, issuer: span{0, 2, 5}, optional: []span{{0, 5, 25}},
		birth: span{1, 0, 6}, sex: span{1, 7, 8}, expiry: span{1, 8, 14},
		number: span{1, 15, 24}, issues: span{1, 24, 26}, names: span{2, 0, 30},
		digits: []span{{1, 16, 26}},
		checks: []check{
			{field: "name", over: []span{{0, 5, 26}}, digit: span{0, 26, 27}},
			{field: "birth", over: []span{{1, 0, 6}}, digit: span{1, 6, 7}},
			{field: "expiry", over: []span{{1, 8, 14}}, digit: span{1, 14, 15}},
			{field: "number", over: []span{{1, 15, 26}}, digit: span{1, 26, 27}},
			{field: "line1", over: []span{{0, 0, 29}}, digit: span{0, 29, 30}},
			{field: "line2", over: []span{{1, 0, 29}}, digit: span{1, 29, 30}},
		},
	}
)

// foreign is the permit of a holder of foreign nationality: a shorter name code
// and a nationality behind it.
func foreign(l layout) layout {
	l.chinese, l.nationality = span{1, 0, 12}, span{1, 15, 18}
	l.optional = []span{{1, 12, 15}, {1, 18, 30}, {2, 26, 30}}
	return l
}

// visa is a TD3 or TD2 without the checks on what follows the expiry date.
func visa(f Format, width int) layout {
	l := td2
	l.format, l.width, l.longNumber = f, width, false
	l.names = span{0, 5, width}
	l.optional = []span{{1, 28, width}}
	l.checks = l.checks[:3:3]
	return l
}

// choose returns the layout that lines have, by their count, width and first
// letters.
func choose(lines []string) (layout, bool) {
	width := len(lines[0])
	switch {
	case len(lines) == 1:
		return exit, isExit(lines[0])
	case len(lines) == 3:
		return card(lines), width == 30
	case width == 44 && lines[0][0] == 'V':
		return mrvA, true
	case width == 44:
		return td3, true
	case width == 36 && lines[0][0] == 'V':
		return mrvB, true
	}
	return td2, width == 36
}

// isExit reports whether a line is a whole zone of type CS or CD.
func isExit(line string) bool {
	return len(line) == exit.width && (line[:2] == "CS" || line[:2] == "CD") && line[12] == '<' && line[20] == '<'
}

// card returns the layout of three lines.
func card(lines []string) layout {
	switch lines[0][:2] {
	case "CR", "CT":
		return mainland
	case "CF":
		return mainlandForeign
	}
	// An ICAO card has its nationality where the old permit has its number.
	if number := lines[1][15]; strings.HasPrefix(lines[0], "C<CHN") && (number == 'H' || number == 'M') && isDigit(lines[1][16]) {
		return old1999
	}
	return td1
}
