package port

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/sys/unix"
)

const (
	// attributeLimit is the kernel's own for one attribute: a page.
	attributeLimit = 4096
	// textLimit is the longest USB string in characters, USB 2.0, 9.6.7.
	textLimit = 126
)

// attribute returns the text of a file of sysfs without the white space around
// it, and no more than a page.
func attribute(path ...string) (string, bool) {
	var page [attributeLimit]byte
	n, err := slurp(filepath.Join(path...), page[:])
	return strings.TrimSpace(string(page[:n])), err == nil
}

// slurp reads a file of sysfs until p is full or the file ends. It never waits,
// whatever stands at path.
func slurp(path string, p []byte) (n int, err error) {
	fd, err := unix.Open(path, unix.O_RDONLY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		return 0, err
	}
	defer unix.Close(fd)
	for n < len(p) {
		m, err := unix.Read(fd, p[n:])
		if err != nil {
			return n, err
		}
		n += m
		if m < attributeLimit { // sysfs gives a page at a time, less only at the end
			break
		}
	}
	return n, nil
}

// text returns what a device says of itself, fit for a screen; "" when it says
// nothing.
func text(path ...string) string {
	s, _ := attribute(path...)
	return clean(s)
}

// clean takes out what is not to be printed and what is too long.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		if r == unicode.ReplacementChar || !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, s)
	if all := []rune(s); len(all) > textLimit {
		s = string(all[:textLimit])
	}
	return strings.TrimSpace(s)
}

// number returns the number in a file of sysfs that fits into bits.
func number(base, bits int, path ...string) (int, bool) {
	s, ok := attribute(path...)
	n, err := strconv.ParseUint(s, base, bits)
	return int(n), ok && err == nil
}

// target returns the last name of what a link points to, or "".
func target(path ...string) string {
	to, err := os.Readlink(filepath.Join(path...))
	if err != nil {
		return ""
	}
	return clean(filepath.Base(to))
}
