// Package printer is the paper side of a terminal: what a ticket says (a
// [Document] of [Block]s), how it is laid out in dots, and whether it came out
// ([Result]). Bytes of a printer language are in package escpos; fonts that
// paper and screen share are in package font.
//
// For most uses: build a Document, give it to an engine that implements
// [Printer], and look at Result.Outcome. Done means that the printer proved
// it; Unknown means that bytes left and no proof came back, and a person
// decides.
package printer
