package config

import (
	"bytes"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Example returns a commented example file for "kiosk", "counter", "hall",
// "panels" or "voice".
func Example(kind string) (string, error) {
	var c Config
	switch kind {
	case "kiosk":
		c = new(Kiosk)
		fill(reflect.ValueOf(c).Elem())
	case "counter":
		c = new(Counter)
		fill(reflect.ValueOf(c).Elem())
	case "hall":
		c = new(Hall)
		fill(reflect.ValueOf(c).Elem())
	case "panels":
		c = new(Panels)
		fill(reflect.ValueOf(c).Elem())
	case "voice":
		c = new(Voice)
		fill(reflect.ValueOf(c).Elem())
	default:
		return "", fmt.Errorf("no configuration is called %q, use kiosk, counter, hall, panels or voice", kind)
	}
	var b strings.Builder
	err := Write(&b, c)
	return b.String(), err
}

// fill sets every field to its example or default.
func fill(v reflect.Value) {
	a := assigner{Report: &Report{}}
	for i := range v.NumField() {
		f, field := v.Type().Field(i), v.Field(i)
		s := f.Tag.Get("example")
		if s == "" {
			s = f.Tag.Get("default")
		}
		switch field.Kind() {
		case reflect.Struct:
			fill(field)
		case reflect.Slice:
			field.Set(reflect.MakeSlice(field.Type(), 1, 1))
			fill(field.Index(0))
		case reflect.Map:
			field.Set(reflect.MakeMap(field.Type()))
			for pair := range strings.SplitSeq(s, "|") {
				k, t, _ := strings.Cut(pair, "=")
				field.SetMapIndex(reflect.ValueOf(k).Convert(field.Type().Key()), reflect.ValueOf(t))
			}
		default:
			a.scalar("", s, f.Tag, field)
		}
	}
}

// Write writes c as a commented TOML file that Load reads back as the same
// value. Secrets are written in the clear: the file is where they live.
func Write(w io.Writer, c Config) error {
	var b bytes.Buffer
	writeTable(&b, "", reflect.ValueOf(c).Elem())
	_, err := w.Write(bytes.TrimLeft(b.Bytes(), "\n"))
	return err
}

// writeTable writes the single values of the struct v, then its blocks, since
// everything after a block's head belongs to the block.
func writeTable(b *bytes.Buffer, path string, v reflect.Value) {
	for _, blocks := range []bool{false, true} {
		for i := range v.NumField() {
			f, field := v.Type().Field(i), v.Field(i)
			if isBlock(field) == blocks {
				writeField(b, path, f, field)
			}
		}
	}
}

func isBlock(v reflect.Value) bool {
	return v.Kind() == reflect.Struct || v.Kind() == reflect.Slice || v.Kind() == reflect.Map
}

// writeField writes one field with its sentence above.
func writeField(b *bytes.Buffer, path string, f reflect.StructField, v reflect.Value) {
	key := f.Tag.Get("toml")
	writeDoc(b, f.Tag)
	switch v.Kind() {
	case reflect.Struct:
		fmt.Fprintf(b, "[%s%s]\n", path, key)
		writeTable(b, path+key+".", v)
	case reflect.Map:
		fmt.Fprintf(b, "[%s%s]\n", path, key)
		for _, k := range sortedKeys(v) {
			fmt.Fprintf(b, "%s = %s\n", bareOrQuoted(k), quote(v.MapIndex(reflect.ValueOf(k).Convert(v.Type().Key())).String()))
		}
	case reflect.Slice:
		for i := range v.Len() {
			fmt.Fprintf(b, "\n[[%s%s]]\n", path, key)
			writeTable(b, path+key+".", v.Index(i))
		}
	default:
		fmt.Fprintf(b, "%s = %s\n", key, literal(v))
	}
}

// writeDoc writes what the tags say about a key, wrapped as comments.
func writeDoc(b *bytes.Buffer, tag reflect.StructTag) {
	b.WriteByte('\n')
	line := "#"
	for word := range strings.FieldsSeq(keyOf(tag).Sentence()) {
		if utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > 100 {
			b.WriteString(line + "\n")
			line = "#"
		}
		line += " " + word
	}
	b.WriteString(line + "\n")
}

// literal returns a single value as TOML.
func literal(v reflect.Value) string {
	if t, ok := v.Interface().(TimeOfDay); ok {
		return quote(t.String())
	}
	switch v.Kind() {
	case reflect.Int:
		return strconv.FormatInt(v.Int(), 10)
	case reflect.Float64:
		s := strconv.FormatFloat(v.Float(), 'f', -1, 64)
		if !strings.Contains(s, ".") {
			s += ".0"
		}
		return s
	case reflect.Bool:
		return strconv.FormatBool(v.Bool())
	}
	return quote(v.String())
}

// bareOrQuoted returns a key as TOML.
func bareOrQuoted(key string) string {
	for _, r := range key {
		if r != '-' && r != '_' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') {
			return quote(key)
		}
	}
	if key == "" {
		return quote(key)
	}
	return key
}

// quote returns s as a TOML basic string.
func quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r < ' ' || r == 0x7f:
			fmt.Fprintf(&b, "\\u%04X", r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// sortedKeys returns the keys of a map of texts in order.
func sortedKeys(v reflect.Value) []string {
	keys := make([]string, 0, v.Len())
	for _, k := range v.MapKeys() {
		keys = append(keys, k.String())
	}
	slices.Sort(keys)
	return keys
}
