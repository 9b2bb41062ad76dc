// Package sheet writes A4 pages as PDF: any [printer.Document], laid out for a
// page instead of a roll, and forms with boxes to read or to fill in ([Form]).
// The typeface is that of paper and screen (package font), embedded as a
// subset, so that the text can be searched and copied. Print the bytes with
// package ipp.
//
// A character that the embedded font lacks, or that lies above the basic plane,
// which the PDF library cannot address, is drawn as an outline: it looks like
// the others and cannot be searched. A character that no font has is a
// [charset.MissingError]; no page ever shows a blank for a person's name.
package sheet
