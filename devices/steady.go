package devices

import (
	"sync"
	"time"
)

const (
	// steadyDown is how long a device must be unusable before a citizen is
	// told: a device that is plugged in again is back sooner.
	steadyDown = 2 * time.Second
	// steadyUp is how long it must be usable before a citizen is told again.
	steadyUp = time.Second
)

// Steady returns a function for [Supervisor.Watch] that hands healths on to f
// as a citizen should see them: a change between usable and unusable only after
// it has lasted, 2 s downwards and 1 s upwards, everything else at once. The
// first health is handed on at once. stop ends it; f is not called after that.
func Steady(f func(Health)) (watch func(Health), stop func()) {
	s := &steady{f: f}
	return s.watch, s.stop
}

type steady struct {
	f func(Health)

	mu     sync.Mutex
	shown  *Health
	latest Health
	timer  *time.Timer // runs while latest is usable and shown is not, or the other way round
	over   bool
}

func (s *steady) watch(h Health) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.over {
		return
	}
	s.latest = h
	if s.shown == nil || s.shown.State.Usable() == h.State.Usable() {
		s.show()
		return
	}
	if s.timer != nil {
		return
	}
	wait := steadyDown
	if h.State.Usable() {
		wait = steadyUp
	}
	var t *time.Timer
	t = time.AfterFunc(wait, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.timer == t {
			s.show()
		}
	})
	s.timer = t
}

// show hands the latest health on.
func (s *steady) show() {
	s.cancel()
	h := s.latest
	s.shown = &h
	s.f(h)
}

func (s *steady) cancel() {
	if s.timer != nil {
		s.timer.Stop()
		s.timer = nil
	}
}

func (s *steady) stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.over = true
	s.cancel()
}
