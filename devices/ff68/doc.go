// Package ff68 is the bus of a service counter: keypad, small LED and rating pad
// of one window on one pair of wires, RS-485 or RS-232, 9600 8N1. Each has an
// address from 1 to 254.
//
// A [Frame] travels as
//
//	FF 68 L L 68 A F D... S 16
//
// with address A, function F and data D. L counts the bytes from A to the last
// D and is sent twice; S is the sum of the same bytes, modulo 256. [Encode] and
// [Decoder] are pure; a [Line] owns an open port and passes frames between the
// devices of the bus and the drivers, which stand in packages keypad, rater and
// display. A rating pad may stand under the address of its keypad: its frames
// have function 11 and theirs have others. A [Port] lets drivers with life
// cycles of their own share a line. Package ff68/sim is what simulated pads
// share.
//
// The frame is known from the program of a hall that uses it, not from a
// maker's manual: how pads of other makers differ is UNCONFIRMED.
package ff68
