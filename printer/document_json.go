package printer

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// MaxJSON is the most bytes of a document's JSON form.
const MaxJSON = 1 << 20

// kinds are the names of the blocks in JSON.
var kinds = map[string]reflect.Type{
	"text": reflect.TypeFor[Text](), "spans": reflect.TypeFor[Spans](), "key-value": reflect.TypeFor[KeyValue](), "columns": reflect.TypeFor[Columns](),
	"rule": reflect.TypeFor[Rule](), "qr": reflect.TypeFor[QR](), "barcode": reflect.TypeFor[Barcode](),
	"image": reflect.TypeFor[Image](), "feed": reflect.TypeFor[Feed](), "cut": reflect.TypeFor[Cut](),
}

// ParseDocument reads a document's JSON form and checks the document:
//
//	{"template": "ticket", "lang": "zh-Hans", "blocks": [
//		{"type": "text", "text": "A012", "scale": 7, "bold": true, "align": "centre"},
//		{"type": "spans", "spans": [{"text": "请到 "}, {"text": "3", "bold": true, "width": 2, "height": 3}, {"text": " 号窗口"}]},
//		{"type": "key-value", "key": "前面等候", "value": "7人"},
//		{"type": "columns", "columns": [{"text": "1.", "cells": 3}, {"text": "身份证原件"}]},
//		{"type": "rule"},
//		{"type": "qr", "data": "http://hall.example.cn/"},
//		{"type": "barcode", "data": "A012"},
//		{"type": "image", "png": "iVBORw0KGgo…", "photo": true},
//		{"type": "feed", "lines": 2},
//		{"type": "cut"}]}
//
// Keys are those of the fields; what is left out is zero. A key that is
// unknown, written otherwise or given twice is an error, and so is anything
// that [Document.Check] refuses. Errors name the block, counted from 0.
func ParseDocument(data []byte) (Document, error) {
	var d Document
	err := d.UnmarshalJSON(data)
	if err == nil {
		err = d.Validate()
	}
	return d, err
}

// UnmarshalJSON reads the form of [ParseDocument] without checking the
// document.
func (d *Document) UnmarshalJSON(data []byte) error {
	if len(data) > MaxJSON {
		return fmt.Errorf("document of %d bytes, want at most %d", len(data), MaxJSON)
	}
	if err := onlyValue(data); err != nil {
		return fmt.Errorf("document: %w", err)
	}
	var raw struct {
		Template string            `json:"template"`
		Lang     string            `json:"lang"`
		Blocks   []json.RawMessage `json:"blocks"`
	}
	if err := strict(data, &raw); err != nil {
		return fmt.Errorf("document: %w", err)
	}
	*d = Document{Template: raw.Template, Lang: raw.Lang}
	for i, r := range raw.Blocks {
		b, err := parseBlock(r)
		if err != nil {
			return fmt.Errorf("block %d: %w", i, err)
		}
		d.Blocks = append(d.Blocks, b)
	}
	return nil
}

// MarshalJSON writes the form of [ParseDocument].
func (d Document) MarshalJSON() ([]byte, error) {
	blocks := make([]json.RawMessage, 0, len(d.Blocks))
	for i, b := range d.Blocks {
		raw, err := formatBlock(b)
		if err != nil {
			return nil, fmt.Errorf("block %d: %w", i, err)
		}
		blocks = append(blocks, raw)
	}
	return json.Marshal(struct {
		Template string            `json:"template"`
		Lang     string            `json:"lang"`
		Blocks   []json.RawMessage `json:"blocks"`
	}{d.Template, d.Lang, blocks})
}

func parseBlock(raw []byte) (Block, error) {
	fields := map[string]json.RawMessage{}
	if err := json.Unmarshal(raw, &fields); err != nil {
		return nil, explainJSON(err)
	}
	var kind string
	if err := json.Unmarshal(fields["type"], &kind); err != nil {
		return nil, fmt.Errorf(`key "type" is missing or no text, want one of %s`, list(kinds))
	}
	t, ok := kinds[kind]
	if !ok {
		return nil, fmt.Errorf("unknown type %q, want one of %s", kind, list(kinds))
	}
	delete(fields, "type")
	rest, err := json.Marshal(fields)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", kind, err)
	}
	v := reflect.New(t)
	if err := strict(rest, v.Interface()); err != nil {
		return nil, fmt.Errorf("%s: %w", kind, err)
	}
	return v.Elem().Interface().(Block), nil
}

func formatBlock(b Block) ([]byte, error) {
	for kind, t := range kinds {
		if reflect.TypeOf(b) != t {
			continue
		}
		body, err := json.Marshal(b)
		if err != nil {
			return nil, err
		}
		head := fmt.Sprintf(`{"type":%q`, kind)
		if string(body) != "{}" {
			head += ","
		}
		return append([]byte(head), body[1:]...), nil
	}
	return nil, fmt.Errorf("unknown block %T", b)
}

// strict decodes an object whose keys are exactly those of v's fields.
func strict(data []byte, v any) error {
	if err := exactKeys(data, reflect.TypeOf(v).Elem()); err != nil {
		return err
	}
	if err := json.Unmarshal(data, v); err != nil {
		return explainJSON(err)
	}
	return nil
}

// exactKeys refuses keys that the decoder would take for a field's although
// they are written otherwise, and unknown ones, in lists of objects too.
func exactKeys(data []byte, t reflect.Type) error {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(data, &fields); err != nil {
		return explainJSON(err)
	}
	known := map[string]reflect.Type{}
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		known[name] = t.Field(i).Type
	}
	for _, key := range slices.Sorted(maps.Keys(fields)) {
		f, ok := known[key]
		if !ok {
			return fmt.Errorf("unknown key %q, want %s", key, list(known))
		}
		if f.Kind() != reflect.Slice || f.Elem().Kind() != reflect.Struct {
			continue
		}
		var objects []json.RawMessage
		if err := json.Unmarshal(fields[key], &objects); err != nil {
			return explainJSON(err)
		}
		for i, o := range objects {
			if err := exactKeys(o, f.Elem()); err != nil {
				return fmt.Errorf("%s %d: %w", strings.TrimSuffix(key, "s"), i, err)
			}
		}
	}
	return nil
}

// onlyValue refuses a second value behind the first and an object that has a
// key twice, of which the decoder would take the last.
func onlyValue(data []byte) error {
	d := json.NewDecoder(bytes.NewReader(data))
	if err := uniqueKeys(d); err != nil {
		return explainJSON(err)
	}
	end := d.InputOffset()
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("something follows the document at byte %d", end)
	}
	return nil
}

// uniqueKeys reads one value.
func uniqueKeys(d *json.Decoder) error {
	t, err := d.Token()
	if err != nil {
		return err
	}
	open, ok := t.(json.Delim)
	if !ok {
		return nil
	}
	seen := map[string]bool{}
	for d.More() {
		if open == '{' {
			t, err := d.Token()
			if err != nil {
				return err
			}
			key, _ := t.(string) // the decoder takes nothing else for a key
			if seen[key] {
				return fmt.Errorf("key %q is there twice, at byte %d", key, d.InputOffset())
			}
			seen[key] = true
		}
		if err := uniqueKeys(d); err != nil {
			return err
		}
	}
	_, err = d.Token()
	return err
}

// explainJSON says what a technician can mend.
func explainJSON(err error) error {
	var wrong *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &wrong) && wrong.Field != "":
		return fmt.Errorf("key %q: found %s, want %s", wrong.Field, wrong.Value, plainType(wrong.Type))
	case errors.As(err, &wrong):
		return fmt.Errorf("found %s, want %s", wrong.Value, plainType(wrong.Type))
	case errors.As(err, &syntax):
		return fmt.Errorf("not JSON at byte %d: %w", syntax.Offset, err)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("not JSON: it ends too early")
	}
	return err
}

func plainType(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Int, reflect.Uint8:
		return "a whole number"
	case reflect.Bool:
		return "true or false"
	case reflect.String:
		return "text"
	case reflect.Slice:
		return "a list"
	}
	return "an object"
}

// list joins names for an error.
func list[V any](names map[string]V) string {
	return strings.Join(slices.Sorted(maps.Keys(names)), ", ")
}

var alignNames = [...]string{"left", "centre", "right"}

// MarshalText writes the alignment's name.
func (a Align) MarshalText() ([]byte, error) {
	if int(a) >= len(alignNames) {
		return nil, fmt.Errorf("unknown alignment %d", a)
	}
	return []byte(alignNames[a]), nil
}

// UnmarshalText reads "left", "centre" or "right".
func (a *Align) UnmarshalText(text []byte) error {
	i := slices.Index(alignNames[:], string(text))
	if i < 0 {
		return fmt.Errorf("align is %q, want %s", text, strings.Join(alignNames[:], ", "))
	}
	*a = Align(i)
	return nil
}

// MarshalText writes Base64.
func (p PNG) MarshalText() ([]byte, error) {
	return base64.StdEncoding.AppendEncode(nil, []byte(p)), nil
}

// UnmarshalText reads Base64.
func (p *PNG) UnmarshalText(text []byte) error {
	file, err := base64.StdEncoding.AppendDecode(nil, text)
	if err != nil {
		return fmt.Errorf("picture: %w", err)
	}
	*p = PNG(file)
	return nil
}
