package counter

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"hallway/app/hall/api"
	"hallway/app/text"
	"hallway/devices"
	"hallway/queue"
)

// hall is a hall of one window in memory. It counts what reached it, so that
// a lost answer is not a lost command.
type hall struct {
	mu     sync.Mutex
	state  api.Counter
	done   map[string]api.Counter
	tries  int
	lose   int // answers to lose
	moved  chan int64
	signed int
}

func newHall() *hall {
	return &hall{state: idle(1), done: map[string]api.Counter{}, moved: make(chan int64)}
}

func (h *hall) SignIn(_ context.Context, clerk, pin string) (Seat, api.Counter, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if clerk != "1001" || pin != "2468" {
		return nil, api.Counter{}, refusal(api.CodeWrongPIN)
	}
	h.signed++
	return h, h.state, nil
}

func (h *hall) Follow(ctx context.Context, moved func(int64)) {
	for {
		select {
		case seq := <-h.moved:
			moved(seq)
		case <-ctx.Done():
			return
		}
	}
}

func (h *hall) State(context.Context) (api.Counter, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.state, nil
}

func (h *hall) Do(ctx context.Context, c api.CounterCommand) (api.Counter, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.tries++
	if _, known := h.done[c.CommandID]; !known {
		seq := h.state.Seq + 1
		switch c.Action {
		case api.ActionNext:
			h.state = with("A012", queue.Called, seq)
		case api.ActionStart:
			h.state = with("A012", queue.Serving, seq)
		default:
			h.state = idle(seq)
		}
		h.done[c.CommandID] = h.state
	}
	if h.lose > 0 {
		h.lose--
		return api.Counter{}, errAway
	}
	return h.done[c.CommandID], nil
}

// led is a display that remembers every text.
type led struct {
	mu   sync.Mutex
	fail int
	log  []string
}

func (l *led) put(s string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.fail > 0 {
		l.fail--
		return devices.ErrGone
	}
	l.log = append(l.log, s)
	return nil
}

func (l *led) Show(_ context.Context, n queue.Number) error { return l.put(string(n)) }
func (l *led) Waiting(_ context.Context, n int) error       { return l.put("waiting " + string(rune('0'+n))) }
func (l *led) Clear(context.Context) error                  { return l.put("dark") }

func (l *led) last() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.log) == 0 {
		return ""
	}
	return l.log[len(l.log)-1]
}

// bubble runs a runner in a bubble of synctest, in which time passes only
// while everything waits.
type bubble struct {
	*Runner
	mu     sync.Mutex
	screen Screen
	end    func()
}

func begin(h Hall, d Display) *bubble {
	b := &bubble{}
	ctx, cancel := context.WithCancel(context.Background())
	b.Runner = NewRunner(Start("3", text.ZhHans, time.Now()), Options{Hall: h, Display: d, Now: time.Now, IDs: sequence(), Show: func(s Screen) {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.screen = s
	}})
	ended := make(chan struct{})
	go func() { defer close(ended); b.Run(ctx) }()
	b.end = func() { cancel(); <-ended }
	return b
}

func (b *bubble) press(controls ...string) Screen {
	for _, c := range controls {
		b.Press(c)
		synctest.Wait()
	}
	return b.now()
}

func (b *bubble) now() Screen {
	synctest.Wait()
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.screen
}

func (b *bubble) signIn() Screen {
	return b.press("key.1", "key.0", "key.0", "key.1", CtlPrimary, "key.2", "key.4", "key.6", "key.8", CtlPrimary)
}

func TestWorkAtAWindowReachesHallScreenAndLED(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, d := newHall(), &led{}
		b := begin(h, d)
		if s := b.signIn(); s.ID != "desk" || d.last() != "waiting 4" {
			t.Errorf("after sign-in screen %q, LED %q", s.ID, d.last())
		}
		if s := b.press(CtlNext); s.Desk.Number != "A012" || d.last() != "A012" {
			t.Errorf("after next: number %q, LED %q", s.Desk.Number, d.last())
		}
		b.press(CtlStart, CtlFinish)
		if s := b.press(CtlSignOut); s.ID != "signin" || d.last() != "dark" {
			t.Errorf("after sign-out screen %q, LED %q", s.ID, d.last())
		}
		b.end()
	})
}

func TestLostAnswersRepeatTheSameCommand(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHall()
		b := begin(h, &led{})
		b.signIn()
		h.lose = 3
		b.press(CtlNext)
		time.Sleep(3 * sendPause)
		if s := b.now(); s.Desk.Number != "A012" || len(h.done) != 1 || h.tries != 4 {
			t.Errorf("number %q, %d commands, %d tries", s.Desk.Number, len(h.done), h.tries)
		}
		b.end()
	})
}

func TestCommandThatNeverAnswersEndsAsUnknownAndRecovers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHall()
		b := begin(h, &led{})
		b.signIn()
		h.lose = 1000
		b.press(CtlNext)
		time.Sleep(sendFor + time.Second)
		if s := b.now(); s.Banner.Key != "counter.unknown" || s.Desk.Number != "A012" {
			t.Errorf("banner %q, number %q; want the doubt to be said and the state asked", s.Banner.Key, s.Desk.Number)
		}
		b.end()
	})
}

func TestEventOfTheHallRefreshesTheWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHall()
		b := begin(h, &led{})
		b.signIn()
		h.mu.Lock()
		h.state.Waiting, h.state.Seq = 9, 5
		h.mu.Unlock()
		h.moved <- 5
		if s := b.now(); s.Desk.Waiting.Value == "" || b.model.Counter.Waiting != 9 {
			t.Errorf("waiting %q, model %d", s.Desk.Waiting.Value, b.model.Counter.Waiting)
		}
		b.end()
	})
}

func TestLEDThatFailedOrCameBackGetsItsTextAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &led{fail: 3}
		b := begin(newHall(), d)
		b.signIn()
		time.Sleep(4 * lampPause)
		if synctest.Wait(); d.last() != "waiting 4" {
			t.Errorf("LED shows %q after its failures", d.last())
		}
		d.log = nil
		b.Device(context.Background(), devices.Display, devices.Ready)
		if synctest.Wait(); d.last() != "waiting 4" {
			t.Errorf("LED that came back shows %q", d.last())
		}
		b.end()
		if d.last() != "dark" {
			t.Errorf("LED shows %q after the end", d.last())
		}
	})
}

// stuck is a hall that never answers, and looks only at its context.
type stuck struct{ Seat }

func (stuck) SignIn(ctx context.Context, _, _ string) (Seat, api.Counter, error) {
	<-ctx.Done()
	return nil, api.Counter{}, ctx.Err()
}
func (stuck) Follow(ctx context.Context, _ func(int64)) { <-ctx.Done() }

func TestHallThatNeverAnswersIsSaidAfterThreeSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := begin(stuck{}, &led{})
		if s := b.signIn(); s.Banner.Key != "" {
			t.Errorf("banner %q before the time is over", s.Banner.Key)
		}
		time.Sleep(answerIn)
		if s := b.now(); s.Banner.Key != "counter.away" || !button(t, s, CtlSignIn).Primary {
			t.Errorf("banner %q", s.Banner.Key)
		}
		b.end()
	})
}

func TestEndStopsWhateverIsUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := begin(stuck{}, &led{})
		b.signIn()
		b.end() // returns, or the bubble reports a deadlock
	})
}
