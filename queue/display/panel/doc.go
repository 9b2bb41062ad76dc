// Package panel drives LED panels and customer displays whose frames are data: a
// [Profile] is a file with one [Template] a command, and a new model of panel
// needs no code. A [Line] is the bus manager of many panels on one pair of
// wires: the newest state of an address wins, calls overtake refreshes, echoes
// are taken out, and answers are judged by address. A [Port] shares a line among
// windows, each of which is a [Window].
//
// The built-in profiles follow printers-displays.md §14.2 to §14.6. Package sim
// below has panels that understand their bytes without knowing them. No panel but
// by published frames has been met: what a profile's note calls UNCONFIRMED is
// to be tried on hardware, and is changed in its file.
package panel
