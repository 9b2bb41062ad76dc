package client

import (
	"sync"
	"time"
)

// offsetSamples is how many measurements the estimate looks back on: at one in
// 30 s the best of the last four minutes.
const offsetSamples = 8

// clock estimates how far the hall's clock is ahead of ours, as NTP does
// (RFC 5905 §8): of the last samples the one with the shortest way there and
// back is the best.
type clock struct {
	mu      sync.Mutex
	samples []offsetSample
}

type offsetSample struct{ offset, rtt time.Duration }

// add takes the hall's time hall, asked at t0 and received at t3. Answers whose
// clock ran backwards meanwhile are dropped.
func (c *clock) add(t0, hall, t3 time.Time) {
	rtt := t3.Sub(t0)
	if rtt < 0 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.samples = append(c.samples, offsetSample{hall.Sub(t0.Add(rtt / 2)), rtt})
	if len(c.samples) > offsetSamples {
		c.samples = c.samples[1:]
	}
}

// best returns the offset of the sample with the smallest round trip.
func (c *clock) best() (time.Duration, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.samples) == 0 {
		return 0, false
	}
	b := c.samples[0]
	for _, s := range c.samples[1:] {
		if s.rtt <= b.rtt {
			b = s
		}
	}
	return b.offset, true
}
