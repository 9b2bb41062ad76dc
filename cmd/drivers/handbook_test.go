package drivers

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hallway/app/config"
)

// The pages in docs/handbook are what the drivers say of themselves today.
func TestHandbookIsUpToDate(t *testing.T) {
	dir := filepath.Join("..", "..", "docs", "handbook")
	known := map[string]bool{}
	for _, d := range All() {
		var page bytes.Buffer
		if err := WritePage(&page, d); err != nil {
			t.Fatal(err)
		}
		known[d.Name+".md"] = true
		b, err := os.ReadFile(filepath.Join(dir, d.Name+".md"))
		if err != nil || !bytes.Equal(b, page.Bytes()) {
			t.Errorf("%s.md is not what kioskctl handbook --out docs/handbook writes (%v)", d.Name, err)
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !known[e.Name()] {
			t.Errorf("%s belongs to no driver", e.Name())
		}
	}
}

func TestEveryDriverIsDescribed(t *testing.T) {
	for _, d := range All() {
		if d.Title == "" || len(d.About) == 0 || len(d.Via) == 0 || d.Walk == nil {
			t.Errorf("%s lacks title, text, transports or walk", d.Name)
		}
		for _, k := range config.Keys(d.Settings) {
			if k.Name == "" || k.Doc == "" {
				t.Errorf("%s: a setting without name or meaning", d.Name)
			}
		}
		for _, code := range append(d.Conditions, failures()...) {
			if Advice(code) == "" {
				t.Errorf("%s: nobody says what to do about %s", d.Name, code)
			}
		}
		for _, t2 := range d.Via {
			if transportTitles[t2] == "" {
				t.Errorf("%s: transport %s has no title", d.Name, t2)
			}
		}
	}
	if _, err := Named("toaster"); err == nil || !strings.Contains(err.Error(), "reader") {
		t.Errorf("got %v", err)
	}
}
