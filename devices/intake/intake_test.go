package intake

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"hallway/devices"
	"hallway/devices/serialport"
	"hallway/devices/sim"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const patience = 10 * time.Second

// lines ends a message with a line feed, or with silence.
type lines struct {
	held []byte
	seen atomic.Int32 // messages
}

func (l *lines) Feed(p []byte, whole func([]byte)) {
	for _, c := range p {
		if c == '\n' {
			l.Quiet(whole)
			continue
		}
		l.held = append(l.held, c)
	}
}

func (l *lines) Quiet(whole func([]byte)) {
	whole(l.held)
	l.seen.Add(1)
	clear(l.held)
	l.held = l.held[:0]
}

func (l *lines) Begun() bool { return len(l.held) > 0 }

// A desk is an intake on a pseudo-terminal.
type desk struct {
	*testing.T
	pty   *sim.PTY
	in    *Intake
	seen  *atomic.Int32
	heard chan string // commands
	got   chan string
}

func newDesk(t *testing.T, o Options) *desk {
	t.Helper()
	pty, err := sim.OpenPTY("")
	if err != nil {
		t.Fatal(err)
	}
	conn, err := serialport.Open(t.Context(), pty.Name(), 9600)
	if err != nil {
		t.Fatal(err)
	}
	o.Name = "slot"
	a := &lines{}
	d := &desk{T: t, pty: pty, in: Open(conn, a, o), seen: &a.seen, heard: make(chan string, 100), got: make(chan string, 100)}
	done := make(chan error, 1)
	go func() {
		done <- sim.Serve(context.Background(), pty, func(p []byte) error {
			d.heard <- string(p)
			return nil
		})
	}()
	t.Cleanup(func() {
		if err := errors.Join(d.in.Close(), pty.Close(), <-done); err != nil {
			t.Error(err)
		}
	})
	return d
}

// ask polls until the returned function is called, which returns Poll's error.
func (d *desk) ask() (stop func() error) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- d.in.Poll(ctx, func(m []byte) { d.got <- string(m) }) }()
	d.await("poll", func() bool {
		d.in.mu.Lock()
		defer d.in.mu.Unlock()
		return d.in.active != nil || d.in.err != nil
	})
	stop = sync.OnceValue(func() error {
		cancel()
		return <-done
	})
	d.Cleanup(func() { stop() })
	return stop
}

func (d *desk) await(what string, ready func() bool) {
	d.Helper()
	for deadline := time.Now().Add(patience); !ready(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			d.Fatalf("%s never happens", what)
		}
	}
}

func (d *desk) next() string {
	d.Helper()
	select {
	case s := <-d.got:
		return s
	case <-time.After(patience):
		d.Fatal("no message came")
		return ""
	}
}

// say sends text.
func (d *desk) say(text string) {
	d.Helper()
	d.pty.Write([]byte(text))
}

func TestMessagesArriveWhileAskedAndOnlyThen(t *testing.T) {
	d := newDesk(t, Options{Gap: time.Hour, Arm: []byte("on"), Disarm: []byte("off")})
	d.say("unasked\n")
	d.await("unasked message", func() bool { return d.seen.Load() == 1 })
	stop := d.ask()
	if got := <-d.heard; got != "on" {
		t.Errorf("armed by %q", got)
	}
	d.say("first\nsecond\n")
	if a, b := d.next(), d.next(); a != "first" || b != "second" {
		t.Errorf("got %q and %q", a, b)
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
	if got := <-d.heard; got != "off" {
		t.Errorf("disarmed by %q", got)
	}
}

func TestMessageThatBeganBeforePollIsDroppedToItsEnd(t *testing.T) {
	in := &Intake{a: &lines{}, o: Options{Log: slog.New(slog.DiscardHandler)}}
	p := &poll{make(chan []byte, 9)}
	in.feed([]byte("half "), false)
	in.active = p
	in.feed([]byte("rest\nwhole\nand"), false)
	in.active = nil // its Poll ends in the middle of the third
	in.feed(nil, true)
	in.active = &poll{make(chan []byte, 9)}
	in.feed([]byte("next\n"), false)
	if got := string(<-p.messages); got != "whole" || len(p.messages) != 0 {
		t.Errorf("got %q and %d more", got, len(p.messages))
	}
	if got := string(<-in.active.messages); got != "next" {
		t.Errorf("got %q", got)
	}
}

func TestSilenceEndsAMessage(t *testing.T) {
	d := newDesk(t, Options{Gap: time.Millisecond})
	d.ask()
	d.say("no end mark")
	var all string
	for all != "no end mark" {
		all += d.next()
	}
}

func TestTakenMessagesAreOverwritten(t *testing.T) {
	d := newDesk(t, Options{})
	ctx, cancel := context.WithCancel(t.Context())
	var kept []byte
	done := make(chan error, 1)
	go func() {
		done <- d.in.Poll(ctx, func(m []byte) {
			if kept == nil {
				kept = m
				return
			}
			cancel()
		})
	}()
	for ctx.Err() == nil {
		d.say("marked\n")
		time.Sleep(time.Millisecond)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
	if bytes.Contains(kept, []byte("m")) {
		t.Errorf("%q survives its taker", kept)
	}
}

func TestSecondPollIsRefused(t *testing.T) {
	d := newDesk(t, Options{})
	d.ask()
	if err := d.in.Poll(t.Context(), func([]byte) {}); !errors.Is(err, devices.ErrBusy) {
		t.Errorf("got %v", err)
	}
}

func TestEndsAreToldApart(t *testing.T) {
	d := newDesk(t, Options{})
	if err := d.in.Check(t.Context()); !errors.Is(err, devices.ErrNoStatus) {
		t.Errorf("check: %v", err)
	}
	stop := d.ask()
	d.pty.Unplug()
	d.await("loss", func() bool { return errors.Is(d.in.Check(t.Context()), devices.ErrGone) })
	if err := stop(); !errors.Is(err, devices.ErrGone) && err != nil {
		t.Errorf("poll: %v", err)
	}
	d.in.Close()
	for _, err := range []error{d.in.Check(t.Context()), d.in.Poll(t.Context(), func([]byte) {})} {
		if !errors.Is(err, devices.ErrClosed) {
			t.Errorf("after Close: %v", err)
		}
	}
}
