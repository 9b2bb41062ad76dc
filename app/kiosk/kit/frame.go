package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"

	"hallway/app/kiosk/theme"
)

// headerHeight is how high the band at the top is.
const headerHeight float32 = 100

// Header is the band at the top of every screen: the hall's name, and at the
// right two short lines, such as the time and the terminal's number.
func Header(width float32, name, upper, lower string) fyne.CanvasObject {
	ground := canvas.NewRectangle(theme.Primary)
	ground.SetMinSize(fyne.NewSize(width, headerHeight))
	small := Style{Size: theme.Small, Color: theme.White}
	right := Column(-4)
	for _, line := range []string{upper, lower} {
		if line != "" {
			t := Label(line, small)
			t.Alignment = fyne.TextAlignTrailing
			right.Add(t)
		}
	}
	room := width - 2*theme.Margin - emblemSize - 2*theme.Gap - right.MinSize().Width
	left := Beside(theme.Gap, emblem(), Fitted(room, name, Style{Size: theme.Heading, Bold: true, Color: theme.White, Lines: 2}, theme.Small))
	return stack(ground, Pad(0, 0, theme.Margin, theme.Margin,
		container.New(layout.NewCustomPaddedHBoxLayout(0), Middle(left), layout.NewSpacer(), Middle(right))))
}

const emblemSize float32 = 60

// emblem is the sign of the house: an open doorway.
func emblem() fyne.CanvasObject {
	door := canvas.NewRectangle(theme.Lamp)
	return stack(Pad(emblemSize*0.54, 5, emblemSize*0.5, emblemSize*0.3, door), Icon("house", emblemSize, theme.White))
}

// Strip is the band at the bottom of every screen: the ways out at the left,
// the time that is left in the middle, the other language at the right. A nil
// control is left out and its place stays empty.
type Strip struct {
	Back, Home, Lang *Control
	Countdown        *Countdown
}

// StripHeight is how high the band at the bottom is.
const StripHeight = theme.Touch + 2*stripAir

const stripAir float32 = 14

// View lays the band out.
func (s Strip) View(width float32) fyne.CanvasObject {
	ground := canvas.NewRectangle(theme.Card)
	ground.SetMinSize(fyne.NewSize(width, StripHeight))
	row := container.New(layout.NewCustomPaddedHBoxLayout(theme.Gap))
	for _, c := range []*Control{s.Back, s.Home} {
		if c != nil {
			row.Add(c)
		}
	}
	row.Add(layout.NewSpacer())
	if s.Countdown != nil {
		row.Add(Middle(s.Countdown.view))
		row.Add(layout.NewSpacer())
	}
	if s.Lang != nil {
		row.Add(s.Lang)
	}
	return Column(0, Rule(), stack(ground, Pad(stripAir, stripAir, theme.Margin, theme.Margin, row)))
}

// Countdown is a text that changes every second without a new screen.
type Countdown struct {
	view *fyne.Container
	text *canvas.Text
}

// NewCountdown shows a text with a clock before it.
func NewCountdown(text string) *Countdown {
	t := Label(text, Style{Size: theme.Small, Color: theme.Muted})
	return &Countdown{Beside(theme.Tight, Icon("clock", 40, theme.Muted), t), t}
}

// Set changes the text in place.
func (c *Countdown) Set(text string) {
	if c.text.Text != text {
		c.text.Text = text
		c.text.Refresh()
	}
}

// Frame is a whole screen: header, body, strip. The body gets the place
// between, with a margin around.
func Frame(size fyne.Size, header, body, strip fyne.CanvasObject) fyne.CanvasObject {
	space := air(size)
	return Fill(header, Pad(space, space, theme.Margin, theme.Margin, body), strip)
}

// Room is how wide and high the body of a [Frame] of a size is.
func Room(size fyne.Size) fyne.Size {
	return fyne.NewSize(size.Width-2*theme.Margin, size.Height-headerHeight-StripHeight-theme.Stroke-2*air(size))
}

// air is the space above and below a body. A wide surface has less height.
func air(size fyne.Size) float32 {
	if size.Width > size.Height {
		return theme.Inside
	}
	return theme.Block
}

// Ends keeps one object at the top and one at the bottom of a place: what is
// read above, what is touched below, where every arm reaches it.
func Ends(top, bottom fyne.CanvasObject) *fyne.Container {
	return container.New(layout.NewCustomPaddedVBoxLayout(0), top, layout.NewSpacer(), bottom)
}
