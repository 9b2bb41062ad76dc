package star

import (
	"context"
	"errors"
	"fmt"

	"hallway/devices"
	"hallway/printer"
	"hallway/printer/internal/engine"
)

// Printer is one open printer in Star Line Mode. Its methods may be called from
// any goroutine; commands run one after the other.
type Printer struct{ *engine.Engine }

var (
	_ devices.Device  = (*Printer)(nil)
	_ printer.Printer = (*Printer)(nil)
)

// Open asks for the status by ESC ACK SOH. The printer does not say its name.
// The journal may be nil when nothing that is printed needs to be remembered.
// On an error the connection is closed.
func Open(ctx context.Context, conn devices.Conn, p printer.Profile, j printer.Journal) (*Printer, error) {
	if p.Language != printer.LanguageStarLine {
		return nil, errors.Join(fmt.Errorf("printer profile %s: its language is %q, not %s; package driver opens any", p.ID, p.Language, printer.LanguageStarLine), conn.Close())
	}
	e, err := engine.Open(ctx, conn, engine.Config{
		Profile: p, Journal: j, Dialect: &dialect{profile: p},
		Flush: make([]byte, p.Geometry.Dots/8*bandRows+16), Scrap: scrap(p),
	})
	if err != nil {
		return nil, err
	}
	return &Printer{e}, nil
}

// scrap marks what a broken-off job left on the paper and cuts it off.
func scrap(p printer.Profile) []byte {
	e := &encoder{profile: p}
	e.put(0x1b, '@', '\n')
	e.put([]byte("--- INTERRUPTED ---\n")...)
	return append(e.out, e.cut()...)
}
