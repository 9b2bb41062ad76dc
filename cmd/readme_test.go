package cmd

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const root = ".."

func readme(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestReadmeIsShortAndItsFilesExist(t *testing.T) {
	text := readme(t)
	if n := strings.Count(text, "\n"); n >= 200 {
		t.Errorf("README.md has %d lines, want fewer than 200", n)
	}
	for _, m := range regexp.MustCompile(`\]\(([^)#:]+)\)`).FindAllStringSubmatch(text, -1) {
		if _, err := os.Stat(filepath.Join(root, m[1])); err != nil {
			t.Errorf("README.md links to %s: %v", m[1], err)
		}
	}
}

func TestReadmeNamesEveryProgramAndMakeTarget(t *testing.T) {
	text := readme(t)
	dirs, err := filepath.Glob("*/main.go")
	if err != nil || len(dirs) == 0 {
		t.Fatalf("no programs found: %v", err)
	}
	for _, d := range dirs {
		if name := filepath.Dir(d); !strings.Contains(text, "`"+name+"`") {
			t.Errorf("README.md does not name the program `%s`", name)
		}
	}
	makefile, err := os.ReadFile(filepath.Join(root, "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile("(?m)(?:`|^)make ([a-z]+)").FindAllStringSubmatch(text, -1) {
		if !strings.Contains(string(makefile), "\n"+m[1]+":") {
			t.Errorf("README.md says make %s, the Makefile has no such target", m[1])
		}
	}
}

// Every line of a shell block that begins with bin/ is asked for its help: the
// subcommands must exist and the help must know each flag.
func TestReadmeCommandsAreUnderstoodByThePrograms(t *testing.T) {
	bin := t.TempDir()
	lines := regexp.MustCompile(`(?m)^bin/.*$`).FindAllString(readme(t), -1)
	if len(lines) == 0 {
		t.Fatal("README.md shows no command")
	}
	for _, line := range lines {
		line, _, _ = strings.Cut(line, "#")
		words := strings.Fields(strings.TrimSuffix(strings.TrimSpace(line), "&"))
		var sub, flags []string
		for i, w := range words[1:] {
			switch {
			case strings.HasPrefix(w, "--"):
				name, _, _ := strings.Cut(w, "=")
				flags = append(flags, name)
			case len(flags) == 0 && i == len(sub) && regexp.MustCompile(`^[a-z]+$`).MatchString(w):
				sub = append(sub, w)
			}
		}
		help := helpOf(t, bin, filepath.Base(words[0]), sub)
		for _, f := range flags {
			if !strings.Contains(help, f) {
				t.Errorf("%q: the help of %v does not know %s", line, sub, f)
			}
		}
	}
}

// helpOf builds a program once and returns what it prints for --help.
func helpOf(t *testing.T, bin, name string, sub []string) string {
	t.Helper()
	path := filepath.Join(bin, name)
	if _, err := os.Stat(path); err != nil {
		if out, err := exec.Command("go", "build", "-o", path, "./"+name).CombinedOutput(); err != nil {
			t.Fatalf("build %s: %v\n%s", name, err, out)
		}
	}
	out, err := exec.Command(path, append(sub, "--help")...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s --help: %v\n%s", name, strings.Join(sub, " "), err, out)
	}
	return string(out)
}
