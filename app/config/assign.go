package config

import (
	"math"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// An assigner moves a parsed file into a struct and reports what does not fit.
type assigner struct {
	*Report
	dir string // relative paths begin here
}

// table assigns the keys of tree to the fields of the struct v.
func (a assigner) table(path string, tree map[string]any, v reflect.Value) {
	known := map[string]bool{}
	for i := range v.NumField() {
		f := v.Type().Field(i)
		key := f.Tag.Get("toml")
		known[key] = true
		value, ok := tree[key]
		if !ok {
			a.missing(path+key, f, v.Field(i))
			continue
		}
		a.value(path+key, value, f.Tag, v.Field(i))
	}
	for key := range tree {
		if !known[key] {
			a.Add(path+key, "unknown key, remove it or correct its name")
		}
	}
}

// missing gives a field whose key is not there its default.
func (a assigner) missing(path string, f reflect.StructField, v reflect.Value) {
	def, ok := f.Tag.Lookup("default")
	switch {
	case !ok:
		a.Add(path, "missing, add it: %s", f.Tag.Get("doc"))
	case v.Kind() == reflect.Struct:
		a.table(path+".", nil, v)
	case def != "":
		a.scalar(path, def, f.Tag, v)
	}
}

// value assigns one parsed value of any kind.
func (a assigner) value(path string, value any, tag reflect.StructTag, v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		if t, ok := value.(map[string]any); ok {
			a.table(path+".", t, v)
			return
		}
		a.Add(path, "is not a block, write [%s]", path)
	case reflect.Map:
		a.texts(path, value, v)
	case reflect.Slice:
		a.blocks(path, value, v)
	default:
		a.native(path, value, tag, v)
	}
}

// texts assigns a table of texts, such as a name by language.
func (a assigner) texts(path string, value any, v reflect.Value) {
	t, ok := value.(map[string]any)
	if !ok {
		a.Add(path, "is not a block of texts, write [%s]", path)
		return
	}
	v.Set(reflect.MakeMap(v.Type()))
	for key, item := range t {
		s, ok := item.(string)
		if !ok {
			a.Add(path+"."+key, "is not a text, put it in quotes")
			continue
		}
		v.SetMapIndex(reflect.ValueOf(key).Convert(v.Type().Key()), reflect.ValueOf(s))
	}
}

// blocks assigns an array of tables.
func (a assigner) blocks(path string, value any, v reflect.Value) {
	list, ok := value.([]any)
	if !ok {
		a.Add(path, "is not a list of blocks, write [[%s]]", path)
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(list), len(list)))
	for i, item := range list {
		a.value(path+"."+strconv.Itoa(i), item, "", v.Index(i))
	}
}

// native assigns a TOML text, number or truth value.
func (a assigner) native(path string, value any, tag reflect.StructTag, v reflect.Value) {
	wantText := v.Kind() == reflect.String || v.Type() == reflect.TypeFor[TimeOfDay]()
	switch x := value.(type) {
	case string:
		if !wantText {
			a.Add(path, "is a text, write a %s without quotes", kindName(v.Kind()))
			return
		}
		a.scalar(path, x, tag, v)
	case int64:
		if v.Kind() == reflect.String || wantText {
			a.Add(path, "is a number, put it in quotes")
			return
		}
		a.scalar(path, strconv.FormatInt(x, 10), tag, v)
	case float64:
		a.scalar(path, strconv.FormatFloat(x, 'g', -1, 64), tag, v)
	case bool:
		a.scalar(path, strconv.FormatBool(x), tag, v)
	default:
		a.Add(path, "is not a single value, write a %s", kindName(v.Kind()))
	}
}

// scalar assigns s, the text of a single value or of a default.
func (a assigner) scalar(path, s string, tag reflect.StructTag, v reflect.Value) {
	if v.Type() == reflect.TypeFor[TimeOfDay]() {
		t, err := ParseTimeOfDay(s)
		if err != nil {
			a.Add(path, "%v", err)
			return
		}
		v.SetInt(int64(t))
		return
	}
	switch v.Kind() {
	case reflect.String:
		a.text(path, s, tag, v)
	case reflect.Int:
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			a.Add(path, "is not a whole number, write digits")
		} else if a.inRange(path, float64(n), tag) {
			v.SetInt(n)
		}
	case reflect.Float64:
		x, err := strconv.ParseFloat(s, 64)
		if err != nil {
			a.Add(path, "is not a number, write digits")
		} else if a.inRange(path, x, tag) {
			v.SetFloat(x)
		}
	case reflect.Bool:
		b, err := strconv.ParseBool(s)
		if err != nil {
			a.Add(path, "is not a truth value, write true or false")
		}
		v.SetBool(b)
	}
}

// text assigns a string and checks its choice; a path becomes absolute.
func (a assigner) text(path, s string, tag reflect.StructTag, v reflect.Value) {
	if one := tag.Get("oneof"); one != "" && !slices.Contains(strings.Split(one, "|"), s) {
		a.Add(path, "%q is not known, use one of %s", s, strings.ReplaceAll(one, "|", ", "))
		return
	}
	if _, required := tag.Lookup("default"); !required && s == "" {
		a.Add(path, "is empty, write a value: %s", tag.Get("doc"))
	}
	if tag.Get("path") != "" && s != "" && !filepath.IsAbs(s) {
		s = filepath.Join(a.dir, s)
	}
	v.SetString(s)
}

// inRange reports whether x lies within the tags min and max.
func (a assigner) inRange(path string, x float64, tag reflect.StructTag) bool {
	lo, hi := tag.Get("min"), tag.Get("max")
	if lo == "" || hi == "" {
		return true
	}
	least, _ := strconv.ParseFloat(lo, 64)
	most, _ := strconv.ParseFloat(hi, 64)
	if math.IsNaN(x) || x < least || x > most {
		a.Add(path, "%v is out of range, use %s to %s", x, lo, hi)
		return false
	}
	return true
}

// kindName names a kind as a person who edits the file does.
func kindName(k reflect.Kind) string {
	switch k {
	case reflect.Int, reflect.Float64:
		return "number"
	case reflect.Bool:
		return "true or false"
	}
	return "text"
}
