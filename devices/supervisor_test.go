package devices_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"hallway/devices"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A part is a device that does what a test tells it to.
type part struct {
	check  func(ctx context.Context) ([]devices.Condition, error)
	mu     sync.Mutex
	closed int
}

func (p *part) Identity() devices.Identity { return devices.Identity{Model: "part"} }

func (p *part) Check(ctx context.Context) ([]devices.Condition, error) { return p.check(ctx) }

func (p *part) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed++
	return nil
}

func (p *part) open() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.closed
}

// A mood is what a device reports, set by the test and read by its owner.
type mood struct {
	mu         sync.Mutex
	conditions []devices.Condition
	silent     int // checks to come that get no answer
	checks     int // so far
}

func (m *mood) set(conditions []devices.Condition, silent int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.conditions, m.silent = conditions, silent
}

func (m *mood) checked() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.checks
}

func (m *mood) check(context.Context) ([]devices.Condition, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.checks++
	if m.silent > 0 {
		m.silent--
		return nil, devices.ErrSilent
	}
	return m.conditions, nil
}

func fine(context.Context) ([]devices.Condition, error) { return nil, nil }

// A shop runs a supervisor in a bubble of fake time, without jitter.
type shop struct {
	*testing.T
	sup   *devices.Supervisor[*part]
	start time.Time
	end   func()

	mu    sync.Mutex
	text  bytes.Buffer    // the log
	opens []time.Duration // when open was called, since the start
	seen  []devices.Health
}

// Write takes the log.
func (s *shop) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

// log returns what was logged.
func (s *shop) log() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// tried counts a try to open, and returns its number.
func (s *shop) tried() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.opens = append(s.opens, time.Since(s.start))
	return len(s.opens)
}

// tries returns when open was called.
func (s *shop) tries() []time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.opens)
}

func (s *shop) watch(h devices.Health) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen = append(s.seen, h)
}

// inShop runs test with a supervisor whose devices come from open.
func inShop(t *testing.T, open func(try int) (*part, error), test func(*shop)) {
	synctest.Test(t, func(t *testing.T) {
		s := &shop{T: t, start: time.Now()}
		s.sup = devices.NewSupervisor(devices.Options{
			ID: "part", Kind: devices.Printer, Log: slog.New(slog.NewTextHandler(s, nil)),
			Jitter: func() float64 { return 0.5 },
		}, func(context.Context) (*part, error) {
			return open(s.tried())
		})
		s.sup.Watch(s.watch)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { defer close(ended); s.sup.Run(ctx) }()
		s.end = sync.OnceFunc(func() { cancel(); <-ended })
		defer s.end()
		synctest.Wait()
		test(s)
	})
}

// states returns the states that the watcher has seen.
func (s *shop) states() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []string
	for _, h := range s.seen {
		all = append(all, h.State.String())
	}
	return strings.Join(all, " ")
}

func (s *shop) sleep(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// one opens the same device every time.
func one(p *part) func(int) (*part, error) {
	return func(int) (*part, error) { return p, nil }
}

func TestDeviceIsReadyOnlyAfterItAnsweredACheck(t *testing.T) {
	answer := make(chan struct{})
	p := &part{check: func(ctx context.Context) ([]devices.Condition, error) {
		select {
		case <-answer:
			return nil, nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}}
	inShop(t, func(int) (*part, error) { answer = make(chan struct{}); return p, nil }, func(s *shop) {
		if got := s.sup.Health().State; got != devices.Opening {
			t.Errorf("state before the check is %v", got)
		}
		close(answer)
		synctest.Wait()
		if h := s.sup.Health(); h.State != devices.Ready || h.Identity.Model != "part" || h.Err != nil {
			t.Errorf("got %+v", h)
		}
		s.end()
		if got := s.states(); got != "absent opening ready disabled" || p.open() != 1 {
			t.Errorf("states %q, closed %d times", got, p.open())
		}
	})
}

func TestPausesGrowToHalfAMinuteAndStayThere(t *testing.T) {
	inShop(t, func(int) (*part, error) { return nil, devices.ErrBusy }, func(s *shop) {
		s.sleep(2 * time.Minute)
		want := []float64{0, 0.5, 1.5, 3.5, 7.5, 15.5, 30.5, 60.5, 90.5}
		var got []float64
		for _, at := range s.tries() {
			got = append(got, at.Seconds())
		}
		if !slices.Equal(got, want) {
			t.Errorf("opened at %v, want %v", got, want)
		}
		h := s.sup.Health()
		if h.State != devices.Recovering || h.Attempt != 9 || h.RetryIn != 30*time.Second || !errors.Is(h.Err, devices.ErrBusy) {
			t.Errorf("got %+v", h)
		}
		if n := strings.Count(s.log(), "does not answer"); n != 1 {
			t.Errorf("%d lines in the log for one loss: %s", n, s.log())
		}
	})
}

func TestJitterIsAFifthEachWay(t *testing.T) {
	for _, c := range []struct{ random, want float64 }{{0, 0.4}, {0.5, 0.5}, {0.9999999, 0.6}} {
		synctest.Test(t, func(t *testing.T) {
			sup := devices.NewSupervisor(devices.Options{ID: "x", Jitter: func() float64 { return c.random }},
				func(context.Context) (*part, error) { return nil, devices.ErrBusy })
			ctx, cancel := context.WithCancel(t.Context())
			go sup.Run(ctx)
			synctest.Wait()
			if got := sup.Health().RetryIn.Seconds(); got < c.want-0.001 || got > c.want+0.001 {
				t.Errorf("random %v gives %v s, want %v", c.random, got, c.want)
			}
			cancel()
			synctest.Wait()
		})
	}
}

func TestAbsentPortIsLookedForEveryTwoSecondsWithoutFlicker(t *testing.T) {
	inShop(t, func(try int) (*part, error) {
		if try < 20 {
			return nil, fmt.Errorf("open x: %w", devices.ErrAbsent)
		}
		return &part{check: fine}, nil
	}, func(s *shop) {
		s.sleep(31 * time.Second)
		if got := s.sup.Health().State; got != devices.Absent || len(s.tries()) != 17 {
			t.Errorf("state %v after %d tries", got, len(s.tries()))
		}
		s.sleep(9 * time.Second)
		if got := s.states(); strings.Count(got, "opening") != 1 || !strings.HasSuffix(got, "absent ready") {
			t.Errorf("states %q", got)
		}
	})
}

func TestPluggingInStartsThePausesAnew(t *testing.T) {
	inShop(t, func(try int) (*part, error) {
		if try < 10 {
			return nil, devices.ErrAbsent
		}
		return nil, devices.ErrSilent
	}, func(s *shop) {
		s.sleep(15600 * time.Millisecond) // tries at 0, 0.5, 1.5, 3.5 ... 15.5
		if h := s.sup.Health(); h.State != devices.Recovering || h.Attempt != 1 || h.RetryIn != 500*time.Millisecond {
			t.Errorf("after %d tries: %+v", len(s.tries()), h)
		}
	})
}

func TestAMinuteOfWorkStartsThePausesAnew(t *testing.T) {
	for _, c := range []struct {
		worked time.Duration
		want   int
	}{{59 * time.Second, 4}, {61 * time.Second, 1}} {
		inShop(t, func(try int) (*part, error) {
			if try < 4 {
				return nil, devices.ErrSilent
			}
			return &part{check: fine}, nil
		}, func(s *shop) {
			s.sleep(3500*time.Millisecond + c.worked)
			err := s.sup.Do(s.Context(), func(context.Context, *part) error { return devices.ErrGone })
			synctest.Wait()
			if h := s.sup.Health(); !errors.Is(err, devices.ErrGone) || h.Attempt != c.want {
				t.Errorf("after %v: attempt %d, want %d (%v)", c.worked, h.Attempt, c.want, err)
			}
		})
	}
}

func TestConditionsDecideTheStateAndAreToldOnce(t *testing.T) {
	low, out := devices.Condition{Code: "paper-low"}, devices.Condition{Code: "paper-out", Fault: true}
	var m mood
	inShop(t, one(&part{check: m.check}), func(s *shop) {
		for _, c := range [][]devices.Condition{{low}, {low, out}, {out}, nil} {
			m.set(c, 0)
			s.sleep(10 * time.Second)
			if got := s.sup.Health().Conditions; !slices.Equal(got, c) {
				t.Errorf("conditions %v, want %v", got, c)
			}
		}
		if got := s.states(); got != "absent opening ready degraded faulted faulted ready" {
			t.Errorf("states %q", got)
		}
	})
}

func TestThreeSilentChecksLoseTheLinkAndTwoDoNot(t *testing.T) {
	var m mood
	p := &part{check: m.check}
	inShop(t, one(p), func(s *shop) {
		m.set(nil, 2)
		s.sleep(20 * time.Second)
		if s.sup.Health().State != devices.Ready || len(s.tries()) != 1 {
			t.Errorf("two silent checks: %q", s.states())
		}
		m.set(nil, 3)
		s.sleep(20 * time.Second)
		if got := s.states(); got != "absent opening ready recovering opening ready" || p.open() != 1 {
			t.Errorf("three silent checks: %q, closed %d times", got, p.open())
		}
	})
}

func TestDeviceWithoutStatusIsReady(t *testing.T) {
	p := &part{check: func(context.Context) ([]devices.Condition, error) { return nil, devices.ErrNoStatus }}
	inShop(t, one(p), func(s *shop) {
		s.sleep(time.Minute)
		if got := s.states(); got != "absent opening ready" {
			t.Errorf("states %q", got)
		}
	})
}

func TestDoRefusesWhileTheDeviceDoesNotAnswer(t *testing.T) {
	inShop(t, func(int) (*part, error) { return nil, devices.ErrDenied }, func(s *shop) {
		called := false
		err := s.sup.Do(s.Context(), func(context.Context, *part) error { called = true; return nil })
		if !errors.Is(err, devices.ErrNotReady) || !errors.Is(err, devices.ErrDenied) || called {
			t.Errorf("got %v, called %v", err, called)
		}
		s.end()
		if err := s.sup.Do(s.Context(), func(context.Context, *part) error { return nil }); !errors.Is(err, devices.ErrNotReady) {
			t.Errorf("after the end: %v", err)
		}
	})
}

func TestDoReachesAFaultedDevice(t *testing.T) {
	p := &part{check: func(context.Context) ([]devices.Condition, error) {
		return []devices.Condition{{Code: "cover-open", Fault: true}}, nil
	}}
	inShop(t, one(p), func(s *shop) {
		if err := s.sup.Do(s.Context(), func(_ context.Context, d *part) error { return nil }); err != nil {
			t.Error(err)
		}
	})
}

func TestCommandsRunOneAtATimeInOrder(t *testing.T) {
	inShop(t, one(&part{check: fine}), func(s *shop) {
		var order []int
		var wg sync.WaitGroup
		for i := range 100 {
			wg.Go(func() {
				err := s.sup.Do(s.Context(), func(context.Context, *part) error {
					order = append(order, i) // the race detector sees a second owner
					time.Sleep(time.Millisecond)
					return nil
				})
				if err != nil {
					t.Error(err)
				}
			})
			synctest.Wait()
		}
		wg.Wait()
		if len(order) != 100 || !slices.IsSorted(order) {
			t.Errorf("order %v", order)
		}
	})
}

func TestWaitingCommandEndsWithItsContextAtOnce(t *testing.T) {
	inShop(t, one(&part{check: fine}), func(s *shop) {
		release := make(chan struct{})
		go s.sup.Do(s.Context(), func(context.Context, *part) error { <-release; return nil })
		synctest.Wait()
		ctx, cancel := context.WithTimeout(s.Context(), time.Second)
		defer cancel()
		began, called := time.Now(), false
		err := s.sup.Do(ctx, func(context.Context, *part) error { called = true; return nil })
		if !errors.Is(err, context.DeadlineExceeded) || called || time.Since(began) != time.Second {
			t.Errorf("got %v after %v, called %v", err, time.Since(began), called)
		}
		close(release)
		synctest.Wait()
	})
}

func TestErrorsThatLoseTheLink(t *testing.T) {
	for _, c := range []struct {
		err  error
		want devices.State
	}{
		{devices.ErrGone, devices.Recovering},
		{devices.ErrClosed, devices.Recovering},
		{devices.ErrSilent, devices.Recovering},
		{devices.ErrProtocol, devices.Ready},
		{errors.New("ticket is too long"), devices.Ready},
		{context.Canceled, devices.Ready},
	} {
		inShop(t, one(&part{check: fine}), func(s *shop) {
			err := s.sup.Do(s.Context(), func(context.Context, *part) error { return fmt.Errorf("command: %w", c.err) })
			synctest.Wait()
			if got := s.sup.Health().State; !errors.Is(err, c.err) || got != c.want {
				t.Errorf("%v: got %v, want %v (returned %v)", c.err, got, c.want, err)
			}
		})
	}
}

func TestSilenceUntilTheCallersLimitIsCheckedNotBelieved(t *testing.T) {
	var m mood
	inShop(t, one(&part{check: m.check}), func(s *shop) {
		before := m.checked()
		ctx, cancel := context.WithTimeout(s.Context(), time.Millisecond)
		defer cancel()
		err := s.sup.Do(ctx, func(ctx context.Context, _ *part) error { <-ctx.Done(); return devices.ErrSilent })
		synctest.Wait()
		if !errors.Is(err, devices.ErrSilent) || s.sup.Health().State != devices.Ready || m.checked() != before+1 {
			t.Errorf("got %v, %v, %d checks more", err, s.sup.Health().State, m.checked()-before)
		}
	})
}

func TestPanicOfADriverIsAFailureWithItsStackInTheLog(t *testing.T) {
	p := &part{check: fine}
	inShop(t, one(p), func(s *shop) {
		err := s.sup.Do(s.Context(), func(context.Context, *part) error { panic("no such glyph") })
		synctest.Wait()
		if h := s.sup.Health(); err == nil || h.State != devices.Recovering || p.open() != 1 {
			t.Errorf("got %v, %+v, closed %d times", err, h, p.open())
		}
		if log := s.log(); !strings.Contains(log, "no such glyph") || !strings.Contains(log, "supervisor_test.go") {
			t.Errorf("log has no stack: %s", log)
		}
		s.sleep(time.Second)
		if got := s.sup.Health().State; got != devices.Ready {
			t.Errorf("not back: %v", got)
		}
	})
}

func TestPanicsInOpenAndCheckAreFailures(t *testing.T) {
	inShop(t, func(try int) (*part, error) {
		switch try {
		case 1:
			panic("open")
		case 2:
			return &part{check: func(context.Context) ([]devices.Condition, error) { panic("check") }}, nil
		}
		return &part{check: fine}, nil
	}, func(s *shop) {
		s.sleep(2 * time.Second)
		if got := s.states(); got != "absent opening recovering opening recovering opening ready" {
			t.Errorf("states %q", got)
		}
	})
}

func TestDriverThatDoesNotEndHasItsDeviceClosed(t *testing.T) {
	p := &part{check: fine}
	inShop(t, one(p), func(s *shop) {
		ctx, cancel := context.WithTimeout(s.Context(), time.Second)
		defer cancel()
		began := time.Now()
		err := s.sup.Do(ctx, func(context.Context, *part) error {
			for p.open() == 0 { // deaf to ctx, like a driver that waits for its port
				time.Sleep(10 * time.Millisecond)
			}
			return devices.ErrClosed
		})
		if took := time.Since(began); !errors.Is(err, devices.ErrClosed) || took > 4*time.Second {
			t.Errorf("got %v after %v", err, took)
		}
	})
}

func TestEndOfRunCancelsTheRunningCommandAndClosesTheDevice(t *testing.T) {
	p := &part{check: fine}
	inShop(t, one(p), func(s *shop) {
		got := make(chan error, 1)
		go func() {
			got <- s.sup.Do(s.Context(), func(ctx context.Context, _ *part) error { <-ctx.Done(); return ctx.Err() })
		}()
		synctest.Wait()
		s.end()
		if err := <-got; !errors.Is(err, context.Canceled) || p.open() != 1 {
			t.Errorf("got %v, closed %d times", err, p.open())
		}
	})
}

func TestStoppedWatcherHearsNothingMore(t *testing.T) {
	var m mood
	inShop(t, one(&part{check: m.check}), func(s *shop) {
		var heard atomic.Int32
		stop := s.sup.Watch(func(devices.Health) { heard.Add(1) })
		stop()
		m.set([]devices.Condition{{Code: "paper-low"}}, 0)
		s.sleep(5 * time.Second)
		if heard.Load() != 1 || s.sup.Health().State != devices.Degraded {
			t.Errorf("heard %d times; %v", heard.Load(), s.sup.Health().State)
		}
	})
}
