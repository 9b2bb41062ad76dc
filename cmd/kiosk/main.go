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
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // a terminal's machine may have no time zones

	"github.com/alecthomas/kong"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	m := NewMain()
	code := 0
	if err := m.ParseFlags(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "kiosk:", err)
		code = 2
	} else if err := errors.Join(m.Run(ctx), m.Close()); err != nil {
		fmt.Fprintln(os.Stderr, "kiosk:", err)
		code = 1
	}
	stop()
	os.Exit(code)
}

// Main is the program.
type Main struct {
	Stdout, Stderr io.Writer
	Exit           func(int) // called after the help was printed

	flags struct {
		Config string `required:"" placeholder:"FILE" help:"Configuration of the terminal."`
		Trace  string `placeholder:"FILE" help:"Write the place of every control of each screen to this file."`
	}
	parts *parts
}

// NewMain returns the program on the streams of its process.
func NewMain() *Main { return &Main{Stdout: os.Stdout, Stderr: os.Stderr, Exit: os.Exit} }

// ParseFlags reads the command line. An error names the wrong argument.
func (m *Main) ParseFlags(args []string) error {
	p, err := kong.New(&m.flags, kong.Name("kiosk"), kong.Writers(m.Stdout, m.Stderr), kong.Exit(m.Exit),
		kong.Description("Citizen's terminal of a government service hall."))
	if err != nil {
		return err
	}
	_, err = p.Parse(args)
	return err
}

// Run serves citizens until ctx ends. It is called on the main goroutine.
func (m *Main) Run(ctx context.Context) error {
	p, err := open(ctx, m.flags.Config, m.flags.Trace, m.Stderr)
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
