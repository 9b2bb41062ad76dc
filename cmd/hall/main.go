package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"strings"
	_ "time/tzdata" // the machine of a hall may have no time zones

	"hallway/app/config"
	"hallway/app/hall"
	"hallway/cmd/program"
)

func main() { program.Main("hall", NewMain()) }

// Main is the program.
type Main struct {
	program.Streams

	flags   flags
	command string
	service *service
}

// flags is the command line.
type flags struct {
	Serve   serveFlags   `cmd:"" default:"withargs" help:"Serve the hall (the default)."`
	PIN     struct{}     `cmd:"" name:"pin" help:"Make the hash of a clerk's PIN, read from the standard input."`
	Config  configFlags  `cmd:"" help:"Print an example of a configuration, or check one."`
	Migrate migrateFlags `cmd:"" help:"Move a hall from its file to a PostgreSQL database, and compare what arrived."`
}

type serveFlags struct {
	Config string `required:"" placeholder:"FILE" help:"Configuration of the hall."`
}

type configFlags struct {
	Kind  string `arg:"" optional:"" default:"hall" enum:"hall,kiosk,counter,panels,voice" help:"What is configured: hall, kiosk, counter, panels or voice."`
	Check string `placeholder:"FILE" help:"Report every mistake of this file instead of printing an example."`
}

// NewMain returns the program on the streams of its process.
func NewMain() *Main { return &Main{Streams: program.Process()} }

// ParseFlags reads the command line. An error names the wrong argument.
func (m *Main) ParseFlags(args []string) error {
	command, err := m.Parse(&m.flags, "hall", "Queue authority, intake and wall page of one government service hall.", args)
	m.command, _, _ = strings.Cut(command, " ")
	return err
}

// Run does what the command line says. Serving ends without an error when ctx
// ends.
func (m *Main) Run(ctx context.Context) error {
	switch m.command {
	case "pin":
		return m.pin()
	case "config":
		return m.config()
	case "migrate":
		return m.migrate(ctx)
	}
	s, err := open(ctx, m.flags.Serve.Config, m.Stderr)
	if err != nil {
		return err
	}
	m.service = s
	return s.run(ctx)
}

// Close releases everything. It may be called when Run failed.
func (m *Main) Close() error {
	if m.service == nil {
		return nil
	}
	return m.service.close()
}

// pin reads a PIN and prints its hash.
func (m *Main) pin() error {
	fmt.Fprint(m.Stderr, "PIN: ")
	restore := hideTyping(m.Stdin)
	line, err := bufio.NewReader(io.LimitReader(m.Stdin, 64)).ReadString('\n')
	restore()
	fmt.Fprintln(m.Stderr)
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("read PIN: %w", err)
	}
	hash, err := hall.HashPIN(rand.Reader, strings.TrimRight(line, "\r\n"))
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(m.Stdout, hash)
	return err
}

// config prints an example or checks a file.
func (m *Main) config() error {
	f := m.flags.Config
	if f.Check == "" {
		text, err := config.Example(f.Kind)
		if err != nil {
			return err
		}
		_, err = io.WriteString(m.Stdout, text)
		return err
	}
	var err error
	switch f.Kind {
	case "kiosk":
		_, err = config.LoadKiosk(f.Check)
	case "counter":
		_, err = config.LoadCounter(f.Check)
	case "panels":
		_, err = config.LoadPanels(f.Check)
	case "voice":
		_, err = config.LoadVoice(f.Check)
	default:
		_, err = load(f.Check)
	}
	if err == nil {
		_, err = fmt.Fprintln(m.Stdout, f.Check+": no mistakes found")
	}
	return err
}
