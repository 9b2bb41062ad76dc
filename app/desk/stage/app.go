package stage

import (
	"context"
	"errors"
	"fmt"
	"image"
	"time"
)

// patience is how long a step of a script may take. Programs start and draw in
// less than a second on an idle machine; a machine that builds and tests at
// the same time needs many times that.
const patience = 60 * time.Second

// An App is one program with a window, and a person before it.
type App struct {
	Name    string
	Process *Process
	Window  *Window
	Trace   *Trace

	screen *Screen
}

// Line waits for a line of the program's trace that ok accepts. It ends early
// when the program does.
func (a *App) Line(ctx context.Context, what string, ok func(Line) bool) (Line, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		select {
		case <-a.Process.Done():
			end(errors.Join(fmt.Errorf("%s has ended", a.Name), a.Process.Err()))
		case <-ctx.Done():
		}
	}()
	l, err := a.Trace.Wait(ctx, what, ok)
	end(nil)
	<-watched
	return l, err
}

// See waits for a screen.
func (a *App) See(ctx context.Context, screen string) (Line, error) {
	return a.Line(ctx, "screen "+screen, func(l Line) bool { return l.Screen == screen })
}

// Tap waits until a control is there and can be used, and touches it.
func (a *App) Tap(ctx context.Context, id string) error {
	return a.tap(ctx, "control "+id, func(l Line) (Control, bool) {
		c, ok := l.Control(id)
		return c, ok && c.Enabled
	})
}

// TapFirst touches the first usable control whose id begins with prefix, and
// returns its id.
func (a *App) TapFirst(ctx context.Context, prefix string) (string, error) {
	var touched string
	err := a.tap(ctx, "a control "+prefix+"...", func(l Line) (Control, bool) {
		c, ok := l.First(prefix)
		touched = c.ID
		return c, ok
	})
	return touched, err
}

func (a *App) tap(ctx context.Context, what string, find func(Line) (Control, bool)) error {
	var at image.Point
	if _, err := a.Line(ctx, what, func(l Line) bool {
		c, ok := find(l)
		at = c.Centre()
		return ok
	}); err != nil {
		return err
	}
	b, err := a.Window.Bounds()
	if err != nil {
		return err
	}
	return a.screen.Click(ctx, b.Min.Add(at))
}

// TapAll touches controls one after another.
func (a *App) TapAll(ctx context.Context, ids ...string) error {
	for _, id := range ids {
		if err := a.Tap(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

// Press gives the window the keyboard and presses a key.
func (a *App) Press(ctx context.Context, k Key) error {
	if err := a.Window.Focus(); err != nil {
		return err
	}
	return a.screen.Press(ctx, k)
}

// Type gives the window the keyboard and types a text.
func (a *App) Type(ctx context.Context, text string) error {
	if err := a.Window.Focus(); err != nil {
		return err
	}
	return a.screen.Type(ctx, text)
}

// settle is how long a window must stay the same to count as drawn.
const settle = 250 * time.Millisecond

// Picture returns a picture of the window once it has stopped changing, or as
// it is after three seconds.
func (a *App) Picture(ctx context.Context) (*image.RGBA, error) { return still(ctx, a.Window.Capture) }

// Picture returns a picture of the whole display, like [App.Picture].
func (s *Screen) Picture(ctx context.Context) (*image.RGBA, error) {
	return still(ctx, func() (*image.RGBA, error) { return s.Capture(image.Rectangle{Max: s.Size()}) })
}

// still takes pictures until two are the same.
func still(ctx context.Context, capture func() (*image.RGBA, error)) (*image.RGBA, error) {
	last, err := capture()
	for end := time.Now().Add(3 * time.Second); err == nil && time.Now().Before(end); {
		select {
		case <-time.After(settle):
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
		var next *image.RGBA
		if next, err = capture(); err == nil && string(next.Pix) == string(last.Pix) {
			return next, nil
		}
		last = next
	}
	return last, err
}
