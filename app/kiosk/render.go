package kiosk

import (
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/layout"

	"hallway/app/journey"
	"hallway/app/kiosk/kit"
	"hallway/app/kiosk/theme"
	"hallway/app/text"
)

// Rows is how many lines of a list one page shows, on either surface.
const Rows = 6

// A View is a drawn screen.
type View struct {
	Object    fyne.CanvasObject
	countdown *kit.Countdown
	seconds   *canvas.Text // large, on the screen that asks
}

// SetCountdown changes the time that is left without drawing the screen anew.
func (v View) SetCountdown(h journey.Help) {
	if v.countdown != nil {
		v.countdown.Set(h.Countdown)
	}
	if v.seconds != nil {
		v.seconds.Text = strconv.Itoa(h.Seconds)
		v.seconds.Refresh()
	}
}

// Render draws a screen for a surface. press gets the id of a control that was
// pressed.
func Render(s journey.Screen, surface fyne.Size, press func(id string)) View {
	return (&Renderer{Surface: surface, Press: press}).Draw(s)
}

// A Renderer draws one screen after another. It keeps the keyboard while only
// the text changes, so that a finger may rest on a key.
type Renderer struct {
	Surface fyne.Size
	Press   func(id string)      // gets the id of a control that was pressed
	Hold    func(c *kit.Control) // a press of a key that repeats has begun; nil repeats nothing
	kept    kept
}

// kept is a keyboard and what it depends on.
type kept struct {
	id   boardID
	keys fyne.CanvasObject
}

type boardID struct {
	keys         journey.Keys
	upper, large bool
	lang         text.Lang
	width        float32
	wide         bool
}

// Draw draws a screen.
func (r *Renderer) Draw(s journey.Screen) View {
	if s.Entry.Keys == "" {
		r.kept = kept{}
	}
	p := page{s: s, room: kit.Room(r.Surface), wide: r.Surface.Width > r.Surface.Height, press: r.Press, hold: r.Hold, kept: &r.kept}
	strip, countdown := p.strip()
	header := kit.Header(r.Surface.Width, s.Hall, s.Clock, s.Terminal)
	v := View{countdown: countdown}
	v.Object = kit.Frame(r.Surface, header, p.body(&v), strip.View(r.Surface.Width))
	return v
}

// page is one screen while it is drawn.
type page struct {
	s     journey.Screen
	room  fyne.Size // of the body
	wide  bool
	press func(id string)
	hold  func(c *kit.Control)
	kept  *kept
}

// body draws what stands between the bands.
func (p page) body(v *View) fyne.CanvasObject {
	switch p.s.ID {
	case journey.Home:
		return p.home()
	case journey.Audience, journey.Progress:
		return p.fork()
	case journey.Classes:
		return p.classes()
	case journey.Items:
		return p.list()
	case journey.Card:
		return p.card()
	case journey.Field, journey.Phone, journey.Receipt:
		return p.field()
	case journey.Form, journey.Review, journey.Confirm:
		return p.check()
	case journey.Days:
		return p.days()
	case journey.Times:
		return p.times()
	case journey.Ticket, journey.Accepted, journey.Booked:
		return p.result()
	case journey.Cases:
		if len(p.s.Cases) > 0 {
			return p.cases()
		}
	}
	return p.message(v)
}

func (p page) on(id string, off bool) kit.Press {
	return kit.Press{ID: id, Off: off, Tap: func() { p.press(id) }}
}

var tones = map[journey.Tone]theme.Tone{
	journey.Plain: theme.Plain, journey.Main: theme.Main, journey.Quiet: theme.Quiet, journey.Good: theme.Positive,
	journey.Info: theme.Info, journey.Caution: theme.Caution, journey.Bad: theme.Negative,
}

// strip is the band at the bottom.
func (p page) strip() (kit.Strip, *kit.Countdown) {
	h := p.s.Help
	button := func(b *journey.Button, width float32) *kit.Control {
		if b == nil {
			return nil
		}
		return kit.Button(p.on(b.ID, b.Off), tones[b.Tone], width, b.Icon, b.Label)
	}
	var countdown *kit.Countdown
	if h.Countdown != "" {
		countdown = kit.NewCountdown(h.Countdown)
	}
	return kit.Strip{Back: button(h.Back, 216), Home: button(h.Home, 216), Lang: button(h.Lang, 260), Countdown: countdown}, countdown
}

// question is the title with the sentence that explains it.
func (p page) question(width float32) fyne.CanvasObject {
	return kit.Question(width, p.s.Title, p.s.Lead)
}

// banner is the screen's sentence, nil when there is none.
func (p page) banner(width float32) fyne.CanvasObject { return p.sentence(width, p.s.Banner) }

func (p page) sentence(width float32, b journey.Banner) fyne.CanvasObject {
	if b.Key == "" {
		return nil
	}
	return kit.Banner(tones[b.Tone], width, b.Text)
}

// top is question and banner below each other.
func (p page) top(width float32) *fyne.Container {
	return kit.Column(theme.Inside, p.question(width), p.banner(width))
}

// buttons stand beside each other, the main one widest; nil when there are
// none.
func (p page) buttons(width float32) fyne.CanvasObject {
	n := len(p.s.Buttons)
	if n == 0 {
		return nil
	}
	cell := kit.Cell(width, n, theme.Gap)
	row := kit.Across(theme.Gap)
	for _, b := range p.s.Buttons {
		row.Add(kit.Button(p.on(b.ID, b.Off), tones[b.Tone], cell, b.Icon, b.Label))
	}
	return row
}

// split stands question, banner and buttons at the left and content at the
// right of a wide surface.
func (p page) split(left float32, below fyne.CanvasObject, content func(width float32) fyne.CanvasObject) fyne.CanvasObject {
	top := p.top(left)
	if below != nil {
		top.Add(below)
	}
	bottom := p.buttons(left)
	if bottom == nil {
		bottom = kit.Gap(left, 0)
	}
	right := p.room.Width - left - theme.Margin
	return kit.Across(theme.Margin, kit.Sized(left, p.room.Height, kit.Ends(top, bottom)),
		kit.Column(0, kit.Sized(right, 0, content(right)), layout.NewSpacer()))
}

// stacked stands question, banner and content below each other, with the
// buttons at the bottom.
func (p page) stacked(content fyne.CanvasObject) fyne.CanvasObject {
	top := p.top(p.room.Width)
	top.Add(content)
	if b := p.buttons(p.room.Width); b != nil {
		return kit.Ends(top, b)
	}
	return top
}

// pager is the line for a list of several pages, nil for one page.
func (p page) pager(width float32) fyne.CanvasObject {
	g := p.s.Pager
	return kit.Pager(width, g.Page, g.Pages, g.Where, g.Prev, g.Next, p.press)
}
