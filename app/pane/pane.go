// Package pane is a window of a hall's program that stands on a desktop beside
// others: the counter's window and the desk of simulated devices. It joins what
// every such window needs: the theme, the scale, the one place where another
// goroutine reaches Fyne, keys, and the trace.
package pane

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"sync/atomic"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"

	"hallway/app/kiosk/kit"
	"hallway/app/kiosk/theme"
)

// Options say what a window is.
type Options struct {
	Title   string
	Surface fyne.Size // what the content is laid out for, in units
	Width   int       // of the window in pixels; 0 means the surface's
	Height  int
	Scale   float64    // pixels a unit; 0 fits the surface to the window
	Trace   *kit.Trace // may be nil
	Log     *slog.Logger
	Key     func(Key) // called on Fyne's goroutine for each key that goes down
}

// A Key is a key of the keyboard: Name for those without a character, such as
// "F1", Return or BackSpace, else Rune. A key that is held counts once when it
// has a name, and repeats when it has a character.
type Key struct {
	Name fyne.KeyName
	Rune rune
}

// A Pane is one window.
type Pane struct {
	o      Options
	window fyne.Window
	scale  float32

	// Of Fyne's goroutine.
	root  *fyne.Container
	next  *Picture  // waits to be drawn; nil for none
	asked time.Time // when it began to wait

	// over is set before Fyne stops: from then on fyne.Do runs its function at
	// once on whatever goroutine called it, which must not draw.
	over atomic.Bool
}

const (
	// patience is how long a picture waits for a finger that rests on a
	// control, because drawing under the finger would lose its press. A finger
	// that stays longer is something that lies on the screen.
	patience = 3 * time.Second
	// again is when a picture that waits looks for the finger once more.
	again = 50 * time.Millisecond
)

// A Picture is one state of a window's content.
type Picture struct {
	Screen, Lang, Banner string // for the trace
	Content              func(size fyne.Size) fyne.CanvasObject
}

// Run opens the window and shows it until it is closed or ctx ends. It must be
// called on the program's first goroutine. begin is called once the window can
// take pictures; it must not wait.
func Run(ctx context.Context, o Options, begin func(*Pane)) error {
	if o.Width <= 0 || o.Height <= 0 {
		o.Width, o.Height = int(o.Surface.Width), int(o.Surface.Height)
	}
	p := &Pane{o: o, scale: float32(o.Scale)}
	if p.scale <= 0 {
		p.scale = theme.Fit(o.Surface, o.Width, o.Height)
	}
	for k, v := range theme.Environ(p.scale) {
		if err := os.Setenv(k, v); err != nil {
			return fmt.Errorf("window %s: %w", o.Title, err)
		}
	}
	a := app.New()
	a.Settings().SetTheme(theme.Theme{})
	p.window = a.NewWindow(o.Title)
	p.root = container.NewStack()
	p.window.SetContent(p.root)
	p.window.SetPadded(false)
	p.window.SetMaster()
	p.window.Resize(fyne.NewSize(float32(o.Width)/p.scale, float32(o.Height)/p.scale))
	p.keys()
	p.window.SetOnClosed(func() { p.over.Store(true) })
	stop := context.AfterFunc(ctx, func() {
		fyne.Do(func() {
			p.over.Store(true)
			a.Quit()
		})
	})
	defer stop()
	a.Lifecycle().SetOnStarted(func() { begin(p) })
	p.window.ShowAndRun()
	return nil
}

func (p *Pane) keys() {
	if p.o.Key == nil {
		return
	}
	p.window.Canvas().SetOnTypedRune(func(r rune) { p.o.Key(Key{Rune: r}) })
	if c, ok := p.window.Canvas().(desktop.Canvas); ok {
		c.SetOnKeyDown(func(e *fyne.KeyEvent) { p.o.Key(Key{Name: e.Name}) })
	}
}

// Show replaces what the window shows. It may be called from any goroutine and
// does not wait until the picture is drawn; of pictures that come while one
// waits only the newest is drawn.
func (p *Pane) Show(next Picture) {
	fyne.Do(func() {
		if p.over.Load() {
			return
		}
		waits := p.next != nil
		p.next = &next
		if !waits {
			p.asked = time.Now()
			p.draw()
		}
	})
}

// draw draws the newest picture, unless a finger rests on a control.
func (p *Pane) draw() {
	if p.over.Load() {
		return
	}
	if kit.Held(p.root) && time.Since(p.asked) < patience {
		time.AfterFunc(again, func() { fyne.Do(p.draw) })
		return
	}
	next := *p.next
	p.next = nil
	size := fyne.NewSize(float32(p.o.Width)/p.scale, float32(p.o.Height)/p.scale)
	p.root.Objects = []fyne.CanvasObject{canvas.NewRectangle(theme.Ground), next.Content(size)}
	p.root.Resize(size)
	p.root.Refresh()
	if err := p.o.Trace.Write(next.Screen, next.Lang, next.Banner, p.root, p.scale); err != nil {
		p.o.Log.Warn("trace", "err", err)
	}
}
