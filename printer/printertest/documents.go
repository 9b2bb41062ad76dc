package printertest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hallway/printer"
)

// Documents are the documents of printer/testdata, every template in every
// language, by the names of their files without the ending. It is called from
// a package below printer.
func Documents(t testing.TB) map[string]printer.Document {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", "testdata", "*.json"))
	if err != nil || len(files) < 22 {
		t.Fatalf("%d documents, %v", len(files), err)
	}
	all := map[string]printer.Document{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		d, err := printer.ParseDocument(data)
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		all[strings.TrimSuffix(filepath.Base(file), ".json")] = d
	}
	return all
}
