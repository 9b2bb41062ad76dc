// Command kiosk is the citizen's terminal: numbers, applications, bookings and
// progress on a touch screen.
//
//	kiosk --config FILE [--trace FILE]
//
// It starts and can be used without hall, card reader and printer: each joins
// when it is there. SIGTERM and SIGINT end it in order.
package main

import (
	"context"
	"hallway/cmd/program"
	_ "time/tzdata" // a terminal's machine may have no time zones
)

func main() { program.Main("kiosk", NewMain()) }

// Main is the program.
type Main struct {
	program.Streams

	flags struct {
		Config string `required:"" placeholder:"FILE" help:"Configuration of the terminal."`
		Trace  string `placeholder:"FILE" help:"Write the place of every control of each screen to this file."`
	}
	parts *parts
}

// NewMain returns the program on the streams of its process.
func NewMain() *Main { return &Main{Streams: program.Process()} }

// ParseFlags reads the command line. An error names the wrong argument.
func (m *Main) ParseFlags(args []string) error {
	_, err := m.Parse(&m.flags, "kiosk", "Citizen's terminal of a government service hall.", args)
	return err
}

// Run serves citizens until ctx ends. It is called on the main goroutine.
func (m *Main) Run(ctx context.Context) error {
	p, err := open(ctx, m.flags.Config, m.flags.Trace, m.Stderr, shipped)
	m.parts = p
	if err != nil {
		return err
	}
	return p.run(ctx)
}

// Close releases everything. It may be called when Run failed.
func (m *Main) Close() error {
	if m.parts == nil {
		return nil
	}
	return m.parts.close()
}
