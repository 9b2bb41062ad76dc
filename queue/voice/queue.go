package voice

import (
	"slices"
	"time"
)

// The rules of a queue.
const (
	MaxAge      = 60 * time.Second // older and answered is not spoken
	MaxWaiting  = 4                // more waiting are said once, in the first language
	MergeWithin = 3 * time.Second  // two announcements of a number at a window are one
	RetryAfter  = 5 * time.Second  // what could not be spoken is tried again
)

// An Announcement is one call or recall. Seq is the number of its event.
type Announcement struct {
	Seq            int64
	Number, Window string
	At             time.Time
	Answered       bool
	// Lang is the second language that the ticket asks for; "" is every
	// language of the zone.
	Lang string
	// Urgent is spoken before all others, also in quiet hours. Phrase names a
	// phrase of the packs, "" that of a call.
	Urgent bool
	Phrase string
}

// A Queue holds the announcements of a zone that wait to be spoken. Its zero
// value is empty. It is not safe for use from several goroutines.
//
// Announcements are spoken in the order of their events, urgent ones first.
// With RecallsLast a number that was spoken before waits behind those that were
// not (printers-displays.md §15 asks for it, queue-rules.md §6.8 does not).
type Queue struct {
	RecallsLast bool

	waiting []entry
	failed  []entry         // could not be spoken, oldest first
	last    map[string]mark // of each number
}

// An entry is an announcement in the queue.
type entry struct {
	Announcement
	recall bool
	due    time.Time // of one that failed
}

// A mark is the newest announcement of a number.
type mark struct {
	seq    int64
	window string
	at     time.Time
}

// Add puts an announcement in its place and reports whether it will be spoken.
// A recall of an announcement that waits moves that forward; one within
// [MergeWithin] of the last announcement of its number at the same window is
// that announcement.
func (q *Queue) Add(a Announcement) bool {
	if q.last == nil {
		q.last = map[string]mark{}
	}
	m, known := q.last[a.Number]
	if known && a.Seq <= m.seq {
		return false
	}
	of := func(e entry) bool { return e.Number == a.Number }
	q.failed = slices.DeleteFunc(q.failed, of)
	i := slices.IndexFunc(q.waiting, of)
	merged := known && i < 0 && m.window == a.Window && a.At.Sub(m.at).Abs() < MergeWithin
	if merged {
		q.last[a.Number] = mark{a.Seq, a.Window, m.at}
		return false
	}
	q.last[a.Number] = mark{a.Seq, a.Window, a.At}
	e := entry{Announcement: a, recall: known && i < 0}
	if i >= 0 {
		e.recall = q.waiting[i].recall
		q.waiting = slices.Delete(q.waiting, i, i+1)
		q.put(e, func(w entry) bool { return q.rank(w) >= q.rank(e) })
		return true
	}
	q.put(e, func(w entry) bool { return q.rank(w) > q.rank(e) || q.rank(w) == q.rank(e) && w.Seq > e.Seq })
	return true
}

// put inserts e before the entries at the end that are to be spoken after it,
// so that it stays behind older ones that were moved forward.
func (q *Queue) put(e entry, after func(entry) bool) {
	i := len(q.waiting)
	for i > 0 && after(q.waiting[i-1]) {
		i--
	}
	q.waiting = slices.Insert(q.waiting, i, e)
}

// rank orders what does not go by events.
func (q *Queue) rank(e entry) int {
	switch {
	case e.Urgent:
		return 0
	case e.recall && q.RecallsLast:
		return 2
	}
	return 1
}

// Answer notes which of the waiting announcements are answered.
func (q *Queue) Answer(answered func(Announcement) bool) {
	for _, list := range [][]entry{q.waiting, q.failed} {
		for i, e := range list {
			list[i].Answered = answered(e.Announcement)
		}
	}
}

// Fail takes back an announcement that could not be spoken. It is tried again
// after [RetryAfter], behind those that wait, while it is young and not
// answered.
func (q *Queue) Fail(a Announcement, now time.Time) {
	if q.last[a.Number].seq == a.Seq {
		q.failed = append(q.failed, entry{Announcement: a, recall: true, due: now.Add(RetryAfter)})
	}
}

// Next takes the announcement to speak now. Brief is true when so many wait
// that it is said once, in the first language only.
func (q *Queue) Next(now time.Time) (a Announcement, brief, ok bool) {
	q.waiting = slices.DeleteFunc(q.waiting, func(e entry) bool { return e.Answered && now.Sub(e.At) > MaxAge })
	q.failed = slices.DeleteFunc(q.failed, func(e entry) bool { return e.Answered || now.Sub(e.At) > MaxAge })
	switch {
	case len(q.waiting) > 0:
		brief = len(q.waiting) > MaxWaiting
		a, q.waiting = q.waiting[0].Announcement, q.waiting[1:]
	case len(q.failed) > 0 && !now.Before(q.failed[0].due):
		a, q.failed = q.failed[0].Announcement, q.failed[1:]
	default:
		return a, false, false
	}
	return a, brief, true
}

// Wait returns for how long there is nothing to speak unless something is
// added; ok is false when that is for ever.
func (q *Queue) Wait(now time.Time) (d time.Duration, ok bool) {
	if len(q.failed) == 0 {
		return 0, false
	}
	return max(0, q.failed[0].due.Sub(now)), true
}

// Len returns how many wait.
func (q *Queue) Len() int { return len(q.waiting) }
