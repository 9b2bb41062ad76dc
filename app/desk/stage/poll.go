package stage

import (
	"context"
	"time"
)

// pollEvery is how often a condition outside this process is looked at.
const pollEvery = 20 * time.Millisecond

// poll asks done until it says yes or fails, or ctx ends.
func poll(ctx context.Context, done func() (bool, error)) error {
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for {
		if ok, err := done(); ok || err != nil {
			return err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}
