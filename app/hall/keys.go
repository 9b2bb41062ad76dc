package hall

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"hallway/app/operation"
)

// Keys are the secrets of a hall.
type Keys struct {
	Seal   operation.PrivateKey // opens what terminals seal
	Person []byte               // keys the hash under which a person is known
}

// LoadKeys reads the hall's keys from hall.key and person.key in dir, and makes
// them at the first start. Whoever loses hall.key can never read what was
// submitted; whoever loses person.key no longer knows who holds what.
func LoadKeys(dir string) (Keys, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return Keys{}, fmt.Errorf("make folder of keys: %w", err)
	}
	seal, err := loadKey(filepath.Join(dir, "hall.key"), func() ([]byte, error) {
		k, err := operation.GenerateKey()
		if err != nil {
			return nil, err
		}
		return k.Bytes()
	})
	if err != nil {
		return Keys{}, err
	}
	private, err := operation.ParsePrivateKey(seal)
	if err != nil {
		return Keys{}, fmt.Errorf("%s: %w", filepath.Join(dir, "hall.key"), err)
	}
	person, err := loadKey(filepath.Join(dir, "person.key"), func() ([]byte, error) {
		b := make([]byte, 32)
		_, err := rand.Read(b)
		return b, err
	})
	return Keys{Seal: private, Person: person}, err
}

// loadKey reads the 32 bytes in a file, or makes the file with what fresh
// gives. A file that others may read is refused.
func loadKey(path string, fresh func() ([]byte, error)) ([]byte, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return makeKey(path, fresh)
	}
	if err != nil {
		return nil, fmt.Errorf("read key: %w", err)
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("read key: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("key %s can be read by others: chmod 600 it", path)
	}
	b, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(b) != 32 {
		return nil, fmt.Errorf("key %s is damaged: restore it from a backup", path)
	}
	return b, nil
}

// makeKey writes a fresh key and makes sure that it is on the disk before
// anybody relies on it. The file appears whole or not at all.
func makeKey(path string, fresh func() ([]byte, error)) ([]byte, error) {
	b, err := fresh()
	if err != nil {
		return nil, fmt.Errorf("make key %s: %w", path, err)
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".key-*") // mode 0600
	if err != nil {
		return nil, fmt.Errorf("make key: %w", err)
	}
	defer os.Remove(f.Name())
	_, err = f.WriteString(base64.StdEncoding.EncodeToString(b) + "\n")
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return nil, fmt.Errorf("make key %s: %w", path, err)
	}
	if err := os.Link(f.Name(), path); err != nil { // fails when a key appeared meanwhile
		return nil, fmt.Errorf("make key: %w", err)
	}
	return b, syncDir(filepath.Dir(path))
}

// syncDir makes a new name in dir durable.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("sync folder: %w", err)
	}
	return errors.Join(d.Sync(), d.Close())
}

// personKey is the name under which a citizen number is stored: HMAC-SHA-256
// with the hall's key. A bare hash of 18 digits could be tried out in minutes.
func (k Keys) personKey(holder *operation.Holder) string {
	if holder == nil {
		return ""
	}
	m := hmac.New(sha256.New, k.Person)
	m.Write([]byte(strings.ToUpper(holder.Number)))
	return hex.EncodeToString(m.Sum(nil))
}
