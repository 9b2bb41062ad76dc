package postgres

import (
	"context"
	"errors"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"hallway/app/hall/store"
	"hallway/app/hall/store/postgres/postgrestest"
)

func count(tx *store.Tx) error {
	_, err := tx.NextOf("x")
	return err
}

func counted(t *testing.T, s *Store) (n int64) {
	t.Helper()
	if err := s.Read(t.Context(), func(tx *store.Tx) (err error) {
		n, err = tx.LastOf("x")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return n
}

// Two nodes write while the server is crashed and started again. Every number
// that a write was acknowledged with is stored and was given once; the nodes
// go on by themselves.
func TestT22_CrashedServerLosesNothingCommitted(t *testing.T) {
	p := newPlace(t)
	nodes := []*Store{mustOpen(t, p.url), mustOpen(t, p.url)}
	ctx, stop := context.WithCancel(t.Context())
	var mu sync.Mutex
	acknowledged, unknown := map[int64]bool{}, 0
	var wg sync.WaitGroup
	for w := range 8 {
		wg.Go(func() {
			for ctx.Err() == nil {
				var n int64
				err := nodes[w%2].Write(ctx, func(tx *store.Tx) (err error) {
					n, err = tx.NextOf("x")
					return err
				})
				mu.Lock()
				if err == nil && acknowledged[n] {
					t.Errorf("%d was given twice", n)
				}
				if err == nil {
					acknowledged[n] = true
				}
				if errors.Is(err, store.ErrUnknown) {
					unknown++
				}
				mu.Unlock()
			}
		})
	}
	r := rand.New(rand.NewPCG(22, 0))
	for range 4 {
		time.Sleep(time.Duration(r.IntN(200)) * time.Millisecond)
		p.server.Crash(t)
		p.server.Restart(t)
	}
	written := func() int {
		mu.Lock()
		defer mu.Unlock()
		return len(acknowledged)
	}
	before := written()
	waitFor(t, func() bool { return written() > before+50 })
	stop()
	wg.Wait()
	last := counted(t, nodes[0])
	for n := range acknowledged {
		if n > last {
			t.Errorf("%d was acknowledged, %d is stored", n, last)
		}
	}
	if missing := int(last) - len(acknowledged); missing < 0 || missing > unknown {
		t.Errorf("%d numbers are stored, %d were acknowledged, %d are unknown", last, len(acknowledged), unknown)
	}
	t.Logf("%d acknowledged over 4 crashes, %d unknown", len(acknowledged), unknown)
}

// The server is lost for good and its synchronous standby takes over: what was
// acknowledged is there, and the node finds the new server by itself.
func TestT23_PromotedStandbyHasAllThatWasAcknowledged(t *testing.T) {
	primary := postgrestest.Start(t)
	p := place{primary, primary.Database(t)}
	standby := primary.Standby(t)
	name, _, _ := strings.Cut(strings.TrimPrefix(p.url, "postgres:///"), "?")
	s := mustOpen(t, postgrestest.EitherURL(primary, standby, name))
	for range 30 {
		if err := s.Write(t.Context(), count); err != nil {
			t.Fatal(err)
		}
	}
	primary.Crash(t)
	standby.Promote(t)
	if n := counted(t, s); n != 30 {
		t.Errorf("%d of 30 acknowledged writes are on the standby", n)
	}
	if err := s.Write(t.Context(), count); err != nil {
		t.Error(err)
	}
}

// waitFor waits until something is so. The test's own limit ends it.
func waitFor(t *testing.T, so func() bool) {
	t.Helper()
	for !so() {
		select {
		case <-t.Context().Done():
			t.Fatal("the test ended")
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// A database whose sessions commit asynchronously would lose in a crash what
// was acknowledged. The store does not let it, and leaves stronger settings.
func TestAsynchronousCommitIsOverruled(t *testing.T) {
	for set, want := range map[string]string{"off": "on", "local": "local", "remote_apply": "remote_apply"} {
		p := newPlace(t)
		if err := p.Exec(t, "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET synchronous_commit = "+set+"', current_database()); END $$"); err != nil {
			t.Fatal(err)
		}
		var got string
		if err := mustOpen(t, p.url).writer.QueryRowContext(t.Context(), "SHOW synchronous_commit").Scan(&got); err != nil || got != want {
			t.Errorf("%s becomes %s, want %s, %v", set, got, want, err)
		}
	}
}

// The server answers a commit by ending: nobody knows whether it stored it.
func TestBreakDuringCommitIsUnknown(t *testing.T) {
	p := newPlace(t)
	s := mustOpen(t, p.url)
	for _, q := range []string{
		"CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(60); RETURN NULL; END $$",
		"CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON sequence DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION slow()",
	} {
		if err := p.Exec(t, q); err != nil {
			t.Fatal(err)
		}
	}
	done := make(chan error)
	go func() { done <- s.Write(context.Background(), count) }()
	waitFor(t, func() bool {
		err := p.Exec(t, `DO $$ BEGIN
			IF (SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()) = 0
			THEN RAISE 'not yet'; END IF; END $$`)
		return err == nil
	})
	if err := <-done; !errors.Is(err, store.ErrUnknown) {
		t.Errorf("got %v", err)
	}
}

func TestStoreComesBackAfterARestartOfTheServer(t *testing.T) {
	p := newPlace(t)
	s := mustOpen(t, p.url)
	for i := range int64(2) {
		if err := s.Write(t.Context(), count); err != nil { // the connection is made anew
			t.Error(err)
		}
		if n := counted(t, s); n != i+1 {
			t.Errorf("%d of %d writes are there", n, i+1)
		}
		p.server.Stop(t)
		p.server.Restart(t)
	}
	p.server.Stop(t)
	err := s.Write(t.Context(), count)
	if err == nil || !isLost(err) {
		t.Errorf("without a server: %v", err)
	}
	p.server.Restart(t)
	if err := s.Write(t.Context(), count); err != nil {
		t.Error(err)
	}
}

// A node that hangs with the writers' turn does not stop the hall: the server
// takes the turn away, and what the node wrote is not stored.
func TestHangingNodeLosesItsTurn(t *testing.T) {
	p := newPlace(t)
	other := mustOpen(t, p.url)
	hanging := mustOpen(t, p.url+"&idle_in_transaction_session_timeout=1000")
	if err := hanging.Write(t.Context(), func(tx *store.Tx) error {
		err := count(tx)
		if e := other.Write(t.Context(), count); e != nil {
			t.Error(e)
		}
		return err
	}); err == nil {
		t.Error("the hanging node committed")
	}
	if n := counted(t, other); n != 1 {
		t.Errorf("counted to %d, want 1", n)
	}
}

func TestWaitingForTheTurnHasAnEnd(t *testing.T) {
	p := newPlace(t)
	holder, waiting := mustOpen(t, p.url), mustOpen(t, p.url+"&statement_timeout=2000")
	if err := holder.Write(t.Context(), func(tx *store.Tx) error {
		err := waiting.Write(t.Context(), count)
		if err == nil || !strings.Contains(err.Error(), "it took longer than") {
			t.Errorf("got %v", err)
		}
		return nil
	}); err != nil {
		t.Error(err)
	}
}

// A caller who goes away stops waiting; his turn is never taken.
func TestWaitingForTheTurnEndsWithItsCaller(t *testing.T) {
	p := newPlace(t)
	holder, waiting := mustOpen(t, p.url), mustOpen(t, p.url)
	if err := holder.Write(t.Context(), func(tx *store.Tx) error {
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		if err := waiting.Write(ctx, count); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		return nil
	}); err != nil {
		t.Error(err)
	}
}

// follow follows s until the test ends and returns what receives a value for
// each time that it told of a change.
func follow(t *testing.T, s *Store) <-chan struct{} {
	ctx, cancel := context.WithCancel(t.Context())
	told := make(chan struct{}, 100)
	var wg sync.WaitGroup
	wg.Go(func() { s.Follow(ctx, func() { told <- struct{}{} }) })
	t.Cleanup(func() { cancel(); wg.Wait() })
	<-told // the state at the beginning
	return told
}

func TestNodesNoticeWhatOthersWrite(t *testing.T) {
	p := newPlace(t)
	a, b := mustOpen(t, p.url), mustOpen(t, p.url)
	told := follow(t, b)
	write := func() {
		t.Helper()
		if err := a.Write(t.Context(), count); err != nil {
			t.Fatal(err)
		}
	}
	write()
	<-told
	p.server.Crash(t)
	p.server.Restart(t)
	write()
	<-told
	// Without notifications the node polls.
	if err := p.Exec(t, "DROP TRIGGER writer_tells_nodes ON writer"); err != nil {
		t.Fatal(err)
	}
	write()
	<-told
}
