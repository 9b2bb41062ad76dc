// Package server is the hall's HTTP interface, version 1: it turns requests of
// package api into calls of package hall and refusals into problems of RFC
// 9457. It decides nothing.
//
// What is public in a hall is public here: the hall's name and key, the
// catalogue, how many people wait, free times, the board. Delivering
// operations, leasing numbers and asking for cases and orders need a terminal's
// token; calling needs the token of a sign-in. The OpenAPI 3.1 description is
// served at /openapi.json.
package server
