package sam_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"hallway/devices"
	"hallway/idreader"
	"hallway/idreader/sam"
	"hallway/idreader/sam/sim"
)

func TestOpenLearnsTheNumberOfTheModule(t *testing.T) {
	onEveryWire(t, func(t *testing.T, w wire) {
		b := newBench(t, w, sim.Options{}, brisk())
		if id := b.session.Identity(); id.Serial != "05.03-20120101-0001234567-0000000089" || id.Model != "SAM" {
			t.Errorf("identity %+v", id)
		}
		if c, err := b.session.Check(t.Context()); err != nil || len(c) != 0 {
			t.Errorf("conditions %v, error %v", c, err)
		}
	})
}

func TestOpenTakesNoHarmFromWhatWasOnTheLine(t *testing.T) {
	onEveryWire(t, func(t *testing.T, w wire) {
		b := unopened(t, w, sim.Options{})
		b.reader.Inject(sim.Fault{Command: sam.CmdStatus, Garble: true})
		b.reader.Inject(sim.Fault{Command: sam.CmdID, Junk: []byte("\xAA\xAA\xAA\x96\x69\x00\x04junk")})
		s, err := sam.Open(t.Context(), b.conn, sam.Options{Timing: brisk()})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		if s.Identity().Serial == "" {
			t.Error("no module number")
		}
	})
}

func TestOpenOfASilentReaderFailsInTimeAndClosesThePort(t *testing.T) {
	onEveryWire(t, func(t *testing.T, w wire) {
		b := unopened(t, w, sim.Options{})
		b.reader.Inject(sim.Fault{Silent: true, Times: -1})
		if _, err := sam.Open(t.Context(), b.conn, sam.Options{Timing: brisk()}); !errors.Is(err, devices.ErrSilent) {
			t.Errorf("got %v", err)
		}
		if _, err := b.conn.Write(t.Context(), []byte{0}); !errors.Is(err, devices.ErrClosed) {
			t.Errorf("port is still open: %v", err)
		}
	})
}

func TestBrokenModuleIsAConditionNotALostDevice(t *testing.T) {
	onEveryWire(t, func(t *testing.T, w wire) {
		for status, code := range map[sam.SW]string{
			sam.SWSelfTest: sam.ConditionFailed, sam.SWUnauthorised: sam.ConditionUnauthorised,
		} {
			b := newBench(t, w, sim.Options{}, brisk())
			b.reader.Inject(sim.Fault{Status: status, Times: -1})
			c, err := b.session.Check(t.Context())
			if err != nil || !slices.Equal(c, []devices.Condition{{Code: code, Fault: true}}) {
				t.Errorf("SW %02X: conditions %v, error %v", byte(status), c, err)
			}
			if err := b.poll().wait(); !errors.Is(err, devices.ErrNotReady) {
				t.Errorf("SW %02X: poll ended with %v", byte(status), err)
			}
			b.reader.ClearFaults()
			if c, err := b.session.Check(t.Context()); err != nil || len(c) != 0 {
				t.Errorf("SW %02X stays: %v, %v", byte(status), c, err)
			}
		}
	})
}

func TestBrokenModuleCanBeOpened(t *testing.T) {
	onEveryWire(t, func(t *testing.T, w wire) {
		b := unopened(t, w, sim.Options{})
		b.reader.Inject(sim.Fault{Status: sam.SWSelfTest, Times: -1})
		s, err := sam.Open(t.Context(), b.conn, sam.Options{Timing: brisk()})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		if c, err := s.Check(t.Context()); err != nil || len(c) != 1 || !c[0].Fault {
			t.Errorf("conditions %v, error %v", c, err)
		}
	})
}

// "Found" arrives when the session has given up waiting for it: while it waits
// for silence, and when it has asked for the status. No card lies there, so nothing may be reported.
func TestLateAnswersNeverAnswerAnotherCommand(t *testing.T) {
	onEveryWire(t, func(t *testing.T, w wire) {
		timing := brisk()
		timing.Answer, timing.Quiet = 200*time.Millisecond, 200*time.Millisecond
		late := sim.Fault{Command: sam.CmdFind, Cut: 100, Junk: sam.Encode(nil, []byte{0, 0, byte(sam.SWFound), 0, 0, 0, 0})}
		for _, late.Late = range []time.Duration{timing.Answer + timing.Quiet/2, timing.Answer + timing.Quiet*3/2} {
			b := newBench(t, w, sim.Options{}, timing)
			b.reader.Inject(late)
			p := b.poll()
			b.asked(sam.CmdFind, 3)
			if rest, err := p.stop(); len(rest) != 0 || err != nil {
				t.Errorf("late by %v: events %v, error %v", late.Late, rest, err)
			}
			if n := b.reader.Asked(sam.CmdSelect); n != 0 {
				t.Errorf("late by %v: an absent card was selected", late.Late)
			}
		}
	})
}

func TestSilentReaderIsResetOnceAndThenGivenUp(t *testing.T) {
	onEveryWire(t, func(t *testing.T, w wire) {
		b := newBench(t, w, sim.Options{}, brisk())
		b.reader.Inject(sim.Fault{Silent: true, Times: -1})
		if err := b.poll().wait(); !errors.Is(err, devices.ErrSilent) {
			t.Errorf("got %v", err)
		}
		if n := b.reader.Asked(sam.CmdReset); n != 1 {
			t.Errorf("reset %d times", n)
		}
	})
}

func TestReaderThatAnswersOnlyStatusIsGivenUp(t *testing.T) {
	onEveryWire(t, func(t *testing.T, w wire) {
		for name, c := range map[string]struct {
			fault sim.Fault
			want  error
		}{
			"silent":      {sim.Fault{Silent: true}, devices.ErrSilent},
			"damaged":     {sim.Fault{Garble: true}, devices.ErrProtocol},
			"not knowing": {sim.Fault{Status: sam.SWUnknown}, devices.ErrProtocol},
			"confused":    {sim.Fault{Status: sam.SWOther}, devices.ErrProtocol},
		} {
			b := newBench(t, w, sim.Options{}, brisk())
			c.fault.Command, c.fault.Times = sam.CmdFind, -1
			b.reader.Inject(c.fault)
			if err := b.poll().wait(); !errors.Is(err, c.want) {
				t.Errorf("%s: got %v", name, err)
			}
			if n := b.reader.Asked(sam.CmdFind); n != 3 {
				t.Errorf("%s: asked %d times", name, n)
			}
		}
	})
}

func TestReaderThatWakesUpIsUsedAgain(t *testing.T) {
	onEveryWire(t, func(t *testing.T, w wire) {
		b := newBench(t, w, sim.Options{}, brisk())
		b.reader.Inject(sim.Fault{Silent: true, Times: 3}) // find, status, status; then reset
		b.reader.Lay(sim.Specimens()[0].Card)
		b.poll().expect(idreader.Present, idreader.Read)
		if n := b.reader.Asked(sam.CmdReset); n != 1 {
			t.Errorf("reset %d times", n)
		}
	})
}

func TestPollEndsWithItsContextAndTheReaderStaysUsable(t *testing.T) {
	onEveryWire(t, func(t *testing.T, w wire) {
		b := newBench(t, w, sim.Options{RF: 50 * time.Millisecond}, brisk())
		for _, laid := range []bool{false, true} { // between commands; in the middle of one
			p := b.poll()
			if laid {
				b.reader.Lay(sim.Specimens()[0].Card)
				b.asked(sam.CmdRead, 1)
			} else {
				b.asked(sam.CmdFind, 2)
			}
			if _, err := p.stop(); err != nil {
				t.Errorf("poll ended with %v", err)
			}
			if c, err := b.session.Check(t.Context()); err != nil || len(c) != 0 {
				t.Errorf("after the poll: conditions %v, error %v", c, err)
			}
		}
		b.poll().expect(idreader.Present, idreader.Read)
	})
}

func TestNothingIsSentWhenTheContextIsOver(t *testing.T) {
	onEveryWire(t, func(t *testing.T, w wire) {
		b := newBench(t, w, sim.Options{}, brisk())
		before := b.reader.Asked(sam.CmdStatus)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := b.session.Check(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		if err := b.session.Poll(ctx, func(idreader.Event) { t.Error("event") }); err != nil {
			t.Errorf("poll: %v", err)
		}
		if _, err := b.session.Check(t.Context()); err != nil || b.reader.Asked(sam.CmdStatus) != before+1 {
			t.Errorf("asked %d times, error %v", b.reader.Asked(sam.CmdStatus)-before, err)
		}
	})
}

func TestCallersDeadlineCountsAsSilence(t *testing.T) {
	onEveryWire(t, func(t *testing.T, w wire) {
		b := newBench(t, w, sim.Options{}, brisk())
		b.reader.Inject(sim.Fault{Silent: true})
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
		defer cancel()
		if _, err := b.session.Check(ctx); !errors.Is(err, devices.ErrSilent) || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
	})
}

func TestCloseEndsAPollAndMayBeRepeated(t *testing.T) {
	onEveryWire(t, func(t *testing.T, w wire) {
		b := newBench(t, w, sim.Options{}, brisk())
		p := b.poll()
		b.asked(sam.CmdFind, 1)
		for range 2 {
			if err := b.session.Close(); err != nil {
				t.Error(err)
			}
		}
		if err := p.wait(); !errors.Is(err, devices.ErrClosed) {
			t.Errorf("poll: %v", err)
		}
		if _, err := b.session.Check(t.Context()); !errors.Is(err, devices.ErrClosed) {
			t.Errorf("check: %v", err)
		}
	})
}

func TestUnpluggedReaderIsGone(t *testing.T) {
	onEveryWire(t, func(t *testing.T, w wire) {
		b := newBench(t, w, sim.Options{}, brisk())
		p := b.poll()
		b.asked(sam.CmdFind, 1)
		b.unplug()
		if err := p.wait(); !errors.Is(err, devices.ErrGone) {
			t.Errorf("got %v", err)
		}
	})
}

// A wrong speed or another device can babble without end.
func TestLineThatIsNeverSilentIsRefused(t *testing.T) {
	t.Parallel()
	device, conn := newPTY(t)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			if _, err := device.Write([]byte{0x55}); err != nil {
				return
			}
			time.Sleep(time.Millisecond)
		}
	}()
	_, err := sam.Open(t.Context(), conn, sam.Options{Timing: brisk()})
	if !errors.Is(err, devices.ErrProtocol) {
		t.Errorf("got %v", err)
	}
	if err := device.Close(); err != nil {
		t.Error(err)
	}
	<-done
}
