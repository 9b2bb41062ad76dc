package config

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// A Report collects the mistakes of one file.
type Report struct {
	file  string
	lines map[string]int // key path to line
	found []mistake
	keys  map[string]bool // of found
}

// A mistake is one wrong key.
type mistake struct {
	line int
	key  string
	what string
}

// Add reports that key is wrong. The key is a dotted path in which a block of
// an array has its index, such as "clerks.0.name". Only the first mistake of
// a key is kept: a missing key is not also a wrong one.
func (r *Report) Add(key, format string, args ...any) {
	if r.keys[key] {
		return
	}
	if r.keys == nil {
		r.keys = map[string]bool{}
	}
	r.keys[key] = true
	r.found = append(r.found, mistake{r.line(key), key, fmt.Sprintf(format, args...)})
}

// line returns the line of key, or of the nearest block around it, or 1.
func (r *Report) line(key string) int {
	for {
		if n, ok := r.lines[key]; ok {
			return n
		}
		i := strings.LastIndexByte(key, '.')
		if i < 0 {
			return 1
		}
		key = key[:i]
	}
}

// Err joins the mistakes in the order of lines, or returns nil.
func (r *Report) Err() error {
	slices.SortStableFunc(r.found, func(a, b mistake) int { return a.line - b.line })
	errs := make([]error, len(r.found))
	for i, m := range r.found {
		errs[i] = fmt.Errorf("%s:%d: %s: %s", r.file, m.line, m.key, m.what)
	}
	return errors.Join(errs...)
}

// checkURL reports an address that is not http or https with a host alone.
func (r *Report) checkURL(key, s string) {
	u, err := url.Parse(s)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || (u.Path != "" && u.Path != "/") || u.RawQuery != "" {
		r.Add(key, "%q is not an address, use http://host:port without a path", s)
	}
}

// minToken is the least length of a token: 16 random characters cannot be
// tried out over a network.
const minToken = 16

// checkToken reports a token that is too short.
func (r *Report) checkToken(key string, s Secret) {
	if len(s) < minToken {
		r.Add(key, "is shorter than %d characters, make a longer one", minToken)
	}
}
