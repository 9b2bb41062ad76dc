package main

import (
	"context"
	"log/slog"
	"sync"

	"hallway/app/config"
	"hallway/app/counter"
	"hallway/cmd/drivers"
	"hallway/devices"
	"hallway/devices/ff68"
	"hallway/devices/keypad"
	"hallway/devices/port"
	"hallway/queue"
)

// fitted are the display and the keypad of a window. One that is not fitted is
// nil.
type fitted struct {
	ports   *drivers.Ports
	display *devices.Supervisor[drivers.Above]
	keypad  *devices.Supervisor[keypad.Pad]
	pressed chan keypad.Key
	stops   []func() // end what the supervisors are told of their ports
}

var _ counter.Display = (*fitted)(nil)

// newDevices makes the supervisors. Display and keypad with the same port
// share its line.
func newDevices(c config.Counter, log *slog.Logger) (*fitted, error) {
	f := &fitted{ports: drivers.NewPorts(port.Root{}, log), pressed: make(chan keypad.Key, 16)}
	buses := map[string]*ff68.Port{}
	line := func(text string, baud int) func(context.Context) (*ff68.Line, error) {
		if buses[text] == nil {
			buses[text] = f.ports.Bus(text, baud, ff68.Options{Log: log})
		}
		return buses[text].Line
	}
	if d := c.Display; d.Port != "" {
		var shared func(context.Context) (*ff68.Line, error)
		if d.Type == config.TypeFF68 {
			shared = line(d.Port, d.Bus().Baud)
		}
		_, open, err := f.ports.Above(c.Window, d, shared)
		if err != nil {
			return nil, err
		}
		f.display = supervise(f, devices.Options{ID: "display", Kind: devices.Display, Log: log}, open)
	}
	if k := c.Keypad; k.Port != "" {
		f.keypad = supervise(f, devices.Options{ID: "keypad", Kind: devices.Keypad, Log: log}, f.ports.Keypad(k, line(k.Port, k.Baud), log, f.press))
	}
	return f, nil
}

// supervise makes the supervisor of a device and has it told of its port.
func supervise[D devices.Device](f *fitted, o devices.Options, open drivers.Opener[D]) *devices.Supervisor[D] {
	s := devices.NewSupervisor(o, open.Open)
	f.stops = append(f.stops, f.ports.Follow(open.Port, open.Via, s.Plugged))
	return s
}

// press takes a key from the bus. A window that does not keep up loses it.
func (f *fitted) press(k keypad.Key) {
	select {
	case f.pressed <- k:
	default:
	}
}

// run looks after the devices until ctx ends and they are closed.
func (f *fitted) run(ctx context.Context) {
	var g sync.WaitGroup
	for _, stop := range f.stops {
		defer stop()
	}
	g.Go(func() { f.ports.Run(ctx) })
	if f.display != nil {
		g.Go(func() { f.display.Run(ctx) })
	}
	if f.keypad != nil {
		g.Go(func() { f.keypad.Run(ctx) })
	}
	g.Wait()
}

// start gives the model the devices that are fitted.
func (f *fitted) start(m counter.Model) counter.Model {
	if f.display != nil {
		m.Display = f.display.Health().State
	}
	if f.keypad != nil {
		m.Keypad = f.keypad.Health().State
	}
	return m
}

// report hands keys and the health of the devices to the window until the
// returned function is called.
func (f *fitted) report(ctx context.Context, r *counter.Runner) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var g sync.WaitGroup
	g.Go(func() {
		for {
			select {
			case k := <-f.pressed:
				if id := control(k); id != "" {
					r.Press(id)
				}
			case <-ctx.Done():
				return
			}
		}
	})
	if f.display != nil {
		g.Go(func() { follow(ctx, devices.Display, f.display.Watch, r) })
	}
	if f.keypad != nil {
		g.Go(func() { follow(ctx, devices.Keypad, f.keypad.Watch, r) })
	}
	return func() { cancel(); g.Wait() }
}

// follow hands every change of a device's health to the window. A supervisor
// must not wait for the window, so only the newest health is kept.
func follow(ctx context.Context, kind devices.Kind, watch func(func(devices.Health)) func(), r *counter.Runner) {
	news := make(chan devices.State, 1)
	stop := watch(func(h devices.Health) {
		select {
		case <-news: // older and not seen yet
		default:
		}
		news <- h.State
	})
	defer stop()
	for {
		select {
		case s := <-news:
			r.Device(ctx, kind, s)
		case <-ctx.Done():
			return
		}
	}
}

// controls are the keys of the keypad that a window understands.
var controls = map[keypad.Key]string{
	keypad.KeyNext:   counter.CtlNext,
	keypad.KeyRecall: counter.CtlRecall,
	keypad.KeyMiss:   counter.CtlMiss,
	keypad.KeyStart:  counter.CtlStart,
	keypad.KeyFinish: counter.CtlFinish,
}

// control returns what a key stands for, "" for nothing. Digits type the staff
// number and the PIN, and Enter behind them goes on.
func control(k keypad.Key) string {
	if _, dialled := k.Called(); dialled {
		return counter.CtlSignIn
	}
	if len(k) == 1 && k[0] >= '0' && k[0] <= '9' {
		return "key." + string(k)
	}
	return controls[k]
}

// Show shows a number on the display; without one there is nothing to do.
func (f *fitted) Show(ctx context.Context, n queue.Number) error {
	return f.do(ctx, func(ctx context.Context, w drivers.Above) error { return w.Show(ctx, n) })
}

// Waiting shows how many people wait.
func (f *fitted) Waiting(ctx context.Context, n int) error {
	return f.do(ctx, func(ctx context.Context, w drivers.Above) error { return w.Waiting(ctx, n) })
}

// Clear makes the display dark.
func (f *fitted) Clear(ctx context.Context) error {
	return f.do(ctx, func(ctx context.Context, w drivers.Above) error { return w.Clear(ctx) })
}

func (f *fitted) do(ctx context.Context, call func(context.Context, drivers.Above) error) error {
	if f.display == nil {
		return nil
	}
	return f.display.Do(ctx, call)
}
