package escpos

import (
	"context"
	"errors"
	"fmt"

	"hallway/devices"
	"hallway/printer"
	"hallway/printer/internal/engine"
)

// Printer is one open ESC/POS printer. Its methods may be called from any
// goroutine; commands run one after the other.
type Printer struct{ *engine.Engine }

var (
	_ devices.Device  = (*Printer)(nil)
	_ printer.Printer = (*Printer)(nil)
)

// Open says hello: it asks DLE EOT 1 to 4 and then, when the printer is online,
// GS I for maker, model, serial number and firmware, which many printers leave
// unanswered. A printer with a profile without status is opened as it is. The
// journal may be nil when nothing that is printed needs to be remembered, such
// as a test page; with a [printer.History] the scrap of an unfinished ticket is
// cut off before the next, and a [printer.Ledger] is told every step. On an
// error the connection is closed.
func Open(ctx context.Context, conn devices.Conn, p printer.Profile, j printer.Journal) (*Printer, error) {
	if p.Language != printer.LanguageESCPOS {
		return nil, errors.Join(fmt.Errorf("printer profile %s: its language is %q, not %s; package driver opens any", p.ID, p.Language, printer.LanguageESCPOS), conn.Close())
	}
	e, err := engine.Open(ctx, conn, engine.Config{
		Profile: p, Journal: j, Dialect: dialect{p},
		Flush: make([]byte, largestCommand(p)+16), Scrap: scrap(p),
	})
	if err != nil {
		return nil, err
	}
	return &Printer{e}, nil
}

// scrap returns the bytes that mark what a broken-off job left on the paper and
// cut it off, so that it cannot pass for a ticket.
func scrap(p printer.Profile) []byte {
	e := newEncoder(p)
	e.reset()
	e.put('\n')
	text, err := p.Text.Charset.Encode("--- 打印中断 INTERRUPTED ---")
	if err != nil {
		text = []byte("--- INTERRUPTED ---")
	}
	e.put(text...)
	e.put('\n')
	return append(e.out, e.cut()...)
}
