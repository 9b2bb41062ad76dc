-- +goose Up

-- Each operation's hash covers what never changes of it and the hash of the one
-- before. Operations of older versions have none; the chain begins behind them.
ALTER TABLE op ADD COLUMN prev BLOB;
ALTER TABLE op ADD COLUMN hash BLOB;

-- How often the hall put an operation off, and what it said last.
ALTER TABLE op ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0;
ALTER TABLE op ADD COLUMN problem TEXT;

-- Operations whose journal frame outlived a crash that their commit did not.
-- Nobody was told anything. A person may send one; a day later it is dropped.
CREATE TABLE unconfirmed (
    op_id  TEXT PRIMARY KEY,
    kind   TEXT NOT NULL,
    at_ms  INTEGER NOT NULL,
    record BLOB NOT NULL -- the journal's record, JSON
) STRICT, WITHOUT ROWID;

-- What happened to the store itself, chained like operations.
CREATE TABLE audit (
    seq    INTEGER PRIMARY KEY,
    at_ms  INTEGER NOT NULL,
    actor  TEXT NOT NULL,
    action TEXT NOT NULL,
    object TEXT NOT NULL,
    detail TEXT NOT NULL,
    prev   BLOB NOT NULL,
    hash   BLOB NOT NULL
) STRICT;
-- +goose StatementBegin
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'audit is append-only');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
BEGIN
    SELECT RAISE(ABORT, 'audit is append-only');
END;
-- +goose StatementEnd
