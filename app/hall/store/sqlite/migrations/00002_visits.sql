-- +goose Up

-- Tickets can be laid aside, wait in lanes, go on to other pools and come back.
-- SQLite changes a CHECK only by building the table anew; events refer to
-- tickets, so they stand aside meanwhile.
CREATE TABLE event_kept AS SELECT * FROM event;
DROP TABLE event;

CREATE TABLE ticket_new(
	ticket_id    TEXT PRIMARY KEY,
	op_id        TEXT NOT NULL UNIQUE,
	terminal     TEXT NOT NULL,
	day          TEXT NOT NULL,
	pool         TEXT NOT NULL,
	service      TEXT NOT NULL,
	prefix       TEXT NOT NULL,
	value        INTEGER NOT NULL,
	number       TEXT NOT NULL,
	origin       TEXT NOT NULL CHECK(origin IN ('online', 'offline')),
	state        TEXT NOT NULL CHECK(state IN ('waiting', 'called', 'serving', 'on_hold', 'missed', 'finished', 'cancelled', 'expired', 'void')),
	lang         TEXT NOT NULL,
	code         TEXT NOT NULL,
	person_key   TEXT,
	duplicate_of TEXT,
	issued_at    INTEGER NOT NULL,
	effective_at INTEGER NOT NULL,
	win          TEXT NOT NULL,
	called_at    INTEGER NOT NULL,
	announced_at INTEGER NOT NULL,
	calls        INTEGER NOT NULL,
	version      INTEGER NOT NULL,
	event_seq    INTEGER NOT NULL,
	announce_seq INTEGER NOT NULL,
	lane         TEXT NOT NULL DEFAULT 'N' CHECK(lane IN ('U', 'A', 'N')),
	started_at   INTEGER NOT NULL DEFAULT 0,
	target       TEXT NOT NULL DEFAULT '',
	avoid        TEXT NOT NULL DEFAULT '',
	avoid_until  INTEGER NOT NULL DEFAULT 0,
	return_to    TEXT NOT NULL DEFAULT '',
	return_pool  TEXT NOT NULL DEFAULT '',
	hold_until   INTEGER NOT NULL DEFAULT 0,
	rejoins      INTEGER NOT NULL DEFAULT 0,
	reprints     INTEGER NOT NULL DEFAULT 0,
	state_before TEXT NOT NULL DEFAULT '',
	ended_at     INTEGER NOT NULL DEFAULT 0,
	ended_by     TEXT NOT NULL DEFAULT '',
	stops        TEXT NOT NULL DEFAULT '',
	booking      TEXT,
	wait_from    INTEGER NOT NULL DEFAULT -1,
	wait_to      INTEGER NOT NULL DEFAULT -1,
	UNIQUE(day, prefix, value),
	UNIQUE(day, number),
	CHECK(state NOT IN ('called', 'serving') OR win <> '')
) STRICT, WITHOUT ROWID;
INSERT INTO ticket_new(ticket_id, op_id, terminal, day, pool, service, prefix, value, number, origin, state, lang, code, person_key, duplicate_of, issued_at, effective_at, win, called_at, announced_at, calls, version, event_seq, announce_seq)
	SELECT ticket_id, op_id, terminal, day, pool, service, prefix, value, number, origin, state, lang, code, person_key, duplicate_of, issued_at, effective_at, win, called_at, announced_at, calls, version, event_seq, announce_seq FROM ticket;
DROP TABLE ticket;
ALTER TABLE ticket_new RENAME TO ticket;
CREATE UNIQUE INDEX ticket_one_at_window ON ticket(win) WHERE state IN ('called', 'serving');
CREATE UNIQUE INDEX ticket_one_of_person ON ticket(person_key, pool, day) WHERE state IN ('waiting', 'called', 'serving', 'on_hold');
CREATE UNIQUE INDEX ticket_one_of_booking ON ticket(booking) WHERE state NOT IN ('cancelled', 'void', 'expired');
CREATE INDEX ticket_state ON ticket(state, day);
CREATE INDEX ticket_open ON ticket(day) WHERE state IN ('waiting', 'called', 'serving', 'on_hold', 'missed');
CREATE INDEX ticket_ended ON ticket(ended_by, ended_at, state);
CREATE INDEX ticket_served ON ticket(service, ended_at) WHERE state = 'finished';

CREATE TABLE event(
	seq        INTEGER PRIMARY KEY,
	at         INTEGER NOT NULL,
	ticket_id  TEXT REFERENCES ticket(ticket_id) DEFERRABLE INITIALLY DEFERRED,
	kind       TEXT NOT NULL,
	from_state TEXT NOT NULL,
	to_state   TEXT NOT NULL,
	win        TEXT NOT NULL,
	actor      TEXT NOT NULL,
	command_id TEXT NOT NULL,
	pool       TEXT NOT NULL DEFAULT '',
	service    TEXT NOT NULL DEFAULT '',
	reason     TEXT NOT NULL DEFAULT '',
	pick       TEXT NOT NULL DEFAULT '',
	detail     TEXT NOT NULL DEFAULT ''
) STRICT;
INSERT INTO event(seq, at, ticket_id, kind, from_state, to_state, win, actor, command_id)
	SELECT seq, at, ticket_id, kind, from_state, to_state, win, actor, command_id FROM event_kept;
DROP TABLE event_kept;
CREATE INDEX event_ticket ON event(ticket_id, seq);
CREATE INDEX event_at ON event(at);
CREATE INDEX event_window ON event(win, seq);

-- What the lanes of a set of pools are owed on a day.
CREATE TABLE turn(
	day      TEXT NOT NULL,
	pools    TEXT NOT NULL,
	priority INTEGER NOT NULL,
	booked   INTEGER NOT NULL,
	normal   INTEGER NOT NULL,
	PRIMARY KEY(day, pools)
) STRICT, WITHOUT ROWID;

-- Why a window makes a pause; '' while it works.
ALTER TABLE clerk_session ADD COLUMN pause TEXT NOT NULL DEFAULT '';

-- Windows whose clerk asks for help without a word.
CREATE TABLE emergency(
	win      TEXT PRIMARY KEY,
	clerk    TEXT NOT NULL,
	since    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
