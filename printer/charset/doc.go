// Package charset decides which characters a printer can print by itself. It
// encodes text with GB18030 of golang.org/x/text, accepts only results of one
// or two bytes, and then asks whether the printer's set holds them, so that no
// printer ever gets a byte pair that its character ROM would guess at. What the
// set lacks is the layout's business: it draws the line as a picture.
//
// Sources: GB 2312-80 (rows 1 to 9 and 16 to 87), GBK and GB18030-2005 in
// their two-byte part.
package charset
