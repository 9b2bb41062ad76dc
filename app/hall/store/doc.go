// Package store is what a hall remembers: every operation it was ever sent with
// the answer it gave, tickets and the numbers they use up, blocks leased to
// terminals, bookings, applications, help orders, sign-ins and the numbered events that
// screens follow.
//
// A [Store] runs functions in transactions; a [Tx] is what they may do. The SQL
// of this package is the part that databases share: placeholders are ?1, ?2,
// conflicts are settled by ON CONFLICT and by guarded updates, times are unix
// milliseconds, and no number comes from a sequence, which would skip after a
// rollback. The rules that must hold whatever the program does, such as one
// called ticket a window, are constraints of the schema, which lies beside the
// driver in packages sqlite and postgres. Both pass the suite of package
// storetest.
package store
