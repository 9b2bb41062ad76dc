package voice

import (
	"cmp"
	"slices"
	"time"
)

// The rules of a queue.
const (
	MaxAge     = 60 * time.Second // older and answered is not spoken
	MaxWaiting = 4                // more waiting are said once, in the first language
)

// An Announcement is one call or recall. Seq is the number of its event.
type Announcement struct {
	Seq            int64
	Number, Window string
	At             time.Time
	Answered       bool
}

// A Queue holds the announcements of a zone that wait to be spoken. Its zero
// value is empty. It is not safe for use from several goroutines.
type Queue struct {
	waiting []Announcement
	last    map[string]int64 // the newest event of a number
}

// Add puts an announcement in its place by event and reports whether it is new.
// A recall of an announcement that waits moves that to the front.
func (q *Queue) Add(a Announcement) bool {
	if q.last == nil {
		q.last = map[string]int64{}
	}
	if a.Seq <= q.last[a.Number] {
		return false
	}
	q.last[a.Number] = a.Seq
	if i := slices.IndexFunc(q.waiting, func(w Announcement) bool { return w.Number == a.Number }); i >= 0 {
		q.waiting = slices.Insert(slices.Delete(q.waiting, i, i+1), 0, a)
		return true
	}
	// Behind every event that is older, also behind those moved to the front.
	i := len(q.waiting)
	for i > 0 && cmp.Less(a.Seq, q.waiting[i-1].Seq) {
		i--
	}
	q.waiting = slices.Insert(q.waiting, i, a)
	return true
}

// Answer notes which of the waiting announcements are answered.
func (q *Queue) Answer(answered func(Announcement) bool) {
	for i, a := range q.waiting {
		q.waiting[i].Answered = answered(a)
	}
}

// Next takes the announcement to speak now. Brief is true when so many wait
// that it is said once, in the first language only.
func (q *Queue) Next(now time.Time) (a Announcement, brief, ok bool) {
	q.waiting = slices.DeleteFunc(q.waiting, func(a Announcement) bool { return a.Answered && now.Sub(a.At) > MaxAge })
	if len(q.waiting) == 0 {
		return a, false, false
	}
	brief = len(q.waiting) > MaxWaiting
	a, q.waiting = q.waiting[0], q.waiting[1:]
	return a, brief, true
}

// Len returns how many wait.
func (q *Queue) Len() int { return len(q.waiting) }
