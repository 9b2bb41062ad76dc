package panel

import (
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2"
)

// A Profile is one model of panel.
type Profile struct {
	Title string
	Note  string        // what no hardware has confirmed
	Baud  int           // bits a second; the pace of the line follows it
	Gap   time.Duration // silence behind each frame, at least
	// Answer is "" for a panel that never answers, "echo" for one that sends
	// each frame back, "modbus" for Modbus RTU.
	Answer string
	// Reply is how long an answer may take, behind the last bit of the frame.
	Reply time.Duration

	setup       []Template // sent when the panel is opened
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

// ParseProfile reads a profile:
//
//	title, note        what it is, and what is UNCONFIRMED
//	baud    = 9600     300 to 921600
//	gap_ms  = 5        silence behind a frame, 0 to 1000
//	answer  = ""       or "echo", "modbus"
//	reply_ms = 200     an answer's limit, 1 to 1000
//	setup   = []       templates that are sent when the panel is opened
//	show, clear        the templates of a text and of a dark panel
//	[escape]           bytes that are replaced between the marks esc and end
//
// A key that nobody knows is an error.
func ParseProfile(b []byte) (Profile, error) {
	f := struct {
		Title, Note string
		Baud        int
		GapMS       int `toml:"gap_ms"`
		Answer      string
		ReplyMS     int `toml:"reply_ms"`
		Setup       []string
		Show, Clear string
		Escape      map[string]string
	}{Baud: 9600, GapMS: 5, ReplyMS: 200}
	if err := toml.NewDecoder(strings.NewReader(string(b))).DisallowUnknownFields().Decode(&f); err != nil {
		return Profile{}, fmt.Errorf("panel profile: %w", err)
	}
	if f.Baud < 300 || f.Baud > 921600 || f.GapMS < 0 || f.GapMS > 1000 || f.ReplyMS < 1 || f.ReplyMS > 1000 || f.Show == "" || f.Clear == "" {
		return Profile{}, fmt.Errorf("panel profile %q: baud is 300 to 921600, gap_ms 0 to 1000, reply_ms 1 to 1000, show and clear are needed", f.Title)
	}
	if !slices.Contains([]string{answerNone, answerEcho, answerModbus}, f.Answer) {
		return Profile{}, fmt.Errorf("panel profile %q: answer %q is not known, use echo, modbus or none at all", f.Title, f.Answer)
	}
	p := Profile{
		Title: f.Title, Note: f.Note, Baud: f.Baud, Answer: f.Answer,
		Gap: time.Duration(f.GapMS) * time.Millisecond, Reply: time.Duration(f.ReplyMS) * time.Millisecond,
	}
	all := make([]Template, len(f.Setup)+2)
	for i, text := range append(f.Setup, f.Show, f.Clear) {
		t, err := Parse(text, f.Escape)
		if err != nil {
			return p, fmt.Errorf("panel profile %q: %w", f.Title, err)
		}
		all[i] = t
	}
	n := len(f.Setup)
	p.setup, p.show, p.clear = all[:n:n], all[n], all[n+1]
	return p, nil
}

// The glyphs of a panel.
const (
	GlyphsDigits = "digits"
	GlyphsASCII  = "ascii"
	GlyphsGBK    = "gbk"
)

// Glyphs says what the panel can show of a text: its digits, ASCII, or GBK.
func (p Profile) Glyphs() string {
	for _, k := range p.show.tokens {
		if k.field == "text" {
			return k.form
		}
	}
	return GlyphsDigits
}

// bits is how many bits the wire carries for a byte: start, eight, stop.
const bits = 10

// wire is how long the wire carries n bytes.
func (p Profile) wire(n int) time.Duration {
	return time.Duration(n*bits) * time.Second / time.Duration(p.Baud)
}

// silence is the pause behind a frame: the profile's, and at least the 3.5
// characters by which Modbus RTU tells frames apart.
func (p Profile) silence() time.Duration { return max(p.Gap, p.wire(7)/2) }
