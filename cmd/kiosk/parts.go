package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"hallway/app/config"
	"hallway/app/hall/client"
	"hallway/app/ime"
	"hallway/app/journey"
	"hallway/app/kiosk"
	"hallway/app/kiosk/kit"
	"hallway/app/kiosk/shell"
	"hallway/app/operation"
	"hallway/app/outbox"
	"hallway/app/text"
	"hallway/cmd/drivers"
	"hallway/devices"
	"hallway/devices/port"
	"hallway/idreader/sam"
	"hallway/printer"
)

// parts is a terminal that is open.
type parts struct {
	config  config.Kiosk
	log     *slog.Logger
	profile printer.Profile
	ports   *drivers.Ports
	history *devices.History
	outbox  *outbox.Terminal
	trace   *os.File
	ids     func() operation.ID
	timing  sam.Timing // of the card reader; zero = the usual one
}

// open reads the configuration, looks at what slips are made of, and opens the
// store. Nothing of it waits for a device or the hall. The parts are returned
// even with an error, to be closed.
func open(ctx context.Context, path, trace string, stderr io.Writer, s slips) (*parts, error) {
	p := &parts{log: slog.New(slog.NewTextHandler(stderr, nil)), ids: operation.IDs(time.Now, rand.Reader)}
	var err error
	if p.config, err = config.LoadKiosk(path); err != nil {
		return p, err
	}
	if err := drivers.ValidateKiosk(path, p.config); err != nil {
		return p, err
	}
	p.ports, p.history = drivers.NewPorts(port.Root{}, p.log), devices.NewHistory()
	if p.config.Printer.Port != "" {
		s.check(p.log)
		if p.profile, err = printer.LoadProfile(p.config.Printer.Profile); err != nil {
			return p, fmt.Errorf("%s: printer.profile: %w", path, err)
		}
	}
	if trace != "" {
		if p.trace, err = os.OpenFile(trace, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600); err != nil {
			return p, fmt.Errorf("trace: %w", err)
		}
	}
	p.outbox, err = outbox.Open(ctx, outbox.Options{
		Dir: p.config.Data, Terminal: p.config.Terminal, Hall: client.New(p.config.Hall.URL, string(p.config.Hall.Token), nil),
		ReserveMB: p.config.Disk.ReserveMB, NewID: p.ids, Log: p.log,
	})
	return p, err
}

// close gives everything free.
func (p *parts) close() error {
	var err error
	if p.outbox != nil {
		err = p.outbox.Close()
	}
	if p.trace != nil {
		err = errors.Join(err, p.trace.Close())
	}
	return err
}

// run serves citizens until ctx ends.
func (p *parts) run(ctx context.Context) error {
	screen := p.config.Screen
	w, err := shell.Open(shell.Spec{Title: "Hallway kiosk", Width: screen.Width, Height: screen.Height, Scale: screen.Scale})
	if err != nil {
		return err
	}
	loop := shell.NewLoop(shell.Options{
		Setup: p.setup(), Surface: w.Surface, Scale: w.Scale, Now: time.Now, IDs: p.ids, Post: w.Post, Trace: p.tracer(), Log: p.log})
	// Devices and store outlive the window, so that what a citizen began comes
	// to its end: first the screen, then the visit's commands, then the rest.
	life, cancel := context.WithCancel(context.WithoutCancel(ctx))
	var group sync.WaitGroup
	defer group.Wait()
	defer cancel()
	runner := journey.NewRunner(p.fit(life, &group, loop.Send))
	defer runner.Close()
	loop.Commands(runner.Do)
	w.OnKey(loop.Key)
	group.Go(func() { ime.Default() }) // before the first key
	group.Go(func() { p.outbox.Run(life) })
	group.Go(func() { p.ports.Run(life) })
	group.Go(func() { drivers.KeepJournal(life, p.history, filepath.Join(p.config.Data, drivers.JournalFile), p.log) })
	group.Go(func() { p.follow(life, loop.Send) })
	group.Go(func() { tick(life, loop) })
	return w.Run(ctx, loop.Root())
}

func (p *parts) setup() journey.Setup {
	s := p.config.Session
	return journey.Setup{Terminal: p.config.Terminal, Lang: text.Lang(p.config.Lang), Rows: kiosk.Rows,
		Fuzzy: p.config.Keyboard.Fuzzy, Idle: time.Duration(s.Idle) * time.Second, Warn: time.Duration(s.Warn) * time.Second}
}

func (p *parts) tracer() *kit.Trace {
	if p.trace == nil {
		return nil
	}
	return kit.NewTrace(p.trace)
}

// follow tells the journey what is known of the hall, at every change.
func (p *parts) follow(ctx context.Context, send func(journey.Msg)) {
	changed := make(chan struct{}, 1)
	changed <- struct{}{}
	defer p.outbox.Watch(func() {
		select {
		case changed <- struct{}{}:
		default:
		}
	})()
	var known journey.Hall
	for {
		select {
		case <-ctx.Done():
			return
		case <-changed:
			known = hallOf(ctx, p.outbox, known)
			send(journey.HallChanged{Hall: known})
		}
	}
}

// tick tells the journey the time every second.
func tick(ctx context.Context, loop *shell.Loop) {
	t := time.NewTicker(time.Second)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
			loop.Tick()
		}
	}
}
