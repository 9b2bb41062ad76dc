package panel

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2"
)

// A Profile is one model of panel.
type Profile struct {
	Title string
	Baud  int           // bits a second; the pace of the line follows it
	Gap   time.Duration // silence behind each frame
	// Answers is set for a panel that sends each frame back, as Modbus does for
	// the writing of one register.
	Answers     bool
	show, clear Template
}

//go:embed profiles/*.toml
var files embed.FS

// Names returns the names of the built-in profiles.
func Names() []string {
	all, _ := fs.Glob(files, "profiles/*.toml")
	for i, f := range all {
		all[i] = strings.TrimSuffix(strings.TrimPrefix(f, "profiles/"), ".toml")
	}
	return all
}

// Load returns a built-in profile.
func Load(name string) (Profile, error) {
	b, err := files.ReadFile("profiles/" + name + ".toml")
	if err != nil {
		return Profile{}, fmt.Errorf("no panel %q, use one of %v", name, Names())
	}
	return ParseProfile(b)
}

// ParseProfile reads a profile. A key that nobody knows is an error.
func ParseProfile(b []byte) (Profile, error) {
	f := struct {
		Title, Note string
		Baud        int
		GapMS       int `toml:"gap_ms"`
		Answers     bool
		Show, Clear string
		Escape      map[string]string
	}{Baud: 9600, GapMS: 5}
	if err := toml.NewDecoder(strings.NewReader(string(b))).DisallowUnknownFields().Decode(&f); err != nil {
		return Profile{}, fmt.Errorf("panel profile: %w", err)
	}
	if f.Baud < 300 || f.Baud > 921600 || f.GapMS < 0 || f.GapMS > 1000 || f.Show == "" || f.Clear == "" {
		return Profile{}, fmt.Errorf("panel profile %q: baud is 300 to 921600, gap_ms 0 to 1000, show and clear are needed", f.Title)
	}
	p := Profile{Title: f.Title, Baud: f.Baud, Gap: time.Duration(f.GapMS) * time.Millisecond, Answers: f.Answers}
	var err error
	if p.show, err = Parse(f.Show, f.Escape); err != nil {
		return p, err
	}
	p.clear, err = Parse(f.Clear, f.Escape)
	return p, err
}
