package text

import (
	"embed"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

//go:embed zh-Hans.json en.json
var files embed.FS

// messages holds every catalogue by language and key. The files are embedded
// and the package's tests read them strictly, so loading cannot fail at run
// time.
var messages = map[Lang]map[string]string{ZhHans: mustLoad(ZhHans), En: mustLoad(En)}

func mustLoad(l Lang) map[string]string {
	b, err := files.ReadFile(string(l) + ".json")
	if err != nil {
		panic("text: " + err.Error())
	}
	var m map[string]string
	if err := json.Unmarshal(b, &m); err != nil {
		panic("text: " + string(l) + ".json: " + err.Error())
	}
	return m
}

// T returns the message of a key in a language with its parameters {0}, {1},
// ... replaced by args as fmt.Sprint shows them. A language that does not ship
// is read as simplified Chinese. An unknown key is returned in brackets, so
// that it is seen and harms nobody.
func T(lang Lang, key string, args ...any) string {
	m, ok := messages[lang]
	if !ok {
		m = messages[ZhHans]
	}
	s, ok := m[key]
	if !ok {
		return "[" + key + "]"
	}
	if len(args) == 0 {
		return s
	}
	pairs := make([]string, 0, 2*len(args))
	for i, a := range args {
		pairs = append(pairs, "{"+strconv.Itoa(i)+"}", fmt.Sprint(a))
	}
	return strings.NewReplacer(pairs...).Replace(s)
}

// Has reports whether every language has the key.
func Has(key string) bool {
	for _, m := range messages {
		if _, ok := m[key]; !ok {
			return false
		}
	}
	return true
}

// Tech returns the sentence for the technician that belongs to a key, in
// English, or "" when the key has none.
func Tech(key string) string { return messages[En][key+".tech"] }

// Other returns the language that a citizen can change to.
func (l Lang) Other() Lang {
	if l == En {
		return ZhHans
	}
	return En
}
