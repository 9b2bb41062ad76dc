package escpos

import "hallway/printer"

// Encode returns a document as the bytes that a printer of the profile gets,
// without requests for a proof. It is pure: the same document and profile give
// the same bytes.
func Encode(d printer.Document, p printer.Profile) ([]byte, error) {
	e, err := prepare(d, p)
	if err != nil {
		return nil, err
	}
	return append(e.body, e.cut...), nil
}
