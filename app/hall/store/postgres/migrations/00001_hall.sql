-- +goose Up

-- The tables of the SQLite migration of the same number, and two that only
-- several nodes on one database need. Text compares by bytes as in SQLite,
-- whatever the database's locale is.

-- Its one row is the turn of writers. Whoever writes takes the row first and
-- counts it up, so that writers of all nodes follow each other, and a node sees
-- by the count that another one wrote. Half-empty pages keep the updates of
-- the row on its page.
CREATE TABLE writer(
	one        boolean PRIMARY KEY DEFAULT true CHECK(one),
	generation bigint NOT NULL
) WITH (fillfactor = 10);
INSERT INTO writer(generation) VALUES (0);

-- Tells nodes that something was written. They poll as well: this is a hint.
-- +goose StatementBegin
CREATE FUNCTION tell_nodes() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN PERFORM pg_notify('hall_changed', ''); RETURN NULL; END $$;
-- +goose StatementEnd
CREATE TRIGGER writer_tells_nodes AFTER UPDATE ON writer
FOR EACH STATEMENT EXECUTE FUNCTION tell_nodes();

-- What every node of the hall must have alike, such as its keys, by name.
CREATE TABLE identity(
	name  text COLLATE "C" PRIMARY KEY,
	value text COLLATE "C" NOT NULL
);

-- Names with a count. Rows count up inside the transaction that uses the
-- number, so numbers have no gaps and follow the order of commits.
CREATE TABLE sequence(
	name text COLLATE "C" PRIMARY KEY,
	last bigint NOT NULL
);

-- Every operation that was ever settled, with the answer it gets for ever.
CREATE TABLE op_log(
	op_id       text COLLATE "C" PRIMARY KEY,
	terminal    text COLLATE "C" NOT NULL,
	seq         bigint NOT NULL,
	kind        text COLLATE "C" NOT NULL,
	body_sha256 text COLLATE "C" NOT NULL CHECK(length(body_sha256) = 64),
	envelope    bytea NOT NULL,
	status      text COLLATE "C" NOT NULL CHECK(status IN ('applied', 'rejected')),
	result      bytea NOT NULL,
	device_time bigint NOT NULL,
	lodged_at   bigint NOT NULL,
	received_at bigint NOT NULL
);
CREATE INDEX op_log_terminal ON op_log(terminal, seq);

-- +goose StatementBegin
CREATE FUNCTION op_log_is_permanent() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'op_log is permanent'; END $$;
-- +goose StatementEnd
CREATE TRIGGER op_log_no_change BEFORE UPDATE OR DELETE ON op_log
FOR EACH ROW EXECUTE FUNCTION op_log_is_permanent();
CREATE TRIGGER op_log_no_truncate BEFORE TRUNCATE ON op_log
FOR EACH STATEMENT EXECUTE FUNCTION op_log_is_permanent();

-- Operations whose place another one took, arrived or not.
CREATE TABLE replaced(
	op_id text COLLATE "C" PRIMARY KEY,
	by_op text COLLATE "C" NOT NULL,
	at    bigint NOT NULL
);

-- The next free number of a day, prefix and range.
CREATE TABLE number_state(
	day    text COLLATE "C" NOT NULL,
	prefix text COLLATE "C" NOT NULL,
	series text COLLATE "C" NOT NULL CHECK(series IN ('online', 'offline')),
	next   bigint NOT NULL,
	PRIMARY KEY(day, prefix, series)
);

CREATE TABLE lease_request(
	terminal   text COLLATE "C" NOT NULL,
	request_no text COLLATE "C" NOT NULL,
	day        text COLLATE "C" NOT NULL,
	at         bigint NOT NULL,
	PRIMARY KEY(terminal, request_no)
);

CREATE TABLE lease(
	lease_id   text COLLATE "C" PRIMARY KEY,
	terminal   text COLLATE "C" NOT NULL,
	request_no text COLLATE "C" NOT NULL,
	day        text COLLATE "C" NOT NULL,
	pool       text COLLATE "C" NOT NULL,
	prefix     text COLLATE "C" NOT NULL,
	lo         bigint NOT NULL,
	hi         bigint NOT NULL,
	issued_at  bigint NOT NULL,
	CHECK(lo <= hi),
	UNIQUE(day, prefix, lo),
	UNIQUE(terminal, request_no, pool),
	FOREIGN KEY(terminal, request_no) REFERENCES lease_request(terminal, request_no)
);

CREATE TABLE ticket(
	ticket_id    text COLLATE "C" PRIMARY KEY,
	op_id        text COLLATE "C" NOT NULL UNIQUE,
	terminal     text COLLATE "C" NOT NULL,
	day          text COLLATE "C" NOT NULL,
	pool         text COLLATE "C" NOT NULL,
	service      text COLLATE "C" NOT NULL,
	prefix       text COLLATE "C" NOT NULL,
	value        bigint NOT NULL,
	number       text COLLATE "C" NOT NULL,
	origin       text COLLATE "C" NOT NULL CHECK(origin IN ('online', 'offline')),
	state        text COLLATE "C" NOT NULL CHECK(state IN ('waiting', 'called', 'serving', 'missed', 'finished', 'cancelled', 'expired', 'void')),
	lang         text COLLATE "C" NOT NULL,
	code         text COLLATE "C" NOT NULL,
	person_key   text COLLATE "C",
	duplicate_of text COLLATE "C",
	issued_at    bigint NOT NULL,
	effective_at bigint NOT NULL,
	win          text COLLATE "C" NOT NULL,
	called_at    bigint NOT NULL,
	announced_at bigint NOT NULL,
	calls        bigint NOT NULL,
	version      bigint NOT NULL,
	event_seq    bigint NOT NULL,
	announce_seq bigint NOT NULL,
	UNIQUE(day, prefix, value),
	UNIQUE(day, number),
	CHECK(state NOT IN ('called', 'serving') OR win <> '')
);
CREATE UNIQUE INDEX ticket_one_at_window ON ticket(win) WHERE state IN ('called', 'serving');
CREATE UNIQUE INDEX ticket_one_of_person ON ticket(person_key, pool, day) WHERE state IN ('waiting', 'called', 'serving');
CREATE INDEX ticket_state ON ticket(day, state, event_seq);
CREATE INDEX ticket_open ON ticket(day) WHERE state IN ('waiting', 'called', 'serving', 'missed');

CREATE TABLE event(
	seq        bigint PRIMARY KEY,
	at         bigint NOT NULL,
	ticket_id  text COLLATE "C" REFERENCES ticket(ticket_id) DEFERRABLE INITIALLY DEFERRED,
	kind       text COLLATE "C" NOT NULL,
	from_state text COLLATE "C" NOT NULL,
	to_state   text COLLATE "C" NOT NULL,
	win        text COLLATE "C" NOT NULL,
	actor      text COLLATE "C" NOT NULL,
	command_id text COLLATE "C" NOT NULL
);
CREATE INDEX event_ticket ON event(ticket_id, seq);

CREATE TABLE application(
	op_id      text COLLATE "C" PRIMARY KEY REFERENCES op_log(op_id) DEFERRABLE INITIALLY DEFERRED,
	ref        text COLLATE "C" NOT NULL UNIQUE,
	receipt    text COLLATE "C" NOT NULL,
	item       text COLLATE "C" NOT NULL,
	person_key text COLLATE "C" NOT NULL,
	state      text COLLATE "C" NOT NULL,
	at         bigint NOT NULL
);
CREATE INDEX application_receipt ON application(receipt);
CREATE INDEX application_person ON application(person_key, at);

CREATE TABLE slot(
	slot_id  text COLLATE "C" PRIMARY KEY,
	item     text COLLATE "C" NOT NULL,
	day      text COLLATE "C" NOT NULL,
	start_at bigint NOT NULL,
	end_at   bigint NOT NULL,
	capacity bigint NOT NULL,
	taken    bigint NOT NULL,
	CHECK(taken >= 0 AND taken <= capacity),
	CHECK(start_at < end_at)
);
CREATE INDEX slot_item ON slot(item, day);

CREATE TABLE booking(
	op_id      text COLLATE "C" PRIMARY KEY,
	receipt    text COLLATE "C" NOT NULL,
	item       text COLLATE "C" NOT NULL,
	slot_id    text COLLATE "C" NOT NULL,
	day        text COLLATE "C" NOT NULL,
	person_key text COLLATE "C" NOT NULL,
	state      text COLLATE "C" NOT NULL CHECK(state IN ('booked', 'requested')),
	start_at   bigint NOT NULL,
	at         bigint NOT NULL,
	UNIQUE(person_key, item, day)
);
CREATE INDEX booking_receipt ON booking(receipt);

CREATE TABLE clerk_session(
	token_hash text COLLATE "C" PRIMARY KEY,
	win        text COLLATE "C" NOT NULL,
	clerk      text COLLATE "C" NOT NULL,
	started_at bigint NOT NULL,
	ended_at   bigint NOT NULL
);
CREATE UNIQUE INDEX clerk_session_window ON clerk_session(win) WHERE ended_at = 0;

CREATE TABLE clerk_try(
	clerk        text COLLATE "C" PRIMARY KEY,
	tries        bigint NOT NULL,
	locked_until bigint NOT NULL
);

CREATE TABLE command_log(
	command_id text COLLATE "C" PRIMARY KEY,
	win        text COLLATE "C" NOT NULL,
	action     text COLLATE "C" NOT NULL,
	answer     bytea NOT NULL,
	at         bigint NOT NULL
);
