// Package driver opens a printer of whatever language its profile names, so
// that a program needs to know only profiles.
package driver

import (
	"context"

	"hallway/devices"
	"hallway/printer"
	"hallway/printer/escpos"
	"hallway/printer/star"
)

// A Driver is an open printer.
type Driver interface {
	devices.Device
	printer.Printer
	// Collect waits until the ticket of a finished job was pulled out of the
	// printer's mouth, or draws it back; see [escpos.Printer].
	Collect(ctx context.Context, id printer.JobID) (printer.State, error)
	// Raw sends bytes that are no job, such as a probe page.
	Raw(ctx context.Context, b []byte) error
}

var (
	_ Driver = (*escpos.Printer)(nil)
	_ Driver = (*star.Printer)(nil)
)

// Encode returns a document as the bytes that a printer of the profile gets,
// without requests for a proof. It is pure: the same document and profile give
// the same bytes.
func Encode(d printer.Document, p printer.Profile) ([]byte, error) {
	if p.Language == printer.LanguageStarLine {
		return star.Encode(d, p)
	}
	return escpos.Encode(d, p)
}

// Open opens the printer behind conn. On an error the connection is closed.
func Open(ctx context.Context, conn devices.Conn, p printer.Profile, j printer.Journal) (Driver, error) {
	if p.Language == printer.LanguageStarLine {
		return opened(star.Open(ctx, conn, p, j))
	}
	return opened(escpos.Open(ctx, conn, p, j))
}

// opened keeps a nil pointer from becoming a Driver that is not nil.
func opened[D Driver](d D, err error) (Driver, error) {
	if err != nil {
		return nil, err
	}
	return d, nil
}
