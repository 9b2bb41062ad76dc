// Package program is what every program of the house does alike: it reads its
// command line, runs until it is told to end, releases what it holds, and
// leaves with 0, with 1 when it failed, or with 2 when it was called wrongly.
package program

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

// A Program can be started by main and by a test.
type Program interface {
	// ParseFlags reads the command line. An error names the wrong argument.
	ParseFlags(args []string) error
	// Run works until it is done or ctx ends.
	Run(ctx context.Context) error
	// Close releases everything. It may be called when Run failed.
	Close() error
}

// Main runs p on the process's command line until it ends, SIGINT or SIGTERM,
// and does not return. It must be called on the program's first goroutine.
func Main(name string, p Program) {
	if err := keepMemoryPrivate(); err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
		os.Exit(1)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := 0
	err := p.ParseFlags(os.Args[1:])
	if err != nil {
		code = 2
	} else if err = errors.Join(p.Run(ctx), p.Close()); err != nil {
		code = 1
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
	}
	stop()
	os.Exit(code)
}

// Streams are where a program reads and writes. Tests give it their own.
type Streams struct {
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Exit           func(int) // called after the help was printed
}

// Process returns the streams of the process.
func Process() Streams {
	return Streams{Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Exit: os.Exit}
}

// Parse reads args into flags, a pointer to a struct with kong's tags, and
// returns the command that they name, "" for a program without commands.
func (s Streams) Parse(flags any, name, description string, args []string) (command string, err error) {
	p, err := kong.New(flags, kong.Name(name), kong.Description(description), kong.Writers(s.Stdout, s.Stderr), kong.Exit(s.Exit))
	if err != nil {
		return "", err
	}
	k, err := p.Parse(args)
	if err != nil {
		return "", err
	}
	return k.Command(), nil
}
