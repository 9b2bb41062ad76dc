// Package printer is the paper side of a terminal: what a ticket says (a
// [Document] of [Block]s), what a model of printer is like ([Profile], shipped
// as data in profiles/), and whether a ticket came out ([Result]).
//
// For most uses: build a Document with package ticket, or read one with
// [ParseDocument], give it to an engine that implements [Printer], and look at
// Result.Outcome. Done means that the printer proved it; Unknown means that
// bytes left and no proof came back, and a person decides; NotDone means that
// not one byte of the job left.
//
// The rooms below: ticket builds the documents of a terminal, layout turns one
// into lines and pictures measured in dots, charset knows what a printer's
// character ROM holds, raster draws in dots, font holds the typeface that paper,
// screen and sheets share, and escpos speaks to the printer. Package sheet lays
// documents and forms out on A4, and ipp prints them. testdata holds every
// document of a terminal in both languages. Only escpos and ipp know bytes.
package printer
