package sim

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Directive is one fault of a script: a name, what it is set to, and when.
type Directive struct {
	Name  string  // "drop", "paper"
	Value string  // of "paper=out", else ""
	At    Trigger // when; zero = at once
	For   time.Duration
	Args  map[string]string // further settings, such as "rate"
}

// A Trigger is a moment of a line. The zero Trigger is its beginning.
type Trigger struct {
	Count string        // what is counted: "byte" both ways, "in" from the program, "out" to it; "" = After
	Bytes int           // that have passed, in Count
	After time.Duration // since the beginning, when Count is ""
}

// A Script is the faults of one line and of the device on it.
type Script []Directive

// MaxScript is the longest script that ParseScript reads, in bytes.
const MaxScript = 64 << 10

// ParseScript reads directives that are separated by semicolons or line ends.
// A directive is a name, "=value" where it has one, and settings as key=value:
//
//	drop at=byte:200 for=5s      # hang up; without for it stays so
//	stall at=out:64 for=40s      # pass nothing on
//	reset at=in:7 for=2s         # the device restarts and hears nothing meanwhile
//	garble rate=1/1000 seed=7    # flip one bit in that share of all bytes
//	lose rate=1/1000 way=out     # leave out that share of what the device sends
//	double rate=1/1000 way=in    # pass on twice that share of what the program sends
//	junk bytes=8 seed=7          # that many bytes before each message of the device
//	late by=800ms                # each message of the device comes later by that
//	slow bytes/s=960             # pass on at that speed, as a serial line does
//	paper=out at=byte:300        # any other name belongs to the device
//	cover=open for=5s then=closed # and after for it is set to then
//
// at is byte:N, in:N or out:N (bytes that passed the line both ways, from the
// program, to the program) or a time such as 10s since the line was opened. A #
// begins a comment. The error names every mistake with its line.
func ParseScript(text string) (Script, error) {
	if len(text) > MaxScript {
		return nil, fmt.Errorf("fault script of %d bytes, at most %d are read", len(text), MaxScript)
	}
	var s Script
	var errs []error
	for i, line := range strings.Split(text, "\n") {
		line, _, _ = strings.Cut(line, "#")
		for part := range strings.SplitSeq(line, ";") {
			if part = strings.TrimSpace(part); part == "" {
				continue
			}
			d, err := parseDirective(part)
			if err != nil {
				errs = append(errs, fmt.Errorf("fault script, line %d, %q: %w", i+1, part, err))
				continue
			}
			s = append(s, d)
		}
	}
	return s, errors.Join(errs...)
}

// Unknown returns an error that names every directive that is neither one of
// the line's nor one of the device's.
func (s Script) Unknown(device ...string) error {
	var errs []error
	for _, d := range s {
		if _, ours := lineFaults[d.Name]; !ours && !slices.Contains(device, d.Name) {
			known := append(slices.Sorted(maps.Keys(lineFaults)), device...)
			errs = append(errs, fmt.Errorf("fault script: unknown directive %q, use one of %s", d.Name, strings.Join(known, ", ")))
		}
	}
	return errors.Join(errs...)
}

func parseDirective(text string) (Directive, error) {
	words := strings.Fields(text)
	var d Directive
	var assigned bool
	d.Name, d.Value, assigned = strings.Cut(words[0], "=")
	if d.Name == "" || assigned && d.Value == "" {
		return d, errors.New("a directive begins with its name, such as drop or paper=out")
	}
	for _, w := range words[1:] {
		key, value, ok := strings.Cut(w, "=")
		if !ok || key == "" || value == "" {
			return d, fmt.Errorf("%q is not a setting, use key=value", w)
		}
		if err := d.set(key, value); err != nil {
			return d, err
		}
	}
	if check, ok := lineFaults[d.Name]; ok {
		if assigned {
			return d, fmt.Errorf("%s takes no value", d.Name)
		}
		return d, check(d)
	}
	if d.Args["then"] != "" && (d.For == 0 || !assigned) {
		return d, errors.New("then= needs a value before and a time, such as cover=open for=5s then=closed")
	}
	return d, nil
}

// set takes one setting over.
func (d *Directive) set(key, value string) (err error) {
	switch key {
	case "at":
		d.At, err = parseTrigger(value)
	case "for":
		d.For, err = parseDuration(value)
	default:
		if _, twice := d.Args[key]; twice {
			return fmt.Errorf("%s is set twice", key)
		}
		if d.Args == nil {
			d.Args = map[string]string{}
		}
		d.Args[key] = value
	}
	return err
}

func parseTrigger(s string) (Trigger, error) {
	count, n, ok := strings.Cut(s, ":")
	if !ok {
		after, err := parseDuration(s)
		return Trigger{After: after}, err
	}
	if !slices.Contains([]string{"byte", "in", "out"}, count) {
		return Trigger{}, fmt.Errorf("at=%s: %q is not counted, use byte, in or out", s, count)
	}
	v, err := strconv.ParseUint(n, 10, 31)
	if err != nil {
		return Trigger{}, fmt.Errorf("at=%s: %q is not a number of bytes", s, n)
	}
	return Trigger{Count: count, Bytes: int(v)}, nil
}

func parseDuration(s string) (time.Duration, error) {
	d, err := time.ParseDuration(s)
	if err != nil || d < 0 {
		return 0, fmt.Errorf("%q is not a time, use one such as 40s or 150ms", s)
	}
	return d, nil
}
