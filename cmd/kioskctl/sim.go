package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"

	"hallway/devices/sim"
)

// simFlags are the simulators.
type simFlags struct {
	Reader   portFlags     `cmd:"" help:"Identity card reader."`
	Printer  printerFlags  `cmd:"" help:"Receipt printer."`
	Scanner  portFlags     `cmd:"" help:"Code scanner."`
	Document documentFlags `cmd:"" help:"Reader of machine-readable zones."`
	Window   windowFlags   `cmd:"" help:"LED display of a service window."`
	Panel    panelFlags    `cmd:"" help:"LED panel or customer display of another make."`
	Keypad   keypadFlags   `cmd:"" help:"Keypad of a service window."`
	Rater    raterFlags    `cmd:"" help:"Rating box of a service window."`
}

// Help explains what all simulators have in common.
func (simFlags) Help() string {
	return `Each simulator takes commands from the standard input; "help" lists them.

A fault script has one fault a line or several with semicolons between:

    drop at=byte:200 for=5s         hang up after 200 bytes, for 5 s
    stall at=out:64 for=40s         pass nothing on
    garble rate=1/1000 seed=7       flip a bit in one byte of a thousand
    slow bytes/s=960                pass on at that speed
    paper=out at=in:300             printer: paper, cover, cutter, head, power
    card=1 at=2s                    reader: card, answer, sw
    power=cut at=10s                window: power
    answer=silent at=10s            panel: answer (silent, garbled, late, wrong,
                                    exception, ok), echo, noise, power
    press=next at=10s               keypad: press
    cover=open for=5s then=closed   and after 5 s

at= is byte:N, in:N or out:N (bytes both ways, from the program, to the program)
or a time since the start. Without it the fault is there from the beginning.`
}

// portFlags say where a simulator is.
type portFlags struct {
	PTY    string `name:"pty" placeholder:"LINK" required:"" xor:"port" help:"Make a pseudo-terminal and this link to it."`
	Listen string `placeholder:"ADDR" required:"" xor:"port" help:"Listen on this host:port instead."`
	Script string `placeholder:"FILE" help:"Faults of the line and the device; see kioskctl sim --help."`
}

// A device is a simulator and what a person can do with it.
type device struct {
	name  string
	words []string // directives of its own in a fault script
	rig
	commands map[string]command
}

// A rig is a simulated device on its line.
type rig interface {
	Serve(ctx context.Context, line io.ReadWriter) error
	Apply(d sim.Directive) error
}

// A command is one line of the standard input.
type command struct {
	args, does string
	run        func(args []string) error
}

// A console writes whole lines from several goroutines.
type console struct {
	mu sync.Mutex
	w  io.Writer
}

func (p *console) line(format string, args ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	fmt.Fprintf(p.w, format+"\n", args...)
}

// A bench is a simulator that is served.
type bench struct {
	device
	out  *console
	line sim.Line
	bad  *sim.Faulty
}

// errQuit says that a person ended the simulator.
var errQuit = errors.New("quit")

// open plugs a device in and says where.
func open(dev device, port portFlags, out *console) (*bench, error) {
	script, err := readScript(port.Script, dev.words)
	if err != nil {
		return nil, err
	}
	b := &bench{device: dev, out: out}
	if port.Listen != "" {
		b.line, err = sim.Listen(port.Listen)
	} else {
		b.line, err = sim.OpenPTY(port.PTY)
	}
	if err != nil {
		return nil, err
	}
	if b.bad, err = sim.NewFaulty(b.line, script, dev); err != nil {
		return nil, errors.Join(err, b.line.Close())
	}
	maps.Copy(b.commands, b.common())
	out.line("%s at %s", dev.name, b.line.Name())
	return b, nil
}

// readScript reads a fault script and refuses what nobody would obey.
func readScript(path string, words []string) (sim.Script, error) {
	if path == "" {
		return nil, nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	s, err := sim.ParseScript(string(text))
	if err = errors.Join(err, s.Unknown(words...)); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return s, nil
}

// run serves the line until ctx ends, the simulator fails or a person quits.
func (b *bench) run(ctx context.Context, stdin io.Reader) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	lines := make(chan string)
	go read(ctx, stdin, lines)
	served := make(chan error, 1)
	go func() { served <- b.Serve(ctx, b.bad) }()
	for {
		select {
		case err := <-served:
			if errors.Is(context.Cause(ctx), errQuit) {
				return nil
			}
			return err
		case text := <-lines:
			switch err := b.obey(text); {
			case errors.Is(err, errQuit):
				cancel(errQuit)
			case err != nil:
				b.out.line("%v", err)
			}
		}
	}
}

func (b *bench) close() error { return b.bad.Close() }

// read passes lines on until the input or ctx ends. An input that cannot be
// interrupted holds it up until the process ends.
func read(ctx context.Context, in io.Reader, lines chan<- string) {
	for s := bufio.NewScanner(in); s.Scan(); {
		select {
		case lines <- s.Text():
		case <-ctx.Done():
			return
		}
	}
}

// obey carries out one line of input.
func (b *bench) obey(text string) error {
	words := strings.Fields(text)
	if len(words) == 0 {
		return nil
	}
	c, ok := b.commands[words[0]]
	if !ok {
		return fmt.Errorf("no command %q; help lists them", words[0])
	}
	return c.run(words[1:])
}

// common are the commands of every simulator.
func (b *bench) common() map[string]command {
	return map[string]command{
		"help":   {"", "list the commands", func([]string) error { b.help(); return nil }},
		"quit":   {"", "end the simulator", func([]string) error { return errQuit }},
		"unplug": {"", "break the line", func([]string) error { return b.line.Unplug() }},
		"replug": {"", "join it again", func([]string) error { return b.line.Replug() }},
		"fault":  {"DIRECTIVE", "add a fault, as in a script", b.fault},
		"clear":  {"", "end all faults of the line", func([]string) error { b.bad.Clear(); return nil }},
	}
}

func (b *bench) fault(args []string) error {
	s, err := sim.ParseScript(strings.Join(args, " "))
	if err = errors.Join(err, s.Unknown(b.words...)); err != nil {
		return err
	}
	for _, d := range s {
		err = errors.Join(err, b.bad.Add(d))
	}
	return err
}

func (b *bench) help() {
	for _, name := range slices.Sorted(maps.Keys(b.commands)) {
		c := b.commands[name]
		b.out.line("%-24s %s", name+" "+c.args, c.does)
	}
}
