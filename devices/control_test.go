package devices_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"hallway/devices"
)

func TestWhatOnlyAPersonRepairsIsTriedTwiceAMinute(t *testing.T) {
	for _, c := range []struct {
		err  error
		want devices.State
	}{{devices.ErrDenied, devices.Recovering}, {devices.ErrAmbiguous, devices.Faulted}} {
		inShop(t, func(int) (*part, error) { return nil, c.err }, func(s *shop) {
			s.sleep(70 * time.Second)
			if got, want := s.tries(), []time.Duration{0, 30 * time.Second, 60 * time.Second}; !slices.Equal(got, want) {
				s.Errorf("%v: opened at %v, want %v", c.err, got, want)
			}
			if h := s.sup.Health(); h.State != c.want {
				s.Errorf("%v: %+v", c.err, h)
			}
		})
	}
}

func TestAmbiguousPortIsACondition(t *testing.T) {
	inShop(t, func(int) (*part, error) { return nil, devices.ErrAmbiguous }, func(s *shop) {
		want := []devices.Condition{{Code: devices.ConditionAmbiguous, Fault: true}}
		if h := s.sup.Health(); !slices.Equal(h.Conditions, want) {
			s.Errorf("conditions %v, want %v", h.Conditions, want)
		}
		if err := s.sup.Do(s.Context(), nil); !errors.Is(err, devices.ErrNotReady) || !errors.Is(err, devices.ErrAmbiguous) {
			s.Errorf("command: %v", err)
		}
	})
}

func TestPluggingInIsNotWaitedFor(t *testing.T) {
	there := false
	inShop(t, func(int) (*part, error) {
		if !there {
			return nil, devices.ErrBusy
		}
		return &part{check: fine}, nil
	}, func(s *shop) {
		s.sleep(40 * time.Second) // the next try is at 60.5 s
		there = true
		s.sup.Plugged(true)
		synctest.Wait()
		if h := s.sup.Health(); h.State != devices.Ready {
			s.Errorf("got %+v", h)
		}
		if last := s.tries()[s.tried()-2]; last != 40*time.Second {
			s.Errorf("opened at %v, want 40 s", last)
		}
	})
}

// A driver that waits for a byte does not notice that its port went; the
// kernel's message does.
func TestUnpluggingEndsTheCommandAndTheDeviceIsAbsent(t *testing.T) {
	p := &part{check: fine}
	inShop(t, func(try int) (*part, error) {
		if try > 1 {
			return nil, devices.ErrAbsent
		}
		return p, nil
	}, func(s *shop) {
		ended := make(chan error, 1)
		go func() {
			ended <- s.sup.Do(s.Context(), func(ctx context.Context, _ *part) error { <-ctx.Done(); return ctx.Err() })
		}()
		synctest.Wait()
		s.sup.Plugged(false)
		synctest.Wait()
		if err := <-ended; !errors.Is(err, devices.ErrAbsent) {
			s.Errorf("command ended with %v", err)
		}
		if h := s.sup.Health(); h.State != devices.Absent || p.open() != 1 {
			s.Errorf("got %+v, closed %d times", h, p.open())
		}
	})
}

func TestUnpluggingWhileOpeningIsAbsent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sup := devices.NewSupervisor(devices.Options{ID: "x"}, func(ctx context.Context) (*part, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		})
		ctx, cancel := context.WithCancel(t.Context())
		go sup.Run(ctx)
		synctest.Wait()
		sup.Plugged(false)
		synctest.Wait()
		if h := sup.Health(); h.State != devices.Absent {
			t.Errorf("got %+v", h)
		}
		cancel()
		synctest.Wait()
	})
}

func TestSwitchedOffDeviceIsClosedUntilSwitchedOn(t *testing.T) {
	p := &part{check: fine}
	inShop(t, one(p), func(s *shop) {
		s.sup.Enable(true) // is on
		s.sup.Enable(false)
		s.sup.Enable(false)
		s.sleep(time.Hour)
		if h := s.sup.Health(); h.State != devices.Disabled || p.open() != 1 || len(s.tries()) != 1 {
			s.Errorf("got %+v, closed %d times, opened %d times", h, p.open(), len(s.tries()))
		}
		if err := s.sup.Do(s.Context(), nil); !errors.Is(err, devices.ErrNotReady) {
			s.Errorf("command: %v", err)
		}
		s.sup.Plugged(true) // does not switch it on
		synctest.Wait()
		if h := s.sup.Health(); h.State != devices.Disabled {
			s.Errorf("got %+v", h)
		}
		s.sup.Enable(true)
		synctest.Wait()
		if h := s.sup.Health(); h.State != devices.Ready {
			s.Errorf("got %+v", h)
		}
		if got := s.states(); !strings.HasPrefix(got, "absent opening ready disabled") || !strings.HasSuffix(got, "opening ready") {
			s.Errorf("states %q", got)
		}
	})
}

func TestCheckOvertakesWaitingCommands(t *testing.T) {
	var m mood
	inShop(t, one(&part{check: m.check}), func(s *shop) {
		running, first, second := make(chan struct{}), make(chan error, 1), make(chan error, 1)
		go func() {
			first <- s.sup.Do(s.Context(), func(context.Context, *part) error { <-running; return nil })
		}()
		synctest.Wait()
		before := m.checked()
		go func() {
			second <- s.sup.Do(s.Context(), func(context.Context, *part) error {
				if m.checked() != before+1 {
					s.Errorf("%d checks before the waiting command, want 1", m.checked()-before)
				}
				return nil
			})
		}()
		synctest.Wait()
		checked := make(chan devices.Health, 1)
		go func() {
			h, err := s.sup.Check(s.Context())
			if err != nil {
				s.Error(err)
			}
			checked <- h
		}()
		synctest.Wait()
		m.set([]devices.Condition{{Code: "paper-low"}}, 0)
		close(running)
		if h := <-checked; h.State != devices.Degraded {
			s.Errorf("got %+v", h)
		}
		if err := errors.Join(<-first, <-second); err != nil {
			s.Error(err)
		}
	})
}

func TestCheckSaysThatTheDeviceIsSilent(t *testing.T) {
	var m mood
	inShop(t, one(&part{check: m.check}), func(s *shop) {
		m.set(nil, 1)
		if _, err := s.sup.Check(s.Context()); !errors.Is(err, devices.ErrSilent) {
			s.Errorf("got %v", err)
		}
		if h, err := s.sup.Check(s.Context()); err != nil || h.State != devices.Ready {
			s.Errorf("got %v, %v", h.State, err)
		}
	})
}
