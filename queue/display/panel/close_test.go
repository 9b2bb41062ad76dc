package panel

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"hallway/devices"
	"hallway/devices/sim"
)

// virtual is a line in memory under the false clock of a synctest bubble, and
// what its far end hears.
func virtual(t *testing.T, o LineOptions) (*Line, *far) {
	t.Helper()
	m := sim.NewMemory("panel line")
	f := &far{}
	done := make(chan error, 1)
	go func() {
		done <- sim.Serve(context.Background(), m, func(p []byte) error {
			f.mu.Lock()
			defer f.mu.Unlock()
			f.heard = append(f.heard, p...)
			return nil
		})
	}()
	conn, err := m.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	l := OpenLine(conn, o)
	t.Cleanup(func() {
		if err := errors.Join(l.Close(), m.Close(), <-done); err != nil {
			t.Error(err)
		}
	})
	return l, f
}

// lastOf returns the newest frame of an address, of the profile numeric4.
func (f *far) lastOf(address byte) (last []byte) {
	for c := range slices.Chunk(f.all(), 4) {
		if c[0] == address {
			last = c
		}
	}
	return last
}

const crowd = 40

// busy opens many panels and has all of them called at once.
func busy(t *testing.T, l *Line) (all []*Panel) {
	t.Helper()
	for i := range crowd {
		all = append(all, open(t, l, i+1, "numeric4"))
	}
	for _, w := range all {
		go func() { _ = w.Show(context.Background(), "888") }()
	}
	return all
}

func TestClosingPanelOvertakesTheCallsOfABusyLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, f := virtual(t, LineOptions{})
		all := busy(t, l)
		last := all[crowd-1]
		if err := last.Close(); err != nil {
			t.Error(err)
		}
		if err := l.Close(); err != nil {
			t.Error(err)
		}
		synctest.Wait()
		if got, want := f.lastOf(crowd), []byte{crowd, 0, 0, crowd}; !bytes.Equal(got, want) {
			t.Errorf("the closed panel shows % X, want % X", got, want)
		}
	})
}

func TestEveryPanelOfALineIsDarkWhenAllCloseAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, f := virtual(t, LineOptions{})
		var closing sync.WaitGroup
		for _, w := range busy(t, l) {
			closing.Go(func() {
				if err := w.Close(); err != nil {
					t.Error(err)
				}
			})
		}
		closing.Wait()
		if err := l.Close(); err != nil {
			t.Error(err)
		}
		synctest.Wait()
		for a := byte(1); a <= crowd; a++ {
			if got, want := f.lastOf(a), []byte{a, 0, 0, a}; !bytes.Equal(got, want) {
				t.Errorf("panel %d shows % X, want % X", a, got, want)
			}
		}
	})
}

func TestShowBesideCloseNeverLightsThePanelAgain(t *testing.T) {
	for range 200 {
		synctest.Test(t, func(t *testing.T) {
			l, f := virtual(t, LineOptions{Refresh: 50 * time.Millisecond})
			w := open(t, l, 5, "numeric4")
			var showing sync.WaitGroup
			for range 4 {
				showing.Go(func() {
					for w.Show(context.Background(), "999") == nil {
					}
				})
			}
			time.Sleep(23 * time.Millisecond)
			if err := w.Close(); err != nil {
				t.Error(err)
			}
			showing.Wait()
			time.Sleep(time.Second)
			if got, want := f.lastOf(5), []byte{5, 0, 0, 5}; !bytes.Equal(got, want) {
				t.Errorf("the closed panel shows % X, want % X", got, want)
			}
		})
	}
}

// A Close that finds another one under way returns when the panel is dark, not
// before.
func TestCloseMayBeCalledFromSeveralGoroutines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, f := virtual(t, LineOptions{})
		w := open(t, l, 5, "numeric4")
		if err := w.Show(t.Context(), "999"); err != nil {
			t.Fatal(err)
		}
		var closing sync.WaitGroup
		for range 8 {
			closing.Go(func() {
				if err := w.Close(); err != nil {
					t.Error(err)
				}
				if got, want := f.lastOf(5), []byte{5, 0, 0, 5}; !bytes.Equal(got, want) {
					t.Errorf("when Close returns the panel shows % X, want % X", got, want)
				}
			})
		}
		closing.Wait()
		if err := w.Show(t.Context(), "1"); !errors.Is(err, devices.ErrClosed) {
			t.Errorf("Show after Close: %v", err)
		}
	})
}

func TestClosedPanelIsForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, f := virtual(t, LineOptions{Refresh: 100 * time.Millisecond})
		for range 3 {
			w := open(t, l, 5, "numeric4")
			go func() { _ = w.Show(context.Background(), "999") }()
			synctest.Wait()
			if err := w.Close(); err != nil {
				t.Error(err)
			}
			l.mu.Lock()
			if len(l.slots)+len(l.calls)+len(l.turn) != 0 {
				t.Errorf("%d slots, %d calls and %d refreshes of a closed panel", len(l.slots), len(l.calls), len(l.turn))
			}
			l.mu.Unlock()
			quiet := len(f.all())
			time.Sleep(10 * time.Second)
			if n := len(f.all()); n != quiet {
				t.Errorf("%d bytes are sent to a closed panel", n-quiet)
			}
		}
	})
}
