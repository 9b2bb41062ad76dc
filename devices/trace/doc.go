// Package trace records what passes over a port and plays it back.
//
// [Record] wraps a [devices.Conn] and writes a recording; the device behind it
// works as without. [Parse] reads a recording, and [Play] makes a Conn of it
// that behaves as the device did and checks what the driver writes.
//
// A recording is text, one JSON object a line. The first line is the [Header],
// each other line an [Entry]: t is milliseconds since the beginning, w what the
// program wrote, r what the device sent.
//
//	{"v":1,"driver":"escpos","identity":{"Model":"TM-T82"},"port":"usb:1-1.3:1.0","serial":{"baud":115200},"at":"2026-05-04T09:30:00Z"}
//	{"t":12.4,"w":"10 04 01"}
//	{"t":14.9,"r":"12"}
//	{"t":20.1,"note":"cover opened"}
//	{"t":33,"r":"AA AA AA 96 69 05 08 00 00 90 ..","masked":1285,"hash":"6d0c9f1ae3b27d55"}
//	{"t":40,"e":"gone"}
//
// # Personal data
//
// A [Mask] decides byte by byte what may be written down; what it hides is in
// the recording as a length and, when it is long enough, as a hash. The hash is
// salted with random bytes that never leave the memory of one [Recorder]: it
// shows that the same bytes came twice and nothing else. Without a mask nothing
// but lengths is written, and [MaskOf] never shows what card readers and
// scanners send. At level [Lengths] every byte is hidden, without hashes.
//
// Recordings of real devices live in folders testdata of their drivers as
// *.rec; a test of package idreader/samtrace looks through all of them for
// names and numbers of people.
package trace
