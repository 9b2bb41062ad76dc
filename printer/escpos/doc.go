// Package escpos prints documents on printers that speak ESC/POS: it turns a
// laid-out sheet into bytes, reads what the printer answers, and gives both to
// the job engine, which asks before it sends, stores the intent before the
// first byte leaves, and never sends a byte twice.
//
// Bytes are as few as the profile allows: text in the printer's own characters,
// line by line; numbers in its own enlarged characters; QR codes by GS ( k where
// that is proven; pictures as bands without their white, at half their size
// where every dot is two by two. No picture holds a real-time command.
//
// With GS ( H function 48 (Epson ESC/POS reference, "Specifying the process ID
// response") a marker before the cut answers when all lines are physically
// printed, and a marker behind the cut when the cut was carried out. Weaker
// proofs follow: GS r 1 behind the cut, then DLE EOT after the computed time,
// then none.
//
// Connections begin with NULs, which end a command that a broken cable cut in
// two; after an unfinished job more of them end a picture, and the scrap on the
// paper is marked and cut off.
package escpos
