package drivers

import (
	"context"
	"fmt"
	"log/slog"

	"hallway/devices"
	"hallway/devices/ff68"
	"hallway/devices/rater"
)

// raterSettings are those of a rating box.
type raterSettings struct {
	Port    string `toml:"port" example:"uart:ttyS3" doc:"Port of the device; 'kioskctl ports' lists them."`
	Baud    int    `toml:"baud" default:"9600" min:"300" max:"921600" doc:"Speed in bits a second; not used over TCP."`
	Address int    `toml:"address" default:"3" min:"1" max:"254" doc:"Address on the bus. It may be that of the window's keypad."`
}

var ratings = Driver{
	Name: "rater", Kind: devices.Rater, Title: "Rating box",
	About: []string{
		"A pad with a few keys on the counter bus with which a citizen says how well the service was. It is asked after each service; the first press counts, and no press is no rating.",
		"Which key means what differs between boxes: the walk shows it.",
	},
	Block: "On the command line of kioskctl.", Settings: raterSettings{}, Via: busVia,
	Walk: walkRater,
}

// Rater returns what opens a rating box on a line that it may share.
func Rater(text string, address int, line func(context.Context) (*ff68.Line, error), log *slog.Logger) Opener[*rater.Rater] {
	return Opener[*rater.Rater]{
		Port: text, Via: busVia,
		Driver: func(ctx context.Context, _ Connect) (*rater.Rater, error) {
			l, err := line(ctx)
			if err != nil {
				return nil, err
			}
			return rater.Open(l, rater.Options{Address: byte(address), Log: log})
		},
	}
}

// walkRater has each key pressed in turn until nobody presses one.
func walkRater(ctx context.Context, d devices.Device, g Guide) error {
	g.Say("Press the keys of the box one after another, the best first; this ends when none is pressed for half a minute.")
	seen := 0
	for {
		r, err := d.(*rater.Rater).Rate(ctx)
		switch {
		case err != nil:
			return err
		case r == rater.Unrated && seen == 0:
			return fmt.Errorf("no press arrived: check port, address and speed: %w", devices.ErrSilent)
		case r == rater.Unrated:
			return look(ctx, g, "Was every key named with its right meaning?")
		}
		g.Say("pressed: %s", r)
		seen++
	}
}
