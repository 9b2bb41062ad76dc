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
		Ports    portsFlags      `cmd:"" help:"List what is plugged in, without opening it."`
		Rules    rulesFlags      `cmd:"" help:"Write the udev rules that let the programs open what is plugged in."`
		Probe    probeFlags      `cmd:"" help:"Ask who is on a port."`
		Check    checkFlags      `cmd:"" help:"Ask every configured device how it is; leaves no trace on them."`
		Test     testFlags       `cmd:"" help:"Make a device do something that can be seen."`
		Walk     walkFlags       `cmd:"" help:"Lead a person through what only a person can do: open the cover, lay a card."`
		Record   recordFlags     `cmd:"" help:"Record the traffic of a device, with personal data masked."`
		Replay   replayFlags     `cmd:"" help:"Play a recording back to its driver."`
		Bundle   bundleFlags     `cmd:"" help:"Collect what support needs into one file, without secrets."`
		Card     cardFlags       `cmd:"" help:"Decode what a card reader sent."`
		MRZ      mrzFlags        `cmd:"" name:"mrz" help:"Decode machine-readable zones."`
		Ticket   ticketFlags     `cmd:"" help:"Render documents."`
		Printer  printerCommands `cmd:"" help:"Find out what a printer is and can."`
		Roll     rollCommands    `cmd:"" help:"What is left of the roll of paper by count."`
		Handbook handbookFlags   `cmd:"" help:"Write the technician's pages."`
		Voice    voiceFlags      `cmd:"" help:"Speak the calls of a hall."`
		Sim      simFlags        `cmd:"" help:"Simulate a device."`
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
	switch m.command {
	case "ports":
		return m.flags.Ports.list(m.Stdout)
	case "rules":
		return m.flags.Rules.write(m.Stdout)
	case "probe <port>":
		return m.flags.Probe.run(ctx, m.Stdout)
	case "check":
		return m.flags.Check.run(ctx, m.Stdout)
	case "test <id>":
		return m.flags.Test.run(ctx, m.Stdout)
	case "walk <id>":
		return m.flags.Walk.run(ctx, m.Stdin, m.Stdout)
	case "record <id>":
		return m.flags.Record.run(ctx, m.Stdin, m.Stdout)
	case "replay <file>":
		return m.flags.Replay.run(ctx, m.Stdout)
	case "bundle":
		return m.flags.Bundle.run(ctx, m.Stdout)
	case "card decode <file>":
		return m.flags.Card.Decode.card(m.Stdin, m.Stdout)
	case "mrz decode <file>":
		return m.flags.MRZ.Decode.zones(m.Stdin, m.Stdout)
	case "ticket render <document>":
		return m.flags.Ticket.Render.run(m.Stdout)
	case "printer detect <port>":
		return m.flags.Printer.Detect.run(ctx, m.Stdout)
	case "printer profile <port>":
		return m.flags.Printer.Profile.run(ctx, m.Stdout)
	case "printer probe <port>":
		return m.flags.Printer.Probe.probe(ctx, m.Stdout)
	case "printer test <port>":
		return m.flags.Printer.Test.test(ctx, m.Stdout)
	case "roll show":
		return m.flags.Roll.Show.run(ctx, m.Stdout)
	case "roll new":
		return m.flags.Roll.New.run(ctx, m.Stdout)
	case "voice":
		return m.flags.Voice.run(ctx, m.Stdout)
	case "handbook", "handbook <driver>":
		return m.flags.Handbook.write(m.Stdout)
	}
	return m.simulate(ctx)
}

func (m *Main) simulate(ctx context.Context) error {
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
