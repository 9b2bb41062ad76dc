package store

import (
	"time"

	"hallway/queue"
)

// A Session is a clerk's sign-in at a window.
type Session struct {
	TokenHash string // hex SHA-256 of the token
	Window    queue.WindowID
	Clerk     string
	StartedAt time.Time
	EndedAt   time.Time // zero while it lasts
	Pause     string    // why the window makes a pause; "" while it works
}

const sessionColumns = `token_hash, win, clerk, started_at, ended_at, pause`

func scanSession(s scanner) (v Session, err error) {
	var started, ended int64
	err = s.Scan(&v.TokenHash, &v.Window, &v.Clerk, &started, &ended, &v.Pause)
	v.StartedAt, v.EndedAt = at(started), at(ended)
	return v, err
}

// PutSession begins a sign-in; EndSessions must have ended the one before.
func (tx *Tx) PutSession(s Session) error {
	return tx.execOne("store sign-in", `
		INSERT INTO clerk_session(token_hash, win, clerk, started_at, ended_at) VALUES (?1, ?2, ?3, ?4, 0) ON CONFLICT DO NOTHING`,
		s.TokenHash, s.Window, s.Clerk, ms(s.StartedAt))
}

// Session returns a sign-in, ended or not.
func (tx *Tx) Session(tokenHash string) (Session, bool, error) {
	return one(tx, "read sign-in", scanSession, `SELECT `+sessionColumns+` FROM clerk_session WHERE token_hash = ?1`, tokenHash)
}

// Sessions returns the sign-ins that last, by window.
func (tx *Tx) Sessions() ([]Session, error) {
	return all(tx, "read sign-ins", scanSession, `SELECT `+sessionColumns+` FROM clerk_session WHERE ended_at = 0 ORDER BY win`)
}

// SetPause stores why the window of a sign-in makes a pause, or "" when it
// works again.
func (tx *Tx) SetPause(s Session, reason string) error {
	return tx.execOne("store pause", `UPDATE clerk_session SET pause = ?2 WHERE token_hash = ?1`, s.TokenHash, reason)
}

// An Emergency is a window whose clerk asks for help.
type Emergency struct {
	Window queue.WindowID
	Clerk  string
	Since  time.Time
}

// PutEmergency stores a call for help; one that lasts stays as it is.
func (tx *Tx) PutEmergency(e Emergency) error {
	_, err := tx.exec("store emergency", `INSERT INTO emergency(win, clerk, since) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING`, e.Window, e.Clerk, ms(e.Since))
	return err
}

// EndEmergency ends the call for help of a window.
func (tx *Tx) EndEmergency(w queue.WindowID) error {
	_, err := tx.exec("end emergency", `DELETE FROM emergency WHERE win = ?1`, w)
	return err
}

// Emergencies returns the calls for help that last, oldest first.
func (tx *Tx) Emergencies() ([]Emergency, error) {
	return all(tx, "read emergencies", func(s scanner) (e Emergency, err error) {
		var since int64
		err = s.Scan(&e.Window, &e.Clerk, &since)
		e.Since = at(since)
		return e, err
	}, `SELECT win, clerk, since FROM emergency ORDER BY since, win`)
}

// EndSessions ends the sign-in at a window, if there is one.
func (tx *Tx) EndSessions(w queue.WindowID, now time.Time) error {
	_, err := tx.exec("end sign-in", `UPDATE clerk_session SET ended_at = ?2 WHERE win = ?1 AND ended_at = 0`, w, ms(now))
	return err
}

// A Command is a counter's command with the answer that it gets for ever.
type Command struct {
	ID     string
	Window queue.WindowID
	Action string
	Answer []byte
}

// Command returns a command that was carried out.
func (tx *Tx) Command(id string) (Command, bool, error) {
	return one(tx, "read command", func(s scanner) (c Command, err error) {
		err = s.Scan(&c.ID, &c.Window, &c.Action, &c.Answer)
		return c, err
	}, `SELECT command_id, win, action, answer FROM command_log WHERE command_id = ?1`, id)
}

// PutCommand stores a command that was carried out.
func (tx *Tx) PutCommand(c Command, now time.Time) error {
	return tx.execOne("log command", `
		INSERT INTO command_log(command_id, win, action, answer, at) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING`,
		c.ID, c.Window, c.Action, c.Answer, ms(now))
}

// LockedUntil returns until when a clerk may not sign in; the zero time when
// the clerk may.
func (tx *Tx) LockedUntil(clerk string) (time.Time, error) {
	n, _, err := one(tx, "read tries", value[int64], `SELECT locked_until FROM clerk_try WHERE clerk = ?1`, clerk)
	return at(n), err
}

// CountTry counts a try to sign in before its PIN is looked at, so that tries
// at the same time cannot all pass. The try that makes allowed also locks the
// clerk until the given time.
func (tx *Tx) CountTry(clerk string, allowed int, until time.Time) error {
	_, err := tx.exec("count try", `
		INSERT INTO clerk_try(clerk, tries, locked_until) VALUES (?1, 1, 0)
		ON CONFLICT(clerk) DO UPDATE SET
			tries = CASE WHEN clerk_try.tries + 1 >= ?2 THEN 0 ELSE clerk_try.tries + 1 END,
			locked_until = CASE WHEN clerk_try.tries + 1 >= ?2 THEN ?3 ELSE 0 END`, clerk, allowed, ms(until))
	return err
}

// ForgetTries removes a clerk's tries after a right PIN.
func (tx *Tx) ForgetTries(clerk string) error {
	_, err := tx.exec("forget tries", `DELETE FROM clerk_try WHERE clerk = ?1`, clerk)
	return err
}
