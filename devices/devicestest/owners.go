package devicestest

import (
	"context"
	"errors"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"hallway/devices"
)

func (s Suite) secondOwner(t *testing.T) {
	b := s.bench(t)
	dev := b.mustOpen()
	if _, err := b.open(); !errors.Is(err, devices.ErrBusy) {
		t.Errorf("second owner: %v, want ErrBusy", err)
	}
	if err := b.command(dev); err != nil {
		t.Errorf("the first owner is disturbed: %v", err)
	}
}

// Rounds of opening and closing. A leak grows with them, and what else runs in
// the process does not.
const (
	manyRounds = 1000
	fewRounds  = 30
)

func (s Suite) reopens(t *testing.T) {
	b := s.bench(t)
	rounds := fewRounds
	if s.on.Virtual || long() {
		rounds = manyRounds
	}
	b.round()
	files, routines := held(t), runtime.NumGoroutine()
	for range rounds {
		b.round()
	}
	if now := held(t); now-files >= rounds/2 {
		t.Errorf("%d files open after %d rounds, before %d", now, rounds, files)
	}
	if now := runtime.NumGoroutine(); now-routines >= rounds/2 {
		t.Errorf("%d goroutines after %d rounds, before %d", now, rounds, routines)
	}
}

// round opens, checks and closes the device.
func (b *bench) round() {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.Context(), patience)
	defer cancel()
	dev, err := b.openOnce(ctx)
	if err != nil {
		b.Fatal(err)
	}
	if err := errors.Join(b.check(dev), dev.Close()); err != nil {
		b.Fatal(err)
	}
}

// held returns how many files the process has open.
func held(t testing.TB) int {
	t.Helper()
	list, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(list)
}

// supervise runs a supervisor on the bench until the test ends.
func (b *bench) supervise(o devices.Options, open func(context.Context) (devices.Device, error)) *devices.Supervisor[devices.Device] {
	o.ID = "device under test"
	super := devices.NewSupervisor(o, open)
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { super.Run(ctx) })
	b.Cleanup(func() {
		cancel()
		running.Wait()
	})
	return super
}

// await waits for a state.
func (b *bench) await(super *devices.Supervisor[devices.Device], ok func(devices.State) bool, what string) {
	b.Helper()
	reached := make(chan struct{})
	reach := sync.OnceFunc(func() { close(reached) })
	stop := super.Watch(func(h devices.Health) {
		if ok(h.State) {
			reach()
		}
	})
	defer stop()
	select {
	case <-reached:
	case <-time.After(2 * patience):
		b.Fatalf("device never %s, it is %+v", what, super.Health())
	}
}

func answers(s devices.State) bool { return s >= devices.Faulted }
func absent(s devices.State) bool  { return s == devices.Absent }

// lifeCycle unplugs a supervised device and plugs it in again, with and without
// a watcher of ports that tells the supervisor.
func (s Suite) lifeCycle(t *testing.T) {
	b := s.bench(t)
	super := b.supervise(devices.Options{CheckEvery: 20 * time.Millisecond}, b.openOnce)
	b.await(super, answers, "answers")
	for _, told := range []bool{false, true} {
		if err := b.port.Line.Unplug(); err != nil {
			t.Fatal(err)
		}
		if told {
			super.Plugged(false)
		}
		b.await(super, absent, "is absent")
		if err := super.Do(t.Context(), s.Command); !errors.Is(err, devices.ErrNotReady) {
			t.Errorf("command while unplugged: %v, want ErrNotReady", err)
		}
		if err := b.port.Line.Replug(); err != nil {
			t.Fatal(err)
		}
		if told {
			super.Plugged(true)
		}
		b.await(super, answers, "answers again")
		if err := super.Do(t.Context(), s.Command); err != nil {
			t.Errorf("command after a replug: %v", err)
		}
	}
}

// A turnstile counts who is inside of a device's Check.
type turnstile struct {
	devices.Device
	inside, most, total atomic.Int32
}

func (d *turnstile) Check(ctx context.Context) ([]devices.Condition, error) {
	now := d.inside.Add(1)
	defer d.inside.Add(-1)
	for most := d.most.Load(); now > most && !d.most.CompareAndSwap(most, now); most = d.most.Load() {
	}
	d.total.Add(1)
	return d.Device.Check(ctx)
}

// serialised asks for 100 checks at once.
func (s Suite) serialised(t *testing.T) {
	b := s.bench(t)
	d := &turnstile{}
	super := b.supervise(devices.Options{CheckEvery: time.Hour}, func(ctx context.Context) (devices.Device, error) {
		dev, err := b.openOnce(ctx)
		if err != nil {
			return nil, err
		}
		d.Device = dev
		return d, nil
	})
	b.await(super, answers, "answers")
	var asking sync.WaitGroup
	for range 100 {
		asking.Go(func() {
			if _, err := super.Check(t.Context()); err != nil {
				t.Errorf("check: %v", err)
			}
		})
	}
	asking.Wait()
	if d.most.Load() != 1 || d.total.Load() < 101 {
		t.Errorf("%d checks at once of %d", d.most.Load(), d.total.Load())
	}
}
