package escpos

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"hallway/devices"
	"hallway/printer"
	"hallway/printer/escpos/sim"
	"hallway/printer/printertest"
)

func TestMain(m *testing.M) {
	if os.Getenv(killAddress) != "" {
		os.Exit(victim())
	}
	flag.Parse()
	// These tests wait for time limits far more than they compute.
	if err := flag.Set("test.parallel", "6"); err != nil {
		panic(err)
	}
	goleak.VerifyTestMain(m)
}

// tcpConn is a devices.Conn on a real loopback connection, with faults.
type tcpConn struct {
	over    <-chan struct{} // closed when the printer has taken note that the line is gone
	c       net.Conn
	closed  atomic.Bool
	written atomic.Int64
	limit   int64             // bytes after which the link is cut; 0 = never
	garble  func(byte) byte   // applied to what arrives
	wrote   func(b []byte)    // told of every write
	refuse  func(n int) error // asked before every write
}

func (c *tcpConn) Read(ctx context.Context, p []byte) (int, error) {
	defer c.bound(ctx, c.c.SetReadDeadline)()
	n, err := c.c.Read(p)
	if c.garble != nil {
		for i := range p[:n] {
			p[i] = c.garble(p[i])
		}
	}
	return n, c.explain(ctx, err)
}

func (c *tcpConn) Write(ctx context.Context, p []byte) (int, error) {
	if c.refuse != nil {
		if err := c.refuse(len(p)); err != nil {
			return 0, err
		}
	}
	cut := false
	if left := c.limit - c.written.Load(); c.limit > 0 && int64(len(p)) >= left {
		p, cut = p[:max(left, 0)], true
	}
	defer c.bound(ctx, c.c.SetWriteDeadline)()
	n, err := c.c.Write(p)
	c.written.Add(int64(n))
	if c.wrote != nil {
		c.wrote(p[:n])
	}
	if cut {
		_ = c.c.Close()
		return n, devices.ErrGone
	}
	return n, c.explain(ctx, err)
}

func (c *tcpConn) bound(ctx context.Context, set func(time.Time) error) func() {
	_ = set(time.Time{})
	if d, ok := ctx.Deadline(); ok {
		_ = set(d)
	}
	stop := context.AfterFunc(ctx, func() { _ = set(time.Unix(1, 0)) })
	return func() { stop() }
}

func (c *tcpConn) explain(ctx context.Context, err error) error {
	switch {
	case err == nil:
		return nil
	case c.closed.Load():
		return devices.ErrClosed
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, io.EOF), errors.Is(err, net.ErrClosed):
		return devices.ErrGone
	}
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() {
		return context.DeadlineExceeded
	}
	return fmt.Errorf("%w: %w", devices.ErrGone, err)
}

func (c *tcpConn) Close() error {
	if c.closed.Swap(true) {
		return devices.ErrClosed
	}
	_ = c.c.Close()
	return nil
}

// connect serves the simulator on one end of a loopback connection and returns
// the other end.
func connect(t testing.TB, s *sim.Printer) *tcpConn {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	client, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	server, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		// The line before may still be hanging up.
		for errors.Is(s.Serve(ctx, server), sim.ErrServing) && ctx.Err() == nil {
			time.Sleep(time.Millisecond)
		}
	}()
	t.Cleanup(func() { cancel(); <-done; _ = server.Close(); _ = client.Close() })
	return &tcpConn{c: client, over: done}
}

// journal is a printer.Ledger in memory that can refuse.
type journal = printertest.Journal

// impatient returns a profile whose time limits are short, for tests in which
// the proof does not come.
func impatient(t testing.TB) printer.Profile {
	t.Helper()
	p := load(t, "epson-tm-t82")
	p.Link.Baud = 921600
	return p
}

// load returns a shipped profile.
func load(t testing.TB, id string) printer.Profile {
	t.Helper()
	p, err := printer.LoadProfile(id)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// bulky returns the profile without what makes tickets short.
func bulky(p printer.Profile) printer.Profile {
	p.Text.ASCIIScale, p.Symbols.QR, p.Raster.Doubles = p.Text.MaxScale, false, false
	p.Raster.Command, p.Raster.Position = printer.RasterGSv0, printer.PositionPad
	return p
}

// machine is a printer under test and the simulator behind it.
type machine struct {
	*Printer
	sim     *sim.Printer
	conn    *tcpConn
	journal *journal
}

func start(t testing.TB, p printer.Profile, o sim.Options) machine {
	t.Helper()
	o.Model = sim.ModelOf(p)
	s := sim.New(o)
	return attach(t, p, s)
}

// attach opens the printer on a new connection to the simulator.
func attach(t testing.TB, p printer.Profile, s *sim.Printer) machine {
	t.Helper()
	m := machine{sim: s, conn: connect(t, s), journal: &journal{}}
	var err error
	m.Printer, err = Open(t.Context(), m.conn, p, m.journal)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := m.Close(); err != nil {
			t.Error(err)
		}
		for _, err := range s.Errors() {
			t.Error("the simulated printer did not understand: ", err)
		}
	})
	return m
}
