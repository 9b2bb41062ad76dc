package devices

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"
)

// Options say how a [Supervisor] looks after its device. Only ID and Kind are
// needed.
type Options struct {
	ID         string        // of the device in the log, such as "reader"
	Kind       Kind          // in the log
	CheckEvery time.Duration // between two checks of an idle device; 0 = 2 s
	Log        *slog.Logger  // nil = nowhere
	History    *History      // gets every change; nil = nowhere

	Now    func() time.Time // nil = time.Now
	Jitter func() float64   // in [0, 1), spreads retries; nil = random
}

const (
	checkEvery = 2 * time.Second
	// A driver has limits of its own and says ErrSilent before these end. They
	// are for drivers that forget.
	openLimit  = 10 * time.Second
	checkLimit = 5 * time.Second
	// graceLimit is how long a driver may go on after its context ended before
	// the device is closed under it.
	graceLimit = 2 * time.Second
	// silentChecks in a row mean that the link is lost: one may be noise, two
	// a device that resets itself.
	silentChecks = 3
	// healthyAfter is how long a device must work before the pauses start
	// small again.
	healthyAfter = 60 * time.Second
	// absentPause is the longest pause while the port is not there. Looking for
	// it disturbs nobody, and a person who plugs in waits beside the terminal.
	absentPause = 2 * time.Second
)

// pauses lie between failed tries to open, the last one for ever. A port that
// was plugged in again is back after 0.5 to 0.9 s, so the first tries find it;
// a person who repaired something waits at most half a minute. What only a
// person can repair, missing rights or two ports that match, waits the last one
// from the start.
var pauses = [...]time.Duration{
	500 * time.Millisecond, time.Second, 2 * time.Second, 4 * time.Second,
	8 * time.Second, 15 * time.Second, 30 * time.Second,
}

// jitterShare of a pause is random, because the power of a hall comes back for
// all its terminals at once.
const jitterShare = 0.2

// A Supervisor keeps one device open and runs commands on it, one at a time.
// All methods may be called from any goroutine.
type Supervisor[D Device] struct {
	o    Options
	open func(context.Context) (D, error)

	told chan struct{} // something was said about the port or the device, see Plugged

	mu        sync.Mutex
	health    Health
	session   *session[D] // nil unless the device answers
	off       bool        // switched off by a person
	interrupt context.CancelCauseFunc
	watchers  map[*func(Health)]struct{}
	telling   sync.Mutex // held while watchers are called, so that changes arrive in order
}

// NewSupervisor returns a supervisor that does nothing until [Supervisor.Run].
// open opens the port, identifies the device and returns it; when it fails it
// leaves nothing open.
func NewSupervisor[D Device](o Options, open func(ctx context.Context) (D, error)) *Supervisor[D] {
	if o.CheckEvery <= 0 {
		o.CheckEvery = checkEvery
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Jitter == nil {
		o.Jitter = rand.Float64
	}
	o.Log = o.Log.With("device", o.ID, "kind", string(o.Kind))
	s := &Supervisor[D]{o: o, open: open, told: make(chan struct{}, 1), watchers: map[*func(Health)]struct{}{}}
	s.health = Health{State: Absent, At: o.Now()}
	return s
}

// Health returns the present health.
func (s *Supervisor[D]) Health() Health {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.health
}

// Watch has f called with the present health and then with every change, one
// at a time and in order. f must not block and must not call stop. After stop
// has returned f is not called any more.
func (s *Supervisor[D]) Watch(f func(Health)) (stop func()) {
	s.telling.Lock()
	defer s.telling.Unlock()
	s.mu.Lock()
	s.watchers[&f] = struct{}{}
	now := s.health
	s.mu.Unlock()
	f(now)
	return func() {
		s.telling.Lock()
		defer s.telling.Unlock()
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.watchers, &f)
	}
}

// publish makes h the health and tells the watchers and the log.
func (s *Supervisor[D]) publish(h Health, session *session[D]) {
	s.telling.Lock()
	defer s.telling.Unlock()
	h.At = s.o.Now()
	s.mu.Lock()
	before := s.health
	s.health, s.session = h, session
	watchers := make([]func(Health), 0, len(s.watchers))
	for f := range s.watchers {
		watchers = append(watchers, *f)
	}
	s.mu.Unlock()
	s.report(before, h)
	s.o.History.add(s.o.ID, s.o.Kind, before, h)
	for _, f := range watchers {
		f(h)
	}
}

// report writes one line when the device goes and one when it returns, not one
// for each try.
func (s *Supervisor[D]) report(before, now Health) {
	switch {
	case now.State >= Faulted && (before.State != now.State || before.State < Faulted):
		s.o.Log.Info("device answers", "state", now.State.String(), "conditions", codes(now.Conditions), "model", now.Identity.Model)
	case now.Err != nil && now.Attempt <= 1:
		s.o.Log.Warn("device does not answer", "state", now.State.String(), "err", now.Err)
	}
}

func codes(all []Condition) []string {
	list := make([]string, len(all))
	for i, c := range all {
		list[i] = c.Code
	}
	return list
}
