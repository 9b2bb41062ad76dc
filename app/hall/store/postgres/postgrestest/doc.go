// Package postgrestest starts a real PostgreSQL for tests: a cluster of its own
// in a temporary folder, reached through a Unix socket that only the tests'
// user can open. A test that needs PostgreSQL on a machine without it fails;
// it does not skip.
//
//	url := postgrestest.New(t)    // an empty database on the server that the tests of a package share
//	s := postgrestest.Start(t)    // a server of the test's own, which it may crash
//
// The server ends with the test process, however that ends: a small shell waits
// for the end of a pipe that the process holds, stops the server at once and
// removes the folder. PostgreSQL refuses to run as root, so tests that run as
// root run it as the user postgres or nobody.
package postgrestest
