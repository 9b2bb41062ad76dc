// Package ticket builds the documents that a terminal prints: the queue ticket,
// the slip of an application, of a booking and of a booking request, and the
// technician's test page, in simplified Chinese and English. Inputs are plain
// data without personal data other than a masked name; the caller masks.
//
// The order on paper is the order of need: whose hall, what number, for what,
// where to go, how long; then what to keep and the QR code; then small print.
package ticket
