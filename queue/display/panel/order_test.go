package panel

import (
	"context"
	"testing"
	"time"

	"hallway/devices"
)

// idle is a line that nobody serves, so that its order can be looked at.
func idle(t *testing.T) *Line {
	l := &Line{stir: make(chan struct{}, 1), slots: map[int]*slot{}}
	l.life, l.end = context.WithCancelCause(context.Background())
	t.Cleanup(func() { l.end(devices.ErrClosed) })
	return l
}

// hold asks for a state and returns when the line knows it.
func hold(t *testing.T, l *Line, address int, frame string) (sent chan error) {
	t.Helper()
	sent = make(chan error, 1)
	go func() { sent <- l.Hold(context.Background(), address, Profile{}, []byte(frame)) }()
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(time.Millisecond) {
		l.mu.Lock()
		known := l.slots[address] != nil && string(l.slots[address].frame) == frame
		l.mu.Unlock()
		if known {
			return sent
		}
		if time.Now().After(end) {
			t.Fatalf("the line never learns of %q", frame)
		}
	}
}

func TestCallsOvertakeRefreshesAndOnlyTheNewestStateOfAnAddressIsSent(t *testing.T) {
	l := idle(t)
	old, other, newer := hold(t, l, 1, "old"), hold(t, l, 2, "other"), hold(t, l, 1, "new")
	take := func(due bool, want string) []chan error {
		t.Helper()
		s, o := l.next(due)
		if got := string(o.frame); got != want || (s == nil) != (want == "") {
			t.Fatalf("the line sends %q, want %q", got, want)
		}
		return o.waiting
	}
	both, one := take(true, "new"), take(true, "other") // a refresh is due, and waits
	take(true, "new")                                   // now it is its turn
	take(true, "other")
	take(false, "")
	if len(both) != 2 || len(one) != 1 {
		t.Fatalf("%d and %d wait", len(both), len(one))
	}
	for _, w := range append(both, one...) {
		w <- nil
	}
	for _, sent := range []chan error{old, other, newer} {
		if err := <-sent; err != nil {
			t.Error(err)
		}
	}
}
