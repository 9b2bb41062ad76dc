package devicestest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"hallway/devices"
	"hallway/devices/sim"
)

// patience is how long anything may take that has to end by itself. It is far
// above every driver's own limit, so that it ends only what hangs.
const patience = 20 * time.Second

// A bench is a simulated device behind a line that can be broken.
type bench struct {
	testing.TB
	suite  Suite
	device *powered
	port   Port
	line   *sim.Faulty
}

func (s Suite) bench(t testing.TB) *bench {
	t.Helper()
	b := &bench{TB: t, suite: s, device: &powered{fresh: s.New}, port: s.on.Plug(t)}
	b.device.now = s.New()
	var err error
	if b.line, err = sim.NewFaulty(b.port.Line, nil, b.device); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- b.device.serve(b.line, !s.on.Virtual) }()
	t.Cleanup(func() {
		err := b.line.Close()
		select {
		case served := <-done:
			err = errors.Join(err, served)
		case <-time.After(patience):
			err = errors.New("the simulator does not end with its line")
		}
		if err != nil {
			t.Error(err)
		}
	})
	return b
}

// sim returns the device that has power now.
func (b *bench) sim() Sim { return b.device.present() }

// fault adds a fault to the line.
func (b *bench) fault(script string) {
	b.Helper()
	s, err := sim.ParseScript(script)
	for _, d := range s {
		err = errors.Join(err, b.line.Add(d))
	}
	if err != nil {
		b.Fatal(err)
	}
}

// open opens the driver, or returns its error.
func (b *bench) open() (devices.Device, error) {
	ctx, cancel := context.WithTimeout(b.Context(), patience)
	defer cancel()
	dev, err := b.openOnce(ctx)
	if err == nil {
		b.Cleanup(func() { _ = dev.Close() })
	}
	return dev, err
}

// openOnce opens the driver for a caller that closes it.
func (b *bench) openOnce(ctx context.Context) (devices.Device, error) {
	conn, err := b.port.Open(ctx)
	if err != nil {
		return nil, err
	}
	dev, err := b.suite.Open(ctx, conn)
	if err == nil {
		return dev, nil
	}
	if _, used := conn.Write(context.WithoutCancel(ctx), nil); !errors.Is(used, devices.ErrClosed) {
		b.Errorf("Open failed (%v) and left the port open", err)
		_ = conn.Close()
	}
	return nil, err
}

// mustOpen opens the driver.
func (b *bench) mustOpen() devices.Device {
	b.Helper()
	dev, err := b.open()
	if err != nil {
		b.Fatalf("open: %v", err)
	}
	return dev
}

// finish returns what f returns, or fails when it does not.
func (b *bench) finish(what string, f func(ctx context.Context) error) error {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.Context(), patience)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- f(ctx) }()
	select {
	case err := <-done:
		return err
	case <-time.After(2 * patience):
		b.Fatalf("%s does not end", what)
		return nil
	}
}

func (b *bench) command(dev devices.Device) error {
	b.Helper()
	return b.finish("command", func(ctx context.Context) error { return b.suite.Command(ctx, dev) })
}

func (b *bench) check(dev devices.Device) error {
	b.Helper()
	_, err := b.conditions(dev)
	return err
}

// conditions checks the device; one that cannot tell has none.
func (b *bench) conditions(dev devices.Device) (list []devices.Condition, err error) {
	b.Helper()
	err = b.finish("check", func(ctx context.Context) (err error) {
		list, err = dev.Check(ctx)
		return err
	})
	if b.suite.Mute && errors.Is(err, devices.ErrNoStatus) {
		err = nil
	}
	return list, err
}

// state waits until what can be seen of the device stays the same.
func (b *bench) state() string {
	if b.suite.State == nil {
		return ""
	}
	seen := b.suite.State(b.sim())
	for quiet := 0; quiet < 10; quiet++ {
		time.Sleep(2 * time.Millisecond)
		if now := b.suite.State(b.sim()); now != seen {
			seen, quiet = now, 0
		}
	}
	return seen
}

// until waits for what must come.
func (b *bench) until(what string, ok func() bool) {
	b.Helper()
	for deadline := time.Now().Add(patience); !ok(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			b.Fatalf("never %s", what)
		}
	}
}

// within fails when the step that began took longer than limit. Only a false
// clock measures it; on a busy machine time proves nothing.
func (b *bench) within(limit time.Duration, what string, began time.Time) {
	b.Helper()
	if took := time.Since(began); b.suite.on.Virtual && took > limit {
		b.Errorf("%s took %v, want at most %v", what, took, limit)
	}
}

// stalled begins commands on a line that passes nothing until one waits, and
// returns their end. A device that never answers is written to until its port
// is full.
func (b *bench) stalled(dev devices.Device, ctx context.Context) <-chan error {
	b.fault("stall")
	done := make(chan error, 1)
	begun := make(chan struct{})
	begin := sync.OnceFunc(func() { close(begun) })
	go func() {
		for {
			time.AfterFunc(20*time.Millisecond, begin)
			if err := b.suite.Command(ctx, dev); err != nil {
				done <- err
				return
			}
		}
	}()
	<-begun
	return done
}

// recovers opens the driver and commands it until that works. Two tries may
// fail: what the device got while the line was bad has to run off. A device that
// even then waits for the rest of a message is switched off and on, as a person
// would do it.
func (b *bench) recovers() {
	b.Helper()
	for range 3 {
		if b.works() == nil {
			return
		}
	}
	b.Log("the device is switched off and on")
	b.device.Reset()
	if err := b.works(); err != nil {
		b.Errorf("on a good line again: %v", err)
	}
}

// works opens, commands and closes the driver.
func (b *bench) works() error {
	b.Helper()
	dev, err := b.open()
	if err != nil {
		return fmt.Errorf("open: %w", err)
	}
	if err = b.command(dev); err != nil {
		err = fmt.Errorf("command: %w", err)
	}
	return errors.Join(err, dev.Close())
}

// length returns how many bytes a command passes, both ways.
func (b *bench) length() int {
	b.Helper()
	dev := b.mustOpen()
	b.state()
	in, out := b.line.Passed()
	if err := b.command(dev); err != nil {
		b.Fatal(err)
	}
	b.state()
	in2, out2 := b.line.Passed()
	if in2 == in {
		b.Fatal("the suite's Command sends nothing")
	}
	return in2 - in + out2 - out
}

// Offsets of an exchange that are tried: all of a short one, of a long one a
// sample, which is larger where a try costs no time.
const (
	shortExchange, sampled = 48, 24
	shortVirtual, virtual  = 1500, 300
)

// offsets returns the bytes of an exchange at which something happens.
func (s Suite) offsets(total int) []int {
	all := make([]int, total)
	for i := range all {
		all[i] = i
	}
	short, sample := shortExchange, sampled
	if s.on.Virtual {
		short, sample = shortVirtual, virtual
	}
	if long() || total <= short {
		return all
	}
	random := rand.New(rand.NewPCG(1, uint64(total)))
	random.Shuffle(total, func(i, j int) { all[i], all[j] = all[j], all[i] })
	return append([]int{0, total - 1}, all[:sample-2]...)
}
