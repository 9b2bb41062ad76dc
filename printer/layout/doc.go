// Package layout turns a document into a sheet: lines of text that a printer
// prints with its own characters, pictures, gaps and the cut, from top to
// bottom, all measured in dots. It is pure; the same document and profile give
// the same sheet.
//
// A line goes to the printer's own characters when its set holds all of them
// and the text is not larger than the profile allows. A line with a character
// that the set lacks becomes a picture in the same cells; large text becomes a
// picture in the bold font's own widths. A character that no font has is an
// error that names it: paper never shows a question mark for a person's name.
//
// [Examine] also reports which characters were replaced and which lines are
// pictures, for the log; [Sheet.Draw] shows a sheet without a printer.
package layout
