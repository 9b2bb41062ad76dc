package stream

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"hallway/devices"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A handle waits until its deadline is over, which takes a moment to set.
type handle struct {
	expired chan struct{}
	set     atomic.Bool // the deadline is set and nothing follows
	result  error
	closes  atomic.Int32
}

func newHandle() *handle { return &handle{expired: make(chan struct{})} }

func (h *handle) SetReadDeadline(t time.Time) error {
	if t.IsZero() {
		return nil
	}
	close(h.expired)
	time.Sleep(10 * time.Millisecond)
	h.set.Store(true)
	return nil
}

func (h *handle) SetWriteDeadline(time.Time) error { return nil }

func (h *handle) Read([]byte) (int, error) {
	if h.result != nil {
		return 0, h.result
	}
	<-h.expired
	return 0, os.ErrDeadlineExceeded
}

func (h *handle) Write(p []byte) (int, error) { return len(p) / 2, h.result }

func (h *handle) Close() error {
	h.closes.Add(1)
	return nil
}

func TestReadReturnsOnlyWhenItsDeadlineCanNoLongerHitTheNext(t *testing.T) {
	h := newHandle()
	c := New("port", h, nil)
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if _, err := c.Read(ctx, make([]byte, 1)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	if !h.set.Load() {
		t.Error("the deadline of the read is still being set")
	}
}

func TestWhatAPortSaysByItselfIsALoss(t *testing.T) {
	for _, said := range []error{io.EOF, syscall.EIO, syscall.ENODEV, errors.New("odd")} {
		h := newHandle()
		h.result = said
		c := New("ttyX", h, nil)
		if _, err := c.Read(t.Context(), make([]byte, 1)); !errors.Is(err, devices.ErrGone) || !errors.Is(err, said) {
			t.Errorf("read: %v", err)
		}
		n, err := c.Write(t.Context(), make([]byte, 10))
		if n != 5 || !errors.Is(err, devices.ErrGone) || !strings.Contains(err.Error(), "ttyX") {
			t.Errorf("write: %d, %v", n, err)
		}
	}
}

func TestReadIntoNothingIsAMistake(t *testing.T) {
	if _, err := New("port", newHandle(), nil).Read(t.Context(), nil); !errors.Is(err, io.ErrShortBuffer) {
		t.Errorf("got %v", err)
	}
}

func TestCloseFinishesOnce(t *testing.T) {
	h, finished := newHandle(), 0
	odd := errors.New("odd")
	c := New("port", h, func() error { finished++; return odd })
	if err := c.Close(); !errors.Is(err, odd) {
		t.Errorf("got %v", err)
	}
	if err := c.Close(); !errors.Is(err, odd) || finished != 1 || h.closes.Load() != 1 {
		t.Errorf("second close: %v; finished %d times", err, finished)
	}
}
