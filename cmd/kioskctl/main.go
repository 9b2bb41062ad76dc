package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	m := NewMain()
	if err := m.ParseFlags(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "kioskctl:", err)
		os.Exit(2)
	}
	if err := errors.Join(m.Run(ctx), m.Close()); err != nil {
		fmt.Fprintln(os.Stderr, "kioskctl:", err)
		os.Exit(1)
	}
}

// Main is the program. Tests start it with streams of their own.
type Main struct {
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Exit           func(int) // called after the help was printed

	flags struct {
		Sim simFlags `cmd:"" help:"Simulate a device."`
	}
	command string
	bench   *bench
}

// NewMain returns the program on the streams of its process.
func NewMain() *Main {
	return &Main{Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Exit: os.Exit}
}

// ParseFlags reads the command line. An error names the wrong argument.
func (m *Main) ParseFlags(args []string) error {
	p, err := kong.New(&m.flags, kong.Name("kioskctl"), kong.Writers(m.Stdout, m.Stderr), kong.Exit(m.Exit),
		kong.Description("Technician's tool for the devices of a hall."))
	if err != nil {
		return err
	}
	k, err := p.Parse(args)
	if err != nil {
		return err
	}
	m.command = k.Command()
	return nil
}

// Run does what the command line says. A simulator ends without an error when
// ctx ends or it is told to quit.
func (m *Main) Run(ctx context.Context) error {
	out := &console{w: m.Stdout}
	dev, port, err := m.flags.Sim.device(m.command, out)
	if err != nil {
		return err
	}
	m.bench, err = open(dev, port, out)
	if err != nil {
		return err
	}
	return m.bench.run(ctx, m.Stdin)
}

// Close releases everything. It may be called when Run failed.
func (m *Main) Close() error {
	if m.bench == nil {
		return nil
	}
	return m.bench.close()
}
