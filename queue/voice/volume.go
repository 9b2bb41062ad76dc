package voice

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// A Volume is a table of loudness by weekday and hour; the first row that
// matches counts. Without one the volume is 100 percent.
type Volume []VolumeRow

// A VolumeRow holds from From up to To, hours of the day; when To is not after
// From it passes midnight. No Days means every day. Percent 0 is quiet.
type VolumeRow struct {
	Days    []time.Weekday `json:"days,omitempty"`
	From    int            `json:"from"`
	To      int            `json:"to"`
	Percent int            `json:"percent"`
}

// loudest is the volume of what quiet hours do not silence.
const loudest = 100

// ParseVolume reads a table as JSON. Unknown fields are errors.
func ParseVolume(b []byte) (Volume, error) {
	var v Volume
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&v); err != nil {
		return nil, fmt.Errorf("volume table: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("volume table: more than one value")
	}
	return v, v.Check()
}

// Check returns an error that names the first row out of range.
func (v Volume) Check() error {
	for i, r := range v {
		if r.From < 0 || r.From > 23 || r.To < 0 || r.To > 24 || r.Percent < 0 || r.Percent > 100 {
			return fmt.Errorf("volume row %d: from 0 to 23, to 0 to 24, percent 0 to 100", i+1)
		}
	}
	return nil
}

// At returns the percent at a time, in the zone of t.
func (v Volume) At(t time.Time) int {
	for _, r := range v {
		if r.holds(t) {
			return r.Percent
		}
	}
	return loudest
}

func (r VolumeRow) holds(t time.Time) bool {
	h := t.Hour()
	if r.To > r.From {
		return r.on(t) && h >= r.From && h < r.To
	}
	return r.on(t) && h >= r.From || r.on(t.AddDate(0, 0, -1)) && h < r.To
}

func (r VolumeRow) on(t time.Time) bool {
	for _, d := range r.Days {
		if d == t.Weekday() {
			return true
		}
	}
	return len(r.Days) == 0
}
