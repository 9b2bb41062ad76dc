package queuetest

import (
	"slices"
	"testing"

	"hallway/queue"
)

// The model is obvious; this test makes sure that it also says what it means.
func TestModelIsAHall(t *testing.T) {
	m := Model{Windows: map[queue.WindowID][]queue.PoolID{"1": {"a"}, "2": {"a", "b"}}}
	m.Come("B1", "b")
	m.Come("A1", "a")
	m.Come("A2", "a")
	do := func(w queue.WindowID, e queue.EventKind, may bool, at queue.Number, s queue.State) {
		t.Helper()
		if got := m.Do(w, e); got != may {
			t.Errorf("%s at %s: %v, want %v", e, w, got, may)
		}
		if n, state := m.At(w); n != at || state != s {
			t.Errorf("after %s at %s: %s %s, want %s %s", e, w, n, state, at, s)
		}
	}
	do("1", queue.Recall, false, "", "")
	do("1", queue.Call, true, "A1", queue.Called)
	do("1", queue.Call, false, "A1", queue.Called)
	do("1", queue.Finish, false, "A1", queue.Called)
	do("1", queue.Recall, true, "A1", queue.Called)
	do("2", queue.Call, true, "B1", queue.Called)
	do("2", queue.Start, true, "B1", queue.Serving)
	do("2", queue.Miss, false, "B1", queue.Serving)
	do("2", queue.Call, true, "A2", queue.Called)
	do("2", queue.Miss, true, "", "")
	do("1", queue.Miss, true, "", "")
	do("1", queue.Call, true, "", "")
	if got := m.Missed(); !slices.Equal(got, []queue.Number{"A1", "A2"}) {
		t.Errorf("missed %v", got)
	}
	if m.Waiting("a") != 0 || m.Waiting("b") != 0 {
		t.Error("somebody still waits")
	}
}
