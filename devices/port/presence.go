package port

import (
	"cmp"
	"context"
	"log/slog"
	"reflect"
	"slices"
	"sync"
	"time"
)

// Settle is how long after its node appeared a port is shown. udev changes the
// node's rights after the kernel's message; opening sooner would be denied. How
// long udev takes is UNCONFIRMED, which is why [NewPresence] takes it.
const Settle = 150 * time.Millisecond

// A Presence keeps the list of ports, so that all supervisors of a program share
// one watcher. All methods may be called from any goroutine.
type Presence struct {
	root   Root
	settle time.Duration
	log    *slog.Logger
	watch  func(context.Context, func(Event)) error

	mu       sync.Mutex
	listed   bool // ports is what List has returned
	ports    []Port
	watchers map[*func([]Port)]struct{}
	telling  sync.Mutex // held while watchers are called, so that changes arrive in order
}

// NewPresence returns a list that is empty until [Presence.Run]. A port is shown
// settle after it appeared, 0 = [Settle], but those that were there before Run at
// once. A port that goes is taken out at once. log nil = nowhere.
func NewPresence(root Root, settle time.Duration, log *slog.Logger) *Presence {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Presence{root: root, settle: cmp.Or(max(settle, 0), Settle), log: log,
		watch: root.Watch, watchers: map[*func([]Port)]struct{}{}}
}

// Ports returns the present list, which belongs to the caller, but for what its
// pointers lead to.
func (p *Presence) Ports() []Port {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.ports)
}

// Watch has f called with the list as soon as there is one and after every
// change, one at a time and in order. A device that was pulled out and plugged in
// faster than the list was made shows as a change of its [Interface.Device]. f
// must not block, change the list or call stop. After stop has returned f is not
// called any more.
func (p *Presence) Watch(f func([]Port)) (stop func()) {
	p.telling.Lock()
	defer p.telling.Unlock()
	p.mu.Lock()
	p.watchers[&f] = struct{}{}
	listed, ports := p.listed, p.ports
	p.mu.Unlock()
	if listed {
		f(ports)
	}
	return func() {
		p.telling.Lock()
		defer p.telling.Unlock()
		p.mu.Lock()
		defer p.mu.Unlock()
		delete(p.watchers, &f)
	}
}

// Run keeps the list until ctx ends. It is called once.
func (p *Presence) Run(ctx context.Context) {
	changed := make(chan struct{}, 1)
	var hearing sync.WaitGroup
	defer hearing.Wait()
	hearing.Go(func() {
		_ = p.watch(ctx, func(e Event) { // ends with ctx's error only
			if e.Err != nil {
				p.log.Warn("ports", "err", e.Err)
			}
			if e.Ports() {
				signal(changed)
			}
		})
	})
	s := settling{since: map[sighting]time.Time{}}
	due := time.NewTimer(0)
	due.Stop()
	defer due.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-changed:
		case <-due.C:
		}
		if wait := p.look(&s); wait > 0 {
			due.Reset(wait)
		}
	}
}

// signal sets a flag that may be set already.
func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// look lists anew and publishes what has settled. It returns how long the next
// port needs, 0 = none does.
func (p *Presence) look(s *settling) (wait time.Duration) {
	all, err := p.root.List()
	if err != nil {
		s.fail(p.log, err)
		return 0
	}
	s.failed = false
	shown, wait := s.settled(all, time.Now(), p.settle)
	p.publish(shown)
	return wait
}

// publish tells the watchers when the list is another one.
func (p *Presence) publish(ports []Port) {
	p.telling.Lock()
	defer p.telling.Unlock()
	p.mu.Lock()
	same := p.listed && reflect.DeepEqual(p.ports, ports)
	p.listed, p.ports = true, ports
	watchers := make([]func([]Port), 0, len(p.watchers))
	for f := range p.watchers {
		watchers = append(watchers, *f)
	}
	p.mu.Unlock()
	if same {
		return
	}
	for _, f := range watchers {
		f(ports)
	}
}

// A sighting is one stay of a device on a port: the node that is opened changes
// with its rights, the number with each plug.
type sighting struct {
	id, node string
	device   int
}

// settling remembers since when each port is there.
type settling struct {
	since  map[sighting]time.Time
	begun  bool
	failed bool // listing failed and was reported
}

// settled returns the ports that are there for as long as rights take, and how
// long the next one needs; 0 = all are.
func (s *settling) settled(all []Port, now time.Time, settle time.Duration) (shown []Port, wait time.Duration) {
	before := s.since
	s.since = make(map[sighting]time.Time, len(all))
	for _, p := range all {
		key := sighting{id: p.ID, node: p.Opens()}
		if p.USB != nil {
			key.device = p.USB.Device
		}
		since, known := before[key]
		if !known && s.begun {
			since = now
		}
		s.since[key] = since
		rest := settle - now.Sub(since)
		switch {
		case since.IsZero() || rest <= 0:
			shown = append(shown, p)
		case wait == 0 || rest < wait:
			wait = rest
		}
	}
	s.begun = true
	return shown, wait
}

// fail reports the first of failures in a row.
func (s *settling) fail(log *slog.Logger, err error) {
	if !s.failed {
		log.Error("ports", "err", err)
	}
	s.failed = true
}
