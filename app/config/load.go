package config

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"

	"github.com/pelletier/go-toml/v2"
)

// A Config is a pointer to a struct with the tags of this package.
type Config interface {
	// Check reports what the tags cannot say. It sees every field that could
	// be read; the others have their zero value.
	Check(r *Report)
}

// maxFile is the most that a file may hold, in bytes. A hall with a thousand
// terminals needs a third of it; the bound keeps a wrong path from being read
// for minutes.
const maxFile = 256 << 10

// Load reads the file at path into c. The error joins one error for each
// mistake in the file.
func Load(path string, c Config) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("open configuration: %w", err)
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return fmt.Errorf("read configuration: %w", err)
	}
	if len(b) > maxFile {
		return fmt.Errorf("%s: is larger than %d bytes, this is not a configuration", path, maxFile)
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return fmt.Errorf("find folder of configuration: %w", err)
	}
	return parse(path, filepath.Dir(abs), b, c)
}

// Defaults gives every key of c that has a default its default, as a file does
// that leaves it out.
func Defaults(c Config) {
	a := assigner{Report: &Report{}}
	v := reflect.ValueOf(c).Elem()
	for i := range v.NumField() {
		if f := v.Type().Field(i); v.Field(i).IsZero() {
			a.missing("", f, v.Field(i))
		}
	}
}

// parse reads b, which came from the file named name in folder dir.
func parse(name, dir string, b []byte, c Config) error {
	tree := map[string]any{}
	if err := toml.Unmarshal(b, &tree); err != nil {
		return syntaxError(name, err)
	}
	r := &Report{file: name, lines: linesOf(b)}
	a := assigner{Report: r, dir: dir}
	a.table("", tree, reflect.ValueOf(c).Elem())
	c.Check(r)
	return r.Err()
}

// syntaxError adds file and line to an error of the TOML parser, which stops
// at the first because nothing after it can be trusted.
func syntaxError(name string, err error) error {
	if d, ok := errors.AsType[*toml.DecodeError](err); ok {
		line, _ := d.Position()
		return fmt.Errorf("%s:%d: not TOML: %w", name, line, err)
	}
	return fmt.Errorf("%s: not TOML: %w", name, err)
}
