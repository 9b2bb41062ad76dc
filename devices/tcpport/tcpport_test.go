package tcpport_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"hallway/devices"
	"hallway/devices/sim"
	"hallway/devices/tcpport"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestNetworkPortBehavesLikeAPort(t *testing.T) {
	line, err := sim.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer line.Close()
	address := strings.TrimPrefix(line.Name(), "tcp:")
	c, err := tcpport.Open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if _, err := c.Read(ctx, make([]byte, 1)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("read past its deadline: %v", err)
	}
	go io.Copy(io.Discard, line)
	if _, err := c.Write(t.Context(), []byte("x")); err != nil {
		t.Error(err)
	}
	line.Unplug()
	if _, err := c.Read(t.Context(), make([]byte, 1)); !errors.Is(err, devices.ErrGone) {
		t.Errorf("read after unplug: %v", err)
	}
	if _, err := tcpport.Open(t.Context(), address); !errors.Is(err, devices.ErrAbsent) {
		t.Errorf("nobody listens: %v", err)
	}
	c.Close()
	if _, err := c.Write(t.Context(), []byte("x")); !errors.Is(err, devices.ErrClosed) {
		t.Errorf("write after close: %v", err)
	}
}
