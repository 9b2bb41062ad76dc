-- +goose Up

-- The tables of the SQLite migration of the same number.

-- Help orders. What the citizen wrote stays sealed in the operation's envelope;
-- the answer is sealed to the hall's own key.
CREATE TABLE help_order(
	order_no      text COLLATE "C" PRIMARY KEY,
	op_id         text COLLATE "C" NOT NULL UNIQUE REFERENCES op_log(op_id) DEFERRABLE INITIALLY DEFERRED,
	terminal      text COLLATE "C" NOT NULL,
	kind          text COLLATE "C" NOT NULL CHECK(kind IN ('consultation', 'help', 'complaint', 'report', 'suggestion')),
	subject       text COLLATE "C" NOT NULL,
	wish          text COLLATE "C" NOT NULL,
	lang          text COLLATE "C" NOT NULL,
	person_key    text COLLATE "C",
	secret_hash   text COLLATE "C" NOT NULL CHECK(length(secret_hash) = 64),
	state         text COLLATE "C" NOT NULL CHECK(state IN ('registered', 'assigned', 'accepted', 'in_progress', 'answered', 'closed', 'returned', 'reopened', 'withdrawn')),
	unit          text COLLATE "C" NOT NULL CHECK(unit <> ''),
	registered_at bigint NOT NULL,
	clock_at      bigint NOT NULL,
	days          bigint NOT NULL CHECK(days >= 1),
	extra         bigint NOT NULL,
	due_at        bigint NOT NULL,
	assigned_at   bigint NOT NULL,
	answered_at   bigint NOT NULL,
	closed_at     bigint NOT NULL,
	bounces       bigint NOT NULL,
	fixed         bigint NOT NULL,
	extended      bigint NOT NULL,
	again         bigint NOT NULL,
	late          bigint NOT NULL,
	urges         bigint NOT NULL,
	outcome       text COLLATE "C" NOT NULL,
	answer        bytea,
	answer_id     text COLLATE "C" NOT NULL,
	version       bigint NOT NULL
);
CREATE INDEX help_order_person ON help_order(person_key, registered_at) WHERE person_key IS NOT NULL;
CREATE INDEX help_order_state ON help_order(state, due_at);
CREATE INDEX help_order_unit ON help_order(unit, state);

-- Everything that ever happened to an order.
CREATE TABLE help_order_event(
	seq        bigint PRIMARY KEY,
	order_no   text COLLATE "C" NOT NULL REFERENCES help_order(order_no) DEFERRABLE INITIALLY DEFERRED,
	at         bigint NOT NULL,
	kind       text COLLATE "C" NOT NULL,
	from_state text COLLATE "C" NOT NULL,
	to_state   text COLLATE "C" NOT NULL,
	unit       text COLLATE "C" NOT NULL,
	role       text COLLATE "C" NOT NULL,
	actor      text COLLATE "C" NOT NULL,
	note       bytea,
	command_id text COLLATE "C" NOT NULL
);
CREATE INDEX help_order_event_order ON help_order_event(order_no, seq);
CREATE INDEX help_order_event_kind ON help_order_event(kind, at);
CREATE UNIQUE INDEX help_order_event_command ON help_order_event(command_id);

-- +goose StatementBegin
CREATE FUNCTION help_order_event_is_permanent() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'help_order_event is permanent'; END $$;
-- +goose StatementEnd
CREATE TRIGGER help_order_event_no_change BEFORE UPDATE OR DELETE ON help_order_event
FOR EACH ROW EXECUTE FUNCTION help_order_event_is_permanent();
CREATE TRIGGER help_order_event_no_truncate BEFORE TRUNCATE ON help_order_event
EXECUTE FUNCTION help_order_event_is_permanent();

-- Sign-ins of staff at a desk without a window.
CREATE TABLE staff_session(
	token_hash text COLLATE "C" PRIMARY KEY,
	clerk      text COLLATE "C" NOT NULL,
	started_at bigint NOT NULL,
	seen_at    bigint NOT NULL,
	ended_at   bigint NOT NULL
);
CREATE INDEX staff_session_open ON staff_session(clerk) WHERE ended_at = 0;
