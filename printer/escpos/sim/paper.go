package sim

import (
	"bytes"
	"image"
	"image/png"
	"strings"

	"hallway/printer/raster"
)

// A Ticket is a piece of paper that left the printer.
type Ticket struct {
	Image *image.Gray // the whole width of the roll
	Text  string      // what was printed with the printer's own characters, a line a line
	Cut   bool        // false: torn off by hand
}

// PNG returns the ticket's picture as a PNG file.
func (t Ticket) PNG() ([]byte, error) {
	var b bytes.Buffer
	err := png.Encode(&b, t.Image)
	return b.Bytes(), err
}

// strip is the paper between the last cut and the head, in rows of dots from
// the top of the ticket; its last rows lie between the blade and the head.
type strip struct {
	rows  [][]byte // nil is a white row
	lines []textLine
}

// textLine is a line of native text and the row where it ends.
type textLine struct {
	row  int
	text string
}

// image draws rows of the strip on paper of the model's width.
func (s *strip) image(m Model, rows int) *image.Gray {
	b := raster.New(m.paperDots(), rows)
	left := (m.paperDots() - m.Dots) / 2
	for y, row := range s.rows[:rows] {
		b.Draw(&raster.Bitmap{W: len(row) * 8, H: 1, Stride: len(row), Pix: row}, left, y, 1)
	}
	return b.Gray()
}

// blank reports whether nothing is printed on the first n rows.
func (s *strip) blank(n int) bool {
	for _, row := range s.rows[:n] {
		if len(bytes.Trim(row, "\x00")) > 0 {
			return false
		}
	}
	return true
}

// take removes the first n rows as a ticket.
func (s *strip) take(m Model, n int, cut bool) Ticket {
	t := Ticket{Image: s.image(m, n), Cut: cut}
	var lines []string
	var rest []textLine
	for _, l := range s.lines {
		if l.row <= n {
			lines = append(lines, l.text)
		} else {
			rest = append(rest, textLine{l.row - n, l.text})
		}
	}
	t.Text = strings.Join(lines, "\n")
	s.rows = append([][]byte(nil), s.rows[n:]...)
	s.lines = rest
	return t
}
