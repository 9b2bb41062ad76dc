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
			errs = append(errs, fmt.Errorf("key code %q: use one to three bytes such as \"06 0F\"", code))
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
