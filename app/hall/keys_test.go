package hall

import (
	"bytes"
	"crypto/rand"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestKeysAreMadeOnceAndKeptPrivate(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	first, err := LoadKeys(dir)
	if err != nil {
		t.Fatal(err)
	}
	second, err := LoadKeys(dir)
	if err != nil {
		t.Fatal(err)
	}
	if first.Seal.Public().ID() != second.Seal.Public().ID() || !bytes.Equal(first.Person, second.Person) {
		t.Error("the keys changed")
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 2 {
		t.Errorf("files left: %v, %v", left, err)
	}
	for _, f := range left {
		info, err := f.Info()
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v, %v", f.Name(), info.Mode(), err)
		}
	}
}

func TestDamagedAndOpenKeysAreRefused(t *testing.T) {
	for what, spoil := range map[string]func(path string) error{
		"readable by others": func(p string) error { return os.Chmod(p, 0o644) },
		"cut short":          func(p string) error { return os.Truncate(p, 10) },
		"empty":              func(p string) error { return os.Truncate(p, 0) },
	} {
		for _, name := range []string{"hall.key", "person.key"} {
			dir := t.TempDir()
			if _, err := LoadKeys(dir); err != nil {
				t.Fatal(err)
			}
			if err := spoil(filepath.Join(dir, name)); err != nil {
				t.Fatal(err)
			}
			if _, err := LoadKeys(dir); err == nil || !strings.Contains(err.Error(), name) {
				t.Errorf("%s %s: %v", name, what, err)
			}
		}
	}
}

func TestPINHashes(t *testing.T) {
	h, err := HashPIN(rand.Reader, "2468")
	if err != nil {
		t.Fatal(err)
	}
	if CheckPINHash(h) != nil || !matches(h, "2468") || matches(h, "2469") || matches(h, "") {
		t.Errorf("hash %s", h)
	}
	if other, _ := HashPIN(rand.Reader, "2468"); other == h {
		t.Error("two hashes of one PIN are the same")
	}
	if CheckPINHash(unknownClerk) != nil {
		t.Error("the hash of an unknown clerk is not one, so it answers faster")
	}
	for _, pin := range []string{"", "123", "1234567890123", "12a4", "１２３４"} {
		if _, err := HashPIN(rand.Reader, pin); err == nil {
			t.Errorf("%q is hashed", pin)
		}
	}
	for _, bad := range []string{"", "2468", "md5$1$x$y", "pbkdf2-sha256$0$AAAAAAAAAAAAAAAAAAAAAA$x", "pbkdf2-sha256$999999999$AAAAAAAAAAAAAAAAAAAAAA$x", "pbkdf2-sha256$1$!$x"} {
		if CheckPINHash(bad) == nil || matches(bad, "2468") {
			t.Errorf("%q is a hash", bad)
		}
	}
}
