package trace

import (
	"fmt"
	"slices"
	"time"
)

// A step is something that the program wrote, with what the device sent until
// the program wrote again.
type step struct {
	line    int // of the recording; 0 = before the program wrote anything
	write   []byte
	took    int    // bytes that the port accepted, len(write) unless event
	event   string // that ended the write; "" = none
	replies []reply
}

// A reply is something that the device sent, or the end of the line.
type reply struct {
	line  int
	after time.Duration // the step's write
	data  []byte
	event string
}

// script turns a recording into steps. Only a recording without gaps can be
// played.
func script(rec *Recording) ([]step, error) {
	steps := []step{{}}
	began := 0.0
	for i, e := range rec.Entries {
		line := i + 2
		last := &steps[len(steps)-1]
		after := time.Duration((e.T - began) * float64(time.Millisecond))
		switch {
		case e.Masked > 0:
			return nil, fmt.Errorf("play recording: line %d hides %d bytes; only what was recorded whole can be played", line, e.Masked)
		case e.Lost > 0:
			return nil, fmt.Errorf("play recording: before line %d %d entries are lost; record it again on a faster disk", line, e.Lost)
		case e.Write != nil:
			began = e.T
			steps = append(steps, step{line: line, write: e.Write.Shown, took: len(e.Write.Shown)})
		case e.Read != nil:
			last.replies = append(last.replies, reply{line: line, after: after, data: e.Read.Shown})
		case e.Took != nil:
			last.event, last.took = e.Event, min(*e.Took, last.took)
		case e.Event != "":
			last.replies = append(last.replies, reply{line: line, after: after, event: e.Event})
		}
	}
	return steps, nil
}

// isPoll reports whether p is one of the requests that may be repeated or left
// out.
func isPoll(polls [][]byte, p []byte) bool {
	return slices.ContainsFunc(polls, func(poll []byte) bool { return slices.Equal(poll, p) })
}
