package printer

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestShippedProfilesAreValid(t *testing.T) {
	if ids := ProfileIDs(); len(ids) < 3 {
		t.Fatalf("only %v", ids)
	}
	for _, id := range ProfileIDs() {
		p, err := LoadProfile(id)
		if err != nil || p.ID != id {
			t.Errorf("%s: id %q, %v", id, p.ID, err)
		}
	}
}

func TestProfileFromAFileReportsEveryMistake(t *testing.T) {
	shipped, err := profiles.ReadFile("profiles/generic-cn-80.toml")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ old, new, want string }{
		"unknown key":  {"chunk = 512", "chunk = 512\nchunks = 3", "unknown key link.chunks"},
		"odd width":    {"dots = 576", "dots = 575", "geometry.dots is 575, want a multiple of 8"},
		"no such mode": {`cut = "partial"`, `cut = "half"`, "cut is half"},
		"wrong proof":  {"realtime = true", "realtime = false", "proof is gs_r, want none"},
	} {
		file := filepath.Join(t.TempDir(), "p.toml")
		if err := os.WriteFile(file, []byte(strings.Replace(string(shipped), c.old, c.new, 1)), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := LoadProfile(file); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
	}
	if _, err := LoadProfile("nosuch"); err == nil || !strings.Contains(err.Error(), "generic-cn-80") {
		t.Errorf("an unknown name must list the known ones, got %v", err)
	}
}

func TestValidateNamesEveryBadBlock(t *testing.T) {
	d := Document{Blocks: []Block{
		Text{Text: "A\x1b@"}, Text{Scale: 9}, Text{Text: strings.Repeat("长", MaxText+1)}, Text{Text: "\xff"},
		QR{}, QR{Data: "x", Module: 2}, Feed{Lines: 99}, Cut{}, KeyValue{Key: "a\n"}, nil, Text{Align: 7},
	}}
	err := d.Validate()
	if err == nil {
		t.Fatal("accepted")
	}
	if lines := strings.Split(err.Error(), "\n"); len(lines) != len(d.Blocks) {
		t.Errorf("%d errors for %d bad blocks:\n%v", len(lines), len(d.Blocks), err)
	}
	if err := (Document{}).Validate(); err == nil {
		t.Error("an empty document is accepted")
	}
}
