// Package photo turns the photo of an identity card into a picture by a program
// that the operator supplies.
//
// The photo is 1024 bytes of a format (WLT) that has no public decoder; those
// that exist are licensed to makers of readers. This package contains none and
// never makes a picture up. A [Decoder] runs the operator's executable: the 1024
// bytes on its standard input, a BMP, PNG or JPEG file of 102 x 126 pixels on its
// standard output.
//
// The executable is foreign and is kept short: 3 seconds, 256 KiB of output, no
// environment, a directory of its own that is removed afterwards, and where the
// system lets an ordinary user make namespaces, no network and no sight of other
// processes. When the limit is over, or it has ended, everything that it started
// is killed.
package photo
