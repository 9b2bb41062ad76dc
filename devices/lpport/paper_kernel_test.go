//go:build kernel

package lpport_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"runtime"
	"testing"
	"time"

	"hallway/devices"
	"hallway/devices/internal/porttest"
	"hallway/devices/lpport"
	"hallway/devices/vusb"
)

const patience = 15 * time.Second

// ticket is bytes of which each tells its place.
func ticket(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i ^ i>>8)
	}
	return b
}

// print has the printer take n bytes.
func print(t *testing.T, p *vusb.Printer, n int) []byte {
	t.Helper()
	if err := p.SetReadDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	got := make([]byte, n)
	if k, err := io.ReadFull(p, got); err != nil {
		t.Errorf("%d of %d bytes: %v", k, n, err)
	}
	return got
}

// cutWrite writes data until out has ended, and returns how much counts as
// written.
func cutWrite(t *testing.T, c devices.Conn, data []byte, out func()) int {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	go func() { out(); cancel() }()
	n, err := c.Write(ctx, data)
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("wrote %d, %v", n, err)
	}
	return n
}

func TestBytesOfACutWriteComeWhenThePaperIsBack(t *testing.T) {
	p, node := plug(t)
	c := open(t, node)
	data := ticket(20000)
	taken := make(chan []byte, 1)
	n := cutWrite(t, c, data, func() { taken <- print(t, p, 5000) })
	if n != 8192 { // the printer took 4096, and 904 of what the kernel still has
		t.Errorf("%d bytes count as written", n)
	}
	got := append(<-taken, print(t, p, n-5000)...)
	if !bytes.Equal(got, data[:n]) {
		t.Error("other bytes came")
	}
	next := make(chan []byte, 1)
	go func() { next <- print(t, p, 9000) }()
	if k, err := c.Write(t.Context(), ticket(9000)); k != 9000 || err != nil {
		t.Fatalf("next ticket: %d, %v", k, err)
	}
	if !bytes.Equal(<-next, ticket(9000)) {
		t.Error("the next ticket is not whole")
	}
}

func TestAlertIsHeardWhileAWriteWaits(t *testing.T) {
	p, node := plug(t)
	c := open(t, node)
	wrote := make(chan error, 1)
	go func() { _, err := c.Write(context.Background(), ticket(9000)); wrote <- err }()
	vusb.Wait(t, "the printer to be asked to take bytes", func() bool { return p.Waiting(vusb.PrinterOut) == 1 })
	p.SetStatus(vusb.PaperEmpty | vusb.Selected)
	p.Write([]byte("paper out"))
	buf := make([]byte, 64)
	if n, err := c.Read(t.Context(), buf); err != nil || string(buf[:n]) != "paper out" {
		t.Errorf("read %q, %v", buf[:n], err)
	}
	if s, err := lpport.Status(t.Context(), c); err != nil || !s.PaperEmpty() || !s.Fault() {
		t.Errorf("status %#02x, %v", s, err)
	}
	if got := print(t, p, 9000); !bytes.Equal(got, ticket(9000)) {
		t.Error("other bytes came")
	}
	if err := <-wrote; err != nil {
		t.Error(err)
	}
}

func TestCloseTakesBackWhatThePrinterDidNotTake(t *testing.T) {
	p, node := plug(t)
	c := open(t, node)
	n := cutWrite(t, c, ticket(3000), func() {
		vusb.Wait(t, "the printer to be asked to take bytes", func() bool { return p.Waiting(vusb.PrinterOut) == 1 })
	})
	if n != 3000 {
		t.Errorf("%d bytes count as written", n)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	c = open(t, node)
	got := make(chan []byte, 1)
	go func() { got <- print(t, p, 4) }()
	if _, err := c.Write(t.Context(), []byte("next")); err != nil {
		t.Fatal(err)
	}
	if b := <-got; string(b) != "next" {
		t.Errorf("printer got % X", b)
	}
}

func TestUnplugInTheMiddleCountsWhatMayHaveArrived(t *testing.T) {
	p, node := plug(t)
	c := open(t, node)
	p.Inject(vusb.PrinterOut, 1000, vusb.PullOut)
	go io.CopyN(io.Discard, p, 5000)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if n, err := c.Write(ctx, ticket(9000)); n != 4096 || !errors.Is(err, devices.ErrGone) {
		t.Errorf("wrote %d, %v", n, err)
	}
	vusb.Wait(t, "status to say that the printer is gone", func() bool {
		_, err := lpport.Status(ctx, c)
		return errors.Is(err, devices.ErrGone)
	})
}

func TestTransferThatThePrinterRefusesEndsTheWrite(t *testing.T) {
	p, node := plug(t)
	c := open(t, node)
	p.Inject(vusb.PrinterOut, 5000, vusb.Stall)
	go io.CopyN(io.Discard, p, 5000)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if n, err := c.Write(ctx, ticket(20000)); n != 8192 || !errors.Is(err, devices.ErrGone) {
		t.Errorf("wrote %d, %v", n, err)
	}
}

// usblp's poll and ioctl share a mutex, which must not stop the program.
func TestSlowStatusStopsNobody(t *testing.T) {
	p, node := plug(t)
	c := open(t, node)
	p.Delay(0, 3*time.Second)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := lpport.Status(ctx, c); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("impatient caller: %v", err)
	}
	got := make(chan error, 1)
	go func() { _, err := lpport.Status(context.Background(), c); got <- err }()
	for range 20 { // each stops all goroutines for a moment
		runtime.GC()
	}
	ctx, cancel = context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := c.Read(ctx, make([]byte, 1)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("read: %v", err)
	}
	if _, err := c.Write(ctx, []byte("x")); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("write: %v", err)
	}
	select {
	case err := <-got:
		t.Errorf("all this came after the answer: %v", err)
	default:
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	if err := <-got; !errors.Is(err, devices.ErrClosed) {
		t.Errorf("status: %v", err)
	}
	p.Clear(0)
	vusb.Wait(t, "the kernel to let go of the node", func() bool {
		c, err := lpport.Open(t.Context(), node)
		if err == nil {
			c.Close()
		}
		return err == nil
	})
}

func TestPrinterSaysWhoItIsAndHowItIs(t *testing.T) {
	p, node := plug(t)
	c := open(t, node)
	for _, want := range []lpport.PortStatus{0x18, 0x38, 0x00} {
		p.SetStatus(byte(want))
		if got, err := lpport.Status(t.Context(), c); got != want || err != nil {
			t.Errorf("got %#02x, %v; want %#02x", got, err, want)
		}
	}
	want := lpport.ID{Text: "MFG:Hallway;MDL:R80;CMD:ESC/POS;SN:7;", Maker: "Hallway", Model: "R80", Command: "ESC/POS", Serial: "7"}
	if got, err := lpport.DeviceID(t.Context(), c); got != want || err != nil {
		t.Errorf("got %+v, %v", got, err)
	}
	c.Close()
	if _, err := lpport.Status(t.Context(), c); !errors.Is(err, devices.ErrClosed) {
		t.Errorf("after close: %v", err)
	}
}

func TestOrdinaryUserIsDenied(t *testing.T) {
	porttest.Denied(t, func(t *testing.T) string {
		_, node := plug(t)
		return node
	}, lpport.Open)
}
