package stage

import (
	"fmt"
	"image"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// An Album is a folder of numbered pictures with an index that says what each
// one shows.
type Album struct {
	Dir   string
	count int
}

// indexFile names the index of an album.
const indexFile = "index.md"

// NewAlbum makes or empties an album. It removes only what an album holds.
func NewAlbum(dir string) (*Album, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("album: %w", err)
	}
	old, err := filepath.Glob(filepath.Join(dir, "[0-9][0-9]-*.png"))
	if err != nil {
		return nil, fmt.Errorf("album: %w", err)
	}
	for _, f := range append(old, filepath.Join(dir, indexFile)) {
		if err := os.RemoveAll(f); err != nil {
			return nil, fmt.Errorf("album: %w", err)
		}
	}
	return &Album{Dir: dir}, nil
}

// Add stores a picture under the next number and a name such as "kiosk-home",
// with a sentence in the index.
func (a *Album) Add(name, sentence string, img image.Image) error {
	a.count++
	file := fmt.Sprintf("%02d-%s.png", a.count, name)
	enc := png.Encoder{CompressionLevel: png.BestSpeed}
	err := replace(filepath.Join(a.Dir, file), func(w io.Writer) error { return enc.Encode(w, img) })
	if err != nil {
		return fmt.Errorf("album: %w", err)
	}
	index, err := os.OpenFile(filepath.Join(a.Dir, indexFile), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("album: %w", err)
	}
	defer index.Close()
	_, err = fmt.Fprintf(index, "- [%s](%s): %s\n", file, file, strings.TrimSpace(sentence))
	return err
}

// Count is how many pictures the album holds.
func (a *Album) Count() int { return a.count }
