package drivers

import (
	"errors"

	"hallway/app/text"
	"hallway/devices"
)

// classes are the errors of package devices by what a technician can do.
var classes = []struct {
	err  error
	code string
}{
	{devices.ErrAmbiguous, devices.ConditionAmbiguous},
	{devices.ErrDenied, "denied"},
	{devices.ErrBusy, "busy"},
	{devices.ErrAbsent, "absent"},
	{devices.ErrGone, "gone"},
	{devices.ErrSilent, "silent"},
	{devices.ErrProtocol, "protocol"},
}

// CodeOf returns the code of an error's class, such as "absent", or "failed".
func CodeOf(err error) string {
	for _, c := range classes {
		if errors.Is(err, c.err) {
			return c.code
		}
	}
	return "failed"
}

// Advice returns the sentence for the technician that belongs to the code of a
// state, an error or a condition, or "" for a code that nobody knows.
func Advice(code string) string {
	if s := text.Tech("device." + code); s != "" {
		return s
	}
	return text.Tech("print." + code)
}
