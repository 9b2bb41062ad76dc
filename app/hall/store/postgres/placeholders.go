package postgres

import (
	"database/sql/driver"
	"fmt"
	"strings"
	"sync"
)

// casts are the PostgreSQL types of values, by the letter that stands for
// their Go type in a key. SQLite takes the type of a value from the value;
// PostgreSQL would guess it from the place of the placeholder, and guess wrong
// in a CASE.
var casts = map[byte]string{'s': "::text", 'i': "::bigint", 'f': "::double precision", 'b': "::bytea", 'n': ""}

// values converts arguments to what the driver sends, and returns a letter for
// the type of each.
func values(args []any) ([]any, string, error) {
	out, kinds := make([]any, len(args)), make([]byte, len(args))
	for i, a := range args {
		v, err := driver.DefaultParameterConverter.ConvertValue(a)
		if err != nil {
			return nil, "", fmt.Errorf("argument %d: %w", i+1, err)
		}
		switch v := v.(type) {
		case nil:
			kinds[i] = 'n'
		case string:
			out[i], kinds[i] = Text(v), 's'
		case []byte:
			out[i], kinds[i] = v, 'b'
		case int64:
			out[i], kinds[i] = v, 'i'
		case float64:
			out[i], kinds[i] = v, 'f'
		case bool: // an INTEGER in SQLite
			out[i], kinds[i] = int64(0), 'i'
			if v {
				out[i] = int64(1)
			}
		default:
			return nil, "", fmt.Errorf("argument %d: a %T cannot be stored", i+1, v)
		}
	}
	return out, string(kinds), nil
}

// Text is what the store keeps of s: NUL and what is not UTF-8 become U+FFFD.
func Text(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}

// A statement is a key of the cache: the text and the types of its values.
type statement struct{ text, kinds string }

// translated caches what translate returns. Statements are constants of
// package store, so it does not grow.
var translated sync.Map // statement to string

// translate turns ?N into $N with a cast, outside of quotes.
func translate(query, kinds string) string {
	key := statement{query, kinds}
	if s, ok := translated.Load(key); ok {
		return s.(string)
	}
	s := translateNow(query, kinds)
	translated.Store(key, s)
	return s
}

func translateNow(query, kinds string) string {
	var b strings.Builder
	quoted := false
	for i := 0; i < len(query); i++ {
		c := query[i]
		if c == '\'' {
			quoted = !quoted
		}
		n, end := 0, i+1
		for c == '?' && !quoted && end < len(query) && query[end] >= '0' && query[end] <= '9' && n <= len(kinds) {
			n = n*10 + int(query[end]-'0')
			end++
		}
		if n == 0 || n > len(kinds) {
			b.WriteByte(c)
			continue
		}
		fmt.Fprintf(&b, "$%d%s", n, casts[kinds[n-1]])
		i = end - 1
	}
	return b.String()
}
