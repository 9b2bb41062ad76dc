package port_test

import (
	"errors"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"hallway/devices/port"
	"hallway/devices/sim"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestOnePortTextOpensSerialAndNetworkPorts(t *testing.T) {
	tty, err := sim.OpenPTY(filepath.Join(t.TempDir(), "tty"))
	if err != nil {
		t.Fatal(err)
	}
	tcp, err := sim.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []sim.Line{tty, tcp} {
		c, err := port.Open(t.Context(), line.Name(), 9600)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.Write(t.Context(), []byte("hello")); err != nil {
			t.Error(err)
		}
		got := make([]byte, 5)
		if _, err := io.ReadFull(line, got); err != nil || string(got) != "hello" {
			t.Errorf("%s: got %q, %v", line.Name(), got, err)
		}
		if err := errors.Join(c.Close(), line.Close()); err != nil {
			t.Error(err)
		}
	}
}

func TestPortTextWithMistakesSaysWhatToWrite(t *testing.T) {
	for _, spec := range []string{"", "tcp:", "tcp:printer"} {
		if _, err := port.Open(t.Context(), spec, 9600); err == nil || !strings.Contains(err.Error(), "use ") {
			t.Errorf("%q: %v", spec, err)
		}
	}
}
