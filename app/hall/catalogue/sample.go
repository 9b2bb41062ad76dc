package catalogue

import (
	"embed"
	"fmt"
	"io/fs"
)

//go:embed sample/*.json
var sample embed.FS

// Sample returns the catalogue of the sample city.
func Sample() (Catalogue, error) {
	files, err := fs.Sub(sample, "sample")
	if err != nil {
		return Catalogue{}, fmt.Errorf("sample catalogue: %w", err)
	}
	return Parse(files)
}
