package main

import (
	"context"
	"hallway/cmd/program"
)

func main() { program.Main("kioskctl", NewMain()) }

// Main is the program.
type Main struct {
	program.Streams

	flags struct {
		Sim simFlags `cmd:"" help:"Simulate a device."`
	}
	command string
	bench   *bench
}

// NewMain returns the program on the streams of its process.
func NewMain() *Main { return &Main{Streams: program.Process()} }

// ParseFlags reads the command line. An error names the wrong argument.
func (m *Main) ParseFlags(args []string) error {
	command, err := m.Parse(&m.flags, "kioskctl", "Technician's tool for the devices of a hall.", args)
	m.command = command
	return err
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
