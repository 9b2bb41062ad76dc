package kiosk

import (
	"fyne.io/fyne/v2"

	"hallway/app/journey"
	"hallway/app/kiosk/kit"
	"hallway/app/kiosk/theme"
)

// classes are the subjects as tiles with small drawings.
func (p page) classes() fyne.CanvasObject {
	columns, height, tile := 2, float32(200), kit.SmallTile
	if p.wide {
		columns, height, tile = 5, 256, kit.UprightTile
	}
	width := kit.Cell(p.room.Width, columns, theme.Gap)
	var tiles []fyne.CanvasObject
	for _, t := range p.s.Tiles {
		tiles = append(tiles, tile(p.on(t.ID, t.Off), width, height, t.Icon, t.Title, t.Note))
	}
	return p.paged(kit.Grid(columns, theme.Gap, tiles...))
}

// list is services or answers as rows.
func (p page) list() fyne.CanvasObject { return p.paged(p.rows()) }

func (p page) rows() fyne.CanvasObject {
	columns := 1
	if p.wide {
		columns = 2
	}
	width := kit.Cell(p.room.Width, columns, theme.Gap)
	var rows []fyne.CanvasObject
	for _, c := range p.s.Choices {
		rows = append(rows, kit.Row(p.on(c.ID, false), width, c.Title, c.Note, c.Mark, c.Chosen))
	}
	return kit.Grid(columns, theme.Gap, rows...)
}

// paged is a list with its pager at the bottom. A wide surface has the pager
// beside the question.
func (p page) paged(list fyne.CanvasObject) fyne.CanvasObject {
	const side = 840
	var top *fyne.Container
	if pager := p.pager(side); p.wide && pager != nil {
		title := kit.Question(p.room.Width-side-theme.Margin, p.s.Title, p.s.Lead)
		top = kit.Column(theme.Inside, kit.Across(theme.Margin, title, kit.Middle(pager)), p.banner(p.room.Width))
	} else {
		top = p.top(p.room.Width)
	}
	if p.wide {
		top.Add(list)
		return kit.Ends(top, kit.Column(0, p.buttons(p.room.Width)))
	}
	return kit.Ends(top, kit.Column(theme.Inside, list, p.pager(p.room.Width), p.buttons(p.room.Width)))
}

// days are the bookable days.
func (p page) days() fyne.CanvasObject {
	columns := 3
	if p.wide {
		columns = 5
	}
	var days []kit.Date
	for _, d := range p.s.Days {
		days = append(days, kit.Date{Press: p.on(d.ID, d.Off), Day: d.Day, Weekday: d.Weekday, Note: d.Note, Chosen: d.Chosen})
	}
	return p.paged(kit.DateStrip(p.room.Width, columns, days))
}

// times are the bookable times of a day.
func (p page) times() fyne.CanvasObject {
	columns := 4
	if p.wide {
		columns = 7
	}
	var times []kit.Time
	for _, t := range p.s.Times {
		times = append(times, kit.Time{Press: p.on(t.ID, t.Off), Text: t.Text, Note: t.Note, Chosen: t.Chosen})
	}
	return p.paged(kit.TimeGrid(p.room.Width, columns, times))
}

// cases are what the citizen waits for.
func (p page) cases() fyne.CanvasObject {
	columns := 1
	if p.wide {
		columns = 2
	}
	width := kit.Cell(p.room.Width, columns, theme.Gap)
	var all []fyne.CanvasObject
	for _, c := range p.s.Cases {
		all = append(all, caseCard(width, c))
	}
	list := kit.Grid(columns, theme.Gap, all...)
	if p.wide {
		return p.paged(list)
	}
	top := p.top(p.room.Width)
	top.Add(list)
	return kit.Ends(top, kit.Column(theme.Inside, p.pager(p.room.Width), p.buttons(p.room.Width)))
}

func caseCard(width float32, c journey.CaseLine) fyne.CanvasObject {
	room := width - 2*theme.Gap
	small := kit.Style{Size: theme.Small, Color: theme.Muted}
	return kit.Framed(theme.Plain, theme.Gap, kit.Column(theme.Tight,
		kit.Paragraph(room, c.Title, kit.Style{Bold: true, Lines: 1}),
		kit.Beside(theme.Gap, kit.Chip(tones[c.Tone], c.State), kit.Label(c.At, small)),
		kit.Label(c.Receipt, small)))
}
