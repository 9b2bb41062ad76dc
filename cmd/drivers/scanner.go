package drivers

import (
	"context"
	"fmt"
	"log/slog"
	"slices"

	"hallway/app/config"
	"hallway/devices"
	"hallway/devices/hidport"
	"hallway/devices/port"
	"hallway/devices/scanner"
	"hallway/devices/serialport"
)

var scan = Driver{
	Name: "scanner", Kind: devices.Scanner, Title: "Code scanner",
	About: []string{
		"Reads the QR code of a receipt while a screen asks for one. A scanner on a serial port (or its USB imitation) is the simplest; one on HID is understood from its report descriptor; one that imitates a keyboard is taken from the keyboard driver, so that its keys type nowhere else.",
		"Codes are other people's secrets: one that is not the hall's own is neither logged nor kept.",
	},
	Block: "Block `[scanner]` of the kiosk's file.", Settings: config.Scanner{},
	Via:  []port.Transport{port.Serial, port.HID},
	Walk: walkScanner,
}

// honeywell are the USB vendors, Honeywell and Youjie, whose HID scanners have
// to be switched on.
var honeywell = []uint16{0x0C2E, 0x23D0}

// suffixes are the ends of a code by their names in a configuration.
var suffixes = map[string]scanner.Suffix{"any": scanner.Any, "cr": scanner.CR, "lf": scanner.LF, "crlf": scanner.CRLF, "none": scanner.None}

// Scanner returns what opens the scanner of a configuration.
func (p *Ports) Scanner(c config.Scanner, log *slog.Logger) Opener[*scanner.Scanner] {
	o := scanner.Options{Suffix: suffixes[c.Suffix], Log: log}
	var open func(context.Context, devices.Conn) (*scanner.Scanner, error)
	return Opener[*scanner.Scanner]{
		Port: c.Port, Via: scan.Via,
		Connect: func(ctx context.Context, _ int) (devices.Conn, error) {
			at, err := p.Find(c.Port, scan.Via...)
			if err != nil {
				return nil, err
			}
			if at.Transport != port.HID {
				open = func(_ context.Context, conn devices.Conn) (*scanner.Scanner, error) {
					return scanner.OpenSerial(conn, o), nil
				}
				return stream(ctx, at, serialport.Mode{Baud: c.Baud})
			}
			h := p.describe(at)
			open = h.scanner(at, o)
			return h.open(ctx, at)
		},
		Driver: func(ctx context.Context, connect Connect) (*scanner.Scanner, error) {
			conn, err := connect(ctx, 0)
			if err != nil {
				return nil, err
			}
			return open(ctx, conn)
		},
	}
}

// scanner returns what opens a HID scanner: of the point-of-sale class by its
// report descriptor, else a keyboard. Without a descriptor it is taken for the
// usual layout of the class.
func (h hidDevice) scanner(at port.Port, o scanner.Options) func(context.Context, devices.Conn) (*scanner.Scanner, error) {
	layout, err := scanner.ParseLayout(h.descriptor)
	switch {
	case err == nil:
		o.Layout = &layout
	case h.keyboard():
		return func(_ context.Context, conn devices.Conn) (*scanner.Scanner, error) {
			return scanner.OpenBoot(conn, o), nil
		}
	}
	if slices.Contains(honeywell, at.USB.Vendor) {
		o.Enable, o.Feature = scanner.HoneywellOn, hidport.SetFeature
	}
	return func(ctx context.Context, conn devices.Conn) (*scanner.Scanner, error) {
		return scanner.OpenPOS(ctx, conn, o)
	}
}

// walkScanner has a code scanned and says what kind it was, never what it said.
func walkScanner(ctx context.Context, d devices.Device, g Guide) error {
	ctx, cancel := context.WithTimeout(ctx, handTime)
	defer cancel()
	g.Say("Hold any QR code before the scanner.")
	seen := false
	err := d.(*scanner.Scanner).Poll(ctx, func(s scanner.Scan) {
		g.Say("A code of %d characters (%s).", s.Code.Len(), s.AIM)
		s.Code.Wipe()
		seen = true
		cancel()
	})
	if err == nil && !seen {
		err = fmt.Errorf("no code arrived in %v: check port, speed and suffix: %w", handTime, devices.ErrSilent)
	}
	return err
}
