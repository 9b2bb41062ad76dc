package outbox

import (
	"context"
	"sync"
	"time"
)

// Times of the loops.
const (
	firstPause    = time.Second       // top of the first random pause after a failure
	longestPause  = 300 * time.Second // and of the last: a hall that comes back is found within minutes
	refreshEvery  = 30 * time.Second  // how old the hall's data may be
	refreshJitter = time.Second       // keeps the terminals of a hall apart
	longAway      = time.Hour         // from then on every terminal of a city has something to send
	returnSpread  = time.Minute       // over which they come back then
)

// Run delivers what waits and keeps the hall's data fresh until ctx ends or
// Close is called. A Terminal has one Run at a time; another waits.
func (t *Terminal) Run(ctx context.Context) {
	t.run.Lock()
	defer t.run.Unlock()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(t.life, cancel)()
	var loops sync.WaitGroup
	loops.Go(func() { t.deliverLoop(ctx) })
	loops.Go(func() { t.refreshLoop(ctx) })
	loops.Wait()
}

// deliverLoop sends what waits: at once when there is something new or the hall
// was heard, else after a pause that grows with the failures. It never comes
// back earlier than the hall asked for.
func (t *Terminal) deliverLoop(ctx context.Context) {
	d := courier{t: t, limit: maxOps}
	var pause time.Duration
	for {
		timer := time.NewTimer(pause)
		select {
		case <-timer.C:
		case <-t.wake:
		case <-t.linkUp:
			d.failures = 0
			d.notBefore = time.Now().Add(t.returnPause())
		case <-ctx.Done():
		}
		timer.Stop()
		if ctx.Err() != nil {
			return
		}
		if pause = time.Until(d.notBefore); pause > 0 {
			continue
		}
		pause = d.round(ctx)
	}
}

// refreshLoop looks at the hall now and then, sooner after the first failures
// and at once when somebody else heard it again.
func (t *Terminal) refreshLoop(ctx context.Context) {
	failures := 0
	for turn := 0; ; turn++ {
		pause := refreshEvery
		if t.look(ctx, turn) {
			failures = 0
		} else {
			pause = min(pause, firstPause<<min(failures, 10))
			failures++
		}
		drain(t.refresh)
		timer := time.NewTimer(pause + t.random(refreshJitter))
		select {
		case <-timer.C:
		case <-t.refresh:
		case <-ctx.Done():
		}
		timer.Stop()
		if ctx.Err() != nil {
			return
		}
	}
}

// returnPause is how long a terminal whose hall came back lets others go first.
func (t *Terminal) returnPause() time.Duration {
	if time.Duration(t.away.Swap(0)) < longAway {
		return 0
	}
	return t.random(returnSpread)
}

// backoff is the full-jitter pause after the n-th failure in a row.
func (t *Terminal) backoff(n int) time.Duration {
	return t.random(min(longestPause, firstPause<<min(n, 10)))
}
