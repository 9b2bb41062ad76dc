package kiosk

import (
	"fyne.io/fyne/v2"

	"hallway/app/kiosk/kit"
	"hallway/app/kiosk/theme"
)

// homeTones tell the tiles of the home screen apart, beside their drawings.
var homeTones = []theme.Tone{theme.Teal, theme.Blue, theme.Violet, theme.Brown}

// homeHeight is how high the tiles of the home screen are together, upright
// and wide.
const homeHeight, wideHomeHeight float32 = 1072, 390

// home is what a visit begins with: one large tile for each thing to do.
// Upright, more than four lie flat, two beside each other, and one that is left
// takes the whole width.
func (p page) home() fyne.CanvasObject {
	n := len(p.s.Tiles)
	if p.wide {
		return kit.Ends(p.top(p.room.Width), p.homeTiles(0, n, n, wideHomeHeight, kit.Tile))
	}
	rows := (n + 1) / 2
	height, tile := (homeHeight-float32(rows-1)*theme.Inside)/float32(rows), kit.Tile
	if rows > 2 {
		tile = kit.FlatTile
	}
	tiles := kit.Column(theme.Inside, p.homeTiles(0, n&^1, 2, height, tile))
	if n%2 == 1 {
		tiles.Add(p.homeTiles(n-1, n, 1, height, tile))
	}
	return kit.Ends(p.top(p.room.Width), tiles)
}

// homeTiles are the tiles from one to another in columns.
func (p page) homeTiles(from, to, columns int, height float32,
	tile func(p kit.Press, tone theme.Tone, width, height float32, icon, title, note string) *kit.Control) fyne.CanvasObject {
	width := kit.Cell(p.room.Width, columns, theme.Inside)
	var tiles []fyne.CanvasObject
	for i, t := range p.s.Tiles[from:to] {
		tiles = append(tiles, tile(p.on(t.ID, t.Off), homeTones[(from+i)%len(homeTones)], width, height, t.Icon, t.Title, t.Note))
	}
	return kit.Grid(columns, theme.Inside, tiles...)
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
