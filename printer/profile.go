package printer

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"hallway/printer/charset"
)

// A Profile says what one model of printer is like and how its firmware
// differs from the manual. It is data: a hall adds a file, not code.
type Profile struct {
	ID       string   `toml:"id"`   // such as "generic-cn-80"
	Name     string   `toml:"name"` // for technicians
	Geometry Geometry `toml:"geometry"`
	Text     TextSet  `toml:"text"`
	Raster   Raster   `toml:"raster"`
	Cut      CutMode  `toml:"cut"`    // CutPartial, CutFull or CutNone
	Status   Status   `toml:"status"` //
	Proof    Proof    `toml:"proof"`  //
	Link     Link     `toml:"link"`
}

// Geometry is the print head and the path of the paper, in dots of the head.
type Geometry struct {
	Dots     int `toml:"dots"`       // printable width, a multiple of 8, 192 to 832
	DPI      int `toml:"dpi"`        // dots an inch, 150 to 300
	Cutter   int `toml:"cutter"`     // from the head to the blade
	Speed    int `toml:"speed_mm_s"` // paper speed, used for time limits only
	FeedUnit int `toml:"feed_unit"`  // vertical motion units a dot (ESC 3, ESC J), 1 to 4
}

// TextSet is what the printer's own characters can do.
type TextSet struct {
	Charset  charset.Set `toml:"charset"`
	CJKSize  string      `toml:"cjk_size"`  // which command enlarges Chinese: "gs", "fs" or "both"
	MaxScale int         `toml:"max_scale"` // larger text is drawn with the program's font, 1 to 8
}

// Raster is how pictures are sent.
type Raster struct {
	Align      bool `toml:"align"`        // ESC a moves pictures too; false: blank dots are sent at the left
	Band       int  `toml:"band"`         // rows of one picture command, 1 to 48
	BlankFeeds bool `toml:"blank_as_jog"` // blank rows go as ESC J; false for firmware that ignores ESC J
}

// CutMode is how the paper is cut.
type CutMode string

// The cut modes.
const (
	CutPartial CutMode = "partial" // feed to the blade, leave a bridge: GS V 66
	CutFull    CutMode = "full"    // feed to the blade, cut through: GS V 65
	CutNone    CutMode = "none"    // feed past the tear bar
)

// Status is what the printer tells about itself.
type Status struct {
	Realtime         bool `toml:"realtime"` // answers DLE EOT; false: write-only line
	Info             bool `toml:"info"`     // answers GS I 65 to 68 with text
	Push             bool `toml:"push"`     // reports changes by itself after GS a
	NearEndActiveLow bool `toml:"near_end_active_low"`
}

// Proof is the best evidence of a finished ticket that the printer gives.
type Proof string

// The proofs, best first.
const (
	ProofProcessID Proof = "gs_h" // GS ( H function 48: answers when printing has completed
	ProofPaper     Proof = "gs_r" // GS r 1 behind the cut: answers when the buffer is consumed
	ProofStatus    Proof = "eot"  // DLE EOT only: online and paper present after the computed time
	ProofNone      Proof = "none" // nothing; every job ends as Unknown
)

// Link is how fast bytes may leave.
type Link struct {
	Chunk int `toml:"chunk"` // bytes of one write, 16 to 4096
	Baud  int `toml:"baud"`  // slowest line that time limits must allow for
}

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
	var p Profile
	d := toml.NewDecoder(bytes.NewReader(data)).DisallowUnknownFields()
	if err := d.Decode(&p); err != nil {
		return Profile{}, fmt.Errorf("printer profile %s: %w", name, explain(err))
	}
	if err := p.Validate(); err != nil {
		return Profile{}, fmt.Errorf("printer profile %s: %w", name, err)
	}
	return p, nil
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

// Validate reports every impossible value by its key.
func (p Profile) Validate() error {
	var errs []error
	check := func(ok bool, key string, got any, want string) {
		if !ok {
			errs = append(errs, fmt.Errorf("%s is %v, want %s", key, got, want))
		}
	}
	in := func(key string, v, lo, hi int) {
		check(v >= lo && v <= hi, key, v, fmt.Sprintf("%d to %d", lo, hi))
	}
	check(p.ID != "", "id", `""`, "a name")
	in("geometry.dots", p.Geometry.Dots, 192, 832)
	check(p.Geometry.Dots%8 == 0, "geometry.dots", p.Geometry.Dots, "a multiple of 8")
	in("geometry.dpi", p.Geometry.DPI, 150, 300)
	in("geometry.cutter", p.Geometry.Cutter, 0, 400)
	in("geometry.speed_mm_s", p.Geometry.Speed, 20, 500)
	in("geometry.feed_unit", p.Geometry.FeedUnit, 1, 4)
	check(p.Text.Charset.Valid(), "text.charset", p.Text.Charset, "none, gb2312, gbk or gb18030-2")
	check(slices.Contains([]string{"gs", "fs", "both"}, p.Text.CJKSize), "text.cjk_size", p.Text.CJKSize, "gs, fs or both")
	in("text.max_scale", p.Text.MaxScale, 1, MaxScale)
	check(p.Text.CJKSize == "gs" || p.Text.MaxScale <= 2, "text.max_scale", p.Text.MaxScale, "1 or 2, because FS ! only doubles")
	in("raster.band", p.Raster.Band, 1, 48)
	check(slices.Contains([]CutMode{CutPartial, CutFull, CutNone}, p.Cut), "cut", p.Cut, "partial, full or none")
	check(slices.Contains([]Proof{ProofProcessID, ProofPaper, ProofStatus, ProofNone}, p.Proof), "proof", p.Proof, "gs_h, gs_r, eot or none")
	check(p.Status.Realtime || p.Proof == ProofNone, "proof", p.Proof, "none, because status.realtime is false")
	in("link.chunk", p.Link.Chunk, 16, 4096)
	in("link.baud", p.Link.Baud, 1200, 921600)
	return errors.Join(errs...)
}
