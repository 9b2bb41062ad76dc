// Package escpos prints documents on printers that speak ESC/POS: it turns a
// laid-out sheet into bytes, reads what the printer answers, and drives one
// print job from the first status request to the proof.
//
// A job runs like this: lay out and encode; ask DLE EOT 1 to 4 and stop with
// "not done" on any fault, before one byte of the job has left; store the
// intent; send the body; then the best proof of the profile. With GS ( H
// function 48 (Epson ESC/POS reference, "Specifying the process ID response") a marker
// before the cut answers when all lines are physically printed, and a marker
// behind the cut when the cut was carried out. Nothing is ever sent twice: a
// job of which a byte left and no proof came back ends as unknown.
//
// [Open] starts one goroutine, which only reads. All writing happens on the
// goroutine of the caller, one command at a time.
package escpos
