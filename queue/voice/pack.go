package voice

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"time"
)

//go:embed packs/zh packs/en
var builtin embed.FS

// The words of a phrase that stand for what is announced, and the chime.
const (
	WordNumber = "{number}"
	WordWindow = "{window}"
	ClipChime  = "chime"
)

// alphabet is what numbers and windows are spelt with; a pack has a clip of each.
const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

// A Manifest describes a pack. Made says how its clips came to be.
type Manifest struct {
	Lang    string   `json:"lang"`
	Made    string   `json:"made"`
	Licence string   `json:"licence"`
	Rate    int      `json:"rate"`
	Phrase  []string `json:"phrase"`
	// Phrases are what can be said beside a call, by name.
	Phrases map[string][]string `json:"phrases,omitempty"`
	Clips   map[string]Clip     `json:"clips"`
}

// A Clip names a WAV file of the pack and its checksum in hexadecimal.
type Clip struct {
	File   string `json:"file"`
	SHA256 string `json:"sha256"`
}

// A Pack is one language, complete and in memory.
type Pack struct {
	Manifest
	pcm map[string][]byte
}

// Builtin returns the placeholder pack of a language, "zh" or "en".
func Builtin(lang string) (*Pack, error) {
	sub, err := fs.Sub(builtin, "packs/"+lang)
	if err != nil {
		return nil, err
	}
	return Load(sub)
}

// Load reads a pack. The error names the clip that is missing or wrong.
func Load(dir fs.FS) (*Pack, error) {
	b, err := fs.ReadFile(dir, "manifest.json")
	if err != nil {
		return nil, fmt.Errorf("voice pack: %w", err)
	}
	m, err := ParseManifest(b)
	if err != nil {
		return nil, fmt.Errorf("voice pack: %w", err)
	}
	p := &Pack{Manifest: m, pcm: map[string][]byte{}}
	for name, c := range m.Clips {
		if p.pcm[name], err = loadClip(dir, c, m.Rate); err != nil {
			return nil, fmt.Errorf("voice pack %s: clip %q: %w", m.Lang, name, err)
		}
	}
	return p, nil
}

func loadClip(dir fs.FS, c Clip, rate int) ([]byte, error) {
	b, err := fs.ReadFile(dir, c.File)
	if err != nil {
		return nil, err
	}
	if sum := sha256.Sum256(b); hex.EncodeToString(sum[:]) != c.SHA256 {
		return nil, errors.New("the checksum differs")
	}
	pcm, r, err := DecodeWAV(b)
	if err == nil && r != rate {
		err = fmt.Errorf("rate %d, the pack has %d", r, rate)
	}
	return pcm, err
}

// ParseManifest reads a manifest. Unknown fields and missing clips are errors.
func ParseManifest(b []byte) (Manifest, error) {
	var m Manifest
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&m); err != nil {
		return m, fmt.Errorf("manifest: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return m, errors.New("manifest: more than one value")
	}
	return m, m.check()
}

func (m Manifest) check() error {
	if m.Lang == "" || m.Made == "" || m.Licence == "" || m.Rate < 8000 || m.Rate > 48000 || len(m.Phrase) == 0 {
		return errors.New("manifest: lang, made, licence, rate (8000 to 48000) and phrase are needed")
	}
	needed := append(append([]string{ClipChime}, strings.Split(alphabet, "")...), m.Phrase...)
	for _, words := range m.Phrases {
		needed = append(needed, words...)
	}
	for _, w := range needed {
		if _, ok := m.Clips[w]; !ok && w != WordNumber && w != WordWindow {
			return fmt.Errorf("manifest: clip %q is missing", w)
		}
	}
	return nil
}

// Clips returns the names of the clips that say a number and a window. Signs
// that are neither letters nor digits are not spoken.
func (p *Pack) Clips(number, window string) []string { return fill(p.Phrase, number, window) }

// Say returns the names of the clips of an announcement. A phrase that the pack
// does not have is that of a call.
func (p *Pack) Say(n Announcement) []string {
	words, ok := p.Phrases[n.Phrase]
	if !ok {
		words = p.Phrase
	}
	return fill(words, n.Number, n.Window)
}

func fill(phrase []string, number, window string) []string {
	var out []string
	for _, w := range phrase {
		switch w {
		case WordNumber:
			out = append(out, spell(number)...)
		case WordWindow:
			out = append(out, spell(window)...)
		default:
			out = append(out, w)
		}
	}
	return out
}

func spell(s string) []string {
	var out []string
	for _, r := range strings.ToUpper(s) {
		if strings.ContainsRune(alphabet, r) {
			out = append(out, string(r))
		}
	}
	return out
}

// overlap is how far the end of a clip and the beginning of the next are heard
// at once, so that a joint is neither a click nor a pause.
const overlap = 20 * time.Millisecond

// Join returns the samples of clips, each faded over into the next.
func (p *Pack) Join(clips []string) []byte {
	var out []byte
	for _, c := range clips {
		out = fade(out, p.pcm[c], int(overlap*time.Duration(p.Rate)/time.Second))
	}
	return out
}

// fade appends next to out with n samples of both at once, fewer when one of
// them is not twice as long.
func fade(out, next []byte, n int) []byte {
	n = min(n, len(out)/4, len(next)/4)
	le := binary.LittleEndian
	tail := out[len(out)-2*n:]
	for i := range n {
		a, b := int(int16(le.Uint16(tail[2*i:]))), int(int16(le.Uint16(next[2*i:])))
		le.PutUint16(tail[2*i:], uint16(int16((a*(n-i)+b*i)/n)))
	}
	return append(out, next[2*n:]...)
}
