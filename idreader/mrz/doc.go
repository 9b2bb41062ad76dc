// Package mrz reads the machine-readable zone of travel documents: passports,
// identity cards and visas by ICAO Doc 9303 (TD1, TD2, TD3, MRV-A, MRV-B), the
// one-line permits of mainland residents for Hong Kong, Macau and Taiwan, and
// the three-line permits of residents from there.
//
// For most uses: give what the reader sent to [Normalise], its lines to
// [Parse], and look at [Document.Valid]. A zone with a wrong check digit is
// still a Document; only a text that is no zone at all is an error. Letters
// that a camera confuses with digits are put right where the place allows only
// one of them and the check digit then agrees, and every such repair is
// reported.
//
// A Document holds personal data: keep it in an idreader.Secret.
package mrz
