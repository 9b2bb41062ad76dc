// Package oplog is the terminal's second memory of what was accepted: append-only
// files beside the database, from which the database is rebuilt when it is
// damaged.
//
// A file is a row of frames:
//
//	"HOJ1" | length u32 | CRC-32C u32 | sequence u64 | record, JSON    (little-endian)
//
// The CRC covers sequence and record. A torn last frame is ignored; a damaged
// one in between is skipped, because the mark finds the next. Bodies are sealed
// to the hall before they come here.
//
// Records say that an operation was accepted ([Op]), that a group of them is
// committed in the database or was given up ([Record.Commit], [Record.Abort]),
// and how one ended ([End]). Each file begins with a [Base], what must be known
// when every older file is gone.
package oplog
