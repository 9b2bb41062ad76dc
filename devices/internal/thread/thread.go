// Package thread ends system calls that only a signal ends: a write to a printer
// that takes nothing, the close of a serial port that cannot empty itself.
//
// A call that a signal ends leaves open how far it came. The thread therefore
// hears no other signal than the one of [Thread.Interrupt], least of all those
// by which the runtime interrupts goroutines.
package thread

import (
	"runtime"
	"sync/atomic"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

const (
	// interruption is a signal that the runtime receives and does nothing with.
	interruption = unix.SIGIO
	// again is how often a thread is interrupted: a signal that comes before
	// the call waits does nothing.
	again = 5 * time.Millisecond
)

// Thread is a function that runs on a thread of its own.
type Thread struct {
	id   atomic.Int64 // while it runs
	done chan struct{}
}

// Start runs f. The thread ends with it.
func Start(f func()) *Thread {
	t := &Thread{done: make(chan struct{})}
	go func() {
		runtime.LockOSThread() // for ever, so that nobody inherits what it hears
		defer close(t.done)
		hearOnly(interruption)
		t.id.Store(int64(unix.Gettid()))
		defer t.id.Store(0)
		f()
	}()
	return t
}

// Done is closed when the function has returned.
func (t *Thread) Done() <-chan struct{} { return t.done }

// Interrupt ends whatever the function waits for in the kernel, with EINTR,
// again and again until it has returned.
func (t *Thread) Interrupt() {
	for {
		if id := t.id.Load(); id != 0 {
			_ = unix.Tgkill(unix.Getpid(), int(id), interruption)
		}
		select {
		case <-t.done:
			return
		case <-time.After(again):
		}
	}
}

// hearOnly blocks every signal but one for the calling thread. It cannot fail
// with these arguments.
func hearOnly(s unix.Signal) {
	var all unix.Sigset_t
	for i := range all.Val {
		all.Val[i] = ^all.Val[i]
	}
	width := uint(unsafe.Sizeof(all.Val[0]) * 8)
	bit := uint(s) - 1
	all.Val[bit/width] &^= 1 << (bit % width)
	_ = unix.PthreadSigmask(unix.SIG_SETMASK, &all, nil)
}
