package sim

import (
	"context"
	"io"
	"os"
	"testing"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/sys/unix"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience is how long a test waits for what must happen.
const patience = 10 * time.Second

// program opens the other end of a pseudo-terminal as a plain file.
func program(t *testing.T, path string) *os.File {
	t.Helper()
	f, err := os.OpenFile(path, os.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	if err := f.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	return f
}

// openPTY makes a pseudo-terminal that ends with the test.
func openPTY(t *testing.T, link string) *PTY {
	t.Helper()
	p, err := OpenPTY(link)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

// echo answers each byte with the same byte until the test ends.
func echo(t *testing.T, line io.ReadWriter) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() {
		done <- Serve(ctx, line, func(p []byte) error {
			_, err := line.Write(p)
			return err
		})
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("serve: %v", err)
		}
	})
}

// say writes text and returns as many bytes of the answer.
func say(t *testing.T, f io.ReadWriter, text string) string {
	t.Helper()
	if _, err := io.WriteString(f, text); err != nil {
		t.Fatal(err)
	}
	got := make([]byte, len(text))
	n, err := io.ReadFull(f, got)
	if err != nil {
		t.Fatalf("answer %q: %v", got[:n], err)
	}
	return string(got)
}
