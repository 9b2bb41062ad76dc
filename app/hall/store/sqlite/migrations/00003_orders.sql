-- +goose Up

-- Help orders. What the citizen wrote stays sealed in the operation's envelope;
-- the answer is sealed to the hall's own key.
CREATE TABLE help_order(
	order_no      TEXT PRIMARY KEY,
	op_id         TEXT NOT NULL UNIQUE REFERENCES op_log(op_id) DEFERRABLE INITIALLY DEFERRED,
	terminal      TEXT NOT NULL,
	kind          TEXT NOT NULL CHECK(kind IN ('consultation', 'help', 'complaint', 'report', 'suggestion')),
	subject       TEXT NOT NULL,
	wish          TEXT NOT NULL,
	lang          TEXT NOT NULL,
	person_key    TEXT,
	secret_hash   TEXT NOT NULL CHECK(length(secret_hash) = 64),
	state         TEXT NOT NULL CHECK(state IN ('registered', 'assigned', 'accepted', 'in_progress', 'answered', 'closed', 'returned', 'reopened', 'withdrawn')),
	unit          TEXT NOT NULL CHECK(unit <> ''),
	registered_at INTEGER NOT NULL,
	clock_at      INTEGER NOT NULL,
	days          INTEGER NOT NULL CHECK(days >= 1),
	extra         INTEGER NOT NULL,
	due_at        INTEGER NOT NULL,
	assigned_at   INTEGER NOT NULL,
	answered_at   INTEGER NOT NULL,
	closed_at     INTEGER NOT NULL,
	bounces       INTEGER NOT NULL,
	fixed         INTEGER NOT NULL,
	extended      INTEGER NOT NULL,
	again         INTEGER NOT NULL,
	late          INTEGER NOT NULL,
	urges         INTEGER NOT NULL,
	outcome       TEXT NOT NULL,
	answer        BLOB,
	answer_id     TEXT NOT NULL,
	version       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX help_order_person ON help_order(person_key, registered_at) WHERE person_key IS NOT NULL;
CREATE INDEX help_order_state ON help_order(state, due_at);
CREATE INDEX help_order_unit ON help_order(unit, state);

-- Everything that ever happened to an order.
CREATE TABLE help_order_event(
	seq        INTEGER PRIMARY KEY,
	order_no   TEXT NOT NULL REFERENCES help_order(order_no) DEFERRABLE INITIALLY DEFERRED,
	at         INTEGER NOT NULL,
	kind       TEXT NOT NULL,
	from_state TEXT NOT NULL,
	to_state   TEXT NOT NULL,
	unit       TEXT NOT NULL,
	role       TEXT NOT NULL,
	actor      TEXT NOT NULL,
	note       BLOB,
	command_id TEXT NOT NULL
) STRICT;
CREATE INDEX help_order_event_order ON help_order_event(order_no, seq);
CREATE INDEX help_order_event_kind ON help_order_event(kind, at);
CREATE UNIQUE INDEX help_order_event_command ON help_order_event(command_id);

-- +goose StatementBegin
CREATE TRIGGER help_order_event_no_update BEFORE UPDATE ON help_order_event
BEGIN SELECT RAISE(ABORT, 'help_order_event is permanent'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER help_order_event_no_delete BEFORE DELETE ON help_order_event
BEGIN SELECT RAISE(ABORT, 'help_order_event is permanent'); END;
-- +goose StatementEnd

-- Sign-ins of staff at a desk without a window.
CREATE TABLE staff_session(
	token_hash TEXT PRIMARY KEY,
	clerk      TEXT NOT NULL,
	started_at INTEGER NOT NULL,
	seen_at    INTEGER NOT NULL,
	ended_at   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX staff_session_open ON staff_session(clerk) WHERE ended_at = 0;
