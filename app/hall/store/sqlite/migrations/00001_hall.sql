-- +goose Up

-- Names with a count. Rows count up inside the transaction that uses the
-- number, so numbers have no gaps and follow the order of commits.
CREATE TABLE sequence(
	name TEXT PRIMARY KEY,
	last INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Every operation that was ever settled, with the answer it gets for ever.
CREATE TABLE op_log(
	op_id       TEXT PRIMARY KEY,
	terminal    TEXT NOT NULL,
	seq         INTEGER NOT NULL,
	kind        TEXT NOT NULL,
	body_sha256 TEXT NOT NULL CHECK(length(body_sha256) = 64),
	envelope    BLOB NOT NULL,
	status      TEXT NOT NULL CHECK(status IN ('applied', 'rejected')),
	result      BLOB NOT NULL,
	device_time INTEGER NOT NULL,
	lodged_at   INTEGER NOT NULL,
	received_at INTEGER NOT NULL
) STRICT;
CREATE INDEX op_log_terminal ON op_log(terminal, seq);

-- +goose StatementBegin
CREATE TRIGGER op_log_no_update BEFORE UPDATE ON op_log
BEGIN SELECT RAISE(ABORT, 'op_log is permanent'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER op_log_no_delete BEFORE DELETE ON op_log
BEGIN SELECT RAISE(ABORT, 'op_log is permanent'); END;
-- +goose StatementEnd

-- Operations whose place another one took, arrived or not.
CREATE TABLE replaced(
	op_id TEXT PRIMARY KEY,
	by_op TEXT NOT NULL,
	at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The next free number of a day, prefix and range.
CREATE TABLE number_state(
	day    TEXT NOT NULL,
	prefix TEXT NOT NULL,
	series TEXT NOT NULL CHECK(series IN ('online', 'offline')),
	next   INTEGER NOT NULL,
	PRIMARY KEY(day, prefix, series)
) STRICT, WITHOUT ROWID;

CREATE TABLE lease_request(
	terminal   TEXT NOT NULL,
	request_no TEXT NOT NULL,
	day        TEXT NOT NULL,
	at         INTEGER NOT NULL,
	PRIMARY KEY(terminal, request_no)
) STRICT, WITHOUT ROWID;

CREATE TABLE lease(
	lease_id   TEXT PRIMARY KEY,
	terminal   TEXT NOT NULL,
	request_no TEXT NOT NULL,
	day        TEXT NOT NULL,
	pool       TEXT NOT NULL,
	prefix     TEXT NOT NULL,
	lo         INTEGER NOT NULL,
	hi         INTEGER NOT NULL,
	issued_at  INTEGER NOT NULL,
	CHECK(lo <= hi),
	UNIQUE(day, prefix, lo),
	UNIQUE(terminal, request_no, pool),
	FOREIGN KEY(terminal, request_no) REFERENCES lease_request(terminal, request_no)
) STRICT, WITHOUT ROWID;

CREATE TABLE ticket(
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
	state        TEXT NOT NULL CHECK(state IN ('waiting', 'called', 'serving', 'missed', 'finished', 'cancelled', 'expired', 'void')),
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
	UNIQUE(day, prefix, value),
	UNIQUE(day, number),
	CHECK(state NOT IN ('called', 'serving') OR win <> '')
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX ticket_one_at_window ON ticket(win) WHERE state IN ('called', 'serving');
CREATE UNIQUE INDEX ticket_one_of_person ON ticket(person_key, pool, day) WHERE state IN ('waiting', 'called', 'serving');
CREATE INDEX ticket_state ON ticket(day, state, event_seq);
CREATE INDEX ticket_open ON ticket(day) WHERE state IN ('waiting', 'called', 'serving', 'missed');

CREATE TABLE event(
	seq        INTEGER PRIMARY KEY,
	at         INTEGER NOT NULL,
	ticket_id  TEXT REFERENCES ticket(ticket_id) DEFERRABLE INITIALLY DEFERRED,
	kind       TEXT NOT NULL,
	from_state TEXT NOT NULL,
	to_state   TEXT NOT NULL,
	win        TEXT NOT NULL,
	actor      TEXT NOT NULL,
	command_id TEXT NOT NULL
) STRICT;
CREATE INDEX event_ticket ON event(ticket_id, seq);

CREATE TABLE application(
	op_id      TEXT PRIMARY KEY REFERENCES op_log(op_id) DEFERRABLE INITIALLY DEFERRED,
	ref        TEXT NOT NULL UNIQUE,
	receipt    TEXT NOT NULL,
	item       TEXT NOT NULL,
	person_key TEXT NOT NULL,
	state      TEXT NOT NULL,
	at         INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX application_receipt ON application(receipt);
CREATE INDEX application_person ON application(person_key, at);

CREATE TABLE slot(
	slot_id  TEXT PRIMARY KEY,
	item     TEXT NOT NULL,
	day      TEXT NOT NULL,
	start_at INTEGER NOT NULL,
	end_at   INTEGER NOT NULL,
	capacity INTEGER NOT NULL,
	taken    INTEGER NOT NULL,
	CHECK(taken >= 0 AND taken <= capacity),
	CHECK(start_at < end_at)
) STRICT, WITHOUT ROWID;
CREATE INDEX slot_item ON slot(item, day);

CREATE TABLE booking(
	op_id      TEXT PRIMARY KEY,
	receipt    TEXT NOT NULL,
	item       TEXT NOT NULL,
	slot_id    TEXT NOT NULL,
	day        TEXT NOT NULL,
	person_key TEXT NOT NULL,
	state      TEXT NOT NULL CHECK(state IN ('booked', 'requested')),
	start_at   INTEGER NOT NULL,
	at         INTEGER NOT NULL,
	UNIQUE(person_key, item, day)
) STRICT, WITHOUT ROWID;
CREATE INDEX booking_receipt ON booking(receipt);

CREATE TABLE clerk_session(
	token_hash TEXT PRIMARY KEY,
	win        TEXT NOT NULL,
	clerk      TEXT NOT NULL,
	started_at INTEGER NOT NULL,
	ended_at   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX clerk_session_window ON clerk_session(win) WHERE ended_at = 0;

CREATE TABLE clerk_try(
	clerk        TEXT PRIMARY KEY,
	tries        INTEGER NOT NULL,
	locked_until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE command_log(
	command_id TEXT PRIMARY KEY,
	win        TEXT NOT NULL,
	action     TEXT NOT NULL,
	answer     BLOB NOT NULL,
	at         INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
