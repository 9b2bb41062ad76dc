package outbox

import (
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"hallway/app/operation"
	"hallway/app/outbox/crashfs"
	"hallway/app/outbox/disk"
	"hallway/app/outbox/oplog"
	"hallway/app/text"
)

// TestT2PowerCutsLoseNothingOfAGroup has many citizens share commits when the
// power goes.
func TestT2PowerCutsLoseNothingOfAGroup(t *testing.T) {
	var acked, commits int64
	for seed := range rounds(15, 200) {
		rng := rand.New(rand.NewPCG(uint64(seed), 2))
		m := crashfs.Modes[seed%len(crashfs.Modes)]
		r, d := crashRig(t)
		d.Fault(func(c crashfs.Call) error {
			if c.Kind == crashfs.Sync {
				time.Sleep(4 * time.Millisecond) // as on a flash card, so that a queue forms
			}
			return nil
		})
		d.CutAt(1 + rng.IntN(300))
		said := told{map[string]operation.ID{}, map[string]operation.ID{}}
		var mu sync.Mutex
		var crowd sync.WaitGroup
		for range 16 {
			crowd.Go(func() {
				for !d.Dead() {
					if a, err := r.apply(t, "A1"); err == nil {
						mu.Lock()
						said.receipts[a.Receipt] = a.Op
						mu.Unlock()
					}
				}
			})
		}
		crowd.Wait()
		acked, commits = acked+int64(len(said.receipts)), commits+r.store.commits.Load()
		next, _, err := r.after(t, d, m, rng)
		if err != nil {
			t.Fatalf("seed %d, unsynced %v: %v", seed, m, err)
		}
		if lost := said.lostBy(t, next); lost > 0 {
			t.Errorf("seed %d, unsynced %v: %d of %d lost", seed, m, lost, len(said.receipts))
		}
		next.sound(t, seed)
	}
	t.Logf("%d told in %d commits", acked, commits)
	if acked <= commits {
		t.Errorf("%d operations needed %d commits: they do not share any", acked, commits)
	}
}

// wantSentences fails unless err is a refusal that has words for the citizen and
// for the technician.
func wantSentences(t testing.TB, err error, codes ...string) {
	t.Helper()
	for _, code := range codes {
		if r := (*operation.Refusal)(nil); errors.As(err, &r) && r.Code == code {
			for _, key := range []string{"refusal." + code, "refusal." + code + ".tech"} {
				if !text.Has(key) {
					t.Errorf("no sentence for %s", key)
				}
			}
			return
		}
	}
	t.Errorf("err = %v, want a refusal with one of %v", err, codes)
}

// TestT4FullDiskAtEveryWrite lets the n-th write and all behind it find no space,
// for every n of an acceptance.
func TestT4FullDiskAtEveryWrite(t *testing.T) {
	refused := 0
	for n := 1; ; n++ {
		r, d := crashRig(t)
		before := r.mustApply(t)
		var full, count atomic.Int32
		d.Fault(func(c crashfs.Call) error {
			if c.Kind == crashfs.Write || c.Kind == crashfs.Create {
				if count.Add(1) >= int32(n) {
					full.Store(1)
					return syscall.ENOSPC
				}
			}
			return nil
		})
		during, err := r.apply(t, "A1")
		d.Fault(nil)
		if full.Load() == 0 {
			break
		}
		if err != nil {
			refused++
			wantSentences(t, err, operation.CodeStore)
		}
		after := r.mustApply(t)
		wantAccepted(t, r, fmt.Sprintf("write %d", n), err == nil, before, during, after)
	}
	if refused < 2 {
		t.Errorf("only %d writes of an acceptance could fail", refused)
	}
}

// wantAccepted fails unless before and after are stored and pending, during is
// when it was accepted, and nothing else; also from the journal alone.
func wantAccepted(t *testing.T, r *rig, when string, accepted bool, before, during, after operation.Accepted) {
	t.Helper()
	want := map[string]bool{before.Receipt: true, after.Receipt: true}
	if accepted {
		want[during.Receipt] = true
	}
	got := r.set(t, `SELECT receipt FROM op WHERE state = 'pending'`)
	if len(got) != len(want) || !got[before.Receipt] || !got[after.Receipt] || accepted && !got[during.Receipt] {
		t.Errorf("%s: stored are %v, accepted were %v", when, got, want)
	}
	r.sound(t, when)
	known, err := oplog.Read(r.opts.Disk)
	if err != nil {
		t.Fatal(err)
	}
	for receipt := range want {
		if !journalHas(known, receipt) {
			t.Errorf("%s: the journal does not know %s", when, receipt)
		}
	}
}

func journalHas(known *oplog.State, receipt string) bool {
	for _, op := range known.Ops() {
		if op.Receipt == receipt && known.StateOf(op.ID) == statePending {
			return true
		}
	}
	return false
}

// TestT5FailedFsync lets the n-th fsync from then on fail, for one n after the
// other. Whoever was accepted is stored, whoever was refused is not, and the
// terminal goes on.
func TestT5FailedFsync(t *testing.T) {
	r, d := crashRig(t)
	accepted, refused := map[string]bool{}, 0
	for n := 1; n <= 200; n += rounds(9, 1) {
		r.clock.move(failingWithin)
		var count, failed atomic.Int32
		d.Fault(func(c crashfs.Call) error {
			if (c.Kind == crashfs.Sync || c.Kind == crashfs.SyncDir) && count.Add(1) == int32(n) {
				failed.Store(1)
				return syscall.EIO
			}
			return nil
		})
		for failed.Load() == 0 {
			a, err := r.apply(t, "A1")
			if err != nil {
				refused++
				wantSentences(t, err, operation.CodeStore)
				continue
			}
			accepted[a.Receipt] = true
		}
		d.Fault(nil)
		accepted[r.mustApply(t).Receipt] = true
		got := r.set(t, `SELECT receipt FROM op WHERE state = 'pending'`)
		if len(got) != len(accepted) {
			t.Errorf("fsync %d: %d are stored, %d were accepted", n, len(got), len(accepted))
		}
		for receipt := range accepted {
			if !got[receipt] {
				t.Errorf("fsync %d: %s was accepted and is not stored", n, receipt)
			}
		}
	}
	r.sound(t, "after all")
	if refused < 5 {
		t.Errorf("only %d acceptances failed", refused)
	}
}

// model is what must survive of a terminal's store.
type model struct {
	live     map[operation.ID]string // kind, receipt, body
	receipts string
}

func (r *rig) model(t testing.TB) model {
	t.Helper()
	m := model{live: map[operation.ID]string{}}
	if err := r.store.read(func(db *sql.DB) error {
		rows, err := db.Query(`SELECT op_id, kind || ' ' || coalesce(receipt, '') || ' ' || coalesce(replaces, '') || ' ' || hex(body) || ' ' || device_ms || ' ' || seq
			FROM op WHERE state IN ('pending', 'attention')`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var id operation.ID
			var s string
			if err := rows.Scan(&id, &s); err != nil {
				return err
			}
			m.live[id] = s
		}
		return rows.Err()
	}); err != nil {
		t.Fatal(err)
	}
	m.receipts = mustRow(t, r.store.reader, `SELECT coalesce(group_concat(day || ' ' || last), '') FROM receipt_day`)
	return m
}

func (m model) want(t testing.TB, what any, got model) {
	t.Helper()
	for id, s := range m.live {
		if got.live[id] != s {
			t.Errorf("%v: operation %s is %.80q, was %.80q", what, id, got.live[id], s)
		}
	}
	if len(got.live) != len(m.live) || got.receipts != m.receipts {
		t.Errorf("%v: %d operations and receipts %s, were %d and %s", what, len(got.live), got.receipts, len(m.live), m.receipts)
	}
}

// busyRig has operations of every sort: applications, numbers, a request, one
// that is settled and one that needs a person.
func busyRig(t testing.TB, change ...func(*Options)) *rig {
	t.Helper()
	r, _ := crashRig(t, change...)
	r.hall.set(fault{})
	for _, item := range []string{"A1", "bad"} {
		if _, err := r.acceptApplication(t.Context(), r.Terminal.hall.Load(), r.id(), operation.ApplicationBody{Item: item}); err != nil {
			t.Fatal(err)
		}
	}
	stop := r.running(t)
	eventually(t, "the hall has answered", func() bool { return r.Pending() == 0 })
	stop()
	r.hall.set(fault{before: onlyOps(status500)})
	r.online.Store(false)
	for range 3 {
		r.mustApply(t)
		r.mustTake(t)
	}
	if _, err := r.book(t, "s1"); err != nil {
		t.Fatal(err)
	}
	return r
}

// spoilt starts a terminal from a copy of r's folder in which spoil did damage.
func (r *rig) spoilt(t testing.TB, spoil func(dir string)) (*rig, error) {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(r.opts.Dir)); err != nil {
		t.Fatal(err)
	}
	spoil(dir)
	next := *r
	next.opts.Dir, next.opts.Disk = dir, disk.Dir(dir)
	term, err := Open(t.Context(), next.opts)
	if err != nil {
		return nil, err
	}
	next.Terminal = term
	t.Cleanup(func() { term.Close() })
	return &next, nil
}

// TestT7BitFlipsAreFoundOrHarmless flips bits of database, log and journal.
// Whatever is damaged, the terminal starts with what was accepted.
func TestT7BitFlipsAreFoundOrHarmless(t *testing.T) {
	r := busyRig(t)
	want := r.model(t)
	snapshot := snapshot(t, r.opts.Dir)
	stopped := *r
	stopped.opts.Dir = snapshot
	segment, err := filepath.Glob(filepath.Join(snapshot, oplog.Dir, "*"))
	if err != nil || len(segment) != 1 {
		t.Fatal(segment, err)
	}
	rebuilt := 0
	for seed := range rounds(45, 300) {
		name := []string{dbFile, dbFile + "-wal", filepath.Join(oplog.Dir, filepath.Base(segment[0]))}[seed%3]
		rng := rand.New(rand.NewPCG(uint64(seed), 7))
		what := fmt.Sprintf("seed %d, %s", seed, name)
		next, err := stopped.spoilt(t, func(dir string) { flip(t, filepath.Join(dir, name), rng) })
		if err != nil {
			t.Errorf("%s: %v", what, err)
			continue
		}
		want.want(t, what, next.model(t))
		if next.store.rebuilt.Load() || next.store.untrusted.Load() {
			rebuilt++
		}
		if err := next.Close(); err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	t.Logf("%d of %d flips made a rebuild or a warning", rebuilt, rounds(45, 300))
	if rebuilt == 0 {
		t.Error("no flip did any damage: the test proves nothing")
	}
}

func flip(t testing.TB, path string, rng *rand.Rand) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b[rng.IntN(len(b))] ^= 1 << rng.IntN(8)
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestADamagedDatabaseIsSetAsideAndMadeAnew keeps the bytes of a database that
// cannot be used, and goes on from the journal.
func TestADamagedDatabaseIsSetAsideAndMadeAnew(t *testing.T) {
	r := busyRig(t)
	want := r.model(t)
	stopped := *r
	stopped.opts.Dir = snapshot(t, r.opts.Dir)
	for name, spoil := range map[string]func(t *testing.T, path string){
		"no database":  func(t *testing.T, path string) { overwrite(t, path, 0, []byte("this is no database at all")) },
		"damaged page": func(t *testing.T, path string) { overwrite(t, path, 3*4096, make([]byte, 4096*4)) },
		"gone": func(t *testing.T, path string) {
			if err := os.Rename(path, path+".gone"); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			var before []byte
			next, err := stopped.spoilt(t, func(dir string) {
				path := filepath.Join(dir, dbFile)
				if err := os.Remove(path + "-wal"); err != nil {
					t.Fatal(err)
				}
				checkpointed, err := os.ReadFile(closedCopy(t, &stopped))
				if err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, checkpointed, 0o600); err != nil {
					t.Fatal(err)
				}
				spoil(t, path)
				before, _ = os.ReadFile(path)
			})
			if err != nil {
				t.Fatal(err)
			}
			want.want(t, name, next.model(t))
			kept, _ := filepath.Glob(filepath.Join(next.opts.Dir, quarantineDir, "*", dbFile))
			if name != "gone" {
				if len(kept) != 1 {
					t.Fatalf("quarantine holds %v", kept)
				}
				if b, err := os.ReadFile(kept[0]); err != nil || string(b) != string(before) {
					t.Errorf("the quarantined file was changed: %v", err)
				}
			}
			if log := mustRow(t, next.store.reader, `SELECT group_concat(action) FROM audit`); !strings.Contains(log, auditRebuilt) {
				t.Errorf("audit trail: %s", log)
			}
			if epoch := mustRow(t, next.store.reader, `SELECT v FROM meta WHERE k = 'epoch'`); epoch != "2" {
				t.Errorf("epoch %s", epoch)
			}
			if a := next.mustApply(t); want.live[a.Op] != "" {
				t.Errorf("%+v", a)
			}
			next.hall.set(fault{})
			next.running(t)
			eventually(t, "everything is delivered", func() bool { return next.Pending() == 0 })
			next.hall.set(fault{before: onlyOps(status500)})
		})
	}
}

// closedCopy returns the path of the database as it is after a clean stop.
func closedCopy(t testing.TB, r *rig) string {
	t.Helper()
	next, err := r.spoilt(t, func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	if err := next.Close(); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(next.opts.Dir, dbFile)
}

func overwrite(t testing.TB, path string, at int64, b []byte) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteAt(b, at); err != nil {
		t.Fatal(err)
	}
}

// TestT6UnreadablePages lets every read of one page of the database fail. The
// terminal starts from the journal.
func TestT6UnreadablePages(t *testing.T) {
	r := busyRig(t)
	want := r.model(t)
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(filepath.Join(r.opts.Dir, dbFile))
	if err != nil {
		t.Fatal(err)
	}
	rebuilt := 0
	for page := int64(0); page < info.Size()/4096; page++ {
		dir := t.TempDir()
		if err := os.CopyFS(dir, os.DirFS(r.opts.Dir)); err != nil {
			t.Fatal(err)
		}
		d, err := crashfs.New(dir)
		if err != nil {
			t.Fatal(err)
		}
		d.Fault(func(c crashfs.Call) error {
			if c.Kind == crashfs.Read && c.Name == dbFile && c.Offset/4096 == page && c.Offset > 0 {
				return syscall.EIO
			}
			return nil
		})
		next := *r
		next.opts.Dir, next.opts.Disk = dir, d
		next.start(t)
		want.want(t, fmt.Sprintf("page %d", page), next.model(t))
		if next.store.rebuilt.Load() {
			rebuilt++
		}
		if err := next.Close(); err != nil {
			t.Error(err)
		}
	}
	if rebuilt == 0 {
		t.Error("no page is needed: the test proves nothing")
	}
}

// TestAStoreOfAnOlderVersionGetsItsJournal starts from a database without chain,
// journal and sentinel.
func TestAStoreOfAnOlderVersionGetsItsJournal(t *testing.T) {
	r := busyRig(t)
	want := r.model(t)
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	next, err := r.spoilt(t, func(dir string) {
		exec(t, filepath.Join(dir, dbFile), `UPDATE op SET hash = NULL, prev = NULL`)
		for _, name := range []string{oplog.Dir, sentinelFile, cacheFile} {
			if err := os.RemoveAll(filepath.Join(dir, name)); err != nil {
				t.Fatal(err)
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	want.want(t, "an older store", next.model(t))
	next.look(t.Context(), 0)
	next.online.Store(false)
	want = next.model(t)
	a := next.mustApply(t)
	known, err := oplog.Read(next.store.o.disk)
	if err != nil || !journalHas(known, a.Receipt) {
		t.Errorf("the journal does not know %s: %v", a.Receipt, err)
	}
	if len(known.Ops()) < len(want.live)+1 {
		t.Errorf("the journal has %d operations, %d wait", len(known.Ops()), len(want.live)+1)
	}
	next.restart(t)
	if got := next.model(t); len(got.live) != len(want.live)+1 {
		t.Errorf("%d wait after a restart, want %d", len(got.live), len(want.live)+1)
	}
}
