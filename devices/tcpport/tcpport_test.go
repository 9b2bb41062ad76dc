package tcpport_test

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/sys/unix"

	"hallway/devices"
	"hallway/devices/internal/porttest"
	"hallway/devices/sim"
	"hallway/devices/tcpport"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const patience = 20 * time.Second

func TestPort(t *testing.T) {
	porttest.Run(t, func(t *testing.T) porttest.Bench {
		line, err := sim.Listen("127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { line.Close() })
		return porttest.Bench{
			Device: line, Opens: 1000, Shared: true,
			Open: func(ctx context.Context) (devices.Conn, error) {
				return tcpport.Open(ctx, strings.TrimPrefix(line.Name(), "tcp:"))
			},
		}
	})
}

// pair returns an open port and the peer's end of its connection.
func pair(t *testing.T) (devices.Conn, *net.TCPConn) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	c, err := tcpport.Open(t.Context(), l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	peer, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { peer.Close() })
	return c, peer.(*net.TCPConn)
}

// cut has the peer's kernel drop every packet of the connection, as a cable
// does that was drawn.
func cut(t *testing.T, peer *net.TCPConn) {
	t.Helper()
	raw, err := peer.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	drop := []unix.SockFilter{{Code: unix.BPF_RET | unix.BPF_K, K: 0}}
	var failed error
	err = raw.Control(func(fd uintptr) {
		failed = unix.SetsockoptSockFprog(int(fd), unix.SOL_SOCKET, unix.SO_ATTACH_FILTER, &unix.SockFprog{Len: 1, Filter: &drop[0]})
	})
	if err := errors.Join(err, failed); err != nil {
		t.Fatal(err)
	}
}

func TestCutCableEndsAWaitingReadAsGone(t *testing.T) {
	t.Parallel()
	for name, write := range map[string]bool{"idle": false, "bytes on their way": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, peer := pair(t)
			cut(t, peer)
			if write {
				if _, err := c.Write(t.Context(), []byte("ticket")); err != nil {
					t.Fatal(err)
				}
			}
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			if _, err := c.Read(ctx, make([]byte, 1)); !errors.Is(err, devices.ErrGone) {
				t.Errorf("read: %v", err)
			}
			if _, err := c.Write(ctx, []byte("x")); !errors.Is(err, devices.ErrGone) {
				t.Errorf("write: %v", err)
			}
		})
	}
}

func TestCutCableEndsAFullWriteAsGone(t *testing.T) {
	t.Parallel()
	c, peer := pair(t)
	cut(t, peer)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if _, err := c.Write(ctx, make([]byte, 64<<20)); !errors.Is(err, devices.ErrGone) {
		t.Errorf("write: %v", err)
	}
}

// A printer without paper reads nothing, but its kernel answers.
func TestPrinterThatTakesNothingIsNotGivenUp(t *testing.T) {
	t.Parallel()
	c, peer := pair(t)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	n, err := c.Write(ctx, make([]byte, 64<<20))
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("write: %v", err)
	}
	got := make(chan int64, 1)
	go func() { all, _ := io.Copy(io.Discard, peer); got <- all }()
	if _, err := c.Write(t.Context(), []byte("paper is back")); err != nil {
		t.Error(err)
	}
	c.Close()
	if all, want := <-got, int64(n+len("paper is back")); all != want {
		t.Errorf("printer got %d bytes of %d", all, want)
	}
}

// Closing a connection with unread bytes tears it down, unless the peer has got
// everything before.
func TestTheLastBytesArriveAlthoughTheAnswerIsNotRead(t *testing.T) {
	for range 50 {
		c, peer := pair(t)
		if _, err := peer.Write([]byte("status that nobody reads")); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Write(t.Context(), []byte("the whole ticket")); err != nil {
			t.Fatal(err)
		}
		got := make(chan string, 1)
		go func() {
			all, err := io.ReadAll(peer)
			if err != nil {
				all = []byte(err.Error())
			}
			_ = peer.Close()
			got <- string(all)
		}()
		if err := c.Close(); err != nil {
			t.Error(err)
		}
		if all := <-got; all != "the whole ticket" {
			t.Fatalf("printer got %q", all)
		}
	}
}

func TestOpenSaysWhatIsWrong(t *testing.T) {
	if _, err := tcpport.Open(t.Context(), "printer"); err == nil || !strings.Contains(err.Error(), "use host:port") {
		t.Errorf("no port: %v", err)
	}
	if _, err := tcpport.Open(t.Context(), "no-such-host.invalid:9100"); !errors.Is(err, devices.ErrAbsent) {
		t.Errorf("no such host: %v", err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	l.Close()
	if _, err := tcpport.Open(t.Context(), address); !errors.Is(err, devices.ErrAbsent) {
		t.Errorf("nobody listens: %v", err)
	}
}

// A printer that serves somebody else and has a full queue answers nothing.
func TestHostThatDoesNotAnswerIsSilent(t *testing.T) {
	t.Parallel()
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)
	if err := errors.Join(unix.Bind(fd, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}), unix.Listen(fd, 0)); err != nil {
		t.Fatal(err)
	}
	name, err := unix.Getsockname(fd)
	if err != nil {
		t.Fatal(err)
	}
	address := (&net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: name.(*unix.SockaddrInet4).Port}).String()
	for {
		c, err := tcpport.Open(t.Context(), address)
		if err != nil {
			if !errors.Is(err, devices.ErrSilent) {
				t.Errorf("got %v", err)
			}
			return
		}
		defer c.Close()
	}
}
