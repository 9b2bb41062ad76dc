package ff68

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"hallway/devices"
)

// A deadConn is a port that is lost as soon as it is read.
type deadConn struct{ closed atomic.Bool }

func (c *deadConn) Read(context.Context, []byte) (int, error)  { return 0, devices.ErrGone }
func (c *deadConn) Write(context.Context, []byte) (int, error) { return 0, devices.ErrGone }
func (c *deadConn) Close() error                               { c.closed.Store(true); return nil }

func TestLostPortIsClosedBeforeItIsOpenedAgain(t *testing.T) {
	var last *deadConn
	p := NewPort(func(context.Context) (devices.Conn, error) {
		if last != nil && !last.closed.Load() {
			t.Error("the port is opened while it is still open")
		}
		last = &deadConn{}
		return last, nil
	}, Options{})
	for range 3 {
		l, err := p.Line(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		for deadline := time.Now().Add(patience); l.Err() == nil; time.Sleep(time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatal("the line does not notice")
			}
		}
	}
}

func TestPortThatDoesNotOpenSaysWhyAndMayBeTriedAgain(t *testing.T) {
	why := devices.ErrDenied
	p := NewPort(func(context.Context) (devices.Conn, error) {
		if why != nil {
			return nil, why
		}
		return &deadConn{}, nil
	}, Options{})
	if _, err := p.Line(t.Context()); !errors.Is(err, devices.ErrDenied) {
		t.Errorf("got %v", err)
	}
	why = nil
	l, err := p.Line(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
}
