package drivers

import (
	"context"
	"errors"
	"fmt"
	"time"

	"hallway/app/config"
	"hallway/devices"
	"hallway/devices/port"
	"hallway/devices/serialport"
	"hallway/devices/usbport"
	"hallway/idreader"
	"hallway/idreader/sam"
	"hallway/idreader/samtrace"
)

var reader = Driver{
	Name: "reader", Kind: devices.IDReader, Title: "Identity card reader",
	About: []string{
		"Reads resident identity cards, residence permits for Hong Kong, Macau and Taiwan residents and foreigners' permanent residence cards through the security module (SAM) that every such reader has inside (GA/T 467). Readers on a serial port, on HID and on their maker's own USB class are driven alike; most need no setting but the port.",
		"The reader looks for a card only while a screen asks for one. What it reads is never written to a log, a trace or a file.",
	},
	Block: "Block `[reader]` of the kiosk's file.", Settings: config.Reader{},
	Conditions: []string{sam.ConditionFailed, sam.ConditionUnauthorised},
	Via:        []port.Transport{port.USB, port.HID, port.Serial, port.TCP},
	Walk:       walkReader, Test: testReader, Ask: askReader, Use: useReader,
	Mask: samtrace.NewMask, Polls: [][]byte{
		sam.Encode(nil, sam.CmdStatus[:]), sam.Encode(nil, sam.CmdFind[:]), sam.Encode(nil, sam.CmdManagement[:]),
	},
	Over: func(ctx context.Context, conn devices.Conn, baud int) (devices.Device, error) {
		return sam.Open(ctx, conn, sam.Options{Baud: baud})
	},
}

// Reader returns what opens the card reader of a configuration; Baud in o is not
// used. The speed of a serial reader that the configuration leaves open is found
// by trying and remembered for the next time. One opening runs at a time.
func (p *Ports) Reader(c config.Reader, o sam.Options) Opener[*sam.Session] {
	o.Baud = c.Baud
	found := sam.Discovery{Options: o}
	return Opener[*sam.Session]{
		Port: c.Port, Via: reader.Via,
		Connect: func(ctx context.Context, baud int) (devices.Conn, error) {
			at, err := p.Find(c.Port, reader.Via...)
			if err != nil {
				return nil, err
			}
			return p.openReader(ctx, at, c.Link, max(baud, c.Baud))
		},
		Driver: func(ctx context.Context, connect Connect) (*sam.Session, error) {
			at, err := p.Find(c.Port, reader.Via...)
			if err != nil {
				return nil, err
			}
			if c.Baud == 0 && at.Transport == port.Serial {
				return sam.Discover(ctx, connect, &found)
			}
			conn, err := connect(ctx, c.Baud)
			if err != nil {
				return nil, err
			}
			return sam.Open(ctx, conn, o)
		},
	}
}

// miaxis are the USB numbers of readers that wrap their frames.
var miaxis = [][2]uint16{{0x10C4, 0x0007}, {0x203B, 0x0101}}

// openReader opens the port of a reader so that frames pass over it as they
// are.
func (p *Ports) openReader(ctx context.Context, at port.Port, link string, baud int) (devices.Conn, error) {
	switch at.Transport {
	case port.HID:
		conn, err := p.describe(at).open(ctx, at)
		if err != nil {
			return nil, err
		}
		if link == "miaxis" || link != "raw64" && isMiaxis(at) {
			return sam.Miaxis(conn), nil
		}
		return sam.Raw64(conn, reportLen), nil
	case port.USB:
		return openPipes(ctx, at, link)
	}
	return stream(ctx, at, serialport.Mode{Baud: baud})
}

// reportLen is the length of a reader's HID reports in bytes.
const reportLen = 64

func isMiaxis(at port.Port) bool {
	for _, id := range miaxis {
		if at.USB.Vendor == id[0] && at.USB.Product == id[1] {
			return true
		}
	}
	return false
}

// The endpoints of readers whose header and body travel apart (GA/T 467 modules
// on USB).
const (
	headerOut, bodyOut = 0x02, 0x06
	headerIn, bodyIn   = 0x81, 0x85
)

// openPipes opens a reader of its maker's own USB class: one pair of pipes, or
// two.
func openPipes(ctx context.Context, at port.Port, link string) (devices.Conn, error) {
	i, err := usbport.Open(ctx, at.USB.Interface, usbport.Options{Vendor: at.USB.Vendor, Product: at.USB.Product})
	if err != nil {
		return nil, err
	}
	in, out := i.Pipes()
	switch {
	case len(in) == 0 || len(out) == 0:
		return nil, errors.Join(fmt.Errorf("open %s: %d pipes in and %d out, a reader has one or two of each: %w", at.ID, len(in), len(out), devices.ErrProtocol), i.Close())
	case link == "pipes" || link == "auto" && len(in) > 1 && len(out) > 1:
		return sam.FourPipes(i.Conn(headerIn, headerOut), i.Conn(bodyIn, bodyOut)), nil
	}
	return i.Conn(in[0], out[0]), nil
}

// askReader asks for the status, which every module answers and none shows.
func askReader(ctx context.Context, p *Ports, at port.Port, baud int) (devices.Identity, error) {
	conn, err := p.openReader(ctx, at, "auto", baud)
	if err != nil {
		return devices.Identity{}, err
	}
	s, err := sam.Open(ctx, conn, sam.Options{Baud: baud})
	if err != nil {
		return devices.Identity{}, err
	}
	return s.Identity(), s.Close()
}

func testReader(_ context.Context, d devices.Device, say func(string, ...any)) error {
	say("the module answers, number %s; lay a card in the walk", d.Identity().Serial)
	return nil
}

// useReader looks for cards and says what happens, never what a card says.
func useReader(ctx context.Context, d devices.Device, say func(string, ...any)) error {
	return d.(idreader.Reader).Poll(ctx, func(e idreader.Event) {
		e.Person.Wipe()
		say("card %s %s%s", e.Type, e.Kind, e.Fault)
	})
}

// cardTime is how long a person may take to lay or lift a card.
const cardTime = time.Minute

// walkReader has a card laid, read and lifted.
func walkReader(ctx context.Context, d devices.Device, g Guide) error {
	ctx, cancel := context.WithTimeout(ctx, 2*cardTime)
	defer cancel()
	g.Say("Lay a card flat on the reader and leave it there.")
	var failed error
	err := d.(idreader.Reader).Poll(ctx, func(e idreader.Event) {
		switch e.Type {
		case idreader.Present:
			g.Say("A card is there.")
		case idreader.Read:
			person := e.Person.Reveal("masked for the technician")
			g.Say("Read: %s, %s, %s. Lift it.", person.Kind, idreader.MaskName(person.DisplayName()), person.Number.Masked())
			e.Person.Wipe()
		case idreader.Failed:
			failed = fmt.Errorf("card could not be read: %s", e.Fault)
			g.Say("%v. Lift it.", failed)
		case idreader.Removed:
			g.Say("The card is gone.")
			cancel()
		}
	})
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return fmt.Errorf("no card was laid and lifted in %v", 2*cardTime)
	}
	return errors.Join(err, failed)
}
