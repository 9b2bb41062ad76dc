package store

import (
	"time"

	"hallway/app/operation"
)

// An Application is a filed application. What it says stays sealed in the
// operation's envelope.
type Application struct {
	Op        operation.ID
	Ref       string // the hall's official number
	Receipt   string
	Item      string
	PersonKey string
	State     string // "received"
	At        time.Time
}

// PutApplication stores a new application.
func (tx *Tx) PutApplication(a Application) error {
	return tx.execOne("store application", `
		INSERT INTO application(op_id, ref, receipt, item, person_key, state, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)`,
		a.Op, a.Ref, a.Receipt, a.Item, a.PersonKey, a.State, ms(a.At))
}

// maxCases is the most that one answer lists.
const maxCases = 20

// selectCases lists applications and bookings as cases. It is completed by a
// column to look for; a booking appears as the kind that its state stands for.
const selectCases = `
	SELECT receipt, ref, item, kind, state, at, start_at FROM (
		SELECT receipt, ref, item, 'application.submit' AS kind, state, at, 0 AS start_at, person_key FROM application
		UNION ALL
		SELECT receipt, '', item, CASE state WHEN 'requested' THEN 'appointment.request' ELSE 'appointment.book' END, state, at, start_at, person_key FROM booking
	) AS cases `

// CasesByReceipt returns what a receipt number stands for.
func (tx *Tx) CasesByReceipt(receipt string) ([]operation.Case, error) {
	return all(tx, "read cases", scanCase, selectCases+`WHERE receipt = ?1 ORDER BY at DESC LIMIT ?2`, receipt, maxCases)
}

// CasesOf returns a person's cases, newest first.
func (tx *Tx) CasesOf(personKey string) ([]operation.Case, error) {
	return all(tx, "read cases", scanCase, selectCases+`WHERE person_key = ?1 ORDER BY at DESC LIMIT ?2`, personKey, maxCases)
}

func scanCase(s scanner) (c operation.Case, err error) {
	err = s.Scan(&c.Receipt, &c.Ref, &c.Item, &c.Kind, &c.State, &c.At, &c.Start)
	return c, err
}
