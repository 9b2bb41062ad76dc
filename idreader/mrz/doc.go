// Package mrz reads the machine-readable zone of travel documents: passports,
// identity cards and visas by ICAO Doc 9303 (TD1, TD2, TD3, MRV-A, MRV-B), the
// one-line permits of mainland residents for Hong Kong, Macau and Taiwan, and
// the three-line permits of residents from there, those of 1999 among them.
//
// For a reader on a port, [Open] it and [Reader.Poll] while a screen asks for a
// document: each swipe is one [Event]. For text, give what was sent to
// [Normalise], its lines to [Parse], and look at [Document.Valid]; [Decode]
// turns a whole stream into records to show. Swipe slots and cameras differ in
// their framing, see [Dialect]; cameras that send plain lines through a scanner
// need no other.
//
// A zone with a wrong check digit is still a Document; only a text that is no
// zone at all is an error. Letters that a camera confuses with digits (O and 0,
// I and 1, S and 5, B and 8) are put right where the place allows only a digit
// and the check digit then agrees, and every such repair is reported. Numbers
// and names are never repaired. Births are the youngest that are not after
// today; expiries are of 2000 to 2099.
//
// A Document holds personal data: keep it in an idreader.Secret.
// Package mrz/sim is a reader to test with, and has specimens.
package mrz
