-- +goose Up

-- The changes of the SQLite migration of the same number.
ALTER TABLE booking DROP CONSTRAINT booking_state_check;
ALTER TABLE booking ADD CONSTRAINT booking_state_check
	CHECK(state IN ('booked', 'requested', 'cancelled', 'cancelled_late', 'cancelled_hall', 'rescheduled', 'no_show'));
ALTER TABLE booking DROP CONSTRAINT booking_person_key_item_day_key;
ALTER TABLE booking
	ADD COLUMN end_at  bigint NOT NULL DEFAULT 0,
	ADD COLUMN persons bigint NOT NULL DEFAULT 1,
	ADD COLUMN slots   text COLLATE "C" NOT NULL DEFAULT '',
	ADD COLUMN reason  text COLLATE "C" NOT NULL DEFAULT '',
	ADD COLUMN excused bigint NOT NULL DEFAULT 0;
UPDATE booking SET slots = slot_id WHERE state = 'booked';
CREATE UNIQUE INDEX booking_one ON booking(person_key, item, day) WHERE state IN ('booked', 'requested');
CREATE INDEX booking_person ON booking(person_key, start_at);
CREATE INDEX booking_start ON booking(start_at) WHERE state = 'booked';

ALTER TABLE slot ADD COLUMN kept bigint NOT NULL DEFAULT 0;

CREATE TABLE slot_hold(
	hold_id text COLLATE "C" NOT NULL,
	slot_id text COLLATE "C" NOT NULL REFERENCES slot(slot_id),
	until   bigint NOT NULL,
	PRIMARY KEY(hold_id, slot_id)
);
CREATE INDEX slot_hold_slot ON slot_hold(slot_id, until);

CREATE TABLE booking_pardon(
	person_key text COLLATE "C" NOT NULL,
	at         bigint NOT NULL,
	actor      text COLLATE "C" NOT NULL,
	reason     text COLLATE "C" NOT NULL,
	PRIMARY KEY(person_key, at)
);
