package port

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"hallway/devices"
)

const (
	// pollEvery is how often ports are listed where the kernel tells nothing.
	// Listing 60 ports takes some milliseconds, so shorter would still be cheap,
	// but nobody waits for a device that shorter.
	pollEvery = 2 * time.Second
	// kernelGroup is the multicast group of the kernel's own messages. Group 2
	// is udev's, which an appliance without udev does not have.
	kernelGroup = 1
	// messageLimit is four times the kernel's own, UEVENT_BUFFER_SIZE of
	// linux/kobject.h with header; a longer message is cut and found to be.
	messageLimit = 8192
	// backlog holds the messages of some hundred devices that come at once, when
	// the power of a hub returns.
	backlog = 1 << 20
)

// Watch calls f with a [Rescan] once it listens, so that a List made then misses
// nothing, and with each message of the kernel about a device, in order and one
// at a time, until ctx ends; it returns ctx's error. Messages of programs are
// not believed. When messages were lost, which a slow f causes, or cannot be
// read, f gets a Rescan that says so.
//
// Where the socket is refused, f gets a Rescan that says why, and one every two
// seconds. A captured tree is watched in this way.
func (r Root) Watch(ctx context.Context, f func(Event)) error {
	socket, err := r.listen()
	if err == nil {
		f(Event{Action: Rescan})
		err = errors.Join(hear(ctx, socket, f), socket.Close())
	}
	if ctx.Err() == nil {
		f(Event{Action: Rescan, Err: fmt.Errorf("ports are listed every %v: %w", pollEvery, err)})
	}
	for {
		if err := devices.Pause(ctx, pollEvery); err != nil {
			return err
		}
		f(Event{Action: Rescan})
	}
}

// listen opens the socket of the kernel's messages, netlink(7).
func (r Root) listen() (*os.File, error) {
	if r.sys() != "/sys" {
		return nil, fmt.Errorf("%s is not the kernel's own tree", r.sys())
	}
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, unix.NETLINK_KOBJECT_UEVENT)
	if err != nil {
		return nil, fmt.Errorf("socket for the kernel's messages about devices: %w", err)
	}
	if unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_RCVBUFFORCE, backlog) != nil {
		// Without rights over the network the system's limit holds.
		_ = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_RCVBUF, backlog)
	}
	if err := unix.Bind(fd, &unix.SockaddrNetlink{Family: unix.AF_NETLINK, Groups: kernelGroup}); err != nil {
		return nil, errors.Join(fmt.Errorf("socket for the kernel's messages about devices: %w", err), unix.Close(fd))
	}
	return os.NewFile(uintptr(fd), "uevents"), nil
}

// hear hands on what comes from the socket until ctx ends or the socket fails.
func hear(ctx context.Context, socket *os.File, f func(Event)) error {
	raw, err := socket.SyscallConn()
	if err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, func() { _ = socket.SetReadDeadline(time.Unix(1, 0)) })
	defer stop()
	page := make([]byte, messageLimit)
	for {
		var m message
		if err := raw.Read(func(fd uintptr) bool { return m.receive(int(fd), page) }); err != nil {
			return err
		}
		switch e, err := m.event(); {
		case err == nil:
			f(e)
		case m.err != nil && !errors.Is(err, errOverflow):
			return err
		case !errors.Is(err, errNotKernel):
			f(Event{Action: Rescan, Err: err})
		}
	}
}

// A message is what one receive gave.
type message struct {
	data  []byte
	flags int
	from  unix.Sockaddr
	err   error
}

// receive reports false when nothing has come yet.
func (m *message) receive(fd int, page []byte) bool {
	n, _, flags, from, err := unix.Recvmsg(fd, page, nil, unix.MSG_DONTWAIT)
	for errors.Is(err, unix.EINTR) {
		n, _, flags, from, err = unix.Recvmsg(fd, page, nil, unix.MSG_DONTWAIT)
	}
	m.data, m.flags, m.from, m.err = page[:max(n, 0)], flags, from, err
	return !errors.Is(err, unix.EAGAIN)
}

// event returns what the message says. The kernel's address is port 0, which no
// program can have.
func (m *message) event() (Event, error) {
	switch from, netlink := m.from.(*unix.SockaddrNetlink); {
	case errors.Is(m.err, unix.ENOBUFS):
		return Event{}, errOverflow
	case m.err != nil:
		return Event{}, fmt.Errorf("messages about devices: %w", m.err)
	case !netlink || from.Pid != 0 || from.Groups&kernelGroup == 0:
		return Event{}, errNotKernel
	case m.flags&unix.MSG_TRUNC != 0:
		return Event{}, errOverflow
	}
	return ParseEvent(m.data)
}
