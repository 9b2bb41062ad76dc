package trace

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"hallway/devices"
)

// Version is the format of recordings that this package writes and reads.
const Version = 1

// A Header says what was recorded.
type Header struct {
	Version  int              `json:"v"` // 0 = Version
	Driver   string           `json:"driver"`
	Identity devices.Identity `json:"identity"`
	Port     string           `json:"port"`             // such as "usb:1-1.3:1.0"
	Serial   *Serial          `json:"serial,omitempty"` // nil unless the port has a speed
	At       time.Time        `json:"at"`               // of the beginning; zero = when Record is called
}

// Serial is how a serial port was set.
type Serial struct {
	Baud int `json:"baud"`
}

// An Entry is one line behind the header: bytes written or read, the end of the
// line, a note of a person, or entries that were lost.
type Entry struct {
	T      float64 `json:"t"`                // milliseconds since the beginning
	Write  *Bytes  `json:"w,omitempty"`      // by the program
	Read   *Bytes  `json:"r,omitempty"`      // from the device
	Masked int     `json:"masked,omitempty"` // bytes behind those shown that are hidden
	Hash   string  `json:"hash,omitempty"`   // of the hidden bytes; "" for few
	Event  string  `json:"e,omitempty"`      // EventGone or EventFailed
	Took   *int    `json:"took,omitempty"`   // of a Write that failed with Event: bytes that the port accepted
	Note   string  `json:"note,omitempty"`
	Lost   int     `json:"lost,omitempty"` // entries that were not written down
}

// The events of a line.
const (
	EventGone   = "gone"   // unplugged
	EventFailed = "failed" // the port failed in another way
)

// Bytes are bytes as they stand in a recording: upper-case hexadecimal pairs
// with spaces between them, and ".." in place of those that are hidden.
type Bytes struct {
	Shown  []byte
	Hidden bool // some follow that are not shown
}

// hiddenMark stands for hidden bytes.
const hiddenMark = ".."

// MarshalText gives the form of a recording.
func (b Bytes) MarshalText() ([]byte, error) {
	text := fmt.Appendf(nil, "% X", b.Shown)
	if !b.Hidden {
		return text, nil
	}
	if len(text) > 0 {
		text = append(text, ' ')
	}
	return append(text, hiddenMark...), nil
}

// UnmarshalText reads the form of a recording. Lower case and other spaces are
// read too.
func (b *Bytes) UnmarshalText(text []byte) error {
	pairs := strings.Fields(string(text))
	*b = Bytes{}
	if n := len(pairs); n > 0 && pairs[n-1] == hiddenMark {
		b.Hidden, pairs = true, pairs[:n-1]
	}
	for _, p := range pairs {
		if len(p) != 2 {
			return fmt.Errorf("%.8q is not a byte, use two hexadecimal digits", p)
		}
		v, err := hex.DecodeString(p)
		if err != nil {
			return fmt.Errorf("%.8q is not a byte, use two hexadecimal digits", p)
		}
		b.Shown = append(b.Shown, v...)
	}
	return nil
}

// check returns what is wrong with an entry that was read.
func (e Entry) check() error {
	kinds := 0
	for _, there := range []bool{e.Write != nil, e.Read != nil, e.Event != "", e.Note != "", e.Lost != 0} {
		if there {
			kinds++
		}
	}
	bytes := e.Write
	if bytes == nil {
		bytes = e.Read
	}
	switch {
	case kinds != 1:
		return errors.New("an entry has exactly one of w, r, e, note and lost")
	case e.T < 0:
		return errors.New("t is before the beginning")
	case e.Masked < 0 || e.Lost < 0:
		return errors.New("masked and lost count something")
	case (e.Masked > 0) != (bytes != nil && bytes.Hidden):
		return fmt.Errorf("masked says how many bytes %q stands for", hiddenMark)
	case e.Hash != "" && e.Masked == 0:
		return errors.New("hash of bytes that are not masked")
	case e.Event != "" && e.Event != EventGone && e.Event != EventFailed:
		return fmt.Errorf("event %.16q, use %s or %s", e.Event, EventGone, EventFailed)
	case e.Took != nil && (e.Event == "" || *e.Took < 0):
		return errors.New("took is how many bytes a failed write brought away")
	case bytes != nil && len(bytes.Shown) == 0 && e.Masked == 0:
		return errors.New("no bytes")
	}
	return nil
}

// line returns the entry as a line.
func (e Entry) line() []byte { return mustMarshal(e) }

// mustMarshal marshals what has no value that JSON cannot say.
func mustMarshal(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return append(b, '\n')
}
