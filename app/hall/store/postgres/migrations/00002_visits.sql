-- +goose Up

-- The changes of the SQLite migration of the same number.
ALTER TABLE ticket DROP CONSTRAINT ticket_state_check;
ALTER TABLE ticket ADD CONSTRAINT ticket_state_check
	CHECK(state IN ('waiting', 'called', 'serving', 'on_hold', 'missed', 'finished', 'cancelled', 'expired', 'void'));
ALTER TABLE ticket
	ADD COLUMN lane         text COLLATE "C" NOT NULL DEFAULT 'N' CHECK(lane IN ('U', 'A', 'N')),
	ADD COLUMN started_at   bigint NOT NULL DEFAULT 0,
	ADD COLUMN target       text COLLATE "C" NOT NULL DEFAULT '',
	ADD COLUMN avoid        text COLLATE "C" NOT NULL DEFAULT '',
	ADD COLUMN avoid_until  bigint NOT NULL DEFAULT 0,
	ADD COLUMN return_to    text COLLATE "C" NOT NULL DEFAULT '',
	ADD COLUMN return_pool  text COLLATE "C" NOT NULL DEFAULT '',
	ADD COLUMN hold_until   bigint NOT NULL DEFAULT 0,
	ADD COLUMN rejoins      bigint NOT NULL DEFAULT 0,
	ADD COLUMN reprints     bigint NOT NULL DEFAULT 0,
	ADD COLUMN state_before text COLLATE "C" NOT NULL DEFAULT '',
	ADD COLUMN ended_at     bigint NOT NULL DEFAULT 0,
	ADD COLUMN ended_by     text COLLATE "C" NOT NULL DEFAULT '',
	ADD COLUMN stops        text COLLATE "C" NOT NULL DEFAULT '',
	ADD COLUMN booking      text COLLATE "C",
	ADD COLUMN wait_from    bigint NOT NULL DEFAULT -1,
	ADD COLUMN wait_to      bigint NOT NULL DEFAULT -1;
DROP INDEX ticket_one_of_person;
DROP INDEX ticket_state;
CREATE INDEX ticket_state ON ticket(state, day);
DROP INDEX ticket_open;
CREATE UNIQUE INDEX ticket_one_of_person ON ticket(person_key, pool, day) WHERE state IN ('waiting', 'called', 'serving', 'on_hold');
CREATE UNIQUE INDEX ticket_one_of_booking ON ticket(booking) WHERE state NOT IN ('cancelled', 'void', 'expired');
CREATE INDEX ticket_open ON ticket(day) WHERE state IN ('waiting', 'called', 'serving', 'on_hold', 'missed');
CREATE INDEX ticket_ended ON ticket(ended_by, ended_at, state);
CREATE INDEX ticket_served ON ticket(service, ended_at) WHERE state = 'finished';

ALTER TABLE event
	ADD COLUMN pool    text COLLATE "C" NOT NULL DEFAULT '',
	ADD COLUMN service text COLLATE "C" NOT NULL DEFAULT '',
	ADD COLUMN reason  text COLLATE "C" NOT NULL DEFAULT '',
	ADD COLUMN pick    text COLLATE "C" NOT NULL DEFAULT '',
	ADD COLUMN detail  text COLLATE "C" NOT NULL DEFAULT '';
CREATE INDEX event_at ON event(at);
CREATE INDEX event_window ON event(win, seq);

CREATE TABLE turn(
	day      text COLLATE "C" NOT NULL,
	pools    text COLLATE "C" NOT NULL,
	priority bigint NOT NULL,
	booked   bigint NOT NULL,
	normal   bigint NOT NULL,
	PRIMARY KEY(day, pools)
);

ALTER TABLE clerk_session ADD COLUMN pause text COLLATE "C" NOT NULL DEFAULT '';

CREATE TABLE emergency(
	win   text COLLATE "C" PRIMARY KEY,
	clerk text COLLATE "C" NOT NULL,
	since bigint NOT NULL
);
