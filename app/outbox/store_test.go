package outbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"hallway/app/operation"
	"hallway/app/outbox/disk"
	"hallway/devices"
)

// mustRow runs a query for one value on a handle.
func mustRow(t testing.TB, db *sql.DB, query string) (v string) {
	t.Helper()
	if err := db.QueryRow(query).Scan(&v); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return v
}

func TestTheSettingsThatDurabilityRestsOn(t *testing.T) {
	r := newRig(t)
	for pragma, want := range map[string]string{
		"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "secure_delete": "1", "busy_timeout": "5000",
		"temp_store": "2", "wal_autocheckpoint": "500", "trusted_schema": "0", "mmap_size": "0",
		"application_id": fmt.Sprint(applicationID), "user_version": fmt.Sprint(userVersion),
	} {
		if got := mustRow(t, r.store.writer, "PRAGMA "+pragma); got != want {
			t.Errorf("%s = %s, want %s", pragma, got, want)
		}
	}
	if got := mustRow(t, r.store.reader, "PRAGMA query_only"); got != "1" {
		t.Errorf("the reader may write")
	}
	loose := mustRow(t, r.store.reader, `SELECT coalesce(group_concat(name), 'none') FROM pragma_table_list
		WHERE type = 'table' AND strict = 0 AND schema = 'main' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'goose_%'`)
	if loose != "none" {
		t.Errorf("tables that are not STRICT: %s", loose)
	}
}

func TestASecondProgramIsRefused(t *testing.T) {
	r := newRig(t)
	_, err := Open(t.Context(), r.opts)
	if !errors.Is(err, devices.ErrBusy) || !strings.Contains(err.Error(), fmt.Sprint(os.Getpid())) {
		t.Errorf("err = %v, want one that names the other process", err)
	}
	r.restart(t) // the folder is free after Close
}

func TestAnotherTerminalsFolderIsRefused(t *testing.T) {
	r := newRig(t)
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	o := r.opts
	o.Terminal = "013"
	if _, err := Open(t.Context(), o); err == nil || !strings.Contains(err.Error(), "012") {
		t.Errorf("err = %v", err)
	}
	o.Terminal = "13"
	if _, err := Open(t.Context(), o); err == nil {
		t.Error("a terminal number of two digits was accepted")
	}
}

func TestAFileThatIsNotOursIsLeftAlone(t *testing.T) {
	for name, spoil := range map[string]func(*testing.T, string){
		"newer version": func(t *testing.T, p string) { exec(t, p, fmt.Sprintf("PRAGMA user_version = %d", userVersion+1)) },
		"other program": func(t *testing.T, p string) { exec(t, p, "PRAGMA application_id = 77") },
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			r.mustEnrolAndApply(t, 40)
			if err := r.Close(); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(r.opts.Dir, "kiosk.db")
			spoil(t, path)
			before, _ := os.ReadFile(path)
			if _, err := Open(t.Context(), r.opts); err == nil || !strings.Contains(err.Error(), path) {
				t.Errorf("err = %v, want one that names the file", err)
			}
			if after, _ := os.ReadFile(path); string(after) != string(before) {
				t.Error("the file was changed")
			}
		})
	}
}

// mustEnrolAndApply learns the hall and files n applications.
func (r *rig) mustEnrolAndApply(t testing.TB, n int) {
	t.Helper()
	r.look(t.Context(), 0)
	for range n {
		if _, err := r.acceptApplication(t.Context(), r.Terminal.hall.Load(), r.id(), operation.ApplicationBody{Item: "A1"}); err != nil {
			t.Fatal(err)
		}
	}
}

func exec(t *testing.T, path, stmt string) {
	t.Helper()
	db, err := openHandle(disk.Dir(filepath.Dir(path)), filepath.Base(path), nil, 1)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(stmt); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestAFullDiskRefusesAndLeavesNothingHalfDone(t *testing.T) {
	r := enrolledRig(t)
	before := r.mustTake(t)
	pages := mustRow(t, r.store.writer, "PRAGMA page_count")
	mustRow(t, r.store.writer, "PRAGMA max_page_count = "+pages)
	r.hall.set(fault{before: onlyOps(status500)})
	r.online.Store(false)
	var accepted, refused int
	for range 40 {
		_, err := r.apply(t, "A1")
		if err == nil {
			accepted++
			continue
		}
		refused++
		wantRefusal(t, err, operation.CodeStore)
	}
	if refused == 0 {
		t.Fatal("the store never got full")
	}
	_, err := r.take(t)
	wantRefusal(t, err, operation.CodeStore)
	if got := r.states(t); len(got) != 1+accepted {
		t.Errorf("%d operations are stored, %d were accepted", len(got), 1+accepted)
	}
	if last := mustRow(t, r.store.reader, `SELECT coalesce(sum(last), 0) FROM receipt_day`); last != fmt.Sprint(accepted) {
		t.Errorf("%s receipt numbers were used for %d applications", last, accepted)
	}
	if left := r.leasesLeft(t); left != 2*blockSize {
		t.Errorf("refused wishes used leased numbers: %d left", left)
	}
	mustRow(t, r.store.writer, "PRAGMA max_page_count = 1000000")
	if after := r.mustTake(t); !after.Offline || before.Offline {
		t.Errorf("with room again: %+v", after)
	}
	if ok := mustRow(t, r.store.writer, "PRAGMA quick_check"); ok != "ok" {
		t.Errorf("quick_check: %s", ok)
	}
}

func TestTheReserveOfTheDiskIsNotTouched(t *testing.T) {
	r := enrolledRig(t)
	r.o.ReserveMB = 1 << 40
	_, err := r.take(t)
	wantRefusal(t, err, operation.CodeDiskLow)
	_, err = r.apply(t, "A1")
	wantRefusal(t, err, operation.CodeDiskLow)
	_, err = r.book(t, "s1")
	wantRefusal(t, err, operation.CodeDiskLow)
	wantStates(t, r)
}

// A limit on the size of files makes write(2) fail with EFBIG, which SQLite
// reports as an I/O error.
func TestAfterADiskErrorTheFileIsOpenedAnew(t *testing.T) {
	r := enrolledRig(t)
	r.hall.set(fault{before: onlyOps(status500)})
	first := r.mustTake(t)
	writer := r.store.writer
	limitFiles(t, 1)
	_, err := r.take(t)
	limitFiles(t, unix.RLIM_INFINITY)
	wantRefusal(t, err, operation.CodeStore)
	if !r.store.suspect.Load() {
		t.Fatalf("%v did not make the store suspect", err)
	}
	if second := r.mustTake(t); second.Number == first.Number {
		t.Errorf("number %s was given twice", second.Number)
	}
	if r.store.writer == writer {
		t.Error("the old handle is still in use")
	}
	wantStates(t, r, "ticket.issue replaced", "ticket.offline pending body", "ticket.issue replaced", "ticket.offline pending body")
}

// limitFiles limits how far this process may write into any file.
func limitFiles(t *testing.T, bytes uint64) {
	t.Helper()
	var l unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_FSIZE, &l); err != nil {
		t.Fatal(err)
	}
	l.Cur = min(bytes, l.Max)
	if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &l); err != nil {
		t.Fatal(err)
	}
}

func TestATransactionOutlivesItsAsker(t *testing.T) {
	r := newRig(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := r.keep(ctx, "k", 1); err != nil {
		t.Error(err)
	}
}
