package devicestest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"hallway/devices"
)

// A Member is one device of a [Soak].
type Member struct {
	Name string
	Suite
	On Transport
	// Effects counts what the device has done for commands, such as tickets on
	// paper; nil when that cannot be counted. Outcomes must agree with it, so
	// the line of such a device drops and stalls but does not change bytes.
	Effects func(s Sim) int
}

// SoakTime returns how long a soak runs: as SoakVariable says, or short.
func SoakTime(t testing.TB, short time.Duration) time.Duration {
	t.Helper()
	text := os.Getenv(SoakVariable)
	if text == "" {
		return short
	}
	d, err := time.ParseDuration(text)
	if err != nil || d <= 0 {
		t.Fatalf("%s=%s: use a duration such as 1h", SoakVariable, text)
	}
	return d
}

// Soak keeps supervised devices busy for d while their lines are unplugged,
// joined, stalled and spoilt, their power fails, and people switch them off and
// on, all in an order that seed decides. It then makes every line good and
// demands that every device is ready and obeys, that the outcomes of all
// commands agree with what the devices did, that the history of changes has no
// gap, and that no file and no goroutine is left.
//
// When every member is on a virtual transport, d is time of a false clock.
func Soak(t *testing.T, d time.Duration, seed uint64, members ...Member) {
	t.Helper()
	real := slices.ContainsFunc(members, func(m Member) bool { return !m.On.Virtual })
	if !real {
		synctest.Test(t, func(t *testing.T) { soak(t, d, seed, members) })
		return
	}
	files, routines := held(t), runtime.NumGoroutine()
	t.Run("devices", func(t *testing.T) { soak(t, d, seed, members) })
	for deadline := time.Now().Add(patience); ; time.Sleep(time.Millisecond) {
		nowFiles, nowRoutines := held(t), runtime.NumGoroutine()
		if nowFiles <= files && nowRoutines <= routines {
			return
		}
		if time.Now().After(deadline) {
			t.Errorf("left over: %d files, %d goroutines", nowFiles-files, nowRoutines-routines)
			return
		}
	}
}

func soak(t *testing.T, d time.Duration, seed uint64, members []Member) {
	history := devices.NewHistory()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	defer cancel()
	watcher := &watcher{states: map[string]devices.State{}}
	bathers := make([]*bather, len(members))
	var busy sync.WaitGroup
	for i, m := range members {
		b := newBather(t, m, history, seed, uint64(i))
		bathers[i] = b
		busy.Go(func() { b.disturb(ctx) })
		busy.Go(func() { b.use(ctx) })
	}
	busy.Go(func() { watcher.follow(ctx, t, history) })
	busy.Wait()
	for _, b := range bathers {
		b.calm()
	}
	for _, b := range bathers {
		b.conclude()
	}
	watcher.read(t, history)
	if t.Failed() {
		t.Logf("seed %d", seed)
	}
}

// A bather is one device in the soak.
type bather struct {
	*bench
	Member
	super     *devices.Supervisor[devices.Device]
	hand      *rand.Rand // of who disturbs
	user      *rand.Rand // of who commands
	condition *Condition // that is set; nil = none

	called  [3]int // commands by outcome
	refused int    // commands that did not reach the driver
}

func newBather(t *testing.T, m Member, history *devices.History, seed, number uint64) *bather {
	m.Suite.on = m.On
	b := &bather{
		bench: m.Suite.bench(t), Member: m,
		hand: rand.New(rand.NewPCG(seed, 2*number)), user: rand.New(rand.NewPCG(seed, 2*number+1)),
	}
	b.super = devices.NewSupervisor(devices.Options{ID: m.Name, CheckEvery: 50 * time.Millisecond, History: history}, b.openOnce)
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { b.super.Run(ctx) })
	t.Cleanup(func() {
		cancel()
		running.Wait()
		if s := b.super.Health().State; s != devices.Disabled {
			t.Errorf("%s is %v after its supervisor has ended", m.Name, s)
		}
	})
	return b
}

// between returns a random time from zero to most.
func between(r *rand.Rand, most time.Duration) time.Duration {
	return time.Duration(r.Int64N(int64(most)))
}

// troubles of a line that passes the right bytes, and of one that does not. The
// verb is milliseconds.
var (
	troubles = []string{
		"drop for=%dms", "drop at=byte:200 for=%dms", "stall for=%dms", "stall at=out:3 for=%dms", "late by=30ms for=%dms", "slow bytes/s=20000 for=%dms",
	}
	spoilers = []string{
		"garble rate=1/100 for=%dms", "lose rate=1/100 for=%dms", "double rate=1/100 for=%dms", "junk bytes=5 for=%dms", "reset for=%dms",
	}
)

// disturb does one bad or good thing after the other until ctx ends.
func (b *bather) disturb(ctx context.Context) {
	for devices.Pause(ctx, between(b.hand, 300*time.Millisecond)) == nil {
		switch b.hand.IntN(10) {
		case 0:
			b.unplug(b.hand.IntN(2) == 0)
		case 1, 2, 3:
			b.replug(b.hand.IntN(2) == 0)
		case 4:
			b.super.Enable(b.hand.IntN(3) > 0)
		case 5:
			b.toggle()
		case 6:
			b.line.Clear()
		default:
			b.trouble()
		}
	}
}

func (b *bather) unplug(told bool) {
	if err := b.port.Line.Unplug(); err != nil {
		b.Errorf("%s: unplug: %v", b.Name, err)
	}
	if told {
		b.super.Plugged(false)
	}
}

func (b *bather) replug(told bool) {
	if err := b.port.Line.Replug(); err != nil {
		b.Errorf("%s: replug: %v", b.Name, err)
	}
	if told {
		b.super.Plugged(true)
	}
}

// toggle brings a condition about, or clears the one that is there.
func (b *bather) toggle() {
	if b.condition != nil {
		b.condition.Clear(b.sim())
		b.condition = nil
		return
	}
	if n := len(b.Conditions); n > 0 {
		b.condition = &b.Conditions[b.hand.IntN(n)]
		b.condition.Set(b.sim())
	}
}

func (b *bather) trouble() {
	all := troubles
	if b.Effects == nil {
		all = append(slices.Clip(all), spoilers...)
	}
	b.fault(fmt.Sprintf(all[b.hand.IntN(len(all))], 1+b.hand.IntN(500)))
}

// use sends commands and checks until ctx ends.
func (b *bather) use(ctx context.Context) {
	for devices.Pause(ctx, between(b.user, 100*time.Millisecond)) == nil {
		limit := 20*time.Millisecond + between(b.user, 2*time.Second)
		limited, cancel := context.WithTimeout(ctx, limit)
		if b.user.IntN(4) == 0 {
			_, _ = b.super.Check(limited)
		} else {
			b.demand(limited)
		}
		cancel()
	}
}

// demand sends one command and counts what became of it.
func (b *bather) demand(ctx context.Context) {
	called := false
	outcome := devices.NotDone
	err := b.super.Do(ctx, func(ctx context.Context, dev devices.Device) (err error) {
		called = true
		if b.Outcome != nil {
			outcome, err = b.Outcome(ctx, dev)
		} else if err = b.Command(ctx, dev); err == nil {
			outcome = devices.Done
		} else {
			outcome = devices.Unknown
		}
		return err
	})
	switch {
	case !called && err == nil:
		b.Errorf("%s: a command that never ran succeeds", b.Name)
	case !called:
		b.refused++
	default:
		b.called[outcome]++
	}
}

// calm makes everything good again.
func (b *bather) calm() {
	b.line.Clear()
	if b.condition != nil {
		b.condition.Clear(b.sim())
	}
	for _, c := range b.Conditions {
		c.Clear(b.sim())
	}
	if b.Effects == nil {
		b.device.Reset() // it may wait for the rest of a spoilt message
	}
	b.super.Enable(true)
	b.replug(true)
}

// conclude demands a device that works and outcomes that agree with it.
func (b *bather) conclude() {
	b.Helper()
	b.await(b.super, func(s devices.State) bool { return s == devices.Ready }, "becomes ready: "+b.Name)
	ctx, cancel := context.WithTimeout(b.Context(), 2*patience)
	defer cancel()
	for {
		before := b.called[devices.Done]
		b.demand(ctx)
		if b.called[devices.Done] > before {
			break
		}
		if devices.Pause(ctx, 10*time.Millisecond) != nil {
			b.Errorf("%s obeys no command any more, it is %+v", b.Name, b.super.Health())
			break
		}
	}
	b.Logf("%s: %d commands done, %d not done, %d unknown, %d refused", b.Name, b.called[devices.Done], b.called[devices.NotDone], b.called[devices.Unknown], b.refused)
	if b.Effects == nil {
		return
	}
	b.state()
	done, most := b.called[devices.Done], b.called[devices.Done]+b.called[devices.Unknown]
	if n := b.Effects(b.sim()); n < done || n > most {
		b.Errorf("%s: %d effects, but %d commands are done and %d unknown", b.Name, n, done, most-done)
	}
}

// A watcher follows the history of changes.
type watcher struct {
	seq    uint64
	states map[string]devices.State
}

// follow reads the history until ctx ends.
func (w *watcher) follow(ctx context.Context, t *testing.T, h *devices.History) {
	for ctx.Err() == nil {
		more := h.More()
		w.read(t, h)
		select {
		case <-more:
		case <-ctx.Done():
		}
	}
}

// read checks that each change goes on where the one before ended.
func (w *watcher) read(t *testing.T, h *devices.History) {
	for _, e := range h.Since(w.seq) {
		if e.Seq != w.seq+1 {
			t.Errorf("event %d follows %d", e.Seq, w.seq)
		}
		if was, known := w.states[e.Device]; known && was != e.From {
			t.Errorf("event %d: %s was %v and changes from %v", e.Seq, e.Device, was, e.From)
		}
		if !e.To.Usable() && e.To != devices.Faulted && e.To != devices.Disabled && e.To != devices.Opening && e.Err == nil {
			t.Errorf("event %d: %s is %v for no reason", e.Seq, e.Device, e.To)
		}
		w.seq, w.states[e.Device] = e.Seq, e.To
	}
}
