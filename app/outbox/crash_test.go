package outbox

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"hallway/app/operation"
	"hallway/app/outbox/crashfs"
	"hallway/app/outbox/oplog"
)

// rounds is how often a test of chance is repeated: n times, and soak times
// when HALLWAY_SOAK is set, as make soak does.
func rounds(n, soak int) int {
	if os.Getenv("HALLWAY_SOAK") != "" {
		return soak
	}
	return n
}

// crash is one power cut while citizens are served.
type crash struct {
	seed uint64
	mode crashfs.Mode
	sync string // PRAGMA synchronous, "" = as always
	lie  string // prefix of the files whose fsync does nothing, "." for all
}

// String is what repeats the crash.
func (c crash) String() string {
	return fmt.Sprintf("seed %d, unsynced %v, synchronous %s, disk lies about %q", c.seed, c.mode, cmp.Or(c.sync, "FULL"), c.lie)
}

// crashRig is a rig on a disk that may lose power.
func crashRig(t testing.TB, change ...func(*Options)) (*rig, *crashfs.Disk) {
	t.Helper()
	dir := t.TempDir()
	d, err := crashfs.New(dir)
	if err != nil {
		t.Fatal(err)
	}
	r := enrolledRig(t, append(change, func(o *Options) {
		o.Dir, o.Disk, o.Answer = dir, d, 50*time.Millisecond
	})...)
	r.hall.set(fault{before: onlyOps(status500)})
	r.online.Store(false)
	return r, d
}

// told is what citizens were told before the power went.
type told struct {
	receipts map[string]operation.ID
	numbers  map[string]operation.ID
}

// serve accepts applications and numbers until the power goes.
func (said told) serve(t testing.TB, r *rig, d *crashfs.Disk) {
	for i := 0; i < 300 && !d.Dead(); i++ { // a terminal whose disk lied accepts nothing
		if i%4 == 3 {
			if ticket, err := r.take(t); err == nil {
				said.numbers[ticket.Number] = ticket.Op
			}
			continue
		}
		if a, err := r.apply(t, "A1"); err == nil {
			said.receipts[a.Receipt] = a.Op
		}
	}
}

// lostBy counts what was told and r does not know.
func (said told) lostBy(t testing.TB, r *rig) (lost int) {
	receipts := r.set(t, `SELECT receipt FROM op WHERE receipt IS NOT NULL AND state = 'pending' AND body IS NOT NULL`)
	numbers := r.set(t, `SELECT prefix || n FROM number`)
	undecided := r.set(t, `SELECT CAST(record AS TEXT) FROM unconfirmed`)
	for receipt := range said.receipts {
		if !receipts[receipt] && !undecided.mention(string(said.receipts[receipt])) {
			lost++
		}
	}
	for number := range said.numbers {
		if !numbers[number] && !undecided.mention(string(said.numbers[number])) {
			lost++
		}
	}
	return lost
}

// texts are what a query found.
type texts map[string]bool

// mention reports whether one of the texts holds s. What a person must decide
// about is not lost: when the database is, nothing tells an operation that was
// never committed from the last one that was.
func (all texts) mention(s string) bool {
	for text := range all {
		if strings.Contains(text, s) {
			return true
		}
	}
	return false
}

// set returns what a query finds, and fails when it finds something twice.
func (r *rig) set(t testing.TB, query string) texts {
	t.Helper()
	rows, err := r.store.reader.Query(query)
	if err != nil {
		t.Fatal(err)
	}
	found, err := collect[string](rows)
	if err != nil {
		t.Fatal(err)
	}
	all := texts{}
	for _, s := range found {
		if all[s] {
			t.Errorf("%s is there twice", s)
		}
		all[s] = true
	}
	return all
}

// after starts a terminal from what the disk may hold now, on a disk that may
// lose power again.
func (r *rig) after(t testing.TB, d *crashfs.Disk, m crashfs.Mode, rng *rand.Rand) (*rig, *crashfs.Disk, error) {
	t.Helper()
	_ = r.Close() // its disk is dead
	dir := t.TempDir()
	if err := d.Image(dir, m, rng); err != nil {
		t.Fatal(err)
	}
	again, err := crashfs.New(dir)
	if err != nil {
		t.Fatal(err)
	}
	next := *r
	next.opts.Dir, next.opts.Disk = dir, again
	term, err := Open(t.Context(), next.opts)
	if err != nil {
		return nil, nil, err
	}
	next.Terminal = term
	t.Cleanup(func() { term.Close() }) // fails when the power is gone
	return &next, again, nil
}

// run serves citizens through a number of power cuts and returns how many were
// told something, and what any later start did not know of it. Everything else
// that must hold after a power cut fails the test.
func (c crash) run(t *testing.T, cuts int) (acked, lost int) {
	t.Helper()
	rng := rand.New(rand.NewPCG(c.seed, uint64(c.mode)))
	r, d := crashRig(t, func(o *Options) { o.sync = c.sync })
	said := told{map[string]operation.ID{}, map[string]operation.ID{}}
	for range cuts {
		d.Lie(c.lies)
		d.CutAt(1 + rng.IntN(400))
		said.serve(t, r, d)
		acked = len(said.receipts) + len(said.numbers)
		var err error
		if r, d, err = r.after(t, d, c.mode, rng); err != nil {
			if !c.weak() {
				t.Errorf("%v: the terminal does not start: %v", c, err)
			}
			return acked, acked
		}
		if lost = said.lostBy(t, r); lost > 0 {
			return acked, lost
		}
		if !c.weak() {
			r.sound(t, c)
		}
		if c.sync == "" && c.lie == "" { // a database made anew has only what still mattered
			r.states(t)
		}
	}
	return acked, lost
}

func (c crash) lies(name string) bool {
	return c.lie == "." || c.lie != "" && strings.HasPrefix(name, c.lie)
}

// weak reports whether c may lose something.
func (c crash) weak() bool { return c.lie == "." || c.lie == oplog.Dir && c.sync != "" }

// sound fails unless the store is whole: the chain holds, nothing is there twice,
// every pending operation can be sent.
func (r *rig) sound(t testing.TB, what any) {
	t.Helper()
	if err := checkChain(t.Context(), r.store.reader); err != nil {
		t.Errorf("%v: %v", what, err)
	}
	if ok := mustRow(t, r.store.writer, "PRAGMA integrity_check"); ok != "ok" {
		t.Errorf("%v: integrity_check: %s", what, ok)
	}
	if n := mustRow(t, r.store.reader, `SELECT count(*) - count(DISTINCT receipt) FROM op WHERE receipt IS NOT NULL AND state <> 'replaced'`); n != "0" {
		t.Errorf("%v: %s receipts twice", what, n)
	}
	err := r.pendingOps(t.Context(), func(e operation.Envelope) bool {
		if err := e.Validate(); err != nil {
			t.Errorf("%v: operation %d cannot be sent: %v", what, e.Seq, err)
		}
		return true
	})
	if err != nil {
		t.Errorf("%v: %v", what, err)
	}
}

// TestT1PowerCutsLoseNothingThatWasTold cuts the power at random changes of the
// disk while citizens are served: ten times in a row, each time from what the
// cut before has left.
func TestT1PowerCutsLoseNothingThatWasTold(t *testing.T) {
	var acked int
	lives := rounds(9, 100)
	for seed := range lives {
		c := crash{seed: uint64(seed), mode: crashfs.Modes[seed%len(crashfs.Modes)]}
		a, lost := c.run(t, 10)
		acked += a
		if lost > 0 {
			t.Errorf("%v: %d of %d lost", c, lost, a)
		}
	}
	t.Logf("seeds 0 to %d: %d told in %d power cuts", lives-1, acked, 10*lives)
	if acked < 10*lives {
		t.Errorf("only %d were told something: the power goes too early to prove anything", acked)
	}
}

// TestT3TheHarnessFindsLosses is the control of T1: without a journal and with
// less than synchronous=FULL, and on a disk that lies about fsync, the same test
// loses what was told.
func TestT3TheHarnessFindsLosses(t *testing.T) {
	for _, weak := range []crash{{sync: "NORMAL", lie: oplog.Dir}, {sync: "OFF", lie: oplog.Dir}, {lie: "."}} {
		var acked, lost int
		for seed := range 3 {
			weak.seed, weak.mode = uint64(seed), crashfs.Modes[seed%len(crashfs.Modes)]
			a, l := weak.run(t, 3)
			acked, lost = acked+a, lost+l
		}
		t.Logf("%v: %d of %d lost", weak, lost, acked)
		if lost == 0 {
			t.Errorf("%v: nothing was lost", weak)
		}
	}
}

// TestT1EachMemoryAloneIsEnough cuts the power on disks that keep only one of
// database and journal.
func TestT1EachMemoryAloneIsEnough(t *testing.T) {
	for _, half := range []crash{{sync: "OFF"}, {lie: dbFile}, {lie: oplog.Dir}} {
		for seed := range rounds(3, 30) {
			half.seed, half.mode = uint64(seed), crashfs.Modes[seed%len(crashfs.Modes)]
			if acked, lost := half.run(t, 3); lost > 0 {
				t.Errorf("%v: %d of %d lost", half, lost, acked)
			}
		}
	}
}
