package config

import (
	"reflect"
	"strings"
)

// A Key is what the manual says about one key of a file.
type Key struct {
	Name     string
	Doc      string // what it is for, in sentences
	Default  string // "" also when the key is required
	Example  string
	OneOf    []string // permitted values, nil for any
	Min, Max string   // range of a number, "" for any
	Required bool
}

// Keys returns the keys of a block, a struct with the tags of this package, in
// their order.
func Keys(block any) []Key {
	t := reflect.TypeOf(block)
	keys := make([]Key, t.NumField())
	for i := range keys {
		keys[i] = keyOf(t.Field(i).Tag)
	}
	return keys
}

func keyOf(tag reflect.StructTag) Key {
	def, optional := tag.Lookup("default")
	k := Key{Name: tag.Get("toml"), Doc: tag.Get("doc"), Default: def, Example: tag.Get("example"), Min: tag.Get("min"), Max: tag.Get("max"), Required: !optional}
	if one := tag.Get("oneof"); one != "" {
		k.OneOf = strings.Split(one, "|")
	}
	return k
}

// Sentence returns everything that the manual says about k.
func (k Key) Sentence() string {
	s := k.Doc
	if k.OneOf != nil {
		s += " One of " + strings.Join(k.OneOf, ", ") + "."
	}
	if k.Min != "" {
		s += " From " + k.Min + " to " + k.Max + "."
	}
	if k.Default != "" {
		s += " Default " + k.Default + "."
	}
	return s
}
