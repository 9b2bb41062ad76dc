package sim

import (
	"fmt"

	"hallway/printer"
	"hallway/printer/charset"
)

// A Model is what a printer is and which commands its firmware obeys.
type Model struct {
	Name       string      // answer to GS I 67
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
	ProcessID  bool        // obeys GS ( H
	Answers    bool        // false: the line back is not connected
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
		Name: p.ID, Dots: p.Geometry.Dots, DPI: p.Geometry.DPI, PaperMM: paper, Cutter: p.Geometry.Cutter,
		HasCutter: p.Cut != printer.CutNone, Speed: p.Geometry.Speed, FeedUnit: p.Geometry.FeedUnit,
		Charset: p.Text.Charset, FontScale: p.Text.CJKSize, AlignsBits: p.Raster.Align,
		ProcessID: p.Proof == printer.ProofProcessID, Answers: p.Status.Realtime,
	}
}

// LoadModel returns the printer of a shipped profile or of a profile's file.
func LoadModel(profile string) (Model, error) {
	p, err := printer.LoadProfile(profile)
	if err != nil {
		return Model{}, fmt.Errorf("simulated printer: %w", err)
	}
	return ModelOf(p), nil
}

// millimetre returns how many dots a millimetre of paper has.
func (m Model) millimetre() float64 { return float64(m.DPI) / 25.4 }

// paperDots is the width of the roll in dots, a little more than the head.
func (m Model) paperDots() int {
	return max(int(float64(m.PaperMM)*m.millimetre()), m.Dots)
}
