package ticket

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/pelletier/go-toml/v2"

	"hallway/printer"
	"hallway/printer/font"
)

//go:embed templates/*.toml
var embedded embed.FS

// Shipped returns the templates that ship with the program.
var Shipped = sync.OnceValues(func() (Templates, error) {
	dir, err := fs.Sub(embedded, "templates")
	if err != nil {
		return nil, err
	}
	return Load(dir)
})

// Templates are the documents of a terminal by the names of their files without
// ".toml", such as "queue".
type Templates map[string]Template

// A Template says what a document tells and in which style, in both languages.
// A text in braces is a field; a block with a field that has no value is left
// out.
type Template struct {
	Name   string   `toml:"name"`   // becomes Document.Template
	Fields []string `toml:"fields"` // every field of the blocks
	Rows   []string `toml:"rows"`   // the fields of a block with each
	Blocks []block  `toml:"block"`

	styles map[string]style
}

// block is one block of a template.
type block struct {
	Style  string   `toml:"style"`
	Any    []string `toml:"any"`    // the texts in every language; or
	Zh     []string `toml:"zh"`     // in Chinese and
	En     []string `toml:"en"`     // in English
	When   string   `toml:"when"`   // left out when this field is empty
	Unless string   `toml:"unless"` // left out when this field is not empty
	Each   bool     `toml:"each"`   // once for every row
}

// style is how a block looks; its kind is named as in JSON.
type style struct {
	Kind    string        `toml:"kind"`
	Scale   int           `toml:"scale"`
	ScaleEn int           `toml:"scale_en"` // for English; 0 = scale
	Bold    bool          `toml:"bold"`
	Invert  bool          `toml:"invert"`
	Align   printer.Align `toml:"align"`
	Cells   []int         `toml:"cells"` // widths of columns
	Spans   []span        `toml:"spans"` // parts of a line, one for each text
	Lines   int           `toml:"lines"` // of a feed
}

// span is how a part of a line looks.
type span struct {
	Bold   bool `toml:"bold"`
	Invert bool `toml:"invert"`
	Width  int  `toml:"width"` // 0 = the style's scale
	Height int  `toml:"height"`
}

// texts is how many texts a kind of block takes; columns take as many as they
// have widths, spans as many as they have parts.
var texts = map[string]int{"text": 1, "key-value": 2, "qr": 1, "barcode": 1, "rule": 0, "feed": 0}

// Load reads styles.toml and every template of the directory. Its errors name
// the file and the block, counted from 0: unknown keys, styles and fields, texts
// in one language only, and characters that no font has.
func Load(dir fs.FS) (Templates, error) {
	var styles map[string]style
	if err := read(dir, "styles.toml", &styles); err != nil {
		return nil, err
	}
	files, err := fs.Glob(dir, "*.toml")
	if err != nil {
		return nil, err
	}
	all := Templates{}
	var errs []error
	for _, file := range files {
		if file == "styles.toml" {
			continue
		}
		t := Template{styles: styles}
		err := read(dir, file, &t)
		if err == nil {
			err = t.check()
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("template %s: %w", file, err))
		}
		all[strings.TrimSuffix(path.Base(file), ".toml")] = t
	}
	return all, errors.Join(errs...)
}

func read(dir fs.FS, name string, v any) error {
	data, err := fs.ReadFile(dir, name)
	if err != nil {
		return err
	}
	err = toml.NewDecoder(bytes.NewReader(data)).DisallowUnknownFields().Decode(v)
	var strict *toml.StrictMissingError
	if !errors.As(err, &strict) {
		return err
	}
	var errs []error
	for _, e := range strict.Errors {
		row, _ := e.Position()
		errs = append(errs, fmt.Errorf("line %d: unknown key %s", row, strings.Join(e.Key(), ".")))
	}
	return errors.Join(errs...)
}

func (t Template) check() error {
	var errs []error
	if t.Name == "" || len(t.Blocks) == 0 {
		errs = append(errs, errors.New("name or block is missing"))
	}
	for i, b := range t.Blocks {
		if err := t.checkBlock(b); err != nil {
			errs = append(errs, fmt.Errorf("block %d: %w", i, err))
		}
	}
	return errors.Join(errs...)
}

func (t Template) checkBlock(b block) error {
	s, ok := t.styles[b.Style]
	if !ok {
		return fmt.Errorf("unknown style %q", b.Style)
	}
	want, ok := texts[s.Kind]
	switch s.Kind {
	case "columns":
		want, ok = len(s.Cells), true
	case "spans":
		want, ok = len(s.Spans), true
	}
	if !ok {
		return fmt.Errorf("style %q has the unknown kind %q", b.Style, s.Kind)
	}
	if b.Any != nil && (b.Zh != nil || b.En != nil) {
		return errors.New("any stands beside zh or en")
	}
	fields := slices.Clone(t.Fields)
	if b.Each {
		fields = append(fields, t.Rows...)
	}
	for _, lang := range []string{zhHans, en} {
		if n := len(b.texts(lang)); n != want {
			return fmt.Errorf("style %q takes %d texts, not %d in %s", b.Style, want, n, lang)
		}
		for _, text := range b.texts(lang) {
			if err := checkText(text, fields); err != nil {
				return err
			}
		}
	}
	for _, field := range []string{b.When, b.Unless} {
		if field != "" && !slices.Contains(t.Fields, field) {
			return fmt.Errorf("unknown field %q", field)
		}
	}
	return nil
}

// field is a name in braces.
var field = regexp.MustCompile(`\{[a-z_]+\}`)

func checkText(text string, fields []string) error {
	for _, f := range field.FindAllString(text, -1) {
		if name := strings.Trim(f, "{}"); !slices.Contains(fields, name) {
			return fmt.Errorf("unknown field %q", name)
		}
	}
	rest := field.ReplaceAllString(text, "")
	if strings.ContainsAny(rest, "{}") {
		return fmt.Errorf("%q has a brace that holds no field's name", text)
	}
	for _, r := range rest {
		if !font.Has(r) {
			return fmt.Errorf("%q holds %U, which no font has", text, r)
		}
	}
	return nil
}

// texts returns the block's texts in the language.
func (b block) texts(lang string) []string {
	switch {
	case b.Any != nil:
		return b.Any
	case lang == en:
		return b.En
	}
	return b.Zh
}
