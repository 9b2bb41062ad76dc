package shell

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync/atomic"
	"unicode"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"
	"fyne.io/fyne/v2/driver/desktop"

	"hallway/app/kiosk/theme"
)

// A Spec says what window is wanted.
type Spec struct {
	Title         string
	Width, Height int     // pixels; 0 takes the primary monitor's
	Scale         float64 // pixels a unit; 0 fits the design to the window
}

// A Window is a borderless window at the screen's corner.
type Window struct {
	Surface fyne.Size // in units; at least the design's when Scale was 0
	Scale   float32   // pixels a unit

	app fyne.App
	win fyne.Window

	// over is set before Fyne stops: from then on fyne.Do runs its function at
	// once on whatever goroutine called it, which must not draw.
	over atomic.Bool
}

// Open prepares the window. It is called on the main goroutine, before anything
// else of Fyne.
func Open(s Spec) (*Window, error) {
	if s.Width <= 0 || s.Height <= 0 {
		w, h, err := monitor()
		if err != nil {
			return nil, err
		}
		s.Width, s.Height = w, h
	}
	scale := theme.Fit(theme.Surface(s.Width, s.Height), s.Width, s.Height)
	if s.Scale > 0 {
		scale = float32(s.Scale)
	}
	for k, v := range theme.Environ(scale) {
		if err := os.Setenv(k, v); err != nil {
			return nil, fmt.Errorf("window: %w", err)
		}
	}
	a := app.New()
	a.Settings().SetTheme(theme.Theme{})
	driver, ok := a.Driver().(desktop.Driver)
	if !ok {
		return nil, errors.New("window: this build has no desktop driver, build without the tag mobile")
	}
	w := &Window{app: a, win: driver.CreateSplashWindow(), Scale: scale,
		Surface: fyne.NewSize(float32(s.Width)/scale, float32(s.Height)/scale)}
	w.win.SetTitle(s.Title)
	w.win.SetPadded(false)
	w.win.SetMaster()
	w.win.SetCloseIntercept(func() {})
	if d, ok := w.win.(desktop.Window); ok {
		d.RequestPosition(0, 0)
	}
	return w, nil
}

// Post runs f on the window's goroutine, later. It may be called on any
// goroutine.
func (w *Window) Post(f func()) {
	fyne.Do(func() {
		if !w.over.Load() {
			f()
		}
	})
}

// OnKey gives the characters of a plugged-in keyboard, and the names "back",
// "space" and "enter" of the three other keys that a text needs, to f on the
// window's goroutine. Nothing else that a keyboard can do reaches the program:
// no control character, no shortcut, no key of escape.
func (w *Window) OnKey(f func(key string)) {
	w.win.Canvas().SetOnTypedRune(func(r rune) {
		if r != ' ' && unicode.IsPrint(r) {
			f(string(r))
		}
	})
	w.win.Canvas().SetOnTypedKey(func(e *fyne.KeyEvent) {
		switch e.Name {
		case fyne.KeyBackspace:
			f("back")
		case fyne.KeySpace:
			f("space")
		case fyne.KeyReturn, fyne.KeyEnter:
			f("enter")
		}
	})
}

// Run shows root and serves the window until ctx ends. It is called on the
// main goroutine.
func (w *Window) Run(ctx context.Context, root fyne.CanvasObject) error {
	w.win.SetContent(root)
	w.win.Resize(w.Surface)
	started := make(chan struct{})
	w.app.Lifecycle().SetOnStarted(func() { close(started) })
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		<-ctx.Done()
		<-started
		fyne.Do(func() {
			w.over.Store(true)
			w.app.Quit()
		})
	}()
	w.win.ShowAndRun()
	if ctx.Err() == nil {
		return errors.New("window: the display is gone")
	}
	<-ended
	return nil
}
