package hidinput

import "slices"

// PageKeyboard is the usage page of keys.
const PageKeyboard = 0x07

// Keys of the keyboard page that are named in code, HID Usage Tables 1.5,
// section 10.
const (
	KeyRollover = 0x01
	KeyEnter    = 0x28
	KeyTab      = 0x2B
	KeyNumLock  = 0x53
	KeypadEnter = 0x58
)

const (
	bootLen    = 8
	bootKeys   = 2 // of the report: the first key
	shiftLeft  = 1 << 1
	shiftRight = 1 << 5
)

// A Press is a key that went down.
type Press struct {
	Key   byte // usage of the keyboard page
	Shift bool // one of the shift keys was down
}

// Boot turns boot keyboard reports into presses. The zero Boot has no key down.
type Boot struct{ down [bootLen - bootKeys]byte }

// Report returns the keys that went down with a report, in its order: those
// that were not in the report before. A report with more keys down than fit,
// which holds only rollover codes, changes nothing. It reports false when p is
// too short to be a boot report.
func (b *Boot) Report(p []byte) (presses []Press, ok bool) {
	if len(p) < bootLen {
		return nil, false
	}
	keys := p[bootKeys:bootLen]
	if slices.Contains(keys, KeyRollover) {
		return nil, true
	}
	shift := p[0]&(shiftLeft|shiftRight) != 0
	for i, k := range keys {
		if k > 3 && !slices.Contains(b.down[:], k) && !slices.Contains(keys[:i], k) {
			presses = append(presses, Press{k, shift})
		}
	}
	copy(b.down[:], keys)
	return presses, true
}

// typed are the characters of keys 0x04 to 0x38 on a US keyboard, without and
// with shift; 0 types nothing.
var typed = [2]string{
	"abcdefghijklmnopqrstuvwxyz1234567890\x00\x00\x00\x00 -=[]\\#;'`,./",
	"ABCDEFGHIJKLMNOPQRSTUVWXYZ!@#$%^&*()\x00\x00\x00\x00 _+{}|~:\"~<>?",
}

// keypad are the characters of keys 0x54 to 0x63.
const keypad = "/*-+\x001234567890."

// Rune returns what a press types on a US keyboard with NumLock on, and false
// for keys that type nothing, Enter and Tab among them.
func (p Press) Rune() (rune, bool) {
	row, beside := typed[0], byte('\\')
	if p.Shift {
		row, beside = typed[1], '|'
	}
	var c byte
	switch {
	case p.Key >= 0x04 && int(p.Key)-0x04 < len(row):
		c = row[p.Key-0x04]
	case p.Key >= 0x54 && int(p.Key)-0x54 < len(keypad):
		c = keypad[p.Key-0x54]
	case p.Key == 0x64: // on ISO keyboards
		c = beside
	}
	return rune(c), c != 0
}
