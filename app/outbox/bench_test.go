package outbox

import (
	"context"
	"database/sql"
	"testing"
)

// BenchmarkAccept files one application without a hall: seal, receipt number,
// one transaction. BenchmarkBareCommit is the disk's share of it.
func BenchmarkAccept(b *testing.B) {
	r := enrolledRig(b)
	r.online.Store(false)
	for b.Loop() {
		r.mustApply(b)
	}
}

// BenchmarkBareCommit writes a row of the same size and nothing else.
func BenchmarkBareCommit(b *testing.B) {
	r := newRig(b)
	row := make([]byte, 900)
	i := 0
	for b.Loop() {
		i++
		err := r.store.tx(func(ctx context.Context, tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, `INSERT INTO cache (k, v) VALUES (?, ?)`, i, row)
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}
