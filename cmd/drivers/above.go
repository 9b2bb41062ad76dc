package drivers

import (
	"context"
	"fmt"
	"os"

	"hallway/app/config"
	"hallway/devices"
	"hallway/queue"
	"hallway/queue/display/panel"
)

// Above is what every display above a window can do, whatever its type.
type Above interface {
	devices.Device
	// Show shows a ticket's number.
	Show(ctx context.Context, n queue.Number) error
	// Waiting shows how many people wait, or what the configuration wants while
	// nobody is called.
	Waiting(ctx context.Context, n int) error
	// Clear makes it dark.
	Clear(ctx context.Context) error
}

// Profile returns the profile of a panel, with the speed of the configuration.
func Profile(d config.Display) (p panel.Profile, err error) {
	if d.Type == config.TypeFile {
		var b []byte
		if b, err = os.ReadFile(d.Profile); err == nil {
			p, err = panel.ParseProfile(b)
		}
	} else {
		p, err = panel.Load(d.Type)
	}
	if err != nil {
		return p, err
	}
	if d.Baud > 0 {
		p.Baud = d.Baud
	}
	return p, nil
}

// Above returns what opens the display of the window with that sign, and the
// driver of its type. line gives the line of the counter bus, which a display
// of type ff68 may share.
func (p *Ports) Above(sign string, c config.Display, line lineOf) (Driver, Opener[Above], error) {
	if c.Type == config.TypeFF68 {
		return window, Window(c.Bus(), line), nil
	}
	profile, err := Profile(c)
	if err != nil {
		return Driver{}, Opener[Above]{}, err
	}
	return panelDriver(c.Type, profile), p.panel(sign, c, profile), nil
}

// validDisplay says what is wrong with a display that the tags cannot know.
func validDisplay(c config.Display) (all []mistake) {
	if c.Type == config.TypeFF68 {
		return nil
	}
	p, err := Profile(c)
	if err != nil {
		key := "display.type"
		if c.Type == config.TypeFile {
			key = "display.profile"
		}
		return []mistake{{key, fmt.Errorf("%w; ff68 is the display of the counter bus, file a panel with a profile of its own", err)}}
	}
	return []mistake{{"display.call", p.Fits(c.Call)}, {"display.idle", p.Fits(c.Idle)}}
}
