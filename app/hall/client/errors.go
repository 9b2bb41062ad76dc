package client

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
)

// A Problem is a hall's refusal of a whole call, RFC 9457.
type Problem struct {
	Status     int           // of HTTP
	Code       string        // for machines; "" when the hall gave none
	Title      string        //
	Detail     string        // for the technician
	RetryAfter time.Duration // 0 = not said
}

// Error gives the technician's view.
func (p *Problem) Error() string {
	s := fmt.Sprintf("hall answered %d %s", p.Status, p.Title)
	if p.Code != "" {
		s += " (" + p.Code + ")"
	}
	if p.Detail != "" {
		s += ": " + p.Detail
	}
	return s
}

// A TransportError says that no answer of a hall came back. Whether the hall
// received the call is unknown.
type TransportError struct {
	Call        string        // such as "POST /v1/ops"
	Status      int           // of HTTP; 0 when nothing came back
	ContentType string        //
	Sample      string        // first printable characters of a page that cannot be personal
	RetryAfter  time.Duration // 0 = not said
	Err         error
}

// Error says what came instead of an answer.
func (e *TransportError) Error() string {
	if e.Status == 0 {
		return fmt.Sprintf("hall: %s: no answer: %v", e.Call, e.Err)
	}
	s := fmt.Sprintf("hall: %s: no answer of a hall but status %d, type %q", e.Call, e.Status, e.ContentType)
	if e.Sample != "" {
		s += fmt.Sprintf(", %q", e.Sample)
	}
	return fmt.Sprintf("%s: %v", s, e.Err)
}

// Unwrap returns the cause.
func (e *TransportError) Unwrap() error { return e.Err }

// RetryAfter returns how long the hall, or what stands in front of it, asked to
// wait; 0 when err says nothing of it.
func RetryAfter(err error) time.Duration {
	var p *Problem
	if errors.As(err, &p) {
		return p.RetryAfter
	}
	var t *TransportError
	if errors.As(err, &t) {
		return t.RetryAfter
	}
	return 0
}

// sampleLength keeps a log line short and still shows which portal answered.
const sampleLength = 80

// sample returns the beginning of a page that is no hall's answer. JSON gives
// nothing, because a broken answer of a hall may name a person.
func sample(contentType string, body []byte) string {
	if !strings.HasPrefix(contentType, "text/html") && !strings.HasPrefix(contentType, "text/plain") {
		return ""
	}
	var b strings.Builder
	for _, r := range string(body) {
		if b.Len() >= sampleLength {
			break
		}
		if unicode.IsPrint(r) && r != unicode.ReplacementChar {
			b.WriteRune(r)
		}
	}
	return b.String()
}
