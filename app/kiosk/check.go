package kiosk

import (
	"fyne.io/fyne/v2"
)

// check shows facts that the citizen confirms.
func (p page) check() fyne.CanvasObject {
	if p.wide {
		return p.split(620, nil, func(w float32) fyne.CanvasObject { return p.summary(w, p.room.Height) })
	}
	return p.stacked(p.summary(p.room.Width, p.room.Height))
}
