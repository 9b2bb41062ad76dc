// Package raster draws in dots: one bit a dot, one meaning black. It draws text
// with the program's own font (package font) in the fixed cells of a printer's
// ROM or in the font's own widths, QR codes, barcodes and pictures, for
// everything that a printer cannot be trusted to draw by itself. Drawn glyphs
// and logos are remembered, so that a ticket costs microseconds.
package raster
