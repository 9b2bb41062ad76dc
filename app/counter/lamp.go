package counter

import (
	"context"
	"log/slog"
	"time"

	"hallway/queue"
)

// Display is the LED above the window.
type Display interface {
	// Show shows a ticket's number.
	Show(ctx context.Context, n queue.Number) error
	// Waiting shows how many people wait, and no number.
	Waiting(ctx context.Context, n int) error
	// Clear makes it dark.
	Clear(ctx context.Context) error
}

const (
	// lampIn is how long the display may take for one text.
	lampIn = 2 * time.Second
	// lampPause lies between two tries to write to a display that fails.
	lampPause = 2 * time.Second
)

// A lamp brings the display to what is wanted. Only the newest wish counts; a
// display that fails is tried again until it shows it.
type lamp struct {
	display Display
	log     *slog.Logger
	wish    chan Lamp
	stir    chan struct{}
	last    Lamp // wanted last; of want's goroutine
}

func newLamp(d Display, log *slog.Logger) *lamp {
	return &lamp{display: d, log: log, wish: make(chan Lamp, 1), stir: make(chan struct{}, 1), last: dark}
}

// want says what the display shall show. It is called from one goroutine.
func (l *lamp) want(w Lamp) {
	if w == l.last {
		return
	}
	l.last = w
	select {
	case <-l.wish: // an older wish that nobody has seen
	default:
	}
	l.wish <- w
}

// again has the wanted text written anew, for a display that lost it.
func (l *lamp) again() {
	select {
	case l.stir <- struct{}{}:
	default:
	}
}

// run writes until ctx ends, then darkens the display.
func (l *lamp) run(ctx context.Context) {
	defer func() {
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), lampIn)
		defer cancel()
		l.write(last, dark)
	}()
	present := dark
	failed := false
	for {
		var retry <-chan time.Time
		if failed {
			retry = time.After(lampPause)
		}
		select {
		case <-ctx.Done():
			return
		case present = <-l.wish:
		case <-l.stir:
		case <-retry:
		}
		failed = !l.write(ctx, present)
	}
}

// write shows w and reports whether the display took it.
func (l *lamp) write(ctx context.Context, w Lamp) bool {
	ctx, cancel := context.WithTimeout(ctx, lampIn)
	defer cancel()
	var err error
	switch {
	case w.Number != "":
		err = l.display.Show(ctx, w.Number)
	case w.Waiting >= 0:
		err = l.display.Waiting(ctx, w.Waiting)
	default:
		err = l.display.Clear(ctx)
	}
	if err != nil {
		l.log.Debug("window display", "err", err)
	}
	return err == nil
}
