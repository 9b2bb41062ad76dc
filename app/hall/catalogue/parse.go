package catalogue

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// An Error is one thing that is wrong in a catalogue.
type Error struct {
	File   string
	Line   int    // of the list element that holds it, from 1
	Place  string // such as items[3] (E0104) name.en
	Reason string
}

// Error puts file, line, place and reason into one line.
func (e *Error) Error() string {
	return fmt.Sprintf("%s:%d: %s: %s", e.File, e.Line, e.Place, e.Reason)
}

// Parse reads every .json file at the top of fsys as one catalogue. The error,
// if any, joins one *[Error] for each thing that is wrong, in the order of the
// files.
func Parse(fsys fs.FS) (Catalogue, error) {
	names, err := fs.Glob(fsys, "*.json")
	if err != nil {
		return Catalogue{}, fmt.Errorf("catalogue: %w", err)
	}
	if len(names) == 0 {
		return Catalogue{}, errors.New("catalogue: there is no .json file")
	}
	slices.Sort(names)
	var p parser
	for _, name := range names {
		b, err := fs.ReadFile(fsys, name)
		if err != nil {
			return Catalogue{}, fmt.Errorf("catalogue: %w", err)
		}
		p.readFile(name, b)
	}
	return p.finish()
}

// ParseFile reads one file that holds a whole catalogue; name stands in the
// errors, which are those of [Parse].
func ParseFile(name string, b []byte) (Catalogue, error) {
	var p parser
	p.readFile(name, b)
	return p.finish()
}

// A parser collects the lists of all files, where each element stands, and
// what is wrong.
type parser struct {
	all    Catalogue
	places [lists][]place
	errs   []*Error
	last   string // file that was read last
}

// place is where a list element begins.
type place struct {
	file  string
	line  int
	index int // in its list of its file
}

func (p *parser) report(at place, where, reason string) {
	p.errs = append(p.errs, &Error{at.file, at.line, where, reason})
}

// finish checks what belongs together and returns the catalogue or the errors.
func (p *parser) finish() (Catalogue, error) {
	p.check()
	if len(p.errs) > 0 {
		slices.SortStableFunc(p.errs, func(a, b *Error) int {
			if c := strings.Compare(a.File, b.File); c != 0 {
				return c
			}
			return a.Line - b.Line
		})
		joined := make([]error, len(p.errs))
		for i, e := range p.errs {
			joined[i] = e
		}
		return Catalogue{}, errors.Join(joined...)
	}
	version, err := contentHash(p.all)
	if err != nil {
		return Catalogue{}, fmt.Errorf("catalogue: %w", err)
	}
	p.all.Version = version
	return p.all, nil
}

// contentHash returns 16 hexadecimal digits that change with every edit of c.
func contentHash(c Catalogue) (string, error) {
	c.Version = ""
	b, err := json.Marshal(c)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:8]), nil
}
