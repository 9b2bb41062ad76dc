package outbox

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"regexp"
	"sync"
	"sync/atomic"
	"time"

	"hallway/app/hall/catalogue"
	"hallway/app/hall/client"
	"hallway/app/operation"
	"hallway/app/outbox/disk"
)

// Options say what a terminal's store needs. Dir, Terminal and Hall are
// required.
type Options struct {
	Dir       string              // data folder, made when it is missing
	Terminal  string              // three digits, part of every receipt number
	Hall      *client.Client      // Open sets its clock
	ReserveMB int                 // free disk space in MiB below which nothing is accepted
	Answer    time.Duration       // how long a citizen waits for the hall; 0 = 3 s
	Now       func() time.Time    // nil = time.Now
	Random    io.Reader           // nil = crypto/rand
	NewID     func() operation.ID // nil = operation.IDs of Now and Random
	Log       *slog.Logger        // nil = nowhere
	Disk      disk.Disk           // what Dir lies on; nil = the system's

	sync string // see store.sync
}

// defaultAnswer is how long somebody stands before a screen that does nothing
// without pressing again.
const defaultAnswer = 3 * time.Second

// fill sets what was left out.
func (o *Options) fill() error {
	if !regexp.MustCompile(`^[0-9]{3}$`).MatchString(o.Terminal) {
		return fmt.Errorf("outbox: terminal %q does not have three digits, correct it in the configuration", o.Terminal)
	}
	if o.Answer == 0 {
		o.Answer = defaultAnswer
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Random == nil {
		o.Random = rand.Reader
	}
	o.Random = &lockedReader{r: o.Random}
	if o.NewID == nil {
		o.NewID = operation.IDs(o.Now, o.Random)
	}
	if o.Log == nil {
		o.Log = discard()
	}
	if o.Disk == nil {
		o.Disk = disk.Dir(o.Dir)
	}
	o.Hall.Now = o.Now
	return nil
}

func discard() *slog.Logger { return slog.New(slog.DiscardHandler) }

// A Terminal answers citizens' wishes out of the hall or out of its own store.
// Its methods may be called by several goroutines.
type Terminal struct {
	o     Options
	lock  *os.File
	store *store

	hall     atomic.Pointer[hallInfo]
	goods    atomic.Pointer[catalogue.Catalogue]
	online   atomic.Bool
	delivery atomic.Pointer[Delivery] // how sending went last
	down     atomic.Int64             // unix ns since when the hall does not answer
	away     atomic.Int64             // ns for which it did not, when it last came back

	asking  inflight // interactive operations that somebody waits for
	settled waiters  // applications whose answer somebody waits for
	watch   watchers

	wake    chan struct{} // a new operation waits
	linkUp  chan struct{} // the hall was heard
	refresh chan struct{} // look at the hall now

	run  sync.Mutex // held while Run runs
	stop context.CancelFunc
	life context.Context
}

// Open takes the data folder and opens or makes the store. It does not speak
// to the hall. Another program that holds the folder gives an error that wraps
// [devices.ErrBusy]. Operations whose answer nobody saw before the last stop
// are replaced, so that the hall undoes them or takes them as requests.
func Open(ctx context.Context, o Options) (*Terminal, error) {
	if err := o.fill(); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("outbox: data folder: %w", err)
	}
	lock, err := lockDir(o.Dir)
	if err != nil {
		return nil, err
	}
	t := &Terminal{o: o, lock: lock,
		wake: make(chan struct{}, 1), linkUp: make(chan struct{}, 1), refresh: make(chan struct{}, 1)}
	t.life, t.stop = context.WithCancel(context.Background())
	if t.store, err = openStore(ctx, storeOptions{disk: o.Disk, sync: o.sync, terminal: o.Terminal, now: o.Now, log: o.Log, walAlarm: walAlarm}); err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	if err := t.resume(ctx); err != nil {
		return nil, errors.Join(err, t.Close())
	}
	return t, nil
}

// resume takes up what the store holds.
func (t *Terminal) resume(ctx context.Context) error {
	if err := t.loadCache(ctx); err != nil {
		return err
	}
	return t.adoptOrphans(ctx)
}

// Close ends Run, waits for it, and gives the folder free. It may be called
// twice.
func (t *Terminal) Close() error {
	t.stop()
	t.run.Lock()
	defer t.run.Unlock()
	t.o.Hall.Close()
	if t.lock == nil {
		return nil
	}
	err := errors.Join(t.store.shut(), t.lock.Close())
	t.lock = nil
	return err
}

// Online reports whether the hall answered the last call.
func (t *Terminal) Online() bool { return t.online.Load() }

// Pending returns how many operations wait to be sent.
func (t *Terminal) Pending() int { return int(t.store.pending.Load()) }

// Watch calls f whenever Online, Pending, the hall's data or the catalogue
// changed, until stop is called. f runs on the goroutine that made the change:
// it must be quick and must not call the Terminal's waiting methods.
func (t *Terminal) Watch(f func()) (stop func()) { return t.watch.add(f) }

// heard notes whether a call reached the hall and was answered by it.
func (t *Terminal) heard(err error) {
	if errors.Is(err, context.Canceled) {
		return // the asker left; it says nothing about the hall
	}
	up := answered(err)
	if t.online.Swap(up) == up {
		return
	}
	if up {
		if down := t.down.Load(); down != 0 {
			t.away.Store(time.Now().UnixNano() - down)
		}
		t.o.Log.Info("hall answers again", "waiting", t.Pending())
		nudge(t.linkUp)
		nudge(t.refresh)
	} else {
		t.down.Store(time.Now().UnixNano())
		t.o.Log.Warn("hall does not answer", "err", err)
	}
	t.watch.call()
}

// answered reports whether err, of a call, still means that a working hall
// answered. A hall that refuses the terminal itself or is overloaded is none.
func answered(err error) bool {
	var p *client.Problem
	if errors.As(err, &p) {
		return p.Status >= 400 && p.Status < 500 && p.Status != 401 && p.Status != 403 && p.Status != 429
	}
	return err == nil
}

// nudge leaves a message for a loop that may be busy.
func nudge(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// drain forgets a message that nobody needs any more.
func drain(c chan struct{}) {
	select {
	case <-c:
	default:
	}
}

// random returns a random duration below top.
func (t *Terminal) random(top time.Duration) time.Duration {
	var b [8]byte
	if _, err := io.ReadFull(t.o.Random, b[:]); err != nil || top <= 0 {
		return top / 2
	}
	var n uint64
	for _, x := range b {
		n = n<<8 | uint64(x)
	}
	return time.Duration(n % uint64(top))
}
