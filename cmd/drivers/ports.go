package drivers

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"hallway/devices"
	"hallway/devices/lpport"
	"hallway/devices/port"
	"hallway/devices/serialport"
	"hallway/devices/tcpport"
)

// Ports are the ports of this machine. All methods may be called from any
// goroutine.
type Ports struct {
	root     port.Root
	presence *port.Presence
}

// NewPorts returns the ports below root. log may be nil.
func NewPorts(root port.Root, log *slog.Logger) *Ports {
	return &Ports{root: root, presence: port.NewPresence(root, 0, log)}
}

// Run listens to the kernel until ctx ends, for [Ports.Follow].
func (p *Ports) Run(ctx context.Context) { p.presence.Run(ctx) }

// List returns what is plugged in.
func (p *Ports) List() ([]port.Port, error) { return p.root.List() }

// Find returns the port that a configuration names, on one of the transports.
func (p *Ports) Find(text string, via ...port.Transport) (port.Port, error) {
	spec, err := port.Parse(text)
	if err != nil {
		return port.Port{}, err
	}
	all, err := p.root.List()
	if err != nil {
		return port.Port{}, fmt.Errorf("list ports: %w", err)
	}
	return port.Find(all, spec, via...)
}

// Follow calls plugged when the port that a configuration names comes and when
// it goes, until stop. A port whose device was replugged goes and comes. While
// several ports match, the one that was there stays the one that counts.
func (p *Ports) Follow(text string, via []port.Transport, plugged func(there bool)) (stop func()) {
	spec, err := port.Parse(text)
	if err != nil {
		return func() {}
	}
	var now sighting
	return p.presence.Watch(func(all []port.Port) {
		before := now
		found, err := port.Find(all, spec, via...)
		switch {
		case err == nil:
			now = sightingOf(found)
		case errors.Is(err, devices.ErrAmbiguous) && slices.ContainsFunc(all, func(p port.Port) bool { return sightingOf(p) == before }):
			return
		default:
			now = sighting{}
		}
		if now == before {
			return
		}
		if before != (sighting{}) {
			plugged(false)
		}
		if now != (sighting{}) {
			plugged(true)
		}
	})
}

// A sighting is one stay of a device on a port.
type sighting struct {
	id     string
	device int
}

func sightingOf(p port.Port) sighting {
	s := sighting{id: p.ID}
	if p.USB != nil {
		s.device = p.USB.Device
	}
	return s
}

// transportTitles say what a transport is to a technician.
var transportTitles = map[port.Transport]string{
	port.Serial: "a serial port: UART, USB converter or pseudo-terminal",
	port.HID:    "a HID device on USB",
	port.LP:     "a printer on USB (usblp)",
	port.USB:    "a USB device of its maker's own class",
	port.TCP:    "the network",
}

// streams are the transports that carry a stream of bytes as it is.
var streams = []port.Transport{port.Serial, port.LP, port.TCP}

// stream opens a port that carries a stream of bytes.
func stream(ctx context.Context, at port.Port, m serialport.Mode) (devices.Conn, error) {
	switch at.Transport {
	case port.Serial:
		return serialport.OpenMode(ctx, at.Node, m)
	case port.LP:
		return lpport.Open(ctx, at.Node)
	case port.TCP:
		return tcpport.Open(ctx, strings.TrimPrefix(at.ID, "tcp:"))
	}
	return nil, fmt.Errorf("open %s: %s is no stream of bytes: %w", at.ID, transportTitles[at.Transport], devices.ErrAbsent)
}

// Stream returns what opens the stream of bytes on the port that a
// configuration names.
func (p *Ports) Stream(text string, m serialport.Mode, via ...port.Transport) Connect {
	return func(ctx context.Context, baud int) (devices.Conn, error) {
		at, err := p.Find(text, via...)
		if err != nil {
			return nil, err
		}
		if baud > 0 {
			m.Baud = baud
		}
		return stream(ctx, at, m)
	}
}
