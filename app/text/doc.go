// Package text holds every sentence that a person meets, by language. Message
// files are JSON, one a language; a message that is missing in one of them or
// has other parameters there fails the tests. The package is pure.
package text
