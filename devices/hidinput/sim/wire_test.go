package sim_test

import (
	"errors"
	"testing"

	"go.uber.org/goleak"

	"hallway/devices"
	"hallway/devices/hidinput/sim"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestReportsStayApartAndUnplugIsNoticed(t *testing.T) {
	wire, conn, err := sim.NewWire()
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	for _, r := range []string{"one", "two"} {
		if _, err := wire.Write([]byte(r)); err != nil {
			t.Fatal(err)
		}
	}
	buf := make([]byte, 64)
	for _, want := range []string{"one", "two"} {
		if n, err := conn.Read(t.Context(), buf); err != nil || string(buf[:n]) != want {
			t.Errorf("got %q, %v", buf[:n], err)
		}
	}
	if _, err := conn.Write(t.Context(), []byte("on")); err != nil {
		t.Error(err)
	}
	if n, err := wire.Read(buf); err != nil || string(buf[:n]) != "on" {
		t.Errorf("device got %q, %v", buf[:n], err)
	}
	if err := wire.Close(); err != nil {
		t.Error(err)
	}
	if _, err := conn.Read(t.Context(), buf); !errors.Is(err, devices.ErrGone) {
		t.Errorf("after unplug: %v", err)
	}
}
