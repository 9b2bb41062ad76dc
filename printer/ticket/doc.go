// Package ticket builds the documents that a terminal prints: the queue ticket,
// the slip of an application, of a booking and of a booking request, the list of
// missing materials, the slip of a help order, a notice, the paper for a desk when the hall is away, and
// the technician's test page, in simplified Chinese and English. Inputs are
// plain data without personal data other than a masked name; the caller masks.
//
// What a document says and how it looks is data: templates/*.toml, of which
// styles.toml is the house style. [Load] reads a hall's own set and finds every
// mistake, also a character that no font has; programs call [Shipped] at their
// start to have the shipped set checked. The types of this package fill the
// shipped set.
//
// The order on paper is the order of need: whose hall, what number, for what,
// where to go, how long; then what to do, what to keep and the QR code; then
// small print.
package ticket
