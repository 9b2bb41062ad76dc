package drivers

import (
	"context"
	"fmt"
	"slices"
	"time"

	"hallway/devices"
)

const (
	handTime  = time.Minute            // for a person to do one thing
	handPause = 300 * time.Millisecond // between two looks whether it is done
)

// condition has a person do something and waits until the device reports the
// condition, or does not report it any more.
func condition(ctx context.Context, d devices.Device, g Guide, code, do string, there bool) error {
	g.Say("%s", do)
	ctx, cancel := context.WithTimeout(ctx, handTime)
	defer cancel()
	for {
		all, err := d.Check(ctx)
		if err == nil && there == slices.ContainsFunc(all, func(c devices.Condition) bool { return c.Code == code }) {
			g.Say("The device says so.")
			return nil
		}
		if devices.Pause(ctx, handPause) != nil {
			return fmt.Errorf("after %q the device does not report %s=%v within %v (last answer: %v %v)", do, code, there, handTime, all, err)
		}
	}
}

// look asks a person whether something can be seen.
func look(ctx context.Context, g Guide, question string) error {
	yes, err := g.Confirm(ctx, question)
	if err == nil && !yes {
		err = fmt.Errorf("no: %s", question)
	}
	return err
}
