package sim

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"hallway/devices"
)

func TestMemoryIsHeldByOneProgramAtATime(t *testing.T) {
	k := newTalk(t, "", nil)
	m := k.line.line.(*Memory)
	if got := say(t, k, "hello"); got != "hello" {
		t.Errorf("got %q", got)
	}
	if _, err := m.Open(t.Context()); !errors.Is(err, devices.ErrBusy) {
		t.Errorf("second program: %v", err)
	}
	if err := errors.Join(k.conn.Close(), k.conn.Close()); err != nil {
		t.Error(err)
	}
	if _, err := k.Write([]byte("x")); !errors.Is(err, devices.ErrClosed) {
		t.Errorf("write after close: %v", err)
	}
	m.Write([]byte("for nobody"))
	again, err := m.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	k.conn = again
	if got := say(t, k, "next"); got != "next" {
		t.Errorf("got %q", got)
	}
}

func TestUnpluggedMemoryIsGoneThenAbsent(t *testing.T) {
	k := newTalk(t, "", nil)
	m := k.line.line.(*Memory)
	waiting := make(chan error, 1)
	go func() { _, err := k.Read(make([]byte, 1)); waiting <- err }()
	if err := errors.Join(m.Unplug(), m.Unplug()); err != nil {
		t.Fatal(err)
	}
	if err := <-waiting; !errors.Is(err, devices.ErrGone) {
		t.Errorf("read: %v", err)
	}
	if _, err := k.Write([]byte("x")); !errors.Is(err, devices.ErrGone) {
		t.Errorf("write: %v", err)
	}
	if _, err := m.Open(t.Context()); !errors.Is(err, devices.ErrAbsent) {
		t.Errorf("open: %v", err)
	}
	if err := errors.Join(m.Replug(), m.Replug()); err != nil {
		t.Fatal(err)
	}
	conn, err := m.Open(t.Context())
	if err != nil {
		t.Fatalf("open although the dead connection is not closed: %v", err)
	}
	k.conn.Close()
	if _, err := m.Open(t.Context()); !errors.Is(err, devices.ErrBusy) {
		t.Errorf("the dead connection let go of the live one: %v", err)
	}
	k.conn = conn
	if got := say(t, k, "back"); got != "back" {
		t.Errorf("got %q", got)
	}
	conn.Close()
	m.Close()
	if err := m.Replug(); err == nil {
		t.Error("replug after close")
	}
}

func TestFullMemoryMakesTheProgramWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := NewMemory("memory")
		defer m.Close()
		conn, err := m.Open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		if n, err := conn.Write(ctx, make([]byte, wireBytes+10)); n != wireBytes || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("wrote %d, %v", n, err)
		}
		done := make(chan error, 1)
		go func() { _, err := conn.Write(t.Context(), make([]byte, 10)); done <- err }()
		synctest.Wait()
		if _, err := m.Read(make([]byte, 10)); err != nil {
			t.Fatal(err)
		}
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}
