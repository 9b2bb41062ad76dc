package port_test

import (
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hallway/devices/port"
)

// tree writes an archive of testdata into a folder of the test's own: "@ folder",
// then the lines of its files, "name = text", "name : hex" or "name -> link".
func tree(t testing.TB, name string) port.Root {
	t.Helper()
	return write(t, name, t.TempDir())
}

// captures are the trees that tests only read, in a folder that TestMain makes.
var (
	captures   = map[string]port.Root{}
	capturesIn string
)

// captured is a tree for all tests, which they only read.
func captured(t testing.TB, name string) port.Root {
	t.Helper()
	if _, known := captures[name]; !known {
		captures[name] = write(t, name, filepath.Join(capturesIn, name))
	}
	return captures[name]
}

func write(t testing.TB, name, dir string) port.Root {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name+".tree"))
	if err != nil {
		t.Fatal(err)
	}
	if err := unpack(dir, string(text)); err != nil {
		t.Fatal(err)
	}
	return rootIn(dir)
}

func rootIn(dir string) port.Root {
	return port.Root{Sys: filepath.Join(dir, "sys"), Dev: filepath.Join(dir, "dev")}
}

func emptyTree(t testing.TB) port.Root {
	t.Helper()
	r := rootIn(t.TempDir())
	if err := os.MkdirAll(filepath.Join(r.Sys, "class"), 0o755); err != nil {
		t.Fatal(err)
	}
	return r
}

func unpack(dir, text string) error {
	at := dir
	for n, line := range strings.Split(text, "\n") {
		f := strings.SplitN(line, " ", 3)
		if line == "" || f[0] == "#" {
			continue
		}
		var err error
		switch {
		case f[0] == "@" && len(f) == 2:
			at = filepath.Join(dir, f[1])
			err = os.MkdirAll(at, 0o755)
		case len(f) == 3 && f[1] == "=":
			err = os.WriteFile(filepath.Join(at, f[0]), []byte(f[2]+"\n"), 0o644)
		case len(f) == 3 && f[1] == "->":
			err = os.Symlink(f[2], filepath.Join(at, f[0]))
		case len(f) == 3 && f[1] == ":":
			var b []byte
			if b, err = hex.DecodeString(f[2]); err == nil {
				err = os.WriteFile(filepath.Join(at, f[0]), b, 0o644)
			}
		default:
			err = fmt.Errorf("no file, link or folder: %q", line)
		}
		if err != nil {
			return fmt.Errorf("line %d: %w", n+1, err)
		}
	}
	return nil
}

// list lists a tree.
func list(t testing.TB, r port.Root) []port.Port {
	t.Helper()
	all, err := r.List()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// find returns the port with an ID.
func find(t testing.TB, all []port.Port, id string) port.Port {
	t.Helper()
	for _, p := range all {
		if p.ID == id {
			return p
		}
	}
	t.Fatalf("no port %s in %v", id, all)
	return port.Port{}
}
