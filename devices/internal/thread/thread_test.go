package thread_test

import (
	"runtime"
	"testing"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/sys/unix"

	"hallway/devices/internal/thread"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// pipe returns a pipe that holds reads of its first end up.
func pipe(t *testing.T) (r, w int) {
	t.Helper()
	var fds [2]int
	if err := unix.Pipe2(fds[:], unix.O_CLOEXEC); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Close(fds[0]); unix.Close(fds[1]) })
	return fds[0], fds[1]
}

func TestInterruptEndsAPollWithEINTR(t *testing.T) {
	for range 100 { // before, while and after the thread waits
		r, _ := pipe(t)
		var failed error
		th := thread.Start(func() {
			_, failed = unix.Poll([]unix.PollFd{{Fd: int32(r), Events: unix.POLLIN}}, -1)
		})
		th.Interrupt()
		<-th.Done()
		if failed != unix.EINTR {
			t.Fatalf("got %v", failed)
		}
	}
}

// The runtime interrupts goroutines by signals; the thread must not hear them.
func TestNothingElseInterrupts(t *testing.T) {
	r, w := pipe(t)
	var failed error
	var n int
	th := thread.Start(func() {
		n, failed = unix.Poll([]unix.PollFd{{Fd: int32(r), Events: unix.POLLIN}}, -1)
	})
	for range 50 {
		runtime.GC()
		if err := unix.Kill(unix.Getpid(), unix.SIGURG); err != nil {
			t.Fatal(err)
		}
	}
	select {
	case <-th.Done():
		t.Fatalf("ended by itself: %v", failed)
	default:
	}
	if _, err := unix.Write(w, []byte("x")); err != nil {
		t.Fatal(err)
	}
	select {
	case <-th.Done():
	case <-time.After(10 * time.Second):
		t.Fatal("still waits")
	}
	if n != 1 || failed != nil {
		t.Errorf("got %d, %v", n, failed)
	}
}
