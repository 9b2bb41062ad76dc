package lpport_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"go.uber.org/goleak"

	"hallway/devices"
	"hallway/devices/lpport"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestOpenSaysWhatIsWrong(t *testing.T) {
	dir := t.TempDir()
	if _, err := lpport.Open(t.Context(), filepath.Join(dir, "lp0")); !errors.Is(err, devices.ErrAbsent) {
		t.Errorf("no printer: %v", err)
	}
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, node := range []string{file, "/dev/null"} {
		c, err := lpport.Open(t.Context(), node)
		if err == nil {
			c.Close()
			t.Errorf("%s is opened as a printer", node)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := lpport.Open(ctx, file); !errors.Is(err, context.Canceled) {
		t.Errorf("ended context: %v", err)
	}
}

func TestPortsOfOtherKindsHaveNoPrinterStatus(t *testing.T) {
	if _, err := lpport.Status(t.Context(), nil); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("status: %v", err)
	}
	if _, err := lpport.DeviceID(t.Context(), nil); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("device id: %v", err)
	}
}

func TestStatusByteOfZeroSaysNothing(t *testing.T) {
	for s, want := range map[lpport.PortStatus][4]bool{ // known, empty, selected, fault
		0x00: {false, false, false, false},
		0x18: {true, false, true, false},
		0x38: {true, true, true, false},
		0x30: {true, true, true, true},
		0x08: {true, false, false, false},
	} {
		if got := [4]bool{s.Known(), s.PaperEmpty(), s.Selected(), s.Fault()}; got != want {
			t.Errorf("%#02x: %v, want %v", byte(s), got, want)
		}
	}
}
