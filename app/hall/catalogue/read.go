package catalogue

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// The lists of a file.
const (
	listDepartments = iota
	listPools
	listWindows
	listClasses
	listItems
	listSubjects
	lists
)

var listNames = [lists]string{"departments", "pools", "windows", "classes", "items", "subjects"}

// readFile adds the lists of one file. A text that is not JSON ends the file at
// the fault; what was read before it is checked all the same.
func (p *parser) readFile(name string, b []byte) {
	p.last = name
	d := json.NewDecoder(bytes.NewReader(b))
	here := func() place { return place{file: name, line: lineAt(b, d.InputOffset())} }
	if err := p.readObject(d, here); err != nil {
		var syntax *json.SyntaxError
		switch {
		case errors.As(err, &syntax):
			p.report(place{file: name, line: lineAt(b, syntax.Offset)}, "file", "is not JSON: "+syntax.Error())
		case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
			p.report(place{file: name, line: lineAt(b, int64(len(b)))}, "file", "ends too early")
		default:
			p.report(here(), "file", err.Error())
		}
	}
}

func (p *parser) readObject(d *json.Decoder, here func() place) error {
	if err := expect(d, json.Delim('{'), "an object with lists"); err != nil {
		return err
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return err
		}
		if err := p.readList(d, here, fmt.Sprint(key)); err != nil {
			return err
		}
	}
	if _, err := d.Token(); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows the closing brace")
	}
	return nil
}

// readList adds the elements of one list. The version of an exported catalogue
// is passed over: it is made anew.
func (p *parser) readList(d *json.Decoder, here func() place, name string) error {
	switch name {
	case listNames[listDepartments]:
		return readAll(p, d, here, listDepartments, &p.all.Departments)
	case listNames[listPools]:
		return readAll(p, d, here, listPools, &p.all.Pools)
	case listNames[listWindows]:
		return readAll(p, d, here, listWindows, &p.all.Windows)
	case listNames[listClasses]:
		return readAll(p, d, here, listClasses, &p.all.Classes)
	case listNames[listItems]:
		return readAll(p, d, here, listItems, &p.all.Items)
	case listNames[listSubjects]:
		return readAll(p, d, here, listSubjects, &p.all.Subjects)
	}
	if name != "version" {
		p.report(here(), strconv.Quote(name), "unknown list; known are "+strings.Join(listNames[:], ", "))
	}
	var skipped json.RawMessage
	return d.Decode(&skipped)
}

func readAll[T any](p *parser, d *json.Decoder, here func() place, list int, to *[]T) error {
	if err := expect(d, json.Delim('['), listNames[list]+" as a list"); err != nil {
		return err
	}
	for i := 0; d.More(); i++ {
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			return err
		}
		at := here()
		at.line -= bytes.Count(raw, []byte("\n"))
		at.index = i
		var v T
		strict := json.NewDecoder(bytes.NewReader(raw))
		strict.DisallowUnknownFields()
		if err := errors.Join(strict.Decode(&v), repeated(raw)); err != nil {
			p.report(at, fmt.Sprintf("%s[%d]", listNames[list], i), plain(err))
			continue
		}
		*to = append(*to, v)
		p.places[list] = append(p.places[list], at)
	}
	_, err := d.Token()
	return err
}

// plain shortens encoding/json's words for people who edit catalogues.
func plain(err error) string {
	s := strings.ReplaceAll(err.Error(), "\n", "; ")
	return strings.ReplaceAll(s, "json: ", "")
}

// repeated returns an error for an object in raw that has a field twice.
func repeated(raw []byte) error {
	type object struct {
		seen map[string]bool // nil for a list
		key  bool            // a key comes next
	}
	var open []object
	for d := json.NewDecoder(bytes.NewReader(raw)); ; {
		token, err := d.Token()
		if err != nil {
			return nil // the end; raw is known to be JSON
		}
		if delim, ok := token.(json.Delim); ok && (delim == '}' || delim == ']') {
			open = open[:len(open)-1]
			continue
		}
		if top := len(open) - 1; top >= 0 && open[top].seen != nil {
			o := &open[top]
			if name, _ := token.(string); o.key && o.seen[name] {
				return fmt.Errorf("field %q is there twice", name)
			} else if o.key {
				o.seen[name] = true
			}
			o.key = !o.key
		}
		switch token {
		case json.Delim('{'):
			open = append(open, object{map[string]bool{}, true})
		case json.Delim('['):
			open = append(open, object{})
		}
	}
}

func expect(d *json.Decoder, want json.Delim, what string) error {
	token, err := d.Token()
	if err != nil {
		return err
	}
	if token != want {
		return errors.New("must be " + what)
	}
	return nil
}

func lineAt(b []byte, offset int64) int {
	return 1 + bytes.Count(b[:min(max(offset, 0), int64(len(b)))], []byte("\n"))
}
