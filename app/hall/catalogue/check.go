package catalogue

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"hallway/app/text"
)

// Icons are the drawings that a class may have.
var Icons = []string{
	"register", "change", "cancel", "licence", "project", "tax", "social", "talent", "finance",
	"education", "health", "work", "household", "housing", "transport",
}

var languages = []text.Lang{text.ZhHans, text.En}

// Bounds that a typing error leaves and a hall does not.
const (
	maxNumber  = 9999 // four digits behind the prefix
	maxMinutes = 240
	maxDays    = 365
	maxCopies  = 20
	maxPlaces  = 100
	maxAnswer  = 500 // characters
)

const wantCode = "must be 1 to 32 letters, digits, - or _"

var (
	codePattern   = regexp.MustCompile(`^[A-Za-z0-9_-]{1,32}$`)
	prefixPattern = regexp.MustCompile(`^[A-HJ-NP-Z]$`)
	phonePattern  = regexp.MustCompile(`^(0\d{2,3}-\d{7,8}|1\d{4})$`)
)

// check looks at every element, and at what they say of each other.
func (p *parser) check() {
	readable := len(p.errs) == 0
	for i, d := range p.all.Departments {
		p.element(listDepartments, i, d.Code).local("name", d.Name)
	}
	p.checkPools()
	p.checkWindows()
	p.checkClasses()
	for i, it := range p.all.Items {
		p.element(listItems, i, it.Code).item(p.all, it)
	}
	p.checkSubjects()
	p.checkUnique()
	for list, places := range p.places {
		if len(places) == 0 && readable && list != listSubjects {
			p.report(place{file: p.last, line: 1}, listNames[list], "must not be empty")
		}
	}
}

// A checker reports on one element of a list.
type checker struct {
	p    *parser
	at   place
	name string
}

// element returns the checker of an element and checks its code.
func (p *parser) element(list, i int, code string) checker {
	at, shown := p.places[list][i], code
	if !codePattern.MatchString(code) {
		shown = strconv.Quote(code)
	}
	c := checker{p, at, fmt.Sprintf("%s[%d] (%s)", listNames[list], at.index, shown)}
	c.must(shown == code, "code", wantCode)
	return c
}

// must reports unless ok.
func (c checker) must(ok bool, field, reason string) {
	if !ok {
		c.p.report(c.at, c.name+" "+field, reason)
	}
}

// within reports a number that is not from low to high.
func (c checker) within(field string, n, low, high int) {
	c.must(low <= n && n <= high, field, fmt.Sprintf("is %d, must be %d to %d", n, low, high))
}

// local reports a text that is missing in a language or has one too many.
func (c checker) local(field string, l text.Local) {
	for _, lang := range languages {
		s := l[lang]
		c.must(s != "", field+"."+string(lang), "is missing")
		c.must(s == strings.TrimSpace(s), field+"."+string(lang), "begins or ends with a space")
	}
	for lang := range l {
		c.must(slices.Contains(languages, lang), field+"."+string(lang), "unknown language")
	}
}

// optional is local for a text that may be left out in all languages.
func (c checker) optional(field string, l text.Local) {
	if len(l) > 0 {
		c.local(field, l)
	}
}

func (p *parser) checkPools() {
	for i, v := range p.all.Pools {
		c := p.element(listPools, i, v.ID)
		c.must(prefixPattern.MatchString(v.Prefix), "prefix", "must be one capital letter, not I or O")
		c.local("name", v.Name)
		c.local("area", v.Area)
		c.within("first", v.First, 1, maxNumber)
		c.within("last", v.Last, v.First, maxNumber)
		c.within("offline_from", v.OfflineFrom, 1, maxNumber)
		c.within("offline_to", v.OfflineTo, v.OfflineFrom, maxNumber)
		c.must(v.Last < v.OfflineFrom || v.OfflineTo < v.First, "offline_from", "range overlaps first to last")
		c.within("mean_minutes", v.MeanMinutes, 1, maxMinutes)
		c.within("quota", v.Quota, 0, maxNumber)
		c.must(len(p.all.WindowsOf(v.ID)) > 0, "id", "no window serves this pool")
	}
}

func (p *parser) checkWindows() {
	for i, w := range p.all.Windows {
		c := p.element(listWindows, i, w.ID)
		c.local("name", w.Name)
		c.must(len(w.Pools) > 0, "pools", "must not be empty")
		all := slices.Concat(w.Pools, w.Help)
		for j, pool := range all {
			field := "pools"
			if j >= len(w.Pools) {
				field = "help"
			}
			_, known := p.all.Pool(pool)
			c.must(known, field, "unknown pool "+pool)
			c.must(!slices.Contains(all[:j], pool), field, "pool "+pool+" is there twice")
		}
	}
}

func (p *parser) checkClasses() {
	for i, k := range p.all.Classes {
		c := p.element(listClasses, i, k.Code)
		c.must(k.Audience == Enterprise || k.Audience == Citizens, "audience", "must be enterprise or resident")
		c.local("name", k.Name)
		c.must(slices.Contains(Icons, k.Icon), "icon", "must be one of "+strings.Join(Icons, ", "))
		c.must(len(p.all.ItemsOf(k.Code)) > 0, "code", "class has no items")
	}
}

// checkUnique reports every second use of a code or prefix.
func (p *parser) checkUnique() {
	unique(p, listDepartments, p.all.Departments, "code", func(d Department) string { return d.Code })
	unique(p, listPools, p.all.Pools, "id", func(v Pool) string { return v.ID })
	unique(p, listPools, p.all.Pools, "prefix", func(v Pool) string { return v.Prefix })
	unique(p, listWindows, p.all.Windows, "id", func(w Window) string { return w.ID })
	unique(p, listClasses, p.all.Classes, "code", func(k Class) string { return k.Code })
	unique(p, listItems, p.all.Items, "code", func(i Item) string { return i.Code })
	unique(p, listSubjects, p.all.Subjects, "code", func(s Subject) string { return s.Code })
}

func unique[T any](p *parser, list int, all []T, field string, key func(T) string) {
	first := map[string]place{}
	for i, v := range all {
		k, at := key(v), p.places[list][i]
		if other, twice := first[k]; twice {
			p.report(at, fmt.Sprintf("%s[%d] %s", listNames[list], at.index, field),
				fmt.Sprintf("%s is also that of %s[%d] in %s:%d", k, listNames[list], other.index, other.file, other.line))
			continue
		}
		first[k] = at
	}
}
