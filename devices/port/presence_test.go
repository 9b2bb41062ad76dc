package port_test

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"hallway/devices/port"
)

// A lab is a captured tree whose devices come and go, and a Presence that hears
// of it.
type lab struct {
	t      *testing.T
	root   port.Root
	list   *port.Presence
	events chan port.Event
	log    bytes.Buffer

	mu  sync.Mutex
	got [][]string // IDs in each list
}

// newLab starts within a bubble; the Presence ends with the test.
func newLab(t *testing.T, root port.Root) *lab {
	l := &lab{t: t, root: root, events: make(chan port.Event)}
	l.list = port.NewPresenceOf(root, slog.New(slog.NewTextHandler(&l.log, nil)), l.hear)
	l.list.Watch(l.take)
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { l.list.Run(ctx) })
	t.Cleanup(func() { cancel(); running.Wait() })
	synctest.Wait()
	return l
}

// hear is what the Presence hears.
func (l *lab) hear(ctx context.Context, f func(port.Event)) error {
	f(port.Event{Action: port.Rescan})
	for {
		select {
		case e := <-l.events:
			f(e)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (l *lab) take(all []port.Port) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var now []string
	for _, p := range all {
		now = append(now, p.ID)
	}
	l.got = append(l.got, now)
}

// tell sends a message and waits until it had its effect.
func (l *lab) tell(action, subsystem string) {
	l.events <- port.Event{Action: action, Subsystem: subsystem}
	synctest.Wait()
}

// move takes a device out of the tree or puts it back.
func (l *lab) move(from, to string) {
	l.t.Helper()
	dir := filepath.Join(l.root.Sys, "bus/usb/devices")
	if err := os.Rename(filepath.Join(dir, from), filepath.Join(dir, to)); err != nil {
		l.t.Fatal(err)
	}
}

func (l *lab) lists() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.got)
}

// shows reports whether the present list has a port, and fails when the last one
// told is another.
func (l *lab) shows(id string) bool {
	l.t.Helper()
	var now []string
	for _, p := range l.list.Ports() {
		now = append(now, p.ID)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.got) == 0 || !slices.Equal(now, l.got[len(l.got)-1]) {
		l.t.Errorf("list is %v, told were %v", now, l.got)
	}
	return slices.Contains(now, id)
}

const reader = "usb:1-1.5:1.0" // of the tree kiosk

func TestPortIsShownWhenItsRightsHaveSettledAndGoesAtOnce(t *testing.T) {
	root := tree(t, "kiosk")
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t, root)
		if !l.shows(reader) || len(l.list.Ports()) != 9 || l.lists() != 1 {
			t.Fatalf("at the start: %v", l.list.Ports())
		}
		l.move("1-1.5", "away")
		l.tell("remove", "usb")
		if l.shows(reader) || l.lists() != 2 {
			t.Errorf("after unplugging: %v", l.got)
		}
		l.move("away", "1-1.5")
		l.tell("add", "usb")
		time.Sleep(port.Settle - time.Millisecond)
		synctest.Wait()
		if l.shows(reader) || l.lists() != 2 {
			t.Error("shown before its rights settled")
		}
		time.Sleep(2 * time.Millisecond)
		synctest.Wait()
		if !l.shows(reader) || l.lists() != 3 {
			t.Errorf("after plugging in: %v", l.got)
		}
	})
}

func TestDevicesThatKeepComingDoNotDelayEachOther(t *testing.T) {
	root := tree(t, "kiosk")
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t, root)
		for _, d := range []string{"1-1.2", "1-1.3", "1-1.4", "1-1.5", "1-2"} {
			l.move(d, "away "+d)
		}
		l.tell("remove", "usb")
		began := time.Now()
		for i, d := range []string{"1-1.5", "1-1.2", "1-1.3", "1-1.4", "1-2"} {
			l.move("away "+d, d)
			l.tell("add", "usb")
			time.Sleep(100 * time.Millisecond)
			synctest.Wait()
			if i == 1 && !l.shows(reader) {
				t.Errorf("reader not shown after %v", time.Since(began))
			}
		}
		time.Sleep(port.Settle)
		synctest.Wait()
		if len(l.list.Ports()) != 9 {
			t.Errorf("%v", l.list.Ports())
		}
	})
}

func TestReplugBetweenTwoListsIsSeen(t *testing.T) {
	root := tree(t, "kiosk")
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t, root)
		number := filepath.Join(root.Sys, "bus/usb/devices/1-1.5/devnum")
		if err := os.WriteFile(number, []byte("14\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		l.tell(port.Rescan, "") // remove and add were lost
		if l.shows(reader) {
			t.Error("the new device is shown before its rights settled")
		}
		time.Sleep(port.Settle)
		synctest.Wait()
		if !l.shows(reader) || find(t, l.list.Ports(), reader).USB.Device != 14 {
			t.Errorf("%v", l.list.Ports())
		}
	})
}

func TestMessagesThatChangeNothingTellNothing(t *testing.T) {
	root := tree(t, "kiosk")
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t, root)
		for range 20 {
			l.tell("change", "tty")
		}
		l.move("1-1.5", "away")
		l.tell("add", "block") // no port's subsystem: nothing is listed
		if l.lists() != 1 {
			t.Errorf("%v", l.got)
		}
	})
}

func TestSysfsThatCannotBeReadKeepsTheListAndIsReportedOnce(t *testing.T) {
	root := tree(t, "kiosk")
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t, root)
		if err := os.Rename(root.Sys, root.Sys+".away"); err != nil {
			t.Fatal(err)
		}
		for range 3 {
			l.tell(port.Rescan, "")
		}
		if !l.shows(reader) || l.lists() != 1 {
			t.Errorf("%v", l.got)
		}
		if n := strings.Count(l.log.String(), "no sysfs"); n != 1 {
			t.Errorf("reported %d times: %s", n, l.log.String())
		}
		if err := os.Rename(root.Sys+".away", root.Sys); err != nil {
			t.Fatal(err)
		}
		l.move("1-1.5", "away")
		l.tell(port.Rescan, "")
		if l.shows(reader) {
			t.Error("sysfs is back and the list is old")
		}
	})
}

func TestWatcherThatComesLateGetsTheListAndAStoppedOneNothing(t *testing.T) {
	root := tree(t, "kiosk")
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t, root)
		late := 0
		stop := l.list.Watch(func(all []port.Port) { late = len(all) })
		if late != 9 {
			t.Errorf("%d ports", late)
		}
		stop()
		l.move("1-1.5", "away")
		l.tell("remove", "usb")
		if late != 9 || l.shows(reader) {
			t.Errorf("stopped watcher was told of %d ports", late)
		}
	})
}

func TestTreeWithoutMessagesIsListedEveryTwoSeconds(t *testing.T) {
	root := tree(t, "kiosk")
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		p := port.NewPresence(root, 0, slog.New(slog.NewTextHandler(&log, nil)))
		ctx, cancel := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() { p.Run(ctx) })
		synctest.Wait()
		if len(p.Ports()) != 9 {
			t.Errorf("at the start: %v", p.Ports())
		}
		if err := os.Remove(filepath.Join(root.Sys, "bus/usb/devices/1-1.5")); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if len(p.Ports()) != 8 {
			t.Errorf("after 2 s: %v", p.Ports())
		}
		cancel()
		running.Wait()
		if !strings.Contains(log.String(), "ports are listed every 2s") {
			t.Errorf("log: %s", log.String())
		}
	})
}
