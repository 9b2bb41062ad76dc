package port_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/sys/unix"

	"hallway/devices"
	"hallway/devices/port"
)

func TestOnlyTheKernelIsBelieved(t *testing.T) {
	kernel := &unix.SockaddrNetlink{Family: unix.AF_NETLINK, Groups: 1}
	refused := errors.New("any error")
	for name, c := range map[string]struct {
		from  unix.Sockaddr
		flags int
		err   error
		want  error
	}{
		"kernel":      {from: kernel},
		"program":     {from: &unix.SockaddrNetlink{Pid: 4711, Groups: 1}, want: refused},
		"udev":        {from: &unix.SockaddrNetlink{Groups: 2}, want: refused},
		"unicast":     {from: &unix.SockaddrNetlink{}, want: refused},
		"no address":  {want: refused},
		"socket file": {from: &unix.SockaddrUnix{Name: "x"}, want: refused},
		"cut":         {from: kernel, flags: unix.MSG_TRUNC, want: port.ErrOverflow},
		"lost":        {err: unix.ENOBUFS, want: port.ErrOverflow},
		"broken":      {err: unix.EBADF, want: unix.EBADF},
	} {
		e, err := port.Receive([]byte(plugged), c.flags, c.from, c.err)
		if (err == nil) != (c.want == nil) || c.want != nil && c.want != refused && !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
		if (e.Action == "add") != (c.want == nil) {
			t.Errorf("%s: %+v", name, e)
		}
	}
	if _, err := port.Receive([]byte("nonsense"), 0, kernel, nil); !errors.Is(err, devices.ErrProtocol) {
		t.Errorf("nonsense: %v", err)
	}
}

func TestWatchBeginsWithARescanAndEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	first := make(chan port.Event, 1)
	done := make(chan error, 1)
	go func() {
		done <- port.Root{}.Watch(ctx, func(e port.Event) {
			select {
			case first <- e:
			default:
			}
		})
	}()
	select {
	case e := <-first:
		if e.Action != port.Rescan {
			t.Errorf("first event: %+v", e)
		}
	case <-time.After(patience):
		t.Fatal("no event")
	}
	cancel()
	select {
	case err := <-done:
		if !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	case <-time.After(patience):
		t.Fatal("Watch does not end")
	}
}

func TestWatchLeavesNoDescriptorOpen(t *testing.T) {
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	_ = port.Root{}.Watch(ended, func(port.Event) {}) // the poller's own descriptors
	before := descriptors(t)
	for range 200 {
		if err := (port.Root{}).Watch(ended, func(port.Event) {}); !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
	}
	if after := descriptors(t); after > before {
		t.Errorf("%d descriptors, %d before", after, before)
	}
}

func descriptors(t *testing.T) int {
	t.Helper()
	all, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(all)
}

func TestTreeWithoutMessagesIsPolledAndItIsSaid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 7*time.Second)
		defer cancel()
		var events []port.Event
		err := port.Root{Sys: "/captured"}.Watch(ctx, func(e port.Event) { events = append(events, e) })
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
		if len(events) != 4 { // at once, and after 2, 4 and 6 s
			t.Fatalf("%+v", events)
		}
		for i, e := range events {
			said := e.Err != nil && strings.Contains(e.Err.Error(), "every 2s: /captured is not the kernel's own tree")
			if e.Action != port.Rescan || said != (i == 0) {
				t.Errorf("event %d: %+v", i, e)
			}
		}
	})
}
