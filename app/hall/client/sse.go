package client

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strconv"
	"strings"
	"time"
)

// event is one server-sent event (HTML standard §9.2).
type event struct {
	Type  string        // "message" unless the stream says otherwise
	Data  []byte        //
	ID    string        // last id that the stream gave, here or before
	Retry time.Duration // last reconnection time that the stream gave; 0 = none
}

// maxEvent bounds the data of one event and the length of one line, in bytes.
// A board of 60 windows has about 12 KiB.
const maxEvent = 1 << 20

var errEventSize = errors.New("server-sent event is longer than 1 MiB")

// eventReader takes an event stream apart.
type eventReader struct {
	lines *bufio.Scanner
	beat  func() // called for every line, comments included
	last  event
}

// newEventReader reads from r and calls beat whenever a line arrived.
func newEventReader(r io.Reader, beat func()) *eventReader {
	b := bufio.NewReader(r)
	if bom, err := b.Peek(3); err == nil && bytes.Equal(bom, []byte("\ufeff")) {
		_, _ = b.Discard(3)
	}
	s := bufio.NewScanner(b)
	s.Buffer(make([]byte, 0, 4096), maxEvent)
	s.Split(splitLines())
	return &eventReader{lines: s, beat: beat}
}

// next returns the next event that has data. It returns io.EOF at the end of
// the stream; an event that was not finished by then is dropped.
func (e *eventReader) next() (event, error) {
	e.last.Type, e.last.Data = "message", nil
	hasData := false
	for e.lines.Scan() {
		e.beat()
		line := e.lines.Text()
		if line == "" {
			if hasData {
				return e.last, nil
			}
			e.last.Type = "message"
			continue
		}
		if e.field(line, hasData) {
			hasData = true
		}
		if len(e.last.Data) > maxEvent {
			return event{}, errEventSize
		}
	}
	if err := e.lines.Err(); errors.Is(err, bufio.ErrTooLong) {
		return event{}, errEventSize
	} else if err != nil {
		return event{}, err
	}
	return event{}, io.EOF
}

// field takes in one line and reports whether it was a line of data. more says
// that data came before.
func (e *eventReader) field(line string, more bool) bool {
	name, value, _ := strings.Cut(line, ":")
	value = strings.TrimPrefix(value, " ")
	switch name {
	case "data":
		if more {
			e.last.Data = append(e.last.Data, '\n')
		}
		e.last.Data = append(e.last.Data, value...)
		return true
	case "event":
		e.last.Type = value
	case "id":
		if !strings.Contains(value, "\x00") {
			e.last.ID = value
		}
	case "retry":
		if ms, err := strconv.ParseUint(value, 10, 31); err == nil {
			e.last.Retry = time.Duration(ms) * time.Millisecond
		}
	}
	return false
}

// splitLines returns a bufio.SplitFunc for lines that end in CR, LF or both. A
// CR ends its line at once, so that an event is not held back until the next
// byte; an LF behind it is dropped when it comes.
func splitLines() bufio.SplitFunc {
	afterCR := false
	return func(b []byte, atEOF bool) (int, []byte, error) {
		skip := 0
		if afterCR && len(b) > 0 {
			if b[0] == '\n' {
				skip = 1
			}
			afterCR = false
		}
		if i := bytes.IndexAny(b[skip:], "\r\n"); i >= 0 {
			afterCR = b[skip+i] == '\r'
			return skip + i + 1, b[skip : skip+i], nil
		}
		if atEOF && len(b) > skip {
			return len(b), b[skip:], nil
		}
		return skip, nil, nil
	}
}
