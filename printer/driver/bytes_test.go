package driver

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"hallway/printer"
)

// mostBytes bounds the queue ticket in Chinese: a printer that draws codes by
// itself, one that places pictures, and Star Line Mode, whose pictures carry the
// white at their left.
var mostBytes = map[string]int{"native": 700, "placed": 4500, "star": 25_000}

// TestBytesOfATicketByProfile prints the table of lengths and of seconds on a
// serial line, a row for every profile.
func TestBytesOfATicketByProfile(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("..", "testdata", "queue-zh-Hans.json"))
	if err != nil {
		t.Fatal(err)
	}
	ticket, err := printer.ParseDocument(data)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range printer.ProfileIDs() {
		p, err := printer.LoadProfile(id)
		if err != nil {
			t.Fatal(err)
		}
		b, err := Encode(ticket, p)
		if err != nil {
			t.Fatalf("%s: %v", id, err)
		}
		row := fmt.Sprintf("%-14s %6d bytes", id, len(b))
		for _, baud := range []int{9600, 19200, 115200} {
			row += fmt.Sprintf("  %6.2f s at %d", float64(len(b))*10/float64(baud), baud)
		}
		t.Log(row)
		if most := mostBytes[kind(p)]; most > 0 && len(b) > most {
			t.Errorf("%s: a queue ticket of %d bytes, want at most %d", id, len(b), most)
		}
	}
}

func kind(p printer.Profile) string {
	switch {
	case p.Language == printer.LanguageStarLine:
		return "star"
	case p.Raster.Position != printer.PositionAbsolute:
		return ""
	case p.Symbols.QR:
		return "native"
	}
	return "placed"
}
