package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"hallway/app/desk"
	"hallway/app/desk/stage"
	"hallway/app/desk/window"
	"hallway/app/kiosk/kit"
	"hallway/cmd/program"
)

func main() { program.Main("desk", NewMain()) }

// Main is the program.
type Main struct {
	program.Streams

	flags struct {
		Run    runFlags    `cmd:"" help:"Start the whole hall on this machine."`
		Window windowFlags `cmd:"" help:"Show the desk of simulated devices alone."`
	}
	command string
	trace   *os.File
}

type runFlags struct {
	Bin       string `placeholder:"DIR" help:"Folder with the programs; the folder of this one when not given."`
	Data      string `default:"out/data" placeholder:"DIR" help:"Working folder; its data are found again."`
	Out       string `default:"out/visit" placeholder:"DIR" help:"Folder for the pictures of the scripted visit."`
	Landscape bool   `help:"Kiosk in landscape."`
	Visit     bool   `help:"Walk the scripted visit also on a display that a person sees."`
}

type windowFlags struct {
	Config string `required:"" placeholder:"FILE" help:"Configuration of the desk."`
	Trace  string `placeholder:"FILE" help:"Write which screen is shown and where its controls are, one JSON line a change."`
}

// NewMain returns the program on the streams of its process.
func NewMain() *Main { return &Main{Streams: program.Process()} }

// ParseFlags reads the command line. An error names the wrong argument.
func (m *Main) ParseFlags(args []string) error {
	command, err := m.Parse(&m.flags, "desk", "A whole government service hall on one machine, with simulated devices.", args)
	m.command, _, _ = strings.Cut(command, " ")
	return err
}

// Run does what the command line says. It must be called on the program's
// first goroutine.
func (m *Main) Run(ctx context.Context) error {
	if m.command == "run" {
		return m.run(ctx)
	}
	return m.window(ctx)
}

// run puts everything on the stage.
func (m *Main) run(ctx context.Context) error {
	f := m.flags.Run
	if f.Bin == "" {
		self, err := os.Executable()
		if err != nil {
			return fmt.Errorf("find the programs: %w; name their folder with --bin", err)
		}
		f.Bin = filepath.Dir(self)
	}
	say := func(format string, args ...any) { fmt.Fprintf(m.Stdout, format+"\n", args...) }
	return stage.Perform(ctx, stage.Play{
		Options: stage.Options{Bin: f.Bin, Dir: f.Data, Display: os.Getenv("DISPLAY"), Wide: f.Landscape},
		Out:     f.Out, Visit: f.Visit, Say: say,
	})
}

// window shows the desk until it is closed or ctx ends.
func (m *Main) window(ctx context.Context) error {
	c, err := desk.Load(m.flags.Window.Config)
	if err != nil {
		return err
	}
	var trace *kit.Trace
	if path := m.flags.Window.Trace; path != "" {
		if m.trace, err = os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600); err != nil {
			return fmt.Errorf("trace: %w", err)
		}
		trace = kit.NewTrace(m.trace)
	}
	log := slog.New(slog.NewTextHandler(m.Stderr, nil))
	d, err := desk.Open(c, log)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	var served sync.WaitGroup
	var failed error
	served.Go(func() { failed = d.Run(ctx) })
	err = window.Run(ctx, d, c, trace, log)
	cancel()
	served.Wait()
	return errors.Join(err, failed)
}

// Close releases everything. It may be called when Run failed.
func (m *Main) Close() error {
	if m.trace == nil {
		return nil
	}
	return m.trace.Close()
}
