package keypad

import (
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// A Key is what a press means.
type Key string

// The keys. The digits are "0" to "9".
const (
	KeyNext     Key = "next"     // call the next number
	KeyRecall   Key = "recall"   // call it again
	KeyMiss     Key = "miss"     // the called person did not come
	KeyStart    Key = "start"    // the person is at the window
	KeyFinish   Key = "finish"   // the person was served
	KeyPause    Key = "pause"    // the window pauses
	KeyTransfer Key = "transfer" // the person goes to another window
	KeyRate     Key = "rate"     // ask the person for a rating
	KeyCallBack Key = "callback" // call a missed number back
)

// keys are all keys but digits and calls of a number.
var keys = []Key{KeyNext, KeyRecall, KeyMiss, KeyStart, KeyFinish, KeyPause, KeyTransfer, KeyRate, KeyCallBack}

// callMark begins a Key that calls a number.
const callMark = "call:"

// Call returns the key that calls the number with these digits directly.
func Call(digits string) Key { return callMark + Key(digits) }

// Called returns the digits of a key that Call made.
func (k Key) Called() (digits string, ok bool) { return strings.CutPrefix(string(k), callMark) }

// digit reports whether k is a digit.
func (k Key) digit() bool { return len(k) == 1 && k[0] >= '0' && k[0] <= '9' }

// A Table says which key a code means. A code is the data of the pad's frame in
// hexadecimal, one to three bytes with spaces between: "0C", "06 0F". A code that
// is not in the table means what its last byte means.
type Table map[string]Key

// DefaultTable is the assignment of a hall's program, where 0F confirms the
// digit before it. Start, finish and single digits are additions of this house
// that a pad with digits can send; UNCONFIRMED.
func DefaultTable() Table {
	t := Table{
		"0C": KeyNext, "0D": KeyRecall, "0B": KeyRate, "12": KeyPause, "13": KeyTransfer,
		"06 0F": KeyMiss, "00 0F": KeyPause, "03 0F": KeyCallBack,
		"01 0F": KeyStart, "02 0F": KeyFinish,
	}
	for d := range 10 {
		t[fmt.Sprintf("%02X", d)] = Key(rune('0' + d))
	}
	return t
}

// DefaultHIDTable is the assignment of a numeric pad on USB, by usages of the
// keyboard page (HID Usage Tables 1.5, section 10), with the digits above the
// letters of a whole keyboard. UNCONFIRMED that staff find it natural.
func DefaultHIDTable() Table {
	t := Table{"58": KeyNext, "28": KeyNext, "57": KeyRecall, "56": KeyPause, "55": KeyMiss, "54": KeyPause}
	for d := range 10 {
		key := Key(rune('0' + d))
		place := (d + 9) % 10 // 0 comes after 9
		t[fmt.Sprintf("%02X", 0x59+place)] = key
		t[fmt.Sprintf("%02X", 0x1E+place)] = key
	}
	return t
}

// With returns a copy of t with the changes of a file: code = name of a key, or
// "none" for a key that shall do nothing. Codes may be written in small letters
// and without spaces. The error names every mistake.
func (t Table) With(changes map[string]string) (Table, error) {
	t = maps.Clone(t)
	var errs []error
	for _, text := range slices.Sorted(maps.Keys(changes)) {
		name := Key(changes[text])
		data, err := parseCode(text)
		switch {
		case err != nil:
			errs = append(errs, codeError(text))
		case name == "none":
			delete(t, codeOf(data))
		case name.digit() || slices.Contains(keys, name):
			t[codeOf(data)] = name
		default:
			errs = append(errs, fmt.Errorf("key %q of code %q: use none, a digit or one of %q", name, text, keys))
		}
	}
	return t, errors.Join(errs...)
}

func codeError(code string) error {
	return fmt.Errorf("key code %q: use one to three bytes such as \"06 0F\"", code)
}

// Code returns the data of the frame that a pad sends for k; with several codes
// the shortest.
func (t Table) Code(k Key) ([]byte, bool) {
	best := ""
	for _, code := range slices.Sorted(maps.Keys(t)) {
		if t[code] == k && (best == "" || len(code) < len(best)) {
			best = code
		}
	}
	data, err := parseCode(best)
	return data, err == nil
}

// key returns what a pad's data means.
func (t Table) key(data []byte) (Key, bool) {
	if k, ok := t[codeOf(data)]; ok {
		return k, true
	}
	k, ok := t[codeOf(data[len(data)-1:])]
	return k, ok
}

// Keys returns every key of the table in alphabetical order.
func (t Table) Keys() []Key {
	keys := slices.Sorted(maps.Values(t))
	return slices.Compact(keys)
}

// check reports every code that no pad can send.
func (t Table) check() error {
	var errs []error
	for _, code := range slices.Sorted(maps.Keys(t)) {
		data, err := parseCode(code)
		if err != nil || codeOf(data) != code {
			errs = append(errs, codeError(code))
		}
	}
	return errors.Join(errs...)
}

func parseCode(code string) ([]byte, error) {
	data, err := hex.DecodeString(strings.ReplaceAll(code, " ", ""))
	if err == nil && (len(data) == 0 || len(data) > maxCode) {
		err = errors.New("wrong length")
	}
	return data, err
}

func codeOf(data []byte) string { return fmt.Sprintf("% X", data) }
