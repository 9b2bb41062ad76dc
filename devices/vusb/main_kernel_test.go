//go:build linux && kernel

package vusb_test

import (
	"context"
	"io"
	"testing"
	"time"

	"go.uber.org/goleak"

	"hallway/devices/sim"
	"hallway/devices/vusb"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// reader is the identity that most tests use; its vendor id is the one for
// tests (pid.codes).
var reader = vusb.Identity{Vendor: 0x1209, Product: 0x0001, Maker: "Hallway", Name: "Reader", Serial: "R-1"}

// patience is how long a test waits for what must happen.
const patience = 10 * time.Second

// echo answers each piece with the same bytes until the test ends.
func echo(t *testing.T, line io.ReadWriter) {
	t.Helper()
	serve(t, line, func(p []byte) error {
		_, err := line.Write(p)
		return err
	})
}

// serve hands what comes in to take until the test ends.
func serve(t *testing.T, line io.ReadWriter, take func([]byte) error) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- sim.Serve(ctx, line, take) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("serve: %v", err)
		}
	})
}
