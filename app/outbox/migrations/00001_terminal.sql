-- +goose Up

-- "HALK": a terminal's store of Hallway.
PRAGMA application_id = 1212238923;
PRAGMA user_version = 1;

-- Facts of which there is one: the terminal's id, lease requests under way.
CREATE TABLE meta (
    k TEXT PRIMARY KEY,
    v TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What the hall said last: hall, catalogue, slots:<item>. Values are JSON.
CREATE TABLE cache (
    k TEXT PRIMARY KEY,
    v BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Operations. AUTOINCREMENT keeps seq without gaps and never uses one twice,
-- because a rolled back transaction rolls back sqlite_sequence too.
CREATE TABLE op (
    seq         INTEGER PRIMARY KEY AUTOINCREMENT,
    op_id       TEXT NOT NULL UNIQUE,
    kind        TEXT NOT NULL,
    item        TEXT NOT NULL,
    receipt     TEXT,
    replaces    TEXT REFERENCES op (op_id),
    device_ms   INTEGER NOT NULL,
    offset_ms   INTEGER NOT NULL,
    key_id      TEXT NOT NULL,
    body_sha256 TEXT NOT NULL CHECK (length(body_sha256) = 64),
    body        BLOB,                   -- sealed; NULL when it is needed no more
    state       TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'settled', 'replaced', 'attention')),
    state_ms    INTEGER NOT NULL,
    result      TEXT,                   -- the hall's answer, JSON
    answer      TEXT,                   -- what the citizen was told, JSON; a repeated press gets it again
    CHECK (body IS NOT NULL OR state IN ('settled', 'replaced'))
) STRICT;
CREATE INDEX op_pending ON op (seq) WHERE state = 'pending';
CREATE UNIQUE INDEX op_receipt ON op (receipt) WHERE receipt IS NOT NULL AND state <> 'replaced';

-- The sealed request that takes a booking's place when the hall is away.
CREATE TABLE fallback (
    booking     TEXT PRIMARY KEY REFERENCES op (op_id),
    op_id       TEXT NOT NULL UNIQUE,
    key_id      TEXT NOT NULL,
    body_sha256 TEXT NOT NULL,
    body        BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Blocks of numbers that only this terminal may give out.
CREATE TABLE lease (
    id       INTEGER PRIMARY KEY,       -- in the order in which they came
    lease_id TEXT NOT NULL UNIQUE,
    day      TEXT NOT NULL,
    pool     TEXT NOT NULL,
    prefix   TEXT NOT NULL,
    lo       INTEGER NOT NULL,
    hi       INTEGER NOT NULL,
    used     INTEGER NOT NULL DEFAULT 0,
    CHECK (lo >= 1 AND hi >= lo),
    CHECK (used BETWEEN 0 AND hi - lo + 1)
) STRICT;

-- Every number ever given out of a lease: no bug may give one twice.
CREATE TABLE number (
    day    TEXT NOT NULL,
    prefix TEXT NOT NULL,
    n      INTEGER NOT NULL,
    op_id  TEXT NOT NULL REFERENCES op (op_id),
    PRIMARY KEY (day, prefix, n)
) STRICT, WITHOUT ROWID;

-- The last receipt of each service day.
CREATE TABLE receipt_day (
    day  TEXT PRIMARY KEY,
    last INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Papers that were begun, so that a power cut never prints one twice.
CREATE TABLE print_job (
    n            INTEGER PRIMARY KEY,
    job_id       TEXT NOT NULL UNIQUE,
    intended_ms  INTEGER NOT NULL,
    concluded_ms INTEGER,
    outcome      TEXT CHECK (outcome IN ('not done', 'done', 'unknown')),
    reason       TEXT,
    proof        TEXT
) STRICT;
