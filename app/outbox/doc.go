// Package outbox is a terminal's durable memory: what citizens asked for and
// the hall does not have yet, numbers leased for times without a hall, the
// hall's catalogue as last seen, and which papers were begun.
//
// The law is "accepted means durable". An operation is accepted by one SQLite
// transaction (write-ahead log, synchronous=FULL) before anything is shown or
// printed, and from then on it is delivered until the hall answered it, through
// power cuts, restarts and outages, in the order of its sequence number.
// Delivering twice is harmless, because the hall remembers every id.
//
// An accepted operation is in two memories before anybody is told: the database
// kiosk.db, and the append-only journal of package oplog beside it. Operations
// carry a hash of the one before. A sentinel outside both says up to which
// operation citizens were told something. Every start puts the three in
// agreement: a damaged database is moved to quarantine and made anew from the
// journal; what the journal has and the database has lost is stored again, and
// the disk counts as untrusted; what never was committed waits a day for a
// person. An error of the disk makes the file be opened and checked anew, a
// second one within a day takes the terminal out of service; [Terminal.Health]
// says so. Transactions that come while the disk is busy share one commit.
// cache.db mirrors the hall's data and may be lost.
//
// A technician looks from outside with [Inspect], and with the program stopped
// [Retry], [Export] and [Reset].
//
// A [Terminal] answers a citizen's wish at once, with or without a hall:
//
//   - A number ([Terminal.TakeNumber]) is asked of the hall for at most three
//     seconds. Without a proper answer it comes out of the leased block, and
//     the operation that reports it replaces the one that was not answered, so
//     that a late effect of the first is undone.
//   - An application ([Terminal.Apply]) is accepted by the commit alone.
//   - A booking ([Terminal.Book]) that the hall does not answer becomes a
//     request for one, stored sealed in the same transaction as the booking.
//   - Questions ([Terminal.Slots], [Terminal.Cases]) fall back to what the
//     terminal itself still knows, and say so.
//
// [Terminal.Run] delivers what waits, keeps catalogue, slots and leases fresh,
// and notices whether the hall is there.
//
// Bodies are sealed to the hall's key before they are stored: a stolen terminal
// cannot read its own outbox. They are wiped when the hall has them; what stays
// for 90 days is the receipt number and how it ended. Refusals are [*operation.Refusal].
package outbox
