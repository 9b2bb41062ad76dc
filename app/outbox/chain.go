package outbox

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"

	"hallway/app/operation"
)

// chainTail is how many operations are checked at every start.
const chainTail = 1000

// errDamaged is wrapped by every error that means that the database is not what
// was written.
var errDamaged = errors.New("database is damaged")

// chainHash covers what never changes of an operation and the one before it.
func chainHash(prev []byte, e operation.Envelope, item string) []byte {
	h := sha256.New()
	field := func(b []byte) {
		_ = binary.Write(h, binary.LittleEndian, int64(len(b))) // a hash takes everything
		h.Write(b)
	}
	field(prev)
	for _, n := range []int64{e.Seq, int64(e.Schema), e.DeviceTime, e.HallOffset} {
		field(binary.LittleEndian.AppendUint64(nil, uint64(n)))
	}
	for _, s := range []string{string(e.ID), string(e.Kind), item, e.Receipt, string(e.Replaces), e.Key, e.BodySHA256} {
		field([]byte(s))
	}
	return h.Sum(nil)
}

// chainEnd returns the last sequence number that was ever used and the hash that
// the next operation follows.
func chainEnd(ctx context.Context, tx *sql.Tx) (seq int64, hash []byte, err error) {
	err = tx.QueryRowContext(ctx, sqlChainEnd).Scan(&seq, &hash)
	return seq, hash, err
}

// checkChain verifies the last operations, and the bodies of those that wait.
func checkChain(ctx context.Context, db *sql.DB) error {
	rows, err := db.QueryContext(ctx, `SELECT seq, op_id, kind, item, coalesce(receipt, ''), coalesce(replaces, ''),
		device_ms, offset_ms, key_id, body_sha256, body, prev, hash FROM op
		WHERE hash IS NOT NULL AND (state IN ('pending', 'attention') OR seq > (SELECT max(seq) FROM op) - ?) ORDER BY seq`, chainTail)
	if err != nil {
		return err
	}
	defer rows.Close()
	var before operation.Envelope
	var last []byte
	for rows.Next() {
		e := operation.Envelope{Schema: 1}
		var item string
		var prev, hash []byte
		if err := rows.Scan(&e.Seq, &e.ID, &e.Kind, &item, &e.Receipt, &e.Replaces,
			&e.DeviceTime, &e.HallOffset, &e.Key, &e.BodySHA256, &e.Body, &prev, &hash); err != nil {
			return err
		}
		linked := before.Seq == 0 || before.Seq != e.Seq-1 || bytes.Equal(prev, last)
		if !linked || !bytes.Equal(hash, chainHash(prev, e, item)) {
			return fmt.Errorf("%w: operation %d does not follow the one before", errDamaged, e.Seq)
		}
		if e.Body != nil && !e.Whole() {
			return fmt.Errorf("%w: body of operation %d", errDamaged, e.Seq)
		}
		before, last = e, hash
	}
	return rows.Err()
}
