package main

import (
	"context"
	"io"
	"net/http"
	"sync"
	"time"

	"hallway/app/config"
	"hallway/app/hall/api"
	"hallway/app/hall/client"
	"hallway/cmd/drivers"
	"hallway/devices"
	"hallway/devices/ff68"
	"hallway/queue"
	"hallway/queue/display/panel"
)

type panelsFlags struct {
	rootFlags
	Config string `required:"" placeholder:"FILE" help:"File of the lines and their windows; see --help."`
}

// Help explains the file.
func (panelsFlags) Help() string {
	return `Shows the calls of a hall on the panels of many windows. The file:

    [hall]
    url = "http://192.168.10.2:8417"
    [[line]]                     # one pair of wires; repeat the block
    type = "modbus"              # as in the counter's file
    port = "uart:ttyS3"
    windows = "1=1, 2=2, 3=7"    # WINDOW=ADDRESS
    call = "{number}"            # and idle, baud, echo, refresh_s, profile

A number that the hall no longer confirms goes dark after a minute.`
}

const (
	// keepFor is how long a number stays that the hall does not confirm.
	keepFor = 60 * time.Second
	// panelIn is how long a panel may take for one text, panelPause lies between
	// two tries.
	panelIn    = 2 * time.Second
	panelPause = 2 * time.Second
)

// run shows calls until ctx ends.
func (f panelsFlags) run(ctx context.Context, w io.Writer) error {
	c, err := config.LoadPanels(f.Config)
	if err == nil {
		err = drivers.ValidatePanels(f.Config, c)
	}
	if err != nil {
		return err
	}
	all, ports, err := f.keepers(c, &console{w: w})
	if err != nil {
		return err
	}
	var g sync.WaitGroup
	defer g.Wait()
	g.Go(func() { ports.Run(ctx) })
	for _, k := range all {
		g.Go(func() { k.run(ctx) })
	}
	follow(ctx, c.Hall.URL, all, &console{w: w})
	return nil
}

// keepers makes a keeper for every panel.
func (f panelsFlags) keepers(c config.Panels, out *console) (all []*keeper, ports *drivers.Ports, err error) {
	ports = f.ports()
	for _, l := range c.Lines {
		open, err := shared(ports, l)
		if err != nil {
			return nil, nil, err
		}
		for _, at := range l.Panels() {
			all = append(all, newKeeper(at.Window, open(at), ports, out))
		}
	}
	return all, ports, nil
}

// shared returns what opens the panels of one line.
func shared(ports *drivers.Ports, l config.PanelLine) (func(config.PanelOf) drivers.Opener[drivers.Above], error) {
	refresh := time.Duration(l.Refresh) * time.Second
	if l.Type == config.TypeFF68 {
		bus := l.Display(0).Bus()
		line := ports.Bus(bus.Port, bus.Baud, ff68.Options{Echo: l.Echo, Refresh: refresh})
		return func(at config.PanelOf) drivers.Opener[drivers.Above] {
			return drivers.Window(l.Display(at.Address).Bus(), line.Line)
		}, nil
	}
	p, err := drivers.Profile(l.Display(0))
	if err != nil {
		return nil, err
	}
	line := ports.PanelLine(l.Port, p.Baud, panel.LineOptions{Echo: l.Echo, Refresh: refresh})
	return func(at config.PanelOf) drivers.Opener[drivers.Above] {
		return drivers.OnLine(l.Port, p, panel.WindowOptions{Address: at.Address, Window: at.Window, Call: l.Call, Idle: l.Idle}, line.Line)
	}, nil
}

// follow tells every keeper what the boards of the hall say of its window.
func follow(ctx context.Context, url string, all []*keeper, out *console) {
	c := client.New(url, "", &http.Client{})
	defer c.Close()
	var mu sync.Mutex // a board and the end of its time do not cross
	well := false
	lost := time.AfterFunc(keepFor, func() {
		mu.Lock()
		defer mu.Unlock()
		if !well {
			want(all, nil)
		}
	})
	defer lost.Stop()
	for b, err := range c.Events(ctx, 0) {
		mu.Lock()
		was := well
		well = err == nil
		switch {
		case well:
			lost.Stop()
			want(all, &b)
		case was:
			lost.Reset(keepFor)
		}
		mu.Unlock()
		if err != nil {
			out.line("hall: %v", err)
		} else if !was {
			out.line("Following %s", url)
		}
	}
}

// want tells every keeper what to show; without a board, nothing.
func want(all []*keeper, b *api.Board) {
	for _, k := range all {
		k.want(shownOf(b, k.window))
	}
}

// A shown is what a panel shows: a number, how many wait, or nothing.
type shown struct {
	number  queue.Number
	waiting int // -1: nothing
}

var nothing = shown{waiting: -1}

// shownOf is what the panel of a window shows of a board.
func shownOf(b *api.Board, window string) shown {
	if b == nil {
		return nothing
	}
	for _, e := range b.Windows {
		switch {
		case e.Window != window:
		case e.Number != "":
			return shown{queue.Number(e.Number), -1}
		case e.Open:
			return shown{"", b.Waiting}
		}
	}
	return nothing
}

// A keeper keeps one panel at what is wanted.
type keeper struct {
	window string
	super  *devices.Supervisor[drivers.Above]
	ports  *drivers.Ports
	open   drivers.Opener[drivers.Above]
	out    *console

	wish chan shown // the newest, which nobody has seen
	stir chan struct{}
}

func newKeeper(window string, open drivers.Opener[drivers.Above], ports *drivers.Ports, out *console) *keeper {
	return &keeper{
		window: window, ports: ports, open: open, out: out, wish: make(chan shown, 1), stir: make(chan struct{}, 1),
		super: devices.NewSupervisor(devices.Options{ID: "panel " + window, Kind: devices.Display}, open.Open),
	}
}

// want says what the panel shall show. It is called from one goroutine at a
// time.
func (k *keeper) want(s shown) {
	for {
		select {
		case k.wish <- s:
			return
		default:
		}
		select {
		case <-k.wish: // older and not seen
		default:
		}
	}
}

// run looks after the panel until ctx ends; then it is dark.
func (k *keeper) run(ctx context.Context) {
	defer k.ports.Follow(k.open.Port, k.open.Via, k.super.Plugged)()
	var state devices.State
	defer k.super.Watch(func(h devices.Health) {
		if h.State == state {
			return
		}
		state = h.State
		k.out.line("panel of window %s is %v", k.window, h.State)
		if h.State.Usable() {
			select {
			case k.stir <- struct{}{}:
			default:
			}
		}
	})()
	var g sync.WaitGroup
	defer g.Wait()
	g.Go(func() { k.super.Run(ctx) })
	present, failed := nothing, false
	for {
		var retry <-chan time.Time
		if failed {
			retry = time.After(panelPause)
		}
		select {
		case <-ctx.Done():
			return
		case next := <-k.wish:
			if next == present && !failed {
				continue
			}
			present = next
		case <-k.stir:
		case <-retry:
		}
		failed = k.show(ctx, present) != nil
	}
}

// show brings the panel to a state.
func (k *keeper) show(ctx context.Context, s shown) error {
	ctx, cancel := context.WithTimeout(ctx, panelIn)
	defer cancel()
	return k.super.Do(ctx, func(ctx context.Context, d drivers.Above) error {
		switch {
		case s.number != "":
			return d.Show(ctx, s.number)
		case s.waiting >= 0:
			return d.Waiting(ctx, s.waiting)
		}
		return d.Clear(ctx)
	})
}
