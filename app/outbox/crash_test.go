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
func serve(t testing.TB, r *rig, d *crashfs.Disk) told {
	said := told{map[string]operation.ID{}, map[string]operation.ID{}}
	for i := 0; !d.Dead(); i++ {
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
	return said
}

// after starts a terminal from what the disk may hold now.
func (r *rig) after(t testing.TB, d *crashfs.Disk, m crashfs.Mode, rng *rand.Rand) (*rig, error) {
	t.Helper()
	_ = r.Close() // its disk is dead
	dir := t.TempDir()
	if err := d.Image(dir, m, rng); err != nil {
		t.Fatal(err)
	}
	next := *r
	next.opts.Dir, next.opts.Disk, next.opts.sync = dir, nil, ""
	term, err := Open(t.Context(), next.opts)
	if err != nil {
		return nil, err
	}
	next.Terminal = term
	t.Cleanup(func() { term.Close() })
	return &next, nil
}

// run serves citizens until the power goes and returns how many were told
// something and what the next start does not know of it. Everything else that
// must hold after a power cut fails the test.
func (c crash) run(t *testing.T) (acked, lost int) {
	t.Helper()
	rng := rand.New(rand.NewPCG(c.seed, uint64(c.mode)))
	r, d := crashRig(t, func(o *Options) { o.sync = c.sync })
	d.Lie = c.lies
	d.CutAt(1 + rng.IntN(600))
	said := serve(t, r, d)
	acked = len(said.receipts) + len(said.numbers)
	next, err := r.after(t, d, c.mode, rng)
	if err != nil {
		if !c.weak() {
			t.Errorf("%v: the terminal does not start: %v", c, err)
		}
		return acked, acked
	}
	for receipt, op := range said.receipts {
		lost += next.missing(t, `SELECT count(*) FROM op WHERE receipt = ? AND state = 'pending' AND body IS NOT NULL`, receipt) * next.missing(t, unconfirmedQuery, op)
	}
	for number, op := range said.numbers {
		lost += next.missing(t, `SELECT count(*) FROM number WHERE prefix || n = ?`, number) * next.missing(t, unconfirmedQuery, op)
	}
	if !c.weak() {
		next.sound(t, c)
	}
	return acked, lost
}

func (c crash) lies(name string) bool {
	return c.lie == "." || c.lie != "" && strings.HasPrefix(name, c.lie)
}

// weak reports whether c may lose something.
func (c crash) weak() bool { return c.lie == "." || c.lie == oplog.Dir && c.sync != "" }

// missing is 1 unless the query finds exactly one.
func (r *rig) missing(t testing.TB, query string, arg any) int {
	t.Helper()
	var n int
	if err := r.store.reader.QueryRow(query, arg).Scan(&n); err != nil || n != 1 {
		return 1
	}
	return 0
}

// sound fails unless the store is whole: no sequence number missing, nothing
// twice, every pending operation can be sent.
func (r *rig) sound(t testing.TB, what any) {
	t.Helper()
	r.states(t)
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

// TestT1PowerCutsLoseNothingThatWasTold cuts the power at a random change of
// the disk while citizens are served.
func TestT1PowerCutsLoseNothingThatWasTold(t *testing.T) {
	var acked int
	cuts := rounds(90, 1000)
	for seed := range cuts {
		c := crash{seed: uint64(seed), mode: crashfs.Modes[seed%len(crashfs.Modes)]}
		a, lost := c.run(t)
		acked += a
		if lost > 0 {
			t.Errorf("%v: %d of %d lost", c, lost, a)
		}
	}
	t.Logf("%d told in %d power cuts", acked, cuts)
	if acked < cuts {
		t.Errorf("only %d were told something: the power goes too early to prove anything", acked)
	}
}

// TestT3TheHarnessFindsLosses is the control of T1: without a journal and with
// less than synchronous=FULL, and on a disk that lies about fsync, the same test
// loses what was told.
func TestT3TheHarnessFindsLosses(t *testing.T) {
	for _, weak := range []crash{{sync: "NORMAL", lie: oplog.Dir}, {sync: "OFF", lie: oplog.Dir}, {lie: "."}} {
		var acked, lost int
		for seed := range 9 {
			weak.seed, weak.mode = uint64(seed), crashfs.Modes[seed%len(crashfs.Modes)]
			a, l := weak.run(t)
			acked, lost = acked+a, lost+l
		}
		t.Logf("%v: %d of %d lost", weak, lost, acked)
		if lost == 0 {
			t.Errorf("%v: nothing was lost", weak)
		}
	}
}

// unconfirmedQuery finds what a person must decide about. When the database is
// lost, nothing tells an operation that was never committed from the last one
// that was.
const unconfirmedQuery = `SELECT count(*) FROM unconfirmed WHERE instr(CAST(record AS TEXT), ?) > 0`

// TestT1EachMemoryAloneIsEnough cuts the power on disks that keep only one of
// database and journal.
func TestT1EachMemoryAloneIsEnough(t *testing.T) {
	for _, half := range []crash{{sync: "OFF"}, {lie: dbFile}, {lie: oplog.Dir}} {
		for seed := range rounds(6, 100) {
			half.seed, half.mode = uint64(seed), crashfs.Modes[seed%len(crashfs.Modes)]
			if acked, lost := half.run(t); lost > 0 {
				t.Errorf("%v: %d of %d lost", half, lost, acked)
			}
		}
	}
}
