package sim

import (
	"hallway/printer"
	"hallway/printer/charset"
)

// A Model is what a printer is and which commands its firmware obeys.
type Model struct {
	Maker, Name, Serial, Firmware, Font string // answers to GS I 66, 67, 68, 65 and 69; "" is no answer

	Star       bool        // speaks Star Line Mode
	Dots       int         // of the head, a multiple of 8
	DPI        int         // dots an inch
	PaperMM    int         // width of the roll
	Cutter     int         // dots from the head to the blade; no cutter when HasCutter is false
	HasCutter  bool        //
	Speed      int         // mm a second
	FeedUnit   int         // vertical motion units a dot
	Charset    charset.Set // of the ROM
	FontScale  string      // which command enlarges Chinese: "gs", "fs" or "both"
	AlignsBits bool        // ESC a moves pictures
	Places     bool        // ESC $ moves pictures
	Graphics   bool        // obeys GS ( L
	Doubles    bool        // obeys the double sizes of pictures
	QR         bool        // obeys GS ( k
	ProcessID  bool        // obeys GS ( H
	Clears     bool        // obeys DLE DC4 function 8
	Answers    bool        // false: the line back is not connected
	Mouth      printer.Presenter
	Deviations printer.Deviations
}

// ModelOf returns the printer that a profile describes. It obeys GS ( H only
// when the profile relies on it and ignores everything when the profile is
// write-only.
func ModelOf(p printer.Profile) Model {
	paper := 80
	if p.Geometry.Dots <= 432 {
		paper = 58
	}
	return Model{
		Maker: "HALLWAY", Name: p.ID, Serial: "SIM0001", Firmware: "1.00", Star: p.Language == printer.LanguageStarLine,
		Dots: p.Geometry.Dots, DPI: p.Geometry.DPI, PaperMM: paper, Cutter: p.Geometry.Cutter,
		HasCutter: p.Cut != printer.CutNone, Speed: p.Geometry.Speed, FeedUnit: p.Geometry.FeedUnit,
		Charset: p.Text.Charset, FontScale: p.Text.CJKSize, AlignsBits: p.Raster.Position == printer.PositionAlign,
		Places: p.Raster.Position == printer.PositionAbsolute, Graphics: p.Raster.Command == printer.RasterGSL,
		Doubles: p.Raster.Doubles, QR: p.Symbols.QR, ProcessID: p.Proof == printer.ProofProcessID,
		Clears: p.Recover.Clear == printer.ClearDC4, Answers: p.Status.Realtime, Mouth: p.Presenter, Deviations: p.Deviations,
	}
}

// millimetre returns how many dots a millimetre of paper has.
func (m Model) millimetre() float64 { return float64(m.DPI) / 25.4 }

// paperDots is the width of the roll in dots, a little more than the head.
func (m Model) paperDots() int {
	return max(int(float64(m.PaperMM)*m.millimetre()), m.Dots)
}

// typeID is the answer to GS I 2: bit 0 two-byte characters, bit 1 a cutter.
func (m Model) typeID() byte {
	var id byte
	if m.Charset != charset.ASCII {
		id |= 1
	}
	if m.HasCutter {
		id |= 2
	}
	return id
}
