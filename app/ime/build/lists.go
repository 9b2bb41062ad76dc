package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// testWords and testPlaces are how long the test lists are.
const (
	testWords  = 2000
	testPlaces = 500
)

// words are the first 2,000 words of two or more characters of the HSK 3.0
// syllabus, by level and within a level by the frequency that the list gives,
// with the reading that the list gives. Nothing of this list is in the
// dictionary's sources.
func words(hsk string) []byte {
	var all []struct {
		S string
		L []string
		Q int
		F []struct{ I struct{ N string } }
	}
	if err := json.Unmarshal([]byte(hsk), &all); err != nil {
		panic(fmt.Sprintf("hsk.json: %v", err)) // its sum is right
	}
	type entry struct {
		level, rank int
		text, typed string
	}
	var list []entry
	for _, w := range all {
		e := entry{99, w.Q, w.S, ""}
		for _, l := range w.L {
			if len(l) == 2 && l[0] == 'n' {
				e.level = int(l[1] - '0')
			}
		}
		if e.level < 99 && utf8.RuneCountInString(w.S) > 1 && !strings.ContainsFunc(w.S, func(r rune) bool { return !unicode.Is(unicode.Han, r) }) {
			e.typed = typed(w.F[0].I.N)
			list = append(list, e)
		}
	}
	slices.SortFunc(list, func(a, b entry) int {
		return cmp.Or(a.level-b.level, a.rank-b.rank, strings.Compare(a.text, b.text))
	})
	var out bytes.Buffer
	for _, e := range list[:testWords] {
		fmt.Fprintf(&out, "%s\t%s\n", e.text, e.typed)
	}
	return out.Bytes()
}

// typed is a reading with tone numbers as it is typed: "Xi1 an1" is xi'an.
func typed(numbered string) string {
	var all []string
	for _, s := range strings.Fields(numbered) {
		all = append(all, syllable(strings.TrimRight(s, "012345")))
	}
	return joined(all)
}

// joined sets an apostrophe where the spelling rules (GB/T 16159) want one.
func joined(syl []string) string {
	var b strings.Builder
	for i, s := range syl {
		if i > 0 && strings.ContainsAny(s[:1], "aoe") {
			b.WriteByte('\'')
		}
		b.WriteString(s)
	}
	return b.String()
}

// places are 500 names of the official list of administrative divisions: every
// province, every prefecture, and counties and districts at equal distances in
// the order of their codes. Development zones, which are no divisions, are left
// out. The list is no source of the dictionary.
func places(text map[string]string, l *lexicon) []byte {
	names := append(column(text["provinces.csv"]), column(text["cities.csv"])...)
	areas := column(text["areas.csv"])
	seen := map[string]bool{}
	var out bytes.Buffer
	add := func(name string) {
		if read := l.read.ofPlace(name); len(read) > 0 && !seen[name] && len(seen) < testPlaces {
			seen[name] = true
			fmt.Fprintf(&out, "%s\t%s\n", name, joined(read[0]))
		}
	}
	for _, n := range names {
		add(n)
	}
	step := float64(len(areas)) / float64(testPlaces-len(seen))
	for at := 0.0; int(at) < len(areas); at += step {
		add(areas[int(at)])
	}
	for i := 0; len(seen) < testPlaces; i++ {
		add(areas[i])
	}
	return out.Bytes()
}

// column is the second column of a list without titles and zones.
func column(csv string) []string {
	var all []string
	for line := range lines(csv) {
		f := strings.Split(line, ",")
		name := strings.Trim(f[1], `"`)
		if f[0] == "code" || utf8.RuneCountInString(name) < 2 {
			continue
		}
		last := name[len(name)-3:]
		if strings.Contains("省市县区旗州盟", last) && !strings.Contains(name, "开发区") && !strings.Contains(name, "管理区") &&
			!strings.Contains(name, "新区") && !strings.Contains(name, "园区") && !strings.Contains(name, "名胜区") && !strings.Contains(name, "示范区") && name != "市辖区" {
			all = append(all, name)
		}
	}
	return all
}
