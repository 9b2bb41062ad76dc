// Package order holds the rules of help orders (the "8890" line): what a
// citizen asks, complains about, reports or suggests, and what has to become of
// it by when. It is pure: [Apply] lets an event happen to an [Order], times come
// in as parameters, storage and texts are the caller's.
//
// An order has an owner at every moment: the order desk until it is assigned,
// then the unit. Its clock starts at registration and stops at the answer;
// nobody can set it back. Assigning, accepting, bouncing and urging leave it
// alone; one extension lengthens it; reopening, once, starts a second one.
//
// The way is registered → assigned → accepted → in progress → answered →
// closed. Beside it: a unit returns what is not its own, within working days
// and with a reason, at most twice, then a leader assigns it for good; the
// citizen withdraws, urges, and reopens once when the answer did not help.
package order
