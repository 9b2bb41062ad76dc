package main

import (
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"hallway/printer/font"
	"hallway/printer/ticket"
)

func TestTemplatesAndFontsAreCheckedAtTheStart(t *testing.T) {
	var log notes
	shipped.check(slog.New(slog.NewTextHandler(&log, nil)))
	if log.has("level=ERROR") {
		t.Errorf("what is shipped is wrong: %s", &log.text)
	}
}

// withChange are the shipped templates with one text in one file changed.
func withChange(t *testing.T, file, from, to string) fs.FS {
	t.Helper()
	dir := filepath.Join("..", "..", "printer", "ticket", "templates")
	all := fstest.MapFS{}
	names, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range names {
		data, err := os.ReadFile(filepath.Join(dir, n.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if n.Name() == file {
			if !strings.Contains(string(data), from) {
				t.Fatalf("%s does not say %q", file, from)
			}
			data = []byte(strings.Replace(string(data), from, to, 1))
		}
		all[n.Name()] = &fstest.MapFile{Data: data}
	}
	return all
}

// TestAFaultOfASlipIsToldAndTheKioskStarts starts the kiosk with a template
// whose text has a character that no font has, with one that does not know a
// field, and with a font file that is none. Each is told to the technician: what,
// where and what to do; the kiosk starts all the same.
func TestAFaultOfASlipIsToldAndTheKioskStarts(t *testing.T) {
	t.Cleanup(func() { _, _ = font.Search() })
	noFont := filepath.Join(t.TempDir(), "broken.ttf")
	if err := os.WriteFile(noFont, []byte("this is no font"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, file, from, to string
		fonts                []string
		say                  []string
	}{
		{"glyph", "queue.toml", "请留意屏幕和广播叫号", "请留意\U0002aa0a屏幕", nil, []string{"template queue.toml", "block 18", "U+2AA0A, which no font has", "install the program anew"}},
		{"field", "booking.toml", `"{area}"`, `"{aera}"`, nil, []string{"template booking.toml", `unknown field`, "aera"}},
		{"font", "queue.toml", "排队号", "排队号", []string{noFont}, []string{"font file " + noFont, "install Debian's fonts-noto-cjk anew", "names that need one cannot be printed"}},
	} {
		var log notes
		broken := slips{func() (ticket.Templates, error) { return ticket.Load(withChange(t, c.file, c.from, c.to)) }, c.fonts}
		p, err := open(t.Context(), kioskFile(t, t.TempDir()), "", &log, broken)
		if err != nil || p.outbox == nil {
			t.Errorf("%s: the kiosk does not start: %v", c.name, err)
		}
		for _, want := range c.say {
			if !log.has(want) {
				t.Errorf("%s: %q is not told:\n%s", c.name, want, &log.text)
			}
		}
		if !log.has("level=ERROR") {
			t.Errorf("%s: nothing is wrong", c.name)
		}
		if err := p.close(); err != nil {
			t.Error(err)
		}
	}
}
