-- +goose Up

-- How far each paper got. A step is stored before what it names begins, so that
-- after a power cut the furthest step says what may have happened.
CREATE TABLE print_step (
    n        INTEGER PRIMARY KEY,
    job_id   TEXT NOT NULL REFERENCES print_job (job_id),
    state    TEXT NOT NULL,
    reason   TEXT NOT NULL,
    sum      BLOB NOT NULL, -- SHA-256 of the bytes, of the step 'sending'
    bytes    INTEGER NOT NULL,
    paper_um INTEGER NOT NULL,
    at_ms    INTEGER NOT NULL
) STRICT;

CREATE INDEX print_step_job ON print_step (job_id);

-- The roll in the printer, counted since it was put in.
CREATE TABLE paper_roll (
    id       INTEGER PRIMARY KEY CHECK (id = 1),
    used_um  INTEGER NOT NULL,
    tickets  INTEGER NOT NULL,
    since_ms INTEGER NOT NULL
) STRICT;
INSERT INTO paper_roll VALUES (1, 0, 0, 0);
