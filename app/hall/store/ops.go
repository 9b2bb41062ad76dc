package store

import (
	"encoding/json"
	"fmt"
	"time"

	"hallway/app/operation"
)

// An Op is an operation that the hall settled, with the answer that it gives
// for ever.
type Op struct {
	Envelope   operation.Envelope
	Result     operation.Result
	LodgedAt   time.Time
	ReceivedAt time.Time
}

// Op returns the settled operation with this id.
func (tx *Tx) Op(id operation.ID) (Op, bool, error) {
	return one(tx, "read operation", scanOp,
		`SELECT envelope, result, lodged_at, received_at FROM op_log WHERE op_id = ?1`, id)
}

// PutOp stores a settled operation. It fails with ErrChanged when the id is
// there already.
func (tx *Tx) PutOp(o Op) error {
	envelope, err := json.Marshal(o.Envelope)
	if err != nil {
		return fmt.Errorf("store: write envelope: %w", err)
	}
	result, err := json.Marshal(o.Result)
	if err != nil {
		return fmt.Errorf("store: write result: %w", err)
	}
	e := o.Envelope
	return tx.execOne("log operation", `
		INSERT INTO op_log(op_id, terminal, seq, kind, body_sha256, envelope, status, result, device_time, lodged_at, received_at)
		VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT DO NOTHING`,
		e.ID, e.Terminal, e.Seq, e.Kind, e.BodySHA256, envelope, o.Result.Status, result, e.DeviceTime, ms(o.LodgedAt), ms(o.ReceivedAt))
}

func scanOp(s scanner) (o Op, err error) {
	var envelope, result []byte
	var lodged, received int64
	if err := s.Scan(&envelope, &result, &lodged, &received); err != nil {
		return o, err
	}
	if err := json.Unmarshal(envelope, &o.Envelope); err != nil {
		return o, err
	}
	if err := json.Unmarshal(result, &o.Result); err != nil {
		return o, err
	}
	o.LodgedAt, o.ReceivedAt = at(lodged), at(received)
	return o, nil
}

// ReplacedBy returns the operation that took the place of id.
func (tx *Tx) ReplacedBy(id operation.ID) (operation.ID, bool, error) {
	return one(tx, "read replaced operation", value[operation.ID],
		`SELECT by_op FROM replaced WHERE op_id = ?1`, id)
}

// Replace remembers that by took the place of id. The first one counts.
func (tx *Tx) Replace(id, by operation.ID, now time.Time) error {
	_, err := tx.exec("remember replaced operation",
		`INSERT INTO replaced(op_id, by_op, at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING`, id, by, ms(now))
	return err
}
