package outbox

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"hallway/app/operation"
	"hallway/app/outbox/disk"
	"hallway/app/outbox/oplog"
)

// ErrWaiting is wrapped by errors that refuse to lose what waits.
var ErrWaiting = errors.New("something waits to be sent")

// ExportHead is the first line of an export, JSON without personal data. What
// follows is sealed to the hall ([operation.OpenExport]).
type ExportHead struct {
	Terminal string `json:"terminal"`
	At       int64  `json:"at"` // unix ms
	Ops      int    `json:"ops"`
	Sum      string `json:"ops_sha256"` // hex, over the sorted ids
	Key      string `json:"key"`        // id of the hall's key
}

// Export writes everything that a terminal still holds, sealed to its hall, so
// that a dead terminal's operations can be carried there. Its program must not
// run. It returns how many there are.
func Export(ctx context.Context, dir string, now time.Time, w io.Writer) (head ExportHead, err error) {
	lock, err := lockDir(dir)
	if err != nil {
		return head, err
	}
	defer func() { err = errors.Join(err, lock.Close()) }()
	e := operation.Export{At: now.UnixMilli()}
	if e.Terminal, e.Ops, err = held(ctx, dir); err != nil {
		return head, err
	}
	key, err := hallKey(ctx, dir)
	if err != nil {
		return head, err
	}
	sealed, err := operation.SealExport(key, e)
	if err != nil {
		return head, err
	}
	head = ExportHead{Terminal: e.Terminal, At: e.At, Ops: len(e.Ops), Sum: sumOf(e.Ops), Key: key.ID()}
	first, err := json.Marshal(head)
	if err != nil {
		return head, err
	}
	_, err = w.Write(append(append(first, '\n'), sealed...))
	return head, err
}

// ReadExport splits an export into its head and what is sealed.
func ReadExport(b []byte) (head ExportHead, sealed []byte, err error) {
	first, sealed, ok := bytes.Cut(b, []byte("\n"))
	if ok {
		head, err = operation.Decode[ExportHead](first, 1<<10)
	}
	if !ok || err != nil {
		return head, nil, errors.New("outbox: this is no export of a terminal")
	}
	return head, sealed, nil
}

// held returns what a terminal still holds, out of database and journal.
func held(ctx context.Context, dir string) (terminal string, ops []operation.Envelope, err error) {
	known, jerr := oplog.Read(disk.Dir(dir))
	err = withReader(ctx, dir, func(db *sql.DB) error {
		if err := db.QueryRowContext(ctx, `SELECT v FROM meta WHERE k = 'terminal'`).Scan(&terminal); err != nil {
			return err
		}
		if ops, err = living(ctx, db, terminal); err != nil {
			return err
		}
		return checkChain(ctx, db)
	})
	if err == nil {
		return terminal, ops, nil
	}
	if jerr != nil || known.Base.Terminal == "" {
		return "", nil, errors.Join(err, jerr)
	}
	ops = nil
	for _, op := range known.Ops() {
		if s := known.StateOf(op.ID); s == statePending || s == stateAttention {
			ops = append(ops, op.Envelope)
		}
	}
	return known.Base.Terminal, ops, nil
}

// living returns the operations that the database holds with their bodies.
func living(ctx context.Context, db *sql.DB, terminal string) (ops []operation.Envelope, err error) {
	rows, err := db.QueryContext(ctx, `SELECT seq, op_id, kind, coalesce(receipt, ''), coalesce(replaces, ''), device_ms, offset_ms, key_id, body_sha256, body
		FROM op WHERE state IN ('pending', 'attention') ORDER BY seq`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		e := operation.Envelope{Schema: 1, Terminal: terminal, Suite: operation.SuiteHPKE1}
		if err := rows.Scan(&e.Seq, &e.ID, &e.Kind, &e.Receipt, &e.Replaces, &e.DeviceTime, &e.HallOffset, &e.Key, &e.BodySHA256, &e.Body); err != nil {
			return nil, err
		}
		ops = append(ops, e)
	}
	return ops, rows.Err()
}

func sumOf(ops []operation.Envelope) string {
	ids := make([]string, 0, len(ops))
	for _, e := range ops {
		ids = append(ids, string(e.ID))
	}
	slices.Sort(ids)
	sum := sha256.Sum256([]byte(strings.Join(ids, "\n")))
	return hex.EncodeToString(sum[:])
}

// hallKey is the hall's key as the terminal last saw it.
func hallKey(ctx context.Context, dir string) (k operation.PublicKey, err error) {
	db, err := openHandle(disk.Dir(dir), cacheFile, readerOptions, 1)
	if err != nil {
		return k, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	var b []byte
	var h cachedHall
	err = db.QueryRowContext(ctx, `SELECT v FROM cache WHERE k = ?`, cacheHall).Scan(&b)
	if err == nil {
		err = json.Unmarshal(b, &h)
	}
	if err != nil {
		return k, fmt.Errorf("outbox: the hall's key is not known here: %w", err)
	}
	return operation.ParsePublicKey(h.Hall.Suite, h.Hall.PublicKey)
}

// Drained returns an error that wraps [ErrWaiting] while a terminal holds
// anything, unless export is the head of an export that has all of it.
func Drained(ctx context.Context, dir string, export *ExportHead) error {
	c, err := Inspect(ctx, dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil || len(c.Waiting) == 0 {
		return err
	}
	oldest := c.Waiting[0].Since
	if export == nil {
		return fmt.Errorf("outbox: %w: %d operations, the oldest since %s; let the terminal deliver them or export them", ErrWaiting, len(c.Waiting), oldest.Format(time.RFC3339))
	}
	var ops []operation.Envelope
	for _, w := range c.Waiting {
		if w.State != StateUnconfirmed {
			ops = append(ops, operation.Envelope{ID: w.ID})
		}
	}
	if export.Terminal != c.Terminal || export.Sum != sumOf(ops) {
		return fmt.Errorf("outbox: %w: the export does not hold what waits now; export again", ErrWaiting)
	}
	return nil
}

// Reset removes a terminal's store, and everything else in its folder when all is
// set. It refuses like [Drained]. Its program must not run.
func Reset(ctx context.Context, dir string, export *ExportHead, all bool) error {
	lock, err := lockDir(dir)
	if err != nil {
		return err
	}
	defer lock.Close()
	if err := Drained(ctx, dir, export); err != nil {
		return err
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if all || own(e.Name()) {
			err = errors.Join(err, os.RemoveAll(disk.Dir(dir).Path(e.Name())))
		}
	}
	return err
}

// own reports whether a name in the folder belongs to the store.
func own(name string) bool {
	for _, prefix := range []string{dbFile, cacheFile, sentinelFile} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return name == oplog.Dir
}
