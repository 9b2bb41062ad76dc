package desk

import (
	"context"
	"io"
	"net"
	"sync"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// wire returns the host's end of a bus with two devices, and the devices' ends.
func wire(t *testing.T) (host net.Conn, a, b *tap) {
	t.Helper()
	host, line := net.Pipe()
	shared := &bus{line: line}
	a, b = shared.tap(), shared.tap()
	ended := make(chan error, 1)
	go func() { ended <- shared.run(context.Background()) }()
	t.Cleanup(func() {
		host.Close()
		if err := <-ended; err != nil {
			t.Errorf("bus ended with %v", err)
		}
		line.Close()
	})
	return host, a, b
}

func mustRead(t *testing.T, r io.Reader, want string) {
	t.Helper()
	b := make([]byte, len(want))
	if _, err := io.ReadFull(r, b); err != nil || string(b) != want {
		t.Errorf("heard %q, %v; want %q", b, err, want)
	}
}

func TestEveryDeviceHearsTheHost(t *testing.T) {
	host, a, b := wire(t)
	var heard sync.WaitGroup
	for _, d := range []*tap{a, b} {
		heard.Go(func() { mustRead(t, d, "hello") })
	}
	io.WriteString(host, "hello")
	heard.Wait()
}

func TestWhatDevicesSayIsNeverMixed(t *testing.T) {
	host, a, b := wire(t)
	const times = 50
	var said sync.WaitGroup
	for d, word := range map[*tap]string{a: "aaaa", b: "bbbb"} {
		said.Go(func() {
			for range times {
				io.WriteString(d, word)
			}
		})
	}
	for range 2 * times {
		word := make([]byte, 4)
		if _, err := io.ReadFull(host, word); err != nil {
			t.Fatal(err)
		}
		if s := string(word); s != "aaaa" && s != "bbbb" {
			t.Fatalf("mixed: %q", s)
		}
	}
	said.Wait()
}

func TestDeviceThatLeavesDoesNotStopTheOthers(t *testing.T) {
	host, a, b := wire(t)
	a.Close()
	go io.WriteString(host, "still here")
	mustRead(t, b, "still here")
}

func TestEndOfTheLineEndsReading(t *testing.T) {
	host, a, b := wire(t)
	host.Close()
	for _, d := range []*tap{a, b} {
		if _, err := d.Read(make([]byte, 1)); err != io.EOF {
			t.Errorf("reading ended with %v, want io.EOF", err)
		}
	}
}
