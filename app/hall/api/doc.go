// Package api holds the shapes of the hall's HTTP interface, version 1. Server
// and client share them; the OpenAPI description is made from them.
//
// Terminals authenticate with their token as a bearer token, counters with the
// token of their sign-in. Errors are RFC 9457 problems. Times are unix
// milliseconds, ids are text.
package api
