package stage

import (
	"context"
	"errors"
	"fmt"
	"image"
	"time"
)

// A Play is what `desk run` shows.
type Play struct {
	Options
	Out   string // folder for pictures
	Visit bool   // walk the visit on a person's display, too
	Say   func(format string, args ...any)
}

// Perform opens a stage and either leaves it to a person until ctx ends or a
// window is closed, or walks the scripted visit when nobody can see it. It
// returns when everything has ended; that ctx ended is no error.
func Perform(ctx context.Context, p Play) error {
	seen := p.Display != ""
	p.Say("Starting the hall in %s ...", p.Dir)
	s, err := Open(ctx, p.Options)
	if err != nil {
		return ended(ctx, err)
	}
	p.Say("Wall page:  %s", s.Layout.Board())
	p.Say("Orders:     %s/orders, numbers %s, %s and %s, the same PIN", s.Layout.Hall.PublicURL, DemoOrderClerk, DemoUnitClerk, DemoLeader)
	p.Say("Clerk:      number %s, PIN %s, window %s", DemoClerk, DemoPIN, s.Layout.Counter.Window)
	p.Say("Logs:       %s", s.Layout.Path("log"))
	if !seen || p.Visit {
		p.Say("Walking a visit on display %s; pictures go to %s", s.Screen.Display, p.Out)
		err = s.film(ctx, p)
	}
	if seen && err == nil {
		p.Say("Ctrl-C or closing the desk's window ends everything.")
		err = s.watch(ctx, p.Say)
	}
	return errors.Join(ended(ctx, err), s.Close())
}

// ended forgets an error that only says that ctx ended.
func ended(ctx context.Context, err error) error {
	if ctx.Err() != nil && (errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)) {
		return nil
	}
	return err
}

// film walks the visit and keeps its pictures.
func (s *Stage) film(ctx context.Context, p Play) error {
	album, err := NewAlbum(p.Out)
	if err != nil {
		return err
	}
	began := time.Now()
	if err := s.Visit(ctx, album); err != nil {
		if shot, failed := s.Screen.Capture(image.Rectangle{Max: s.Screen.Size()}); failed == nil {
			err = errors.Join(err, album.Add("failed", "The whole display when the visit failed.", shot))
		}
		return fmt.Errorf("visit: %w", err)
	}
	p.Say("%d pictures in %s, %.0f s; what each shows is in %s", album.Count(), p.Out, time.Since(began).Seconds(), indexFile)
	return nil
}

// watch waits until the desk's window is closed, a program fails or ctx ends.
// A window of kiosk or counter that a person closes is only mentioned.
func (s *Stage) watch(ctx context.Context, say func(string, ...any)) error {
	kiosk, counter := s.Kiosk.Process.Done(), s.Counter.Process.Done()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-s.Desk.Process.Done():
			return s.Desk.Process.Err()
		case <-s.Hall.Done():
			return errors.Join(errors.New("the hall has ended"), s.Hall.Err())
		case <-kiosk:
			if err := s.Kiosk.Process.Err(); err != nil {
				return err
			}
			say("The kiosk's window was closed.")
			kiosk = nil
		case <-counter:
			if err := s.Counter.Process.Err(); err != nil {
				return err
			}
			say("The counter's window was closed.")
			counter = nil
		}
	}
}
