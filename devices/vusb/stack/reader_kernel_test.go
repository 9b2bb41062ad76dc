//go:build linux && kernel

package stack_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"testing"
	"time"

	"hallway/devices"
	"hallway/devices/devicestest"
	devsim "hallway/devices/sim"
	"hallway/devices/vusb"
	"hallway/devices/vusb/stack"
	"hallway/idreader"
	"hallway/idreader/sam"
	"hallway/idreader/sam/sim"
)

var identity = vusb.Identity{Vendor: 0x0400, Product: 0xC35A, Maker: "Hallway", Name: "Reader"}

// readers are the ways in which card readers are plugged in (idreader/sam): a
// serial port, HID reports with and without Miaxis' wrapper, one pipe pair and
// two.
func readers() []stack.Kind {
	miaxis := identity
	miaxis.Vendor, miaxis.Product = 0x10C4, 0x0007
	return []stack.Kind{
		stack.Serial(identity), stack.Vendor(identity), fourPipes(identity),
		reports("raw64", identity, func(l io.ReadWriter) io.ReadWriter { return sim.Raw64(l, 0) },
			func(c devices.Conn) devices.Conn { return sam.Raw64(c, 0) }),
		reports("miaxis", miaxis, sim.Miaxis, sam.Miaxis),
	}
}

// reports is a reader that cuts its frames into HID reports.
func reports(name string, id vusb.Identity, device func(io.ReadWriter) io.ReadWriter, host func(devices.Conn) devices.Conn) stack.Kind {
	return stack.Kind{Name: name, To: vusb.HIDOut, From: vusb.HIDIn,
		Make: func() (vusb.Device, devsim.Line) {
			h := vusb.NewHID(id, vusb.HIDOptions{In: 64, Out: 64})
			return h, wrapped{h.Line, device(h.Line)}
		},
		Open: func(ctx context.Context, p *vusb.Plugged) (devices.Conn, error) {
			c, err := stack.HID(ctx, id, p)
			if err != nil {
				return nil, err
			}
			return host(c), nil
		}}
}

// fourPipes is a reader whose headers and bodies travel apart.
func fourPipes(id vusb.Identity) stack.Kind {
	const header = 7 // preamble and LEN
	return stack.Kind{Name: "four pipes", To: vusb.BodyOut, From: vusb.BodyIn,
		Make: func() (vusb.Device, devsim.Line) { d := vusb.NewFourPipe(id, header); return d, d.Line },
		Open: func(ctx context.Context, p *vusb.Plugged) (devices.Conn, error) {
			i, err := stack.Claim(ctx, id, p)
			if err != nil {
				return nil, err
			}
			return sam.FourPipes(i.Conn(vusb.VendorIn, vusb.VendorOut), i.Conn(vusb.BodyIn, vusb.BodyOut)), nil
		}}
}

// wrapped is a line whose bytes go through a device's side of a wrapper.
type wrapped struct {
	devsim.Line
	bytes io.ReadWriter
}

func (w wrapped) Read(p []byte) (int, error)  { return w.bytes.Read(p) }
func (w wrapped) Write(p []byte) (int, error) { return w.bytes.Write(p) }

// eachReader runs a test for each of them.
func eachReader(t *testing.T, test func(t *testing.T, kind stack.Kind)) {
	for _, kind := range readers() {
		t.Run(kind.Name, func(t *testing.T) { test(t, kind) })
	}
}

// patient asks for cards more often than true modules bear, and waits for
// answers as long as an emulated machine may take that many programs share.
func patient() sam.Options {
	return sam.Options{Timing: sam.Timing{
		Answer: patience / 3, Card: patience / 3, Rest: patience / 3, Idle: 5 * time.Millisecond, Probe: 5 * time.Millisecond,
	}}
}

var errRead = errors.New("card was read")

// read waits for the card that lies on the reader. It ends the poll at the
// first one that was read.
func read(ctx context.Context, s *sam.Session) (name string, err error) {
	ctx, done := context.WithCancelCause(ctx)
	defer done(nil)
	err = s.Poll(ctx, func(e idreader.Event) {
		if e.Type == idreader.Read {
			name = e.Person.Reveal("test").Name
			done(errRead)
		}
	})
	if err == nil && !errors.Is(context.Cause(ctx), errRead) {
		err = context.Cause(ctx)
	}
	return name, err
}

// session opens the driver.
func (b *bench) session() *sam.Session {
	b.Helper()
	ctx, cancel := b.limit()
	defer cancel()
	s, err := sam.Open(ctx, b.conn(), patient())
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Close() })
	return s
}

// reads fails unless the specimen is read.
func (b *bench) reads(s *sam.Session, want sim.Specimen) {
	b.Helper()
	ctx, cancel := b.limit()
	defer cancel()
	if name, err := read(ctx, s); err != nil || name != want.Name {
		b.Errorf("%s: wrong card or %v", want.What, err)
	}
}

func TestSpecimensAreRead(t *testing.T) {
	eachReader(t, func(t *testing.T, kind stack.Kind) {
		r := sim.New(sim.Options{})
		b := plug(t, kind, r.Serve)
		s := b.session()
		for _, card := range sim.Specimens() {
			r.Lay(card.Card)
			b.reads(s, card)
		}
	})
}

func TestReaderIsPulledOutInTheMiddleOfACard(t *testing.T) {
	eachReader(t, func(t *testing.T, kind stack.Kind) {
		r := sim.New(sim.Options{})
		card := sim.Specimens()[0]
		r.Lay(card.Card)
		b := plug(t, kind, r.Serve)
		for _, after := range []int{0, 1, 60, 200, 700, 1200} {
			s := b.session()
			b.plugged.Gadget().Inject(kind.From, after, vusb.PullOut)
			ctx, cancel := b.limit()
			if _, err := read(ctx, s); !errors.Is(err, devices.ErrGone) {
				t.Errorf("after %d bytes: %v, want ErrGone", after, err)
			}
			cancel()
			if err := s.Close(); err != nil {
				t.Errorf("close: %v", err)
			}
			b.replug()
			s = b.session()
			b.reads(s, card)
			if err := s.Close(); err != nil {
				t.Errorf("close: %v", err)
			}
		}
	})
}

func TestReaderIsSupervised(t *testing.T) {
	eachReader(t, func(t *testing.T, kind stack.Kind) {
		b := plug(t, kind, sim.New(sim.Options{}).Serve)
		supervise(b, devices.IDReader, func(ctx context.Context, conn devices.Conn) (*sam.Session, error) {
			return sam.Open(ctx, conn, patient())
		})
	})
}

// TestReaderConformance runs the suite on readers of vendor class and, when
// HALLWAY_KERNEL_ALL is set ("make kernel ALL=1"), on all kinds at once: it takes
// minutes of an emulated machine, and everything but the port is the same.
func TestReaderConformance(t *testing.T) {
	timing := sam.Options{Timing: sam.Timing{
		Answer: 3 * time.Second, Card: 3 * time.Second, Rest: time.Second, Idle: 5 * time.Millisecond, Probe: 5 * time.Millisecond,
	}}
	s := devicestest.Suite{
		New: func() devicestest.Sim {
			r := sim.New(sim.Options{})
			r.Lay(sim.Specimens()[0].Card)
			return r
		},
		Open: func(ctx context.Context, conn devices.Conn) (devices.Device, error) {
			return sam.Open(ctx, conn, timing)
		},
		Command: func(ctx context.Context, d devices.Device) error {
			_, err := read(ctx, d.(*sam.Session))
			return err
		},
		State: func(s devicestest.Sim) string { return fmt.Sprint(s.(*sim.Reader).Laid()) },
	}
	kinds := []stack.Kind{stack.Vendor(identity)}
	if os.Getenv("HALLWAY_KERNEL_ALL") != "" {
		kinds = readers()
	}
	for _, kind := range kinds {
		t.Run(kind.Name, func(t *testing.T) {
			t.Parallel()
			s.On(kind.Transport()).Run(t)
		})
	}
}
