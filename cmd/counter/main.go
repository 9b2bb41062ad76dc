package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"os"
	"reflect"
	"sync"
	"time"

	"fyne.io/fyne/v2"

	"hallway/app/config"
	"hallway/app/counter"
	"hallway/app/counter/window"
	"hallway/app/kiosk/kit"
	"hallway/app/operation"
	"hallway/app/pane"
	"hallway/app/text"
	"hallway/cmd/drivers"
	"hallway/cmd/program"
)

func main() { program.Main("counter", NewMain()) }

// Main is the program.
type Main struct {
	program.Streams

	flags struct {
		Config string `required:"" placeholder:"FILE" help:"Configuration of the window."`
		Trace  string `placeholder:"FILE" help:"Write which screen is shown and where its controls are, one JSON line a change."`
	}
	trace *os.File
}

// NewMain returns the program on the streams of its process.
func NewMain() *Main { return &Main{Streams: program.Process()} }

// ParseFlags reads the command line. An error names the wrong argument.
func (m *Main) ParseFlags(args []string) error {
	_, err := m.Parse(&m.flags, "counter", "Window of a member of the counter staff: calls numbers and drives the window's display.", args)
	return err
}

// Run shows the window until it is closed or ctx ends. It must be called on
// the program's first goroutine.
func (m *Main) Run(ctx context.Context) error {
	c, err := config.LoadCounter(m.flags.Config)
	if err == nil {
		err = drivers.ValidateCounter(m.flags.Config, c)
	}
	if err != nil {
		return err
	}
	var trace *kit.Trace
	if m.flags.Trace != "" {
		if m.trace, err = os.OpenFile(m.flags.Trace, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600); err != nil {
			return fmt.Errorf("trace: %w", err)
		}
		trace = kit.NewTrace(m.trace)
	}
	log := slog.New(slog.NewTextHandler(m.Stderr, nil))
	return m.show(ctx, c, trace, log)
}

// show runs devices, runner and window, and ends them in the reverse order:
// the runner darkens the LED while the display is still open.
func (m *Main) show(ctx context.Context, c config.Counter, trace *kit.Trace, log *slog.Logger) error {
	devs, err := newDevices(c, log)
	if err != nil {
		return err
	}
	hall := newHall(c)
	defer hall.client.Close()
	var served sync.WaitGroup
	stopDevices := background(ctx, &served, devs.run)
	defer served.Wait()
	defer stopDevices()

	var r *counter.Runner
	var shown counter.Screen // of the runner's goroutine
	var working sync.WaitGroup
	stopWork := context.CancelFunc(func() {})
	defer func() { stopWork(); working.Wait() }()
	return pane.Run(ctx, pane.Options{
		Title: text.T(text.Lang(c.Lang), "counter.window", c.Window), Surface: window.Surface,
		Width: c.Screen.Width, Height: c.Screen.Height, Scale: c.Screen.Scale, Trace: trace, Log: log,
		Key: func(k pane.Key) {
			if id := window.Control(k); id != "" && r != nil {
				r.Press(id)
			}
		},
	}, func(p *pane.Pane) {
		r = counter.NewRunner(devs.start(counter.Start(c.Window, text.Lang(c.Lang), time.Now())), counter.Options{
			Hall: hall, Display: devs, Now: time.Now, IDs: operation.IDs(time.Now, rand.Reader), Log: log,
			Show: func(s counter.Screen) {
				if !reflect.DeepEqual(s, shown) {
					shown = s
					p.Show(picture(s, r.Press))
				}
			},
		})
		stopWork = background(ctx, &working, func(ctx context.Context) {
			defer devs.report(ctx, r)()
			if c.Voice.URL != "" {
				defer background(ctx, &working, func(ctx context.Context) { hear(ctx, c.Voice.URL, r.Voice) })()
			}
			r.Run(ctx)
		})
	})
}

// picture is how a screen is drawn.
func picture(s counter.Screen, press func(id string)) pane.Picture {
	return pane.Picture{Screen: s.ID, Lang: string(s.Lang), Banner: s.Banner.Key, Content: func(size fyne.Size) fyne.CanvasObject {
		return window.Draw(s, size, press)
	}}
}

// background runs f until stop is called. It does not end with ctx, so that
// whoever called it decides the order of the end.
func background(ctx context.Context, g *sync.WaitGroup, f func(context.Context)) (stop context.CancelFunc) {
	ctx, stop = context.WithCancel(context.WithoutCancel(ctx))
	g.Go(func() { f(ctx) })
	return stop
}

// Close releases everything. It may be called when Run failed.
func (m *Main) Close() error {
	if m.trace == nil {
		return nil
	}
	return m.trace.Close()
}
