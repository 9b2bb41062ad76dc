package devicestest

import (
	"context"
	"sync"

	"hallway/devices/sim"
)

// powered is a device that may lose its power and then starts afresh.
type powered struct {
	fresh func() Sim

	mu  sync.Mutex
	now Sim
	off context.CancelFunc // of the one that serves
}

var _ sim.Resetter = (*powered)(nil)

func (p *powered) present() Sim {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.now
}

// Apply hands a directive of a script to the device.
func (p *powered) Apply(d sim.Directive) error {
	if a, ok := p.present().(sim.Applier); ok {
		return a.Apply(d)
	}
	return nil
}

// Reset cuts the power for a moment.
func (p *powered) Reset() {
	fresh := p.fresh()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.now = fresh
	if p.off != nil {
		p.off()
	}
}

// serve runs the device until the line is gone. A patient line is one that may
// make the device wait.
func (p *powered) serve(line *sim.Faulty, patient bool) error {
	for {
		p.mu.Lock()
		ctx, cancel := context.WithCancel(context.Background())
		device := p.now
		p.off = cancel
		p.mu.Unlock()
		err := serveOn(ctx, device, line, patient)
		over := ctx.Err() == nil
		cancel()
		if over || err != nil {
			return err
		}
	}
}

func serveOn(ctx context.Context, device Sim, line *sim.Faulty, patient bool) error {
	if patient {
		return device.Serve(ctx, line)
	}
	o := newOutbox(line)
	defer o.stop()
	return device.Serve(ctx, o)
}
