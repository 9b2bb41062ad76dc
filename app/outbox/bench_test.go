package outbox

import (
	"context"
	"database/sql"
	"sync"
	"testing"
	"time"

	"hallway/app/operation"
)

// acceptOne files an application without a hall: seal, receipt number, journal,
// one transaction.
func (r *rig) acceptOne(b *testing.B) {
	if r.served.Add(1)%5000 == 0 {
		r.clock.move(24 * time.Hour) // a day has 9,999 receipts
	}
	_, err := r.acceptApplication(b.Context(), r.Terminal.hall.Load(), r.id(), operation.ApplicationBody{Item: "A1", Lang: "en",
		Holder: operation.Holder{Name: "张三丰", Number: "110101194912310016"}, Fields: map[string]string{"phone": "13800000000"}})
	if err != nil {
		b.Fatal(err)
	}
}

// bareStore is a database with the writer's settings and one table of an
// operation's columns and indexes, and nothing of ours above it.
func bareStore(b *testing.B, r *rig) *sql.DB {
	b.Helper()
	db, err := openHandle(r.opts.Disk, "bare.db", append(writerOptions[:len(writerOptions):len(writerOptions)], "_synchronous=FULL"), 1)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close() })
	_, err = db.Exec(`CREATE TABLE op (seq INTEGER PRIMARY KEY AUTOINCREMENT, op_id TEXT NOT NULL UNIQUE, receipt TEXT UNIQUE, rest TEXT, body BLOB) STRICT`)
	if err != nil {
		b.Fatal(err)
	}
	return db
}

// commitOne writes the bytes of one operation in a transaction of its own.
func commitOne(b *testing.B, db *sql.DB, id operation.ID, rest string, body []byte) {
	tx, err := db.BeginTx(b.Context(), nil)
	if err == nil {
		_, err = tx.Exec(`INSERT INTO op (op_id, receipt, rest, body) VALUES (?, ?, ?, ?)`, id, id[:24], rest, body)
	}
	if err == nil {
		err = tx.Commit()
	}
	if err != nil {
		b.Fatal(err)
	}
}

// BenchmarkAccept accepts and commits the same bytes bare, in turns on one disk.
// The metric accept/bare is the quotient of the two; at most 1.5 is wanted.
func BenchmarkAccept(b *testing.B) {
	r := enrolledRig(b, func(o *Options) { o.Log = nil })
	r.opts.Disk = r.o.Disk
	r.online.Store(false)
	db := bareStore(b, r)
	r.acceptOne(b)
	var rest string
	var body []byte
	err := r.store.reader.QueryRow(`SELECT kind || item || device_ms || offset_ms || key_id || body_sha256 || state || state_ms || hex(prev) || hex(hash) || answer, body FROM op`).Scan(&rest, &body)
	if err != nil {
		b.Fatal(err)
	}
	var accepted, bare time.Duration
	for b.Loop() {
		begun := time.Now()
		r.acceptOne(b)
		between := time.Now()
		commitOne(b, db, r.id(), rest, body)
		accepted, bare = accepted+between.Sub(begun), bare+time.Since(between)
	}
	n := float64(b.N)
	b.ReportMetric(float64(accepted.Microseconds())/n, "accept-µs/op")
	b.ReportMetric(float64(bare.Microseconds())/n, "bare-µs/op")
	b.ReportMetric(float64(accepted)/float64(bare), "accept/bare")
}

// BenchmarkGroup has 64 citizens at once; the metric is how many share a commit.
func BenchmarkGroup(b *testing.B) {
	r := enrolledRig(b, func(o *Options) { o.Log = nil })
	r.online.Store(false)
	before := r.store.commits.Load()
	presses := make(chan struct{})
	var crowd sync.WaitGroup
	for range 64 {
		crowd.Go(func() {
			for range presses {
				r.acceptOne(b)
			}
		})
	}
	for b.Loop() {
		presses <- struct{}{}
	}
	close(presses)
	crowd.Wait()
	b.ReportMetric(float64(b.N)/float64(r.store.commits.Load()-before), "operations/commit")
}

// BenchmarkBareCommit writes a row through the store's writer and nothing else.
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
