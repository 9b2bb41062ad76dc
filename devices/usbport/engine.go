package usbport

import (
	"errors"
	"fmt"
	"runtime"
	"sync"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"hallway/devices"
)

// A transfer is one urb and its bytes, in memory that stays where it is while
// the kernel has it.
type transfer struct {
	urb  urb
	data []byte
	pins runtime.Pinner
	done func(*transfer) // called once each time it was submitted
}

// newTransfer returns a transfer for one pipe. Its data may be replaced while
// it is not submitted.
func newTransfer(e endpoint, data []byte, done func(*transfer)) *transfer {
	return &transfer{urb: urb{kind: e.kind, endpoint: e.address}, data: data, done: done}
}

// status is how the kernel says it ended; 0 is well.
func (t *transfer) status() syscall.Errno { return syscall.Errno(-t.urb.status) }

// moved is how many bytes went over the bus.
func (t *transfer) moved() int { return max(0, min(int(t.urb.actual), len(t.data))) }

// engine submits transfers and collects them.
type engine struct {
	*node
	ended chan struct{} // closed when nothing is collected any more

	mu      sync.Mutex
	flying  map[uintptr]*transfer
	over    error // why nothing is submitted any more
	onEnd   func(error)
	helpers sync.WaitGroup
}

// start begins to collect. onEnd is called once, when the device is gone.
func start(n *node, onEnd func(error)) *engine {
	e := &engine{node: n, ended: make(chan struct{}), flying: map[uintptr]*transfer{}, onEnd: onEnd}
	go e.collect()
	return e
}

// submit hands t to the kernel. Without an error its done will be called.
func (e *engine) submit(t *transfer) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.over != nil {
		return e.over
	}
	t.pins.Pin(&t.urb)
	t.pins.Pin(&t.data[0])
	t.urb.buffer, t.urb.length = unsafe.Pointer(&t.data[0]), int32(len(t.data))
	t.urb.status, t.urb.actual = 0, 0
	if err := e.ioctl(reqSubmit, unsafe.Pointer(&t.urb)); err != nil {
		t.pins.Unpin()
		return fmt.Errorf("%w: %w", class(err), err)
	}
	e.flying[uintptr(unsafe.Pointer(&t.urb))] = t
	return nil
}

// why returns why nothing is submitted any more, or nil.
func (e *engine) why() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.over
}

// discard takes t back. Its done is called all the same.
func (e *engine) discard(t *transfer) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.flying[uintptr(unsafe.Pointer(&t.urb))] != nil {
		_ = e.ioctl(reqDiscard, unsafe.Pointer(&t.urb)) // fails when it has just ended
	}
}

// collect calls done of every transfer that ended, in their order.
func (e *engine) collect() {
	defer close(e.ended)
	for {
		address, err := e.reap()
		if err != nil {
			e.abandon(err)
			return
		}
		e.mu.Lock()
		t := e.flying[address]
		delete(e.flying, address)
		last := len(e.flying) == 0 && e.over != nil
		e.mu.Unlock()
		if t != nil {
			t.pins.Unpin()
			t.done(t)
		}
		if last {
			return
		}
	}
}

// reap waits for a transfer that ended and returns the address of its urb.
func (e *engine) reap() (address uintptr, err error) {
	var errno syscall.Errno
	waited := e.raw.Write(func(fd uintptr) bool {
		errno = ioctl(fd, reqReapNoDelay, unsafe.Pointer(&address))
		return errno != unix.EAGAIN
	})
	return address, errors.Join(waited, failure(errno))
}

// abandon ends every transfer that is still in flight: the device is gone, or
// Close waits no longer.
func (e *engine) abandon(err error) {
	e.mu.Lock()
	if e.over == nil {
		e.over = fmt.Errorf("%w: %w", devices.ErrGone, err)
	}
	left, over := e.flying, e.over
	e.flying = nil
	e.mu.Unlock()
	for _, t := range left {
		t.pins.Unpin()
		t.urb.status, t.urb.actual = -int32(unix.ENODEV), 0
		t.done(t)
	}
	e.onEnd(over)
}

// stop takes all transfers back and waits until they are, but not longer than
// patience, and for what help runs.
func (e *engine) stop(patience time.Duration) {
	e.mu.Lock()
	e.over = devices.ErrClosed
	until := time.Unix(1, 0) // over: nothing will end any more, and collect waits
	for _, t := range e.flying {
		until = time.Now().Add(patience)
		_ = e.ioctl(reqDiscard, unsafe.Pointer(&t.urb))
	}
	_ = e.file.SetWriteDeadline(until)
	e.mu.Unlock()
	<-e.ended
	e.helpers.Wait()
}

// help runs f beside the engine, which waits for it in stop. It reports false
// when the engine is over.
func (e *engine) help(f func()) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.over != nil {
		return false
	}
	e.helpers.Go(f)
	return true
}

// class is what a failed transfer or request means. Noise on the wire
// (EPROTO, EILSEQ, ETIME) is how a cable that is being drawn looks first.
func class(err error) error {
	switch {
	case errors.Is(err, unix.EPIPE), errors.Is(err, unix.EOVERFLOW):
		return devices.ErrProtocol
	}
	return devices.ErrGone
}
