package idreader

import "strings"

// Sex is a code of GB/T 2261.1.
type Sex string

// The codes.
const (
	SexUnknown   Sex = "0"
	Male         Sex = "1"
	Female       Sex = "2"
	SexNotStated Sex = "9"
)

var sexNames = map[Sex][2]string{
	SexUnknown:   {"未知", "Unknown"},
	Male:         {"男", "Male"},
	Female:       {"女", "Female"},
	SexNotStated: {"未说明", "Not stated"},
}

// Chinese returns the name of the code, or the code itself when the standard
// does not know it.
func (s Sex) Chinese() string { return nameOr(sexNames, s, 0) }

// English returns the name of the code, or the code itself when the standard
// does not know it.
func (s Sex) English() string { return nameOr(sexNames, s, 1) }

// nameOr looks a code up: column 0 is Chinese, column 1 English.
func nameOr[C ~string](names map[C][2]string, code C, column int) string {
	if n, ok := names[code]; ok {
		return n[column]
	}
	return string(code)
}

// MaskName shows the first character of a name and hides how many follow, such
// as "张*". The name of nobody is "".
func MaskName(name string) string { return MaskText(name, 1) }

// MaskText shows the first characters of a text, but not the last one unless it
// is alone, and hides how many follow, such as "天津市*". An empty text stays "".
func MaskText(text string, show int) string {
	all := []rune(strings.TrimSpace(text))
	if len(all) == 0 {
		return ""
	}
	return string(all[:max(1, min(show, len(all)-1))]) + "*"
}
