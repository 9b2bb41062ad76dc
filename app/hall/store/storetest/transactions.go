package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"hallway/app/hall/store"
)

func failedTransactionChangesNothing(t *testing.T, s Suite) {
	db, fail := s.open(t), errors.New("no")
	err := db.Write(t.Context(), func(tx *store.Tx) error {
		must(t, count("x")(tx))
		return fail
	})
	if !errors.Is(err, fail) {
		t.Errorf("got %v", err)
	}
	if n := counted(t, db, "x"); n != 0 {
		t.Errorf("%d was counted", n)
	}
}

// Whoever overlooks an error does not store half of what he meant to.
func failedStatementCannotBeCommitted(t *testing.T, s Suite) {
	db := s.open(t)
	if err := db.Write(t.Context(), func(tx *store.Tx) error {
		must(t, count("x")(tx))
		bad := ticket(1)
		bad.State = "lost"
		if tx.PutTicket(bad) == nil {
			t.Error("a state that is none was stored")
		}
		return nil
	}); err == nil {
		t.Error("committed")
	}
	if n := counted(t, db, "x"); n != 0 {
		t.Errorf("%d was counted", n)
	}
}

func panicChangesNothing(t *testing.T, s Suite) {
	db := s.open(t)
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic was swallowed")
			}
		}()
		_ = db.Write(t.Context(), func(tx *store.Tx) error {
			must(t, count("x")(tx))
			panic("no")
		})
	}()
	must(t, db.Write(t.Context(), count("y")))
	if n := counted(t, db, "x"); n != 0 {
		t.Errorf("%d was counted", n)
	}
}

func cancelledTransactionChangesNothing(t *testing.T, s Suite) {
	db := s.open(t)
	ctx, cancel := context.WithCancel(t.Context())
	if err := db.Write(ctx, func(tx *store.Tx) error {
		must(t, count("x")(tx))
		cancel()
		return count("x")(tx)
	}); err == nil {
		t.Error("committed")
	}
	if err := db.Write(ctx, count("x")); !errors.Is(err, context.Canceled) {
		t.Errorf("write of nobody: %v", err)
	}
	must(t, db.Write(t.Context(), count("y")))
	if n := counted(t, db, "x"); n != 0 {
		t.Errorf("%d was counted", n)
	}
}

func readersCannotWrite(t *testing.T, s Suite) {
	db := s.open(t)
	if err := db.Read(t.Context(), count("x")); err == nil {
		t.Error("written while reading")
	}
}

func readersDoNotWaitForTheWriter(t *testing.T, s Suite) {
	db := s.open(t)
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Second) // below every limit of waiting
	defer cancel()
	must(t, db.Write(t.Context(), func(tx *store.Tx) error {
		must(t, count("x")(tx))
		return db.Read(ctx, func(tx *store.Tx) error {
			n, err := tx.LastOf("x")
			if n != 0 {
				t.Error("a reader saw what was not committed")
			}
			return err
		})
	}))
}

func readerSeesOneState(t *testing.T, s Suite) {
	two := s.stores(t, 2)
	must(t, two[0].Write(t.Context(), count("x")))
	must(t, two[1].Read(t.Context(), func(tx *store.Tx) error {
		before, err := tx.LastOf("x")
		must(t, err)
		must(t, two[0].Write(t.Context(), count("x")))
		after, err := tx.LastOf("x")
		if before != 1 || after != 1 {
			t.Errorf("read %d and then %d", before, after)
		}
		return err
	}))
}

func committedSurvivesACut(t *testing.T, s Suite) {
	p := s.New(t)
	for i := range int64(2) {
		db := p.Open(t)
		for range 10 {
			must(t, db.Write(t.Context(), count("x")))
		}
		p = p.Cut(t)
		if n := counted(t, p.Open(t), "x"); n != 10*(i+1) {
			t.Errorf("after %d commits %d are left", 10*(i+1), n)
		}
	}
}
