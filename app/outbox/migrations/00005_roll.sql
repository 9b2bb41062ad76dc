-- +goose Up

-- What the printer's sensors last said of the roll: 0 nothing or enough, 1 near
-- its end, 2 ended. A roll that was changed while the program was off is known
-- by it.
ALTER TABLE paper_roll ADD COLUMN level INTEGER NOT NULL DEFAULT 0 CHECK (level IN (0, 1, 2));

-- Paper of the counted tickets; used_um holds besides what was used before the
-- roll was put in.
ALTER TABLE paper_roll ADD COLUMN printed_um INTEGER NOT NULL DEFAULT 0;
UPDATE paper_roll SET printed_um = used_um;
