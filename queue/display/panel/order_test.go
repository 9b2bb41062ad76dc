package panel

import (
	"context"
	"testing"
	"time"

	"hallway/devices"
)

// idle is a line that nobody serves, so that its order can be looked at.
func idle(t *testing.T) *Line {
	l := &Line{o: LineOptions{Refresh: time.Minute}, stir: make(chan struct{}, 1), slots: map[int]*slot{}}
	l.life, l.end = context.WithCancelCause(context.Background())
	t.Cleanup(func() { l.end(devices.ErrClosed) })
	return l
}

// put asks for a state and returns when the line knows it.
func put(t *testing.T, l *Line, s *slot, frame string) (sent chan error) {
	t.Helper()
	sent = make(chan error, 1)
	go func() { sent <- l.hold(context.Background(), s, []byte(frame)) }()
	l.until(t, "the line never learns of "+frame, func() bool { return string(s.frame) == frame })
	return sent
}

// until waits for a state of the line.
func (l *Line) until(t *testing.T, never string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(time.Millisecond) {
		l.mu.Lock()
		done := ok()
		l.mu.Unlock()
		if done {
			return
		}
		if time.Now().After(end) {
			t.Fatal(never)
		}
	}
}

func claimed(t *testing.T, l *Line, address int) *slot {
	t.Helper()
	s, err := l.claim(address, Profile{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestCallsOvertakeRefreshesAndOnlyTheNewestStateOfAnAddressIsSent(t *testing.T) {
	l := idle(t)
	one, two := claimed(t, l, 1), claimed(t, l, 2)
	old, other, newer := put(t, l, one, "old"), put(t, l, two, "other"), put(t, l, one, "new")
	now := time.Now()
	take := func(want string) order {
		t.Helper()
		o, _ := l.next(now)
		if got := string(o.frame); got != want || (o.slot == nil) != (want == "") {
			t.Fatalf("the line sends %q, want %q", got, want)
		}
		return o
	}
	both, single := take("new"), take("other") // a refresh is due, and waits
	take("new")                                // now it is its turn
	now = now.Add(l.o.Refresh / 4)
	take("")
	now = now.Add(l.o.Refresh / 4)
	take("other")
	take("")
	if len(both.waiting) != 2 || len(single.waiting) != 1 {
		t.Fatalf("%d and %d wait", len(both.waiting), len(single.waiting))
	}
	both.tell(nil)
	single.tell(nil)
	for _, sent := range []chan error{old, other, newer} {
		if err := <-sent; err != nil {
			t.Error(err)
		}
	}
}

func TestPanelsThatCloseGoBeforeCallsAndChecksBehindThem(t *testing.T) {
	l := idle(t)
	one, two, three := claimed(t, l, 1), claimed(t, l, 2), claimed(t, l, 3)
	for s, frame := range map[*slot]string{one: "one", two: "two", three: "three"} {
		put(t, l, s, frame)
		l.next(time.Now())
	}
	go func() { _ = l.ask(context.Background(), one) }()
	l.until(t, "no check", func() bool { return len(l.checks) == 1 })
	put(t, l, two, "call")
	go func() { _ = l.part(three, []byte("dark")) }()
	l.until(t, "no end", func() bool { return len(l.last) == 1 })
	for _, want := range []string{"dark", "call", "one"} {
		o, _ := l.next(time.Now())
		if string(o.frame) != want {
			t.Errorf("the line sends %q, want %q", o.frame, want)
		}
		o.tell(nil)
	}
}

func TestAnAddressHasOnePanel(t *testing.T) {
	l := idle(t)
	s := claimed(t, l, 1)
	if _, err := l.claim(1, Profile{}); err == nil {
		t.Error("an address is given to two panels")
	}
	l.release(s)
	claimed(t, l, 1)
}
