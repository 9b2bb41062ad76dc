package config

import (
	"fmt"
	"log/slog"
	"time"
)

// Secret is a value that prints, logs and marshals as "[redacted]". The value
// itself is string(s).
type Secret string

const redacted = "[redacted]"

// String returns "[redacted]".
func (s Secret) String() string { return redacted }

// GoString returns "[redacted]".
func (s Secret) GoString() string { return redacted }

// LogValue returns "[redacted]".
func (s Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText returns "[redacted]".
func (s Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// TimeOfDay is a time on the wall clock in minutes after midnight, 0 to 1439.
type TimeOfDay int

// ParseTimeOfDay reads "15:04".
func ParseTimeOfDay(s string) (TimeOfDay, error) {
	t, err := time.Parse("15:04", s)
	if err != nil || len(s) != len("15:04") {
		return 0, fmt.Errorf("%q is not a time, use hours and minutes such as \"09:00\"", s)
	}
	return TimeOfDay(t.Hour()*60 + t.Minute()), nil
}

// String returns the time as "15:04".
func (t TimeOfDay) String() string { return fmt.Sprintf("%02d:%02d", int(t)/60, int(t)%60) }

// digits reports whether s is n decimal digits.
func digits(s string, n int) bool {
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(s) == n
}
