package display_test

import (
	"context"
	"os"
	"testing"

	"hallway/devices"
	"hallway/devices/devicestest"
	"hallway/devices/ff68"
	"hallway/queue"
	"hallway/queue/display"
	"hallway/queue/display/displaytest"
	panelsim "hallway/queue/display/panel/sim"
	"hallway/queue/display/sim"
)

// TestWindow runs what every display must do.
func TestWindow(t *testing.T) {
	displaytest.Suite{
		New: func() devicestest.Sim { return sim.New(sim.Options{Address: 3}) },
		Open: func(ctx context.Context, conn devices.Conn) (displaytest.Display, error) {
			w, err := display.Open(ctx, ff68.Open(conn, ff68.Options{}), display.Options{Address: 3})
			return careless{w, os.Getenv(wrongVariable)}, err
		},
		Seen: func(s devicestest.Sim) string {
			ticket, _ := s.(*sim.Window).Shown()
			return ticket
		},
		Picture: func(n queue.Number) string {
			if n == "" {
				return dark
			}
			return string(n[len(n)-3:])
		},
	}.Run(t, devicestest.Memory(), devicestest.PTY(), devicestest.TCP())
}

// TestWindowIsUnderstoodByAnotherDecoder runs the same on a panel that was
// written without a look at package ff68.
func TestWindowIsUnderstoodByAnotherDecoder(t *testing.T) {
	displaytest.Suite{
		New: func() devicestest.Sim {
			p, err := panelsim.New(panelsim.Options{Type: "ff68", Address: 3})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				for _, err := range p.Errors() {
					t.Error(err)
				}
			})
			return p
		},
		Open: func(ctx context.Context, conn devices.Conn) (displaytest.Display, error) {
			return display.Open(ctx, ff68.Open(conn, ff68.Options{}), display.Options{Address: 3})
		},
		Seen: func(s devicestest.Sim) string { return s.(*panelsim.Panel).Text() },
		Picture: func(n queue.Number) string {
			if n == "" {
				return ""
			}
			return string(n[len(n)-3:])
		},
	}.Run(t, devicestest.Memory(), devicestest.PTY(), devicestest.TCP())
}

// careless is a display with at most one thing wrong.
type careless struct {
	*display.Window
	wrong string
}

func (c careless) Show(ctx context.Context, n queue.Number) error {
	switch {
	case c.wrong == "late":
		ctx = context.WithoutCancel(ctx)
	case c.wrong == "stuck" && n == "A030":
		return nil
	case c.wrong == "agrees":
		_ = c.Window.Show(ctx, n)
		return nil
	}
	return c.Window.Show(ctx, n)
}

func (c careless) Clear(ctx context.Context) error {
	if c.wrong == "bright" {
		return nil
	}
	return c.Window.Clear(ctx)
}

// wrongVariable names the mistake of the display that a child process tests.
const wrongVariable = "DISPLAYTEST_WRONG"

// TestEveryMistakeOfADisplayIsFound runs the suite on displays with one mistake
// each, in child processes whose failure is the success.
func TestEveryMistakeOfADisplayIsFound(t *testing.T) {
	for wrong, found := range map[string]string{
		"late": "EndedContextShowsNothing", "stuck": "NewestNumberStays", "agrees": "WhatIsNoNumberChangesNothing", "bright": "ClearIsDark",
	} {
		t.Run(wrong, func(t *testing.T) { devicestest.FindsMistake(t, wrongVariable, wrong, "TestWindow/memory/"+found) })
	}
}
