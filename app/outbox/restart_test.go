package outbox

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	osexec "os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hallway/app/operation"
	"hallway/app/outbox/oplog"
)

// snapshot copies the data folder as a power cut would leave it.
func snapshot(t testing.TB, dir string) (into string) {
	t.Helper()
	into = t.TempDir()
	if err := os.Mkdir(filepath.Join(into, oplog.Dir), 0o700); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, oplog.Dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for i := range files {
		files[i] = filepath.Join(oplog.Dir, filepath.Base(files[i]))
	}
	for _, name := range append(files, dbFile, dbFile+"-wal", cacheFile, cacheFile+"-wal") {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(into, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return into
}

// cutAt runs wish with a power cut at the moment when the hall has received it
// (applied says whether it had done its work) and returns a terminal that
// starts from what the disk held then.
func cutAt(t *testing.T, applied bool, wish func(*rig)) *rig {
	t.Helper()
	r := enrolledRig(t)
	disk := make(chan string, 1)
	point := onlyOps(func(w http.ResponseWriter, req *http.Request) bool {
		disk <- snapshot(t, r.opts.Dir)
		return cut(w, req)
	})
	if applied {
		r.hall.set(fault{after: point})
	} else {
		r.hall.set(fault{before: point})
	}
	wish(r)
	r.hall.set(fault{})
	after := *r
	after.opts.Dir = <-disk
	after.start(t)
	return &after
}

func TestAPowerCutBeforeTheNumberWasShownLeavesNoNumber(t *testing.T) {
	for _, applied := range []bool{false, true} {
		t.Run(fmt.Sprintf("applied %v", applied), func(t *testing.T) {
			r := cutAt(t, applied, func(r *rig) { r.mustTake(t) })
			wantStates(t, r, "ticket.issue replaced", "ticket.void pending body")
			r.running(t)
			eventually(t, "the void is delivered", func() bool { return r.Pending() == 0 })
			if got := r.hall.numbers(); len(got) != 0 {
				t.Errorf("numbers that nobody saw live at the hall: %v", got)
			}
		})
	}
}

func TestAPowerCutDuringABookingLeavesARequest(t *testing.T) {
	for _, applied := range []bool{false, true} {
		t.Run(fmt.Sprintf("applied %v", applied), func(t *testing.T) {
			r := cutAt(t, applied, func(r *rig) {
				if _, err := r.book(t, "s1"); err != nil {
					t.Error(err)
				}
			})
			wantStates(t, r, "appointment.book replaced", "appointment.request pending body")
			r.running(t)
			eventually(t, "the request is delivered", func() bool { return r.Pending() == 0 })
			want := map[bool]string{false: "requested", true: "booked"}[applied]
			c, err := r.ownCases(t.Context(), r.receipt(t))
			if err != nil || len(c) != 1 || c[0].State != want {
				t.Errorf("the hall's answer to the request is %+v, %v; want %s", c, err, want)
			}
		})
	}
}

// receipt returns the only receipt number in the store.
func (r *rig) receipt(t testing.TB) string {
	t.Helper()
	return mustRow(t, r.store.reader, `SELECT DISTINCT receipt FROM op WHERE receipt IS NOT NULL`)
}

func TestARestartKeepsWhatWasTold(t *testing.T) {
	r := enrolledRig(t)
	r.hall.set(fault{before: status500})
	ticket := r.mustTake(t)
	a := r.mustApply(t)
	r.restart(t)
	wantStates(t, r, "ticket.issue replaced", "ticket.offline pending body", "application.submit pending body")
	if r.Pending() != 2 {
		t.Errorf("%d wait after the restart", r.Pending())
	}
	next := r.mustTake(t)
	if next.Number == ticket.Number {
		t.Errorf("number %s was given twice", next.Number)
	}
	if b := r.mustApply(t); b.Receipt == a.Receipt {
		t.Errorf("receipt %s was given twice", b.Receipt)
	}
}

// TestKilledChild is not a test by itself: it is the program that
// TestKill9LosesNothingThatWasTold kills.
func TestKilledChild(t *testing.T) {
	dir := os.Getenv("OUTBOX_CHILD")
	if dir == "" {
		return
	}
	r := newRig(t, func(o *Options) { o.Dir = dir })
	r.look(t.Context(), 0)
	r.hall.set(fault{before: onlyOps(status500)})
	for i := 0; ; i++ {
		a, err := r.apply(t, "A1")
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println("told", a.Receipt)
		if ticket, err := r.take(t); err == nil {
			fmt.Println("told", ticket.Number)
		}
	}
}

// TestT9Kill9LosesNothingThatWasTold kills the terminal at a random moment, again
// and again on one data folder.
func TestT9Kill9LosesNothingThatWasTold(t *testing.T) {
	dir := t.TempDir()
	rng := rand.New(rand.NewPCG(9, 9))
	var told []string
	for round := range rounds(30, 500) {
		before := len(told)
		told = append(told, killedAfter(t, dir, 1+rng.IntN(12), time.Duration(rng.IntN(3000))*time.Microsecond)...)
		if len(told) == before {
			t.Fatalf("round %d: the child ended by itself", round)
		}
	}
	r := newRig(t, func(o *Options) { o.Dir = dir })
	known := r.set(t, `SELECT receipt FROM op WHERE state <> 'replaced' AND receipt IS NOT NULL`)
	for number := range r.set(t, `SELECT json_extract(answer, '$.Number') FROM op WHERE state = 'replaced' AND answer IS NOT NULL`) {
		known[number] = true
	}
	for _, s := range told {
		if !known[s] {
			t.Errorf("%s was told before a kill and is not stored", s)
		}
	}
	r.sound(t, "after all kills")
	t.Logf("seed 9: %d told in %d lives", len(told), rounds(30, 500))
}

// killedAfter starts the terminal in dir, kills it with SIGKILL a moment after it
// has told n answers, and returns what it told.
func killedAfter(t *testing.T, dir string, n int, moment time.Duration) (told []string) {
	t.Helper()
	child := osexec.Command(os.Args[0], "-test.run=^TestKilledChild$", "-test.v")
	// What the child would remove at its end goes where this test removes it.
	child.Env = append(os.Environ(), "OUTBOX_CHILD="+dir, "TMPDIR="+t.TempDir())
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	killed := false
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if s, ok := strings.CutPrefix(lines.Text(), "told "); ok {
			told = append(told, s)
		}
		if len(told) >= n && !killed {
			killed = true
			time.AfterFunc(moment, func() { _ = child.Process.Kill() })
		}
	}
	_ = child.Wait()
	if !killed {
		return nil
	}
	return told
}

func TestOrphansThatSomebodyWaitsForAreLeftAlone(t *testing.T) {
	r := enrolledRig(t)
	r.hall.set(fault{after: onlyOps(func(http.ResponseWriter, *http.Request) bool {
		if err := r.adoptOrphans(t.Context()); err != nil {
			t.Error(err)
		}
		return false
	})})
	if ticket := r.mustTake(t); ticket.Offline {
		t.Errorf("ticket %+v", ticket)
	}
	wantStates(t, r, "ticket.issue settled")
	if got := r.hall.kinds(); len(got) != 1 || got[0] != operation.TicketIssue {
		t.Errorf("the hall has %v", got)
	}
}
