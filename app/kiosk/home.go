package kiosk

import (
	"fyne.io/fyne/v2"

	"hallway/app/kiosk/kit"
	"hallway/app/kiosk/theme"
)

// homeTones tell the tiles of the home screen apart, beside their drawings.
var homeTones = []theme.Tone{theme.Teal, theme.Blue, theme.Violet, theme.Brown}

// home is what a visit begins with: one large tile for each thing to do.
func (p page) home() fyne.CanvasObject {
	columns, height := 2, float32(520)
	if p.wide {
		columns, height = 4, 390
	}
	width := kit.Cell(p.room.Width, columns, theme.Inside)
	var tiles []fyne.CanvasObject
	for i, t := range p.s.Tiles {
		tiles = append(tiles, kit.Tile(p.on(t.ID, t.Off), homeTones[i%len(homeTones)], width, height, t.Icon, t.Title, t.Note))
	}
	return kit.Ends(p.top(p.room.Width), kit.Grid(columns, theme.Inside, tiles...))
}

// fork is a choice between two ways.
func (p page) fork() fyne.CanvasObject {
	columns, height := 1, float32(400)
	if p.wide {
		columns, height = 2, 440
	}
	width := kit.Cell(p.room.Width, columns, theme.Inside)
	var tiles []fyne.CanvasObject
	for _, t := range p.s.Tiles {
		tiles = append(tiles, kit.Tile(p.on(t.ID, t.Off), theme.Plain, width, height, t.Icon, t.Title, t.Note))
	}
	return kit.Ends(p.top(p.room.Width), kit.Grid(columns, theme.Inside, tiles...))
}
