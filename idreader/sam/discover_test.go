package sam_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"hallway/devices"
	"hallway/devices/serialport"
	line "hallway/devices/sim"
	"hallway/idreader/sam"
	"hallway/idreader/sam/sim"
)

// speeds is a reader on a pseudo-terminal that hears only its own speed.
type speeds struct {
	*testing.T
	reader *sim.Reader
	pty    *line.PTY

	mu    sync.Mutex
	tried []int
}

func newSpeeds(t *testing.T, o sim.Options) *speeds {
	t.Helper()
	pty, err := line.OpenPTY("")
	if err != nil {
		t.Fatal(err)
	}
	o.LineBaud = pty.Baud
	s := &speeds{T: t, reader: sim.New(o), pty: pty}
	done := make(chan error, 1)
	go func() { done <- s.reader.Serve(context.Background(), pty) }()
	t.Cleanup(func() {
		if err := errors.Join(pty.Close(), <-done); err != nil {
			t.Error(err)
		}
	})
	return s
}

func (s *speeds) open(ctx context.Context, baud int) (devices.Conn, error) {
	s.mu.Lock()
	s.tried = append(s.tried, baud)
	s.mu.Unlock()
	return serialport.Open(ctx, s.pty.Name(), baud)
}

func TestSpeedIsDiscoveredFastestFirstAndRemembered(t *testing.T) {
	t.Parallel()
	for _, babble := range []bool{false, true} {
		for i, baud := range sam.Bauds {
			s := newSpeeds(t, sim.Options{Baud: baud, Babble: babble})
			d := sam.Discovery{Options: sam.Options{Timing: brisk()}}
			for range 2 {
				session, err := sam.Discover(t.Context(), s.open, &d)
				if err != nil {
					t.Fatalf("%d, babble %v: %v", baud, babble, err)
				}
				if session.Identity().Serial == "" || d.Last != baud {
					t.Errorf("%d: last %d", baud, d.Last)
				}
				if err := session.Close(); err != nil {
					t.Error(err)
				}
			}
			if want := append(slices.Clone(sam.Bauds[:i+1]), baud); !slices.Equal(s.tried, want) {
				t.Errorf("%d: tried %v, want %v", baud, s.tried, want)
			}
		}
	}
}

func TestRepairSetsAModuleToTheUsualSpeed(t *testing.T) {
	t.Parallel()
	s := newSpeeds(t, sim.Options{Baud: 9600})
	d := sam.Discovery{Options: sam.Options{Timing: brisk()}, Repair: true}
	session, err := sam.Discover(t.Context(), s.open, &d)
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close()
	if s.reader.Baud() != 115200 || d.Last != 115200 || session.Identity().Serial == "" {
		t.Errorf("reader at %d, last %d", s.reader.Baud(), d.Last)
	}
	if c, err := session.Check(t.Context()); err != nil || len(c) != 0 {
		t.Errorf("conditions %v, error %v", c, err)
	}
}

func TestASpeedThatChangedIsFoundAgain(t *testing.T) {
	t.Parallel()
	s := newSpeeds(t, sim.Options{Baud: 38400})
	d := sam.Discovery{Options: sam.Options{Timing: brisk()}, Last: 57600}
	session, err := sam.Discover(t.Context(), s.open, &d)
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close()
	if want := []int{57600, 115200, 38400}; !slices.Equal(s.tried, want) || d.Last != 38400 {
		t.Errorf("tried %v, last %d", s.tried, d.Last)
	}
}

func TestNoReaderAtAnySpeedSaysWhatWasTried(t *testing.T) {
	t.Parallel()
	for babble, want := range map[bool]error{false: devices.ErrSilent, true: devices.ErrProtocol} {
		s := newSpeeds(t, sim.Options{Baud: 1200, Babble: babble})
		_, err := sam.Discover(t.Context(), s.open, &sam.Discovery{Options: sam.Options{Timing: brisk()}})
		if !errors.Is(err, want) || !strings.Contains(err.Error(), "9600") {
			t.Errorf("babble %v: %v", babble, err)
		}
		conn, err := serialport.Open(t.Context(), s.pty.Name(), 9600) // every port was closed
		if err != nil {
			t.Fatal(err)
		}
		_ = conn.Close()
	}
}

func TestDiscoveryEndsWithThePortAndWithItsContext(t *testing.T) {
	t.Parallel()
	s := newSpeeds(t, sim.Options{Baud: 9600})
	_, err := sam.Discover(t.Context(), func(context.Context, int) (devices.Conn, error) { return nil, devices.ErrBusy }, &sam.Discovery{})
	if !errors.Is(err, devices.ErrBusy) {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := sam.Discover(ctx, s.open, &sam.Discovery{}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	if len(s.tried) != 1 {
		t.Errorf("tried %v", s.tried)
	}
}

func TestOnlyAModulesOwnSpeedsCanBeSet(t *testing.T) {
	t.Parallel()
	b := newBench(t, serial, sim.Options{}, brisk())
	if err := b.session.SetBaud(t.Context(), 14400); err == nil || !strings.Contains(err.Error(), "57600") {
		t.Errorf("got %v", err)
	}
	b.reader.Inject(sim.Fault{Command: sam.Command{0x60, 4}, Status: sam.SWForbidden})
	if err := b.session.SetBaud(t.Context(), 9600); !errors.Is(err, devices.ErrProtocol) {
		t.Errorf("got %v", err)
	}
	if b.reader.Baud() != 115200 {
		t.Errorf("reader at %d", b.reader.Baud())
	}
}
