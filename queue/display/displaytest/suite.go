// Package displaytest is what every display above a window must do, whatever
// its protocol: fill in a [Suite] and call Run. A simulated panel stands behind
// the driver, and what it shows is compared with what was asked. What a driver
// must do as a device is in package devicestest.
package displaytest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"hallway/devices"
	"hallway/devices/devicestest"
	"hallway/queue"
)

// A Display is an open driver.
type Display interface {
	Show(ctx context.Context, number queue.Number) error
	Clear(ctx context.Context) error
	Close() error
}

// A Suite is a driver to be tested.
type Suite struct {
	// New returns a fresh panel.
	New func() devicestest.Sim
	// Open opens the driver on a port. It closes conn when it fails.
	Open func(ctx context.Context, conn devices.Conn) (Display, error)
	// Seen is what a person sees on the panel.
	Seen func(s devicestest.Sim) string
	// Picture is what a person must see of a number, "" for a dark panel.
	Picture func(n queue.Number) string
}

// Run tests the driver on each transport.
func (s Suite) Run(t *testing.T, transports ...devicestest.Transport) {
	for _, on := range transports {
		t.Run(on.Name, func(t *testing.T) {
			for name, test := range map[string]func(*bench){
				"ShowsWhatIsAsked": shows, "NewestNumberStays": newest, "ClearIsDark": clears, "CloseIsDark": closes,
				"WhatIsNoNumberChangesNothing": refuses, "ClosedDisplayRefuses": closed, "EndedContextShowsNothing": ended,
			} {
				t.Run(name, func(t *testing.T) {
					if on.Virtual {
						synctest.Test(t, func(t *testing.T) { test(s.bench(t, on)) })
					} else {
						test(s.bench(t, on))
					}
				})
			}
		})
	}
}

// patience is how long a panel may take to show what it was sent.
const patience = 10 * time.Second

// A bench is an open driver with its panel.
type bench struct {
	*testing.T
	Suite
	display Display
	panel   devicestest.Sim
}

func (s Suite) bench(t *testing.T, on devicestest.Transport) *bench {
	t.Helper()
	b := &bench{T: t, Suite: s, panel: s.New()}
	conn, _ := on.Connect(t, b.panel)
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	var err error
	if b.display, err = s.Open(ctx, conn); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.display.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

func (b *bench) show(n queue.Number) {
	b.Helper()
	if err := b.display.Show(context.Background(), n); err != nil {
		b.Fatal(err)
	}
}

// sees waits until the panel shows a number, "" for nothing.
func (b *bench) sees(n queue.Number) {
	b.Helper()
	for end := time.Now().Add(patience); b.Seen(b.panel) != b.Picture(n); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			b.Fatalf("the panel shows %q, want %q for %q", b.Seen(b.panel), b.Picture(n), n)
		}
	}
}

func shows(b *bench) {
	b.sees("")
	for _, n := range []queue.Number{"A012", "B007", "C999", "AB100"} {
		b.show(n)
		b.sees(n)
	}
}

func newest(b *bench) {
	for i := range 30 {
		b.show(queue.Number(fmt.Sprintf("A%03d", i+1)))
	}
	b.sees("A030")
	time.Sleep(300 * time.Millisecond) // an older one that is still on its way arrives
	b.sees("A030")
}

func clears(b *bench) {
	b.show("A012")
	b.sees("A012")
	if err := b.display.Clear(context.Background()); err != nil {
		b.Fatal(err)
	}
	b.sees("")
}

func closes(b *bench) {
	b.show("A012")
	b.sees("A012")
	if err := b.display.Close(); err != nil {
		b.Fatal(err)
	}
	b.sees("")
}

func refuses(b *bench) {
	b.show("A012")
	for _, bad := range []queue.Number{"", "012", "A", "A\x1b1", "号012"} {
		if err := b.display.Show(context.Background(), bad); err == nil {
			b.Errorf("%q is shown", bad)
		}
	}
	b.sees("A012")
}

func closed(b *bench) {
	if err := b.display.Close(); err != nil {
		b.Fatal(err)
	}
	if err := b.display.Show(context.Background(), "A012"); !errors.Is(err, devices.ErrClosed) {
		b.Errorf("Show after Close: %v", err)
	}
	b.sees("")
}

func ended(b *bench) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := b.display.Show(ctx, "A012"); !errors.Is(err, context.Canceled) {
		b.Errorf("Show with an ended context: %v", err)
	}
	time.Sleep(100 * time.Millisecond)
	b.sees("")
}
