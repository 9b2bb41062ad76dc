package outbox

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// The actions of the audit trail.
const (
	auditRebuilt     = "store.rebuilt"    // damaged database set aside, made anew from the journal
	auditReinstated  = "op.reinstated"    // the database had lost it, the journal had not
	auditWithdrawn   = "op.withdrawn"     // stored although its citizen was refused
	auditUnconfirmed = "op.unconfirmed"   // in the journal, never committed
	auditDropped     = "op.dropped"       // an unconfirmed one, a day later
	auditRetried     = "op.retried"       // by a technician
	auditRetired     = "op.retired"       // ended long ago and forgotten
	auditDiskError   = "store.disk_error" // the file was opened anew after an error of the disk

	actorTerminal   = "terminal"
	actorTechnician = "technician"
)

// audit adds an entry to the trail.
func audit(ctx context.Context, tx *sql.Tx, now time.Time, actor, action, object, detail string) error {
	var prev []byte
	err := tx.QueryRowContext(ctx, `SELECT hash FROM audit ORDER BY seq DESC LIMIT 1`).Scan(&prev)
	if errors.Is(err, sql.ErrNoRows) {
		prev, err = make([]byte, sha256.Size), nil
	}
	if err != nil {
		return err
	}
	hash := sha256.Sum256(fmt.Appendf(nil, "%x|%d|%q|%q|%q|%q", prev, now.UnixMilli(), actor, action, object, detail))
	_, err = tx.ExecContext(ctx, `INSERT INTO audit (at_ms, actor, action, object, detail, prev, hash) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		now.UnixMilli(), actor, action, object, detail, prev, hash[:])
	return err
}
