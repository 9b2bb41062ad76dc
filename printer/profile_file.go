package printer

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

//go:embed profiles/*.toml
var profiles embed.FS

// ProfileIDs lists the profiles that ship with the program.
func ProfileIDs() []string {
	entries, _ := fs.ReadDir(profiles, "profiles") // the directory is embedded
	var ids []string
	for _, e := range entries {
		ids = append(ids, strings.TrimSuffix(e.Name(), ".toml"))
	}
	return ids
}

// LoadProfile returns the shipped profile of that id, or reads the file when
// name holds a slash or ends in ".toml". Unknown keys and impossible values are
// errors that name the file and the key.
func LoadProfile(name string) (Profile, error) {
	read := func() ([]byte, error) { return profiles.ReadFile("profiles/" + name + ".toml") }
	if strings.ContainsAny(name, "/") || strings.HasSuffix(name, ".toml") {
		read = func() ([]byte, error) { return os.ReadFile(name) }
	}
	data, err := read()
	if errors.Is(err, fs.ErrNotExist) {
		return Profile{}, fmt.Errorf("printer profile %q is not there; use %s or the path of a file", name, strings.Join(ProfileIDs(), ", "))
	}
	if err != nil {
		return Profile{}, fmt.Errorf("printer profile: %w", err)
	}
	p, err := ParseProfile(data)
	if err != nil {
		return Profile{}, fmt.Errorf("printer profile %s: %w", name, err)
	}
	return p, nil
}

// ParseProfile reads a profile's TOML text. Unknown keys and impossible values
// are errors that name the line or the key.
func ParseProfile(text []byte) (Profile, error) {
	p := Profile{Language: LanguageESCPOS, Raster: Raster{Command: RasterGSv0}}
	d := toml.NewDecoder(bytes.NewReader(text)).DisallowUnknownFields()
	if err := d.Decode(&p); err != nil {
		return Profile{}, explain(err)
	}
	if p.Text.ASCIIScale == 0 {
		p.Text.ASCIIScale = p.Text.MaxScale
	}
	return p, p.Validate()
}

// TOML writes the profile as a file that [ParseProfile] reads.
func (p Profile) TOML() ([]byte, error) {
	var b bytes.Buffer
	e := toml.NewEncoder(&b)
	err := e.Encode(p)
	return b.Bytes(), err
}

// explain turns the decoder's list of unknown keys into one readable error.
func explain(err error) error {
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
