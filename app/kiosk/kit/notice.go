package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"

	"hallway/app/kiosk/theme"
)

func stack(o ...fyne.CanvasObject) *fyne.Container { return container.NewStack(o...) }

// toneIcons says what a tone means to somebody who sees no colours.
var toneIcons = map[theme.Tone]string{
	theme.Positive: "done", theme.Caution: "warning", theme.Negative: "stop", theme.Info: "info",
}

// Banner is a sentence across the screen with the sign of its tone.
func Banner(tone theme.Tone, width float32, text string) fyne.CanvasObject {
	look := tone.Look()
	const size = 60
	words := Paragraph(width-size-3*theme.Inside, text, Style{Bold: true, Color: look.Text})
	return stack(plate(look), Pad(theme.Gap, theme.Gap, theme.Inside, theme.Inside,
		Beside(theme.Inside, Icon(toneIcons[tone], size, look.Text), words)))
}

// A Fact is a label and its value.
type Fact struct{ Label, Value string }

// Facts are lines of label and value, the labels in a column of their own. A
// value that is too long goes on in the next line.
func Facts(width float32, facts []Fact) fyne.CanvasObject {
	label := Style{Size: theme.Small, Color: theme.Muted}
	var column float32
	for _, f := range facts {
		column = max(column, label.measure(f.Label))
	}
	column = min(column+theme.Gap, width*0.4)
	box := Column(theme.Tight)
	for i, f := range facts {
		if i > 0 {
			box.Add(Rule())
		}
		box.Add(Across(theme.Gap,
			Pad(4, 0, 0, 0, Paragraph(column, f.Label, label)),
			Paragraph(width-column-theme.Gap, f.Value, Style{})))
	}
	return box
}

// Headline is the title of a card on one line, or on two when it would become
// smaller than body text.
func Headline(width float32, title string) fyne.CanvasObject {
	return Fitted(width, title, Style{Size: theme.Heading, Bold: true, Color: theme.Primary, Lines: 2}, theme.Body)
}

// Question is the title of a screen with a line that explains it. A title that
// is too long for one line is a little smaller.
func Question(width float32, title, lead string) fyne.CanvasObject {
	box := Column(theme.Tight, Sized(width, 0, Fitted(width, title, Style{Size: theme.Title, Bold: true}, theme.Heading)))
	if lead != "" {
		box.Add(Paragraph(width, lead, Style{Color: theme.Muted}))
	}
	return box
}

// Dots show the step of a sequence: full for the steps reached.
func Dots(step, steps int) fyne.CanvasObject {
	row := Across(theme.Gap)
	for i := 1; i <= steps; i++ {
		c := canvas.NewRectangle(theme.Line)
		if i <= step {
			c.FillColor = theme.Primary
		}
		c.CornerRadius = 6
		c.SetMinSize(fyne.NewSize(72, 12))
		row.Add(c)
	}
	return row
}
