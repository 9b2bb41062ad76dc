package devicestest

import (
	"bytes"
	"sync"
	"time"

	"hallway/devices/sim"
)

// An outbox is a faulty line on which the device never waits to write. Under a
// false clock a device that holds a mutex while the line holds it up would stop
// the clock, and with it what ends its wait.
type outbox struct {
	*sim.Faulty

	mu    sync.Mutex
	queue []byte
	ended bool
	more  chan struct{} // one token: queue or ended changed
	idle  chan struct{} // closed when the last byte is out
}

func newOutbox(line *sim.Faulty) *outbox {
	o := &outbox{Faulty: line, more: make(chan struct{}, 1), idle: make(chan struct{})}
	go o.run()
	return o
}

// Write takes p.
func (o *outbox) Write(p []byte) (int, error) {
	o.mu.Lock()
	o.queue = append(o.queue, p...)
	o.mu.Unlock()
	o.wake()
	return len(p), nil
}

func (o *outbox) wake() {
	select {
	case o.more <- struct{}{}:
	default:
	}
}

// run writes what the device has written. What the line does not take is lost.
func (o *outbox) run() {
	defer close(o.idle)
	for range o.more {
		o.mu.Lock()
		now, ended := bytes.Clone(o.queue), o.ended
		o.queue = nil
		o.mu.Unlock()
		if ended {
			return
		}
		if len(now) > 0 {
			_, _ = o.Faulty.Write(now)
		}
	}
}

// stop loses what is not written yet, and waits for the rest.
func (o *outbox) stop() {
	o.mu.Lock()
	o.ended = true
	o.mu.Unlock()
	o.wake()
	_ = o.SetReadDeadline(time.Unix(1, 0)) // ends a Write that waits
	<-o.idle
}
