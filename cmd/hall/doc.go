// Hall is the program of one government service hall: it owns the numbers,
// takes in applications, bookings and help orders from terminals, lets the
// windows call, and serves the wall page and, at /orders, the desk of help orders. It is one static binary with one configuration file and
// one data folder.
//
//	hall --config hall.toml     serve until SIGINT or SIGTERM
//	hall pin                    make the hash of a clerk's PIN for the configuration
//	hall config [KIND]          print a commented example: hall, kiosk or counter
//	hall config --check FILE    report every mistake of a configuration
//	hall migrate --from FILE --to URL
//	                            move a stopped hall from its file to PostgreSQL
//
// The data folder holds hall.db (with its -wal and -shm), hall.key, which opens
// what terminals sealed, person.key, under which persons are known, and lock,
// which keeps a second hall out. Back up all but the lock, the keys apart from
// the database.
//
// With database = "postgres://..." in the configuration the hall lives in a
// PostgreSQL database instead of hall.db, and any number of nodes on different
// machines serve it together: the same configuration, the same hall.key and
// person.key in each data folder, an address of its own each. A node that has
// other keys does not start. Terminals and screens may use any node. Back up
// the database with the means of PostgreSQL.
package main
