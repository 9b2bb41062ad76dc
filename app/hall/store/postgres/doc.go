// Package postgres keeps a hall in a PostgreSQL database, version 15 or newer,
// that any number of nodes of the hall share.
//
// Writers take turns. Every write transaction first updates the one row of the
// table writer and holds it until it commits, so a writer sees everything that
// was committed before it and nothing happens beside it, in this process or in
// another. Serializable transactions with retries would promise the same, but
// every write counts up the hall's event sequence, so of two transactions at
// once one would always be thrown away and run again; and a function that is
// run again must not have had effects outside of the database. A row is
// preferred to an advisory lock because it survives in databases that speak
// PostgreSQL without being it, and because its count tells other nodes that
// something was written ([Store.Follow]).
//
// Two writing connections a node are enough: one holds the turn, the next
// stands at the server already. A node that dies or hangs with the turn loses
// it to the server's idle_in_transaction_session_timeout. Readers have
// connections of their own and wait for nobody.
//
// Committed is durable: a server with fsync = off is refused, and a session
// never commits asynchronously. With synchronous_standby_names set at the
// server, what is committed is on the standby too, and an address with both
// servers, postgres://hall@a,b/hall?target_session_attrs=read-write, finds the
// standby after it was promoted. After the connection broke the store connects
// again; only a break during the commit itself leaves the outcome open, see
// [store.ErrUnknown].
//
// Statements of package store are written with the placeholders of SQLite, ?1
// and ?2, which this package turns into $1 and $2 with the type of the value.
// PostgreSQL keeps no NUL and no broken UTF-8 in text; such characters are
// stored, and looked for, as U+FFFD. The exact bytes of an operation lie in its
// envelope.
package postgres
