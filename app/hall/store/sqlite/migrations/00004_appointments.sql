-- +goose Up

-- Bookings end in more ways, and a person may book again what was cancelled.
CREATE TABLE booking_new(
	op_id      TEXT PRIMARY KEY,
	receipt    TEXT NOT NULL,
	item       TEXT NOT NULL,
	slot_id    TEXT NOT NULL,
	day        TEXT NOT NULL,
	person_key TEXT NOT NULL,
	state      TEXT NOT NULL CHECK(state IN ('booked', 'requested', 'cancelled', 'cancelled_late', 'cancelled_hall', 'rescheduled', 'no_show')),
	start_at   INTEGER NOT NULL,
	at         INTEGER NOT NULL,
	end_at     INTEGER NOT NULL DEFAULT 0,
	persons    INTEGER NOT NULL DEFAULT 1,
	slots      TEXT NOT NULL DEFAULT '',
	reason     TEXT NOT NULL DEFAULT '',
	excused    INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
INSERT INTO booking_new(op_id, receipt, item, slot_id, day, person_key, state, start_at, at, slots)
	SELECT op_id, receipt, item, slot_id, day, person_key, state, start_at, at, CASE state WHEN 'booked' THEN slot_id ELSE '' END FROM booking;
DROP TABLE booking;
ALTER TABLE booking_new RENAME TO booking;
CREATE UNIQUE INDEX booking_one ON booking(person_key, item, day) WHERE state IN ('booked', 'requested');
CREATE INDEX booking_receipt ON booking(receipt);
CREATE INDEX booking_person ON booking(person_key, start_at);
CREATE INDEX booking_start ON booking(start_at) WHERE state = 'booked';

-- Places of a slot that only the staff may give, and that are left of them.
ALTER TABLE slot ADD COLUMN kept INTEGER NOT NULL DEFAULT 0;

-- Places that count as taken until a time: held while a form is filled in, or
-- freed and cooling. Whoever asks for a place settles what is over.
CREATE TABLE slot_hold(
	hold_id TEXT NOT NULL,
	slot_id TEXT NOT NULL REFERENCES slot(slot_id),
	until   INTEGER NOT NULL,
	PRIMARY KEY(hold_id, slot_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX slot_hold_slot ON slot_hold(slot_id, until);

-- A member of staff forgave a person's no-shows up to a time.
CREATE TABLE booking_pardon(
	person_key TEXT NOT NULL,
	at         INTEGER NOT NULL,
	actor      TEXT NOT NULL,
	reason     TEXT NOT NULL,
	PRIMARY KEY(person_key, at)
) STRICT, WITHOUT ROWID;
